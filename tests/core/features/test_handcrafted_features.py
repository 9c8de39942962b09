from __future__ import annotations

import numpy as np
import pytest

from core.datasets.base import Dataset
from core.errors import Cancelled, DataError, InputError
from core.features.handcrafted_features import (
    HandcraftedSettings,
    edge_density,
    edge_map,
    handcrafted_features,
    stroke_picture,
)
from tests.core import nets


def stripes(count: int, seed: int = 0, classes: int = 2) -> Dataset:
    """Upright stripes or lying ones, in any colour and at any place: 24x24."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    at = rng.integers(0, 8, count)
    waves = np.array([((np.arange(24) + shift) // 4 % 2) for shift in at])
    pictures = np.where(labels[:, None, None] == 0, waves[:, None, :], waves[:, :, None]) * np.ones((1, 24, 24))
    images = (
        40 + 150 * pictures[..., None] * rng.uniform(0.7, 1, (count, 1, 1, 3)) + rng.normal(0, 5, (count, 24, 24, 3))
    )
    return Dataset(images.clip(0, 255).astype(np.uint8), labels, ("upright", "lying", "never")[: max(2, classes)])


@pytest.fixture(scope="module")
def found():
    model = nets.randomised(nets.functional(*nets.body(), *nets.head("softmax"), side=24))
    return handcrafted_features(stripes(200), stripes(100, 1), model)


def test_gradients_tell_directions_apart(found):
    table = found.table.set_index("classifier")
    assert list(table.index) == ["logistic regression", "nearest neighbours", "linear SVM", "network"]
    assert (table.loc["logistic regression":"linear SVM", "accuracy"] == 1).all()
    row = table.loc["linear SVM"]
    assert (row["correct"], row["n"]) == (100, 100)
    assert row["low"] == pytest.approx(0.963, abs=1e-3)


def test_the_weights_are_those_of_the_direction(found):
    """An upright stripe has gradients along its row, which is direction 0 and the last one."""
    strokes = found.strokes["logistic regression"]
    assert strokes.shape == (2, 3, 3, 9)
    along, across = strokes[0, ..., [0, 8]].mean(), strokes[0, ..., [4]].mean()
    assert along > 0 > across
    np.testing.assert_allclose(strokes[0], -strokes[1])
    assert found.edges["linear SVM"].shape == (2, 3, 3)


def test_the_strokes_are_drawn_along_the_edge():
    strokes = np.zeros((1, 1, 9))
    strokes[0, 0, 0] = 2
    upright = stroke_picture(strokes, 11)
    assert (upright != 0).any(axis=1).sum() > 6
    assert (upright != 0).any(axis=0).sum() <= 3
    assert set(np.unique(upright)) == {0, 2}
    assert stroke_picture(-strokes, 11).min() == -2


def test_disagreements_are_where_the_answers_differ(found):
    table = found.disagreements("linear SVM")
    rows = np.flatnonzero(found.answers["network"] != found.answers["linear SVM"])
    np.testing.assert_array_equal(table["index"], rows)
    assert (table["right"] == "handmade").all()
    assert len(table) > 0


def test_without_a_network_there_is_nobody_to_disagree_with():
    alone = handcrafted_features(stripes(60), stripes(30, 1))
    assert len(alone.table) == 3
    with pytest.raises(DataError, match="network"):
        alone.disagreements("linear SVM")


@pytest.mark.parametrize("features", ["edges", "gradients"])
def test_each_kind_of_feature_works_alone(features):
    alone = handcrafted_features(stripes(60), stripes(30, 1), features=features)
    assert bool(alone.edges) == (features == "edges")
    assert bool(alone.strokes) == (features == "gradients")


def test_a_class_without_pictures_gets_no_weight_and_no_answer():
    found = handcrafted_features(stripes(80, classes=3), stripes(40, 1, classes=3))
    assert np.abs(found.strokes["linear SVM"][2]).max() == 0
    assert all(2 not in answers for answers in found.answers.values())


def test_edges_are_found_where_the_brightness_jumps():
    image = np.zeros((16, 16, 3), np.uint8)
    image[:, 8:] = 255
    edges = edge_map(image, HandcraftedSettings())
    assert edges.any(axis=0)[6:10].any()
    assert not edges[:, :6].any()
    assert not edges[:, 10:].any()
    np.testing.assert_allclose(edge_density(image, HandcraftedSettings()).sum() * 64, edges.sum())
    grey = image[..., :1].astype(np.float32)
    np.testing.assert_array_equal(edge_map(grey, HandcraftedSettings()), edges)


def test_cancelling_and_progress():
    seen = []

    def stop(done: int, total: int, note: str = "") -> None:
        seen.append((done, total))

    handcrafted_features(stripes(60), stripes(30, 1), on_step=stop)
    assert seen[-1] == (93, 93)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)

    def fail(done: int, total: int, note: str = "") -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        handcrafted_features(stripes(60), stripes(30, 1), on_step=fail)


def test_bad_requests_are_refused():
    with pytest.raises(DataError, match="pixels wide"):
        handcrafted_features(stripes(60), stripes(30, 1), cell=16)
    one = stripes(60)
    with pytest.raises(DataError, match="two classes"):
        handcrafted_features(one.take(np.flatnonzero(one.labels == 0)), one)
    with pytest.raises(InputError):
        handcrafted_features(one, one, crayons=3)
