from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
import tensorflow as tf

from core.errors import InputError, LayerError
from core.features import activations, layer_responses, top_examples
from core.networks.graph import graph_of
from tests.core import nets


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return nets.pictures(30)


def test_the_strongest_come_first_and_the_weakest_last(network, images):
    peak = activations(network, images, "conv2")[..., 2].max(axis=(1, 2))
    found = top_examples(network, images, "conv2", 2, 5)
    np.testing.assert_array_equal(found.indices, np.argsort(-peak, kind="stable")[:5])
    np.testing.assert_allclose(found.responses, np.sort(peak)[::-1][:5])
    indices, regions = found
    assert (len(indices), regions.shape) == (5, (5, 4))
    least = top_examples(network, images, "conv2", 2, 5, least=True)
    assert least.responses.max() <= np.sort(peak)[4]


def test_pictures_without_an_answer_are_told_apart_by_what_the_rectifier_was_given(network, images):
    unit = int(activations(network, images, "conv2").max(axis=(1, 2)).mean(axis=0).argmin())
    drive = activations(network, images, "conv2:linear")[..., unit].max(axis=(1, 2))
    least = top_examples(network, images, "conv2", unit, 30, least=True)
    peak = np.maximum(drive, 0)
    np.testing.assert_array_equal(least.indices, np.lexsort((drive, peak)))


@pytest.mark.parametrize("kind", ["fused_softmax", "nested_functional", *nets.KINDS])
def test_the_region_is_the_one_that_gradients_find(kind):
    model = nets.randomised({**nets.SHAPES, **nets.KINDS}[kind]())
    images = nets.pictures(6, channels=model.input_shape[-1]).astype(np.float32)
    graph = graph_of(model)
    for layer in [step.path for step in graph.steps if step.kind == "Conv2D"]:
        found = top_examples(model, images, layer, 1, 3)
        for index, box, (row, column) in zip(found.indices, found.regions, found.places, strict=True):
            seen = seen_by_gradients(graph, images[index], layer, row, column)
            rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
            assert tuple(box) == (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)


def seen_by_gradients(graph, image: np.ndarray, layer: str, row: int, column: int) -> np.ndarray:
    """Pixels with a gradient in any of several pictures, since a rectifier or maximum may hide some in one."""
    pictures = tf.constant(np.concatenate([image[None], np.random.default_rng(0).uniform(0, 255, (60, *image.shape))]))
    pictures = tf.cast(pictures, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        answer = tf.reduce_sum(graph.run(pictures, until=layer)[:, row, column])
    return (tf.reduce_sum(tf.abs(tape.gradient(answer, pictures)), axis=(0, 3)) > 0).numpy()


def test_a_unit_without_places_sees_the_whole_picture(network, images):
    np.testing.assert_array_equal(top_examples(network, images, "mean", 0, 2).regions, [[0, 0, 12, 12]] * 2)


def test_known_responses_are_used(network, images, monkeypatch):
    known = layer_responses(network, images, "conv2")
    wanted = top_examples(network, images, "conv2", 1, 3)
    monkeypatch.setattr(
        import_module("core.features.top_examples"), "layer_responses", lambda *_, **__: pytest.fail("another pass")
    )
    found = top_examples(network, images, "conv2", 1, 3, known=known)
    np.testing.assert_array_equal(found.indices, wanted.indices)


def test_there_are_no_more_examples_than_pictures(network, images):
    assert len(top_examples(network, images[:4], "conv2", 1, 9)) == 4


def test_bad_requests_are_refused(network, images):
    with pytest.raises(LayerError):
        top_examples(network, images, "conv2", 99, 3)
    with pytest.raises(InputError, match="at least 1"):
        top_examples(network, images, "conv2", 1, 0)
