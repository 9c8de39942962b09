"""A planted concept passes the test; random ones pass it as seldom as the test says."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets.base import Dataset
from core.errors import DataError, InputError, LayerError
from core.insight import known_concepts, score_concepts
from core.insight.tcav import Concept, gradients, layer_means
from core.networks.evaluator import ModelEvaluator

from .conftest import squares

QUICK = {"random_concepts": 30, "opposites": 3, "examples": 20}
CHANNELS = 12


@pytest.fixture(scope="module")
def mixer() -> keras.Model:
    """Twelve maps that mix the pixels' channels at random; the first class's logit rests on the blue of the picture."""
    rng = np.random.default_rng(0)
    picture = keras.Input((8, 8, 3), name="picture")
    maps = keras.layers.Conv2D(CHANNELS, 1, name="maps")
    pool = keras.layers.GlobalAveragePooling2D(name="pool")
    scores = keras.layers.Dense(2, activation="softmax", name="scores")
    model = keras.Model(picture, scores(pool(maps(picture))))
    mixing = rng.normal(0, 1, (3, CHANNELS)) / 255
    maps.set_weights([mixing[None, None], np.zeros(CHANNELS)])
    back = np.linalg.pinv(mixing)  # (CHANNELS, 3)
    scores.set_weights([np.stack([back[:, 2], -back[:, 2]], axis=1) / 255, np.zeros(2)])
    return model


@pytest.fixture(scope="module")
def pictures() -> Dataset:
    """Half of the pictures are bluer; red and green are random."""
    import pandas as pd

    rng = np.random.default_rng(1)
    blue = rng.random(160) < 0.5
    colours = rng.uniform(40, 200, (160, 3))
    colours[:, 2] = np.where(blue, 190, 60) + rng.normal(0, 15, 160)
    images = np.clip(colours[:, None, None] + rng.normal(0, 5, (160, 8, 8, 3)), 0, 255).astype(np.uint8)
    table = pd.DataFrame({"sky": np.where(blue, "blue", "dull"), "odd": np.arange(160) % 2 == 0})
    return Dataset(images, rng.integers(0, 2, 160), ("first", "second"), None, table)


def test_a_planted_concept_is_found(mixer, pictures):
    asked = [concept for concept in known_concepts(pictures) if concept.attribute == "sky"]
    table = score_concepts(mixer, pictures, asked, **QUICK).set_index(["concept", "class"])
    row = table.loc[("blue", "first")]
    assert row["clear"]
    assert row["score"] == 1
    assert row["sensitivity"] > row["high"]
    assert row["separable"] > 0.9
    assert table.loc[("blue", "second"), "score"] == 0
    assert table.loc[("dull", "first"), "score"] == 0


def test_random_concepts_keep_the_false_alarm_rate(mixer, pictures):
    alarms = 0
    for seed in range(25):
        shown = np.random.default_rng(1000 + seed).permutation(160)[:20]
        found = score_concepts(mixer, pictures, {"random": shown}, classes=["first"], seed=seed, **QUICK)
        alarms += int(found["clear"].iloc[0])
    assert alarms <= 4  # 25 x 5% is 1; more than 4 has a chance of 1 in 100


def test_slopes_have_their_closed_form(mixer, pictures):
    network = ModelEvaluator.of(mixer)
    weights = mixer.get_layer("scores").get_weights()[0]
    slopes = gradients(network, "maps", pictures.images[:3], 0)
    # Every place counts as much as it does in the mean, so that all places together count as the weight says.
    assert slopes == pytest.approx(np.repeat(weights[None, :, 0], 3, axis=0), rel=1e-4)
    assert layer_means(network, "maps", pictures.images[:3]).shape == (3, CHANNELS)


def test_concepts_that_come_with_the_data(pictures):
    found = {concept.name: concept for concept in known_concepts(squares(60))}
    assert {"night", "day", "low gloss", "high gloss"} <= set(found)
    assert {"blue", "dull", "odd"} == {concept.name for concept in known_concepts(pictures)}


def test_what_cannot_be_tested_is_told_in_a_sentence(mixer, pictures):
    with pytest.raises(InputError, match="at least one concept"):
        score_concepts(mixer, pictures, [])
    with pytest.raises(InputError, match="at least 4"):
        score_concepts(mixer, pictures, {"few": [1, 2, 2, 1]})
    with pytest.raises(InputError, match="numbered"):
        score_concepts(mixer, pictures, {"far": [1, 2, 3, 999]})
    with pytest.raises(InputError, match="classes are"):
        score_concepts(mixer, pictures, {"some": range(9)}, classes=["third"])
    with pytest.raises(LayerError):
        score_concepts(mixer, pictures, {"some": range(9)}, layer="nowhere")
    with pytest.raises(DataError, match="do not show"):
        score_concepts(mixer, pictures, [Concept("all", np.arange(160))])


def test_a_class_without_pictures_is_left_out(mixer, pictures):
    firsts = pictures.take(np.flatnonzero(pictures.labels == 0))
    found = score_concepts(mixer, firsts, {"some": range(9)}, **QUICK)
    assert found["class"].tolist() == ["first"]


def test_a_concept_can_be_tested_at_a_row_of_units(make_reader):
    data = squares(60)
    found = score_concepts(make_reader(scene=2.0), data, {"day": np.flatnonzero(data.attributes["scene"] == "day")},
                     layer="parts", **QUICK).set_index("class")  # fmt: skip
    assert found.loc["jug", "score"] == 1
