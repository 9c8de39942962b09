"""Nearest pictures, typical ones and odd ones."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets.base import Dataset
from core.errors import DataError, InputError
from core.insight import embedding, exemplars, prototypes
from core.insight.neighbours import distances
from core.insight.prototypes import ODD, TYPICAL, greedy_criticisms, greedy_prototypes, similarity

from .conftest import squares


def test_the_embedding_is_what_the_last_layer_reads(make_reader):
    model, data = make_reader(truth=1.0), squares(6)
    parts = keras.Model(model.input, model.get_layer("parts").output)
    assert np.allclose(embedding(model, data.images), parts(data.images.astype(np.float32)), atol=1e-5)


def test_maps_are_averaged_and_a_bare_network_gives_its_scores():
    picture = keras.Input((8, 8, 3))
    maps = keras.layers.Conv2D(5, 3, name="maps")(picture)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(maps)
    nested = keras.Model(picture, keras.layers.Dense(2, activation="softmax", name="scores")(pooled))
    images = np.random.default_rng(0).integers(0, 255, (4, 8, 8, 3), dtype=np.uint8)
    assert embedding(nested, images).shape == (4, 5)
    assert exemplars(nested, Dataset(images, [0, 1, 0, 1], ("a", "b")), images[2], 2)["index"].iloc[0] == 2


def test_the_picture_itself_is_nearest_and_its_class_next(make_reader):
    model, data = make_reader(truth=1.0), squares(40)
    found = exemplars(model, data, data.images[7], 5)
    assert found["index"].iloc[0] == 7
    assert found["distance"].iloc[0] == pytest.approx(0, abs=1e-5)
    assert found["distance"].is_monotonic_increasing
    assert (found["name"] == "jug").all()
    assert (found["label"] == 1).all()


def test_no_more_than_there_are_and_no_fewer_than_one(make_reader):
    model, data = make_reader(truth=1.0), squares(6)
    assert len(exemplars(model, data, data.images[0], 99)) == 6
    with pytest.raises(InputError):
        exemplars(model, data, data.images[0], 0)
    with pytest.raises(DataError):
        exemplars(model, data, data.images[0, ..., :1], 2)
    with pytest.raises(DataError):
        exemplars(model, data.take([]), data.images[0], 2)


def test_distances_have_their_closed_forms():
    a, b = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 2.0], [3.0, 0.0]])
    assert distances(a, b, "euclidean") == pytest.approx(np.array([[np.sqrt(5), 2], [2, 3]]))
    assert distances(a, b, "cosine") == pytest.approx(np.array([[1, 0], [1, 1]]))


def test_prototypes_are_dealt_to_clusters_by_their_size():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(0, 0.1, (60, 2)), rng.normal(5, 0.1, (30, 2)), [[20.0, -20.0]]])
    kernel = similarity(points)
    typical = greedy_prototypes(kernel, 3)
    assert sum(typical < 60) == 2
    assert sum((typical >= 60) & (typical < 90)) == 1
    witness = kernel.mean(axis=1) - kernel[:, typical].mean(axis=1)
    # What no typical picture stands for.
    assert greedy_criticisms(kernel, witness, typical, 40).tolist().count(90) == 1
    assert not set(greedy_criticisms(kernel, witness, typical, 40)) & set(typical)


def test_a_greedy_step_is_the_best_there_is():
    rng = np.random.default_rng(1)
    kernel = similarity(rng.normal(0, 1, (25, 3)))
    chosen = greedy_prototypes(kernel, 4)
    for size in range(1, 5):
        values = [_gain(kernel, [*chosen[: size - 1], other]) for other in range(25) if other not in chosen[: size - 1]]
        assert _gain(kernel, chosen[:size]) == pytest.approx(max(values))


def _gain(kernel, chosen) -> float:
    return 2 * kernel[:, chosen].mean() - kernel[np.ix_(chosen, chosen)].mean()


def test_odd_pictures_are_unlike_each_other():
    points = np.concatenate([np.zeros((30, 2)), [[3.0, 0.0], [3.0, 0.0], [0.0, 3.0]]])
    kernel = similarity(points)
    odd = greedy_criticisms(kernel, kernel.mean(axis=1) - kernel[:, 0], np.array([0]), 3)
    assert len({tuple(point) for point in points[odd]}) == 3


def test_each_class_gets_its_own(make_reader):
    model, data = make_reader(truth=1.0), squares(40)
    table = prototypes(model, data, prototypes=3, criticisms=2)
    assert table.groupby(["name", "kind"]).size().to_dict() == {
        ("cup", ODD): 2, ("cup", TYPICAL): 3, ("jug", ODD): 2, ("jug", TYPICAL): 3
    }  # fmt: skip
    assert (data.labels[table["index"]] == table["label"]).all()
    typical = table[table["kind"] == TYPICAL]
    assert typical.groupby("name")["weight"].sum().to_numpy() == pytest.approx(1)
    assert len(prototypes(model, data.take([0, 2, 4]), prototypes=9)) == 3
    with pytest.raises(DataError):
        prototypes(model, data.take([]))
