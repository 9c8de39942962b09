"""The region in view equals the support that gradients find, on networks whose every weight is positive."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.errors import InputError
from core.networks.graph import Graph, graph_of
from core.networks.receptive_field import Axis, ReceptiveField, receptive_field, region


def positive(model: keras.Model) -> keras.Model:
    """The model with every weight at one, so that no path to a pixel cancels another."""
    model.set_weights([np.ones_like(weights) for weights in model.get_weights()])
    return model


def support(graph: Graph, path: str, row: int, column: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box round every pixel whose gradient is not zero; maximum pooling stands in as a mean, which reads all."""
    calls = {step.path: averaged(step.layer) for step in graph.steps if step.kind == "MaxPooling2D"}
    pictures = tf.ones((1, *size, 1))
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        value = graph.run(pictures, until=path, calls=calls)
        unit = tf.reduce_sum(value[0, row, column] if value.shape.rank == 4 else value)
    gradient = tape.gradient(unit, pictures)
    rows, columns = np.nonzero(gradient[0, :, :, 0].numpy())
    if not len(rows):
        return 0, 0, 0, 0
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def averaged(layer: layers.MaxPooling2D):
    return lambda value: tf.nn.avg_pool2d(value, layer.pool_size, layer.strides, layer.padding.upper())


def random_layer(rng: np.random.Generator, place: int) -> keras.Layer:
    size = tuple(int(side) for side in rng.integers(1, 5, 2))
    stride = int(rng.integers(1, 4))
    dilation = int(rng.integers(1, 3)) if stride == 1 else 1
    padding = str(rng.choice(["same", "valid"]))
    name = f"layer{place}"
    kind = rng.integers(8)
    if kind <= 1:
        return layers.Conv2D(2, size, stride, padding, dilation_rate=dilation, activation="relu", name=name)
    if kind == 2:
        return layers.DepthwiseConv2D(size, stride, padding, dilation_rate=dilation, name=name)
    if kind == 3:
        return layers.SeparableConv2D(2, size, stride, padding, dilation_rate=dilation, name=name)
    if kind == 4:
        pooling = layers.MaxPooling2D if rng.random() < 0.5 else layers.AveragePooling2D
        return pooling(size, stride, padding, name=name)
    if kind == 5:
        return layers.Conv2DTranspose(2, size, stride, padding, name=name)
    if kind == 6:
        return layers.ZeroPadding2D(((1, 2), (0, 3)), name=name)
    return layers.Cropping2D(((1, 0), (2, 1)), name=name)


def random_network(seed: int, size: tuple[int, int]) -> keras.Model:
    rng = np.random.default_rng(seed)
    value = inputs = keras.Input((*size, 1))
    for place in range(4):
        added = random_layer(rng, place)
        try:
            made = added(value)
        except ValueError:  # It has shrunk to nothing: leave this layer out.
            continue
        if min(made.shape[1:3]) > 0:
            value = made
    scores = layers.Dense(2, name="scores")(layers.Flatten(name="flat")(value))
    return positive(keras.Model(inputs, scores))


@pytest.mark.parametrize("seed", range(40))
def test_region_is_the_support_of_the_gradient_on_random_networks(seed):
    size = (17, 13) if seed % 2 else (12, 20)
    graph = graph_of(random_network(seed, size))
    rng = np.random.default_rng(seed)
    for step in graph.steps:
        if len(step.shape) != 4:
            continue
        corners = {(0, 0), (step.shape[1] - 1, step.shape[2] - 1)}
        for row, column in corners | {tuple(rng.integers(step.shape[1:3]).tolist()) for _ in range(2)}:
            assert region(graph, step.path, row, column) == support(graph, step.path, row, column, size), step


def test_every_unit_of_a_dilated_layer_at_the_border():
    model = keras.Sequential(
        [
            keras.Input((9, 8, 1)),
            layers.Conv2D(2, 3, padding="same", dilation_rate=2, name="wide"),
            layers.AveragePooling2D(2, 2, "same", name="pool"),
            layers.Conv2D(1, 2, padding="same", dilation_rate=3, name="wider"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    graph = graph_of(positive(model))
    for row in range(5):
        for column in range(4):
            assert region(graph, "wider", row, column) == support(graph, "wider", row, column, (9, 8))


def test_branches_are_united_and_gates_see_the_whole_picture():
    inputs = keras.Input((16, 16, 1))
    small = layers.Conv2D(2, 3, padding="same", name="small")(inputs)
    large = layers.Conv2D(2, 7, padding="same", name="large")(inputs)
    joined = layers.Add(name="joined")([small, layers.Concatenate(name="both")([large, small])[..., :2]])
    added = layers.Add(name="added")([small, large])
    gate = layers.Conv2D(2, 1, name="gate")(layers.GlobalAveragePooling2D(keepdims=True, name="mean")(added))
    gated = layers.Multiply(name="gated")([added, gate])
    value = layers.GlobalAveragePooling2D(name="global")(layers.Add(name="end")([gated, joined]))
    graph = graph_of(positive(keras.Model(inputs, layers.Dense(2, name="scores")(value))))
    assert region(graph, "added", 8, 2) == support(graph, "added", 8, 2, (16, 16)) == (5, 0, 12, 6)
    assert region(graph, "both", 8, 2) == (5, 0, 12, 6)
    for whole in ("gated", "global", "scores"):
        assert region(graph, whole, 0, 0) == (0, 0, 16, 16)
    # What is not known, here a slice, is taken to read everything.
    assert region(graph, "joined", 8, 2) == (0, 0, 16, 16)


def test_size_jump_and_offset_of_a_known_network():
    model = keras.Sequential(
        [
            keras.Input((32, 48, 3)),
            layers.Conv2D(4, 3, padding="same", name="first"),
            layers.MaxPooling2D(2, name="pool"),
            layers.Conv2D(4, (3, 5), padding="same", name="second"),
            layers.Conv2D(4, 3, strides=2, name="third"),
            layers.GlobalMaxPooling2D(name="global"),
            layers.Dense(3, name="scores"),
        ]
    )
    # By hand: 3 -> 3 + 1 = 4, jump 2 -> 4 + 2 x 2 = 8 (rows), 4 + 4 x 2 = 12 (columns) -> + 2 x 2, jump 4.
    assert receptive_field(model, "second").rows == Axis(size=8, jump=2, offset=-3)
    assert receptive_field(model, "third") == ReceptiveField(Axis(12, 4, -3), Axis(16, 4, -5))
    assert receptive_field(model, "scores") == ReceptiveField(None, None)


def test_the_arithmetic_agrees_with_the_region_far_from_the_border():
    for seed in range(20):
        size = (64, 60)
        model = random_network(seed, size)
        for step in graph_of(model).steps:
            if len(step.shape) != 4:
                continue
            field = receptive_field(model, step.path)
            row, column = step.shape[1] // 2, step.shape[2] // 2
            top, left, bottom, right = region(model, step.path, row, column)
            for axis, place, low, high, length in (
                (field.rows, row, top, bottom, size[0]),
                (field.columns, column, left, right, size[1]),
            ):
                start = axis.offset + place * axis.jump
                if start >= 0 and start + axis.size <= length:
                    assert start <= low < high <= start + axis.size


def test_upsampling_reads_the_place_it_repeats():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(1, 3, padding="same", name="fine"),
            layers.UpSampling2D((2, 3), name="up"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    assert region(positive(model), "up", 7, 7) == support(graph_of(model), "up", 7, 7, (8, 8)) == (2, 1, 5, 4)
    assert receptive_field(model, "up").rows == Axis(size=3.5, jump=0.5, offset=-1.5)


def test_networks_that_take_any_size_need_to_be_told_one():
    model = keras.Sequential(
        [
            keras.Input((None, None, 1)),
            layers.Conv2D(1, 3, strides=2, padding="same", name="strided"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    positive(model)
    with pytest.raises(InputError, match="size of the pictures"):
        region(model, "strided", 0, 0)
    for size in ((9, 9), (10, 10), (11, 10)):
        for row in range(5):
            expected = support(graph_of(model), "strided", row, 1, size)
            assert region(model, "strided", row, 1, size) == expected


def test_a_place_that_does_not_exist_is_refused():
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(1, 3, name="maps"), layers.Flatten()])
    with pytest.raises(InputError, match="rows 0 to 5"):
        region(model, "maps", 6, 0)


def test_a_place_that_sees_only_padding_has_an_empty_region():
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.ZeroPadding2D(2, name="padded"), layers.Flatten()])
    assert region(model, "padded", 0, 5) == (0, 0, 0, 0)
