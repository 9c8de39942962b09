"""Small networks of every shape that Hunch promises to explain, and the pictures that they look at."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers

SIDE = 12
CLASSES = 4


def pictures(count: int = 3, channels: int = 3, seed: int = 0) -> np.ndarray:
    """uint8 (count, 12, 12, channels): noise with a bright square in a place of its own."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 120, (count, SIDE, SIDE, channels), dtype=np.uint8)
    for image, (row, column) in zip(images, rng.integers(0, SIDE - 4, (count, 2)), strict=True):
        image[row : row + 4, column : column + 4] += 120
    return images


def pictures_for(model: keras.Model, count: int = 2) -> np.ndarray:
    """Pictures that the network takes; not square where it takes any size."""
    height, _, channels = model.input_shape[1:]
    images = pictures(count, channels=channels)
    return images if height else np.pad(images, ((0, 0), (0, 0), (0, 5), (0, 0)), mode="reflect")


def randomised(model: keras.Model, seed: int = 0) -> keras.Model:
    """The same model with random weights and biases, and running averages that batch norm could have learned."""
    rng = np.random.default_rng(seed)
    drawn = []
    for weight in model.weights:
        value = rng.normal(0, 1, weight.shape)
        fan_in = max(1, int(np.prod(weight.shape[:-1])))
        kinds = {"kernel": value * np.sqrt(2 / fan_in), "moving_variance": 0.5 + np.abs(value), "gamma": 1 + value / 3}
        drawn.append(kinds.get(weight.name, value / 5).astype(np.float32))
    model.set_weights(drawn)
    return model


def body() -> list[keras.layers.Layer]:
    """Layers up to the last maps."""
    return [
        layers.Rescaling(1 / 127.5, offset=-1.0, name="rescale"),
        layers.Conv2D(6, 3, padding="same", activation="relu", name="conv1"),
        layers.MaxPooling2D(name="pool"),
        layers.Conv2D(8, 3, padding="same", activation="relu", name="conv2"),
    ]


def head(activation: str | None) -> list[keras.layers.Layer]:
    """Layers after the last maps."""
    return [layers.GlobalAveragePooling2D(name="mean"), layers.Dense(CLASSES, activation=activation, name="scores")]


def chain(value: keras.KerasTensor, parts: list[keras.layers.Layer]) -> keras.KerasTensor:
    for part in parts:
        value = part(value)
    return value


def functional(*parts: keras.layers.Layer, channels: int = 3, side: int = SIDE) -> keras.Model:
    inputs = keras.Input((side, side, channels), name="pictures")
    return keras.Model(inputs, chain(inputs, list(parts)), name="functional")


def fused_softmax() -> keras.Model:
    return functional(*body(), *head("softmax"))


def separate_softmax() -> keras.Model:
    return functional(*body(), *head(None), layers.Activation("softmax", name="softmax"))


def softmax_layer() -> keras.Model:
    return functional(*body(), *head(None), layers.Softmax(name="softmax"))


def logits() -> keras.Model:
    return functional(*body(), *head(None))


def sequential() -> keras.Model:
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), *body(), *head("softmax")], name="sequential")


def late_built() -> keras.Model:
    model = keras.Sequential([*body(), *head("softmax")], name="late")
    model(np.zeros((1, SIDE, SIDE, 3), np.float32))
    return model


def nested_functional() -> keras.Model:
    inner = keras.Input((SIDE, SIDE, 3))
    backbone = keras.Model(inner, chain(inner, body()), name="backbone")
    inputs = keras.Input((SIDE, SIDE, 3), name="pictures")
    return keras.Model(inputs, chain(backbone(inputs), head("softmax")), name="nested")


def nested_sequential() -> keras.Model:
    backbone = keras.Sequential([keras.Input((SIDE, SIDE, 3)), *body()], name="backbone")
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), backbone, *head("softmax")], name="nested_sequential")


SHAPES: dict[str, Callable[[], keras.Model]] = {
    make.__name__: make
    for make in (
        fused_softmax,
        separate_softmax,
        softmax_layer,
        logits,
        sequential,
        late_built,
        nested_functional,
        nested_sequential,
    )
}
"""Ways to write down the same network. All hold the same weights in the same order."""


def strided() -> keras.Model:
    return functional(
        layers.Conv2D(6, 3, strides=2, activation="relu", name="conv1"),
        layers.Conv2D(8, 3, strides=2, padding="same", activation="relu", name="conv2"),
        layers.Flatten(name="flat"),
        layers.Dense(CLASSES, activation="softmax", name="scores"),
    )


def normed() -> keras.Model:
    return functional(
        layers.Rescaling(1 / 255, name="rescale"),
        layers.Conv2D(6, 3, padding="same", use_bias=False, name="conv1"),
        layers.BatchNormalization(name="norm1"),
        layers.ReLU(name="act1"),
        layers.AveragePooling2D(2, name="pool"),
        layers.DepthwiseConv2D(3, padding="same", name="depthwise"),
        layers.SeparableConv2D(8, 3, padding="same", name="separable"),
        layers.BatchNormalization(name="norm2"),
        layers.Activation("relu", name="act2"),
        layers.Dropout(0.5, name="dropout"),
        layers.GlobalMaxPooling2D(name="largest"),
        layers.Dense(CLASSES, activation="softmax", name="scores"),
    )


def residual() -> keras.Model:
    inputs = keras.Input((SIDE, SIDE, 3), name="pictures")
    first = layers.Conv2D(6, 3, padding="same", activation="relu", name="conv1")(inputs / 255.0)
    second = layers.Conv2D(6, 3, padding="same", name="conv2")(layers.ZeroPadding2D(1, name="pad")(first))
    both = layers.Add(name="add")([first, layers.Cropping2D(1, name="crop")(second)])
    joined = layers.Concatenate(name="join")([layers.ReLU(name="act")(both), first])
    return keras.Model(inputs, chain(joined, head("softmax")), name="residual")


def one_sigmoid() -> keras.Model:
    return functional(
        *body(), layers.GlobalAveragePooling2D(name="mean"), layers.Dense(1, activation="sigmoid", name="scores")
    )


def grey() -> keras.Model:
    return functional(*body(), *head("softmax"), channels=1)


def free_sides() -> keras.Model:
    inputs = keras.Input((None, None, 3), name="pictures")
    return keras.Model(inputs, chain(inputs, [*body(), *head("softmax")]), name="free")


def half_precision() -> keras.Model:
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return normed()
    finally:
        keras.config.set_dtype_policy(usual)


KINDS: dict[str, Callable[[], keras.Model]] = {
    make.__name__: make for make in (strided, normed, residual, one_sigmoid, grey, free_sides, half_precision)
}
"""Networks of other kinds, each with weights of its own."""


def linear(weights: np.ndarray) -> keras.Model:
    """Logits that are weighted sums of the pixels: weights (H, W, C, K)."""
    height, width, channels, classes = weights.shape
    inputs = keras.Input((height, width, channels), name="pictures")
    flat = layers.Flatten(name="flat")(inputs)
    model = keras.Model(inputs, layers.Dense(classes, use_bias=False, name="scores")(flat), name="linear")
    model.set_weights([weights.reshape(-1, classes)])
    return model


def quadratic(weights: np.ndarray) -> keras.Model:
    """Logits that are weighted sums of the pixels' squares: weights (H, W, C, K)."""
    height, width, channels, classes = weights.shape
    inputs = keras.Input((height, width, channels), name="pictures")
    flat = layers.Flatten(name="flat")(inputs)
    model = keras.Model(inputs, layers.Dense(classes, use_bias=False, name="scores")(flat * flat), name="quadratic")
    model.set_weights([weights.reshape(-1, classes)])
    return model


def random_weights(side: int = 6, channels: int = 3, classes: int = 2, seed: int = 0) -> np.ndarray:
    """float32 (side, side, channels, classes)."""
    return np.random.default_rng(seed).normal(0, 1, (side, side, channels, classes)).astype(np.float32)


def small_pictures(count: int = 2, side: int = 6, channels: int = 3, seed: int = 0) -> np.ndarray:
    """float32 (count, side, side, channels) in 0..255."""
    return np.random.default_rng(seed).uniform(0, 255, (count, side, side, channels)).astype(np.float32)
