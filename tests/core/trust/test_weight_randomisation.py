from __future__ import annotations

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.attribution import explain
from core.errors import ModelError
from core.networks.graph import graph_of
from core.trust.weight_randomisation import blocks, clone, randomise
from tests.core import nets

IMAGES = nets.pictures(8)


def same(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", [*nets.SHAPES, *nets.KINDS])
def test_every_layer_with_weights_is_found_and_changed(name: str) -> None:
    model = nets.randomised({**nets.SHAPES, **nets.KINDS}[name]())
    images = nets.pictures(8, channels=model.input_shape[-1])
    known = blocks(graph_of(model))
    found = [weight for block in known for layer in block.layers for weight in layer.weights]
    assert {id(weight) for weight in found} == {id(weight) for weight in model.weights}
    twin = randomise(model, len(known), images, (0,))
    kernels = [(a, b) for a, b in zip(model.get_weights(), twin.get_weights(), strict=True) if a.ndim > 1]
    assert kernels
    for old, new in kernels:
        assert not np.isclose(old, new).any()


def test_nested_layers_are_found_by_their_paths() -> None:
    model = nets.nested_functional()
    assert [block.paths for block in blocks(graph_of(model))] == [
        ("backbone/conv1",),
        ("backbone/conv2",),
        ("scores",),
    ]


def test_norms_go_with_the_convolution_before_them() -> None:
    paths = [block.paths for block in blocks(graph_of(nets.normed()))]
    assert paths == [("conv1", "norm1"), ("depthwise",), ("separable", "norm2"), ("scores",)]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_only_the_top_blocks_change_and_the_model_stays(count: int) -> None:
    model = nets.randomised(nets.nested_functional())
    before = [weight.copy() for weight in model.get_weights()]
    answers = model(IMAGES).numpy()
    twin = randomise(model, count, IMAGES, (0,))
    changed = [
        not same(old.get_weights(), new.get_weights())
        for old, new in zip(
            (layer for block in blocks(graph_of(model)) for layer in block.layers),
            (layer for block in blocks(graph_of(twin)) for layer in block.layers),
            strict=True,
        )
    ]
    assert changed == [False] * (3 - count) + [True] * count
    assert same(before, model.get_weights())
    assert np.array_equal(answers, model(IMAGES).numpy())
    if count == 0:
        np.testing.assert_array_equal(answers, twin(IMAGES).numpy())


def test_new_kernels_have_the_spread_of_the_old() -> None:
    model = nets.randomised(nets.normed())
    twin = randomise(model, 4, IMAGES, (0,))
    for old, new in zip(model.get_weights(), twin.get_weights(), strict=True):
        if old.size > 100:
            assert new.std() == pytest.approx(old.std(), rel=0.3)
            assert abs(new.mean()) < 0.3 * old.std()


def test_running_averages_are_those_of_the_pictures() -> None:
    model = nets.randomised(nets.normed())
    twin = randomise(model, 4, IMAGES, (3,))
    graph, values = graph_of(twin), tf.constant(IMAGES, tf.float32)
    for before, norm in (("conv1", "norm1"), ("separable", "norm2")):
        seen = graph.run(values, until=before).numpy()
        layer = graph.step(norm).layer
        np.testing.assert_allclose(layer.moving_mean.numpy(), seen.mean(axis=(0, 1, 2)), rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(layer.moving_variance.numpy(), seen.var(axis=(0, 1, 2)), rtol=1e-3)


def test_norms_below_the_random_blocks_keep_their_averages() -> None:
    model = nets.randomised(nets.normed())
    twin = randomise(model, 1, IMAGES, (3,))
    for norm in ("norm1", "norm2"):
        assert same(graph_of(model).step(norm).layer.get_weights(), graph_of(twin).step(norm).layer.get_weights())


def test_the_same_seed_draws_the_same_weights() -> None:
    model = nets.randomised(nets.logits())
    first, again, other = (randomise(model, 2, IMAGES, seed).get_weights() for seed in ((1, 2), (1, 2), (1, 3)))
    assert same(first, again)
    assert not same(first, other)


def test_kernels_that_are_all_alike_are_drawn_anew_too() -> None:
    model = nets.logits()
    model.set_weights([np.zeros(weight.shape, np.float32) for weight in model.weights])
    twin = randomise(model, 3, IMAGES, (0,))
    assert np.abs(twin(IMAGES).numpy()).max() > 0


def test_what_a_network_knows_of_its_inputs_range_is_kept() -> None:
    norm = layers.Normalization(mean=[100.0, 90.0, 80.0], variance=[9.0, 16.0, 25.0], name="range")
    taught = layers.Normalization(name="taught")
    taught.adapt(nets.pictures(8).astype(np.float32))
    model = nets.functional(norm, taught, *nets.body()[1:], *nets.head("softmax"))
    assert all("taught" not in block.paths for block in blocks(graph_of(model)))
    twin = randomise(model, 3, IMAGES, (0,))
    assert same(taught.get_weights(), graph_of(twin).step("taught").layer.get_weights())


def test_a_network_without_weights_is_refused() -> None:
    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, layers.GlobalAveragePooling2D()(inputs))
    with pytest.raises(ModelError, match="weights"):
        randomise(model, 1, IMAGES[:, :8, :8], (0,))


class Closed(keras.Model):
    """A model whose layers nobody can see."""

    def __init__(self, secret: object) -> None:
        super().__init__()
        self.secret = secret
        self.scores = layers.Dense(2)

    def call(self, images: tf.Tensor) -> tf.Tensor:
        return self.scores(tf.reduce_mean(images, axis=(1, 2)))


def test_a_model_that_cannot_be_cloned_is_refused_in_words() -> None:
    model = Closed(object())
    model(np.zeros((1, 8, 8, 3), np.float32))
    with pytest.raises(ModelError, match="clone"):
        clone(model)


def test_clones_do_not_stay_in_memory() -> None:
    model = nets.randomised(nets.fused_softmax())
    twin = randomise(model, 3, IMAGES, (0,))
    explain(twin, IMAGES, method="grad_cam")
    explain(twin, IMAGES, method="gradient")
    gone = weakref.ref(twin)
    del twin
    gc.collect()
    assert gone() is None
