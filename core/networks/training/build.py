"""From a `NetworkSpec` to a Keras model."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from core.errors import InputError
from core.networks.training.backbone import load_backbone
from core.networks.training.specs import NetworkSpec

PREDICTIONS = "predictions"
HEADS = {
    ("average", 4): layers.GlobalAveragePooling2D,
    ("max", 4): layers.GlobalMaxPooling2D,
    ("flatten", 4): layers.Flatten,
    ("average", 3): layers.GlobalAveragePooling1D,
    ("max", 3): layers.GlobalMaxPooling1D,
    ("flatten", 3): layers.Flatten,
}
"""What makes one vector, by the head's name and the rank of what it is given: maps, or tokens of a transformer."""


def build(spec: NetworkSpec, input_shape: tuple[int, int, int], class_names: Sequence[str]) -> keras.Model:
    """A network that takes images in 0..255 and returns one probability per class.

    Rescaling to -1..1 happens inside. Layers are named block1_conv1, block1_norm1, block1_act1, block1_pool, head_pool,
    head_dense, predictions and so on. With a backbone, its own preprocessing happens inside, and its layers are those
    of a model named backbone within the network.

    Args:
        spec: the architecture.
        input_shape: (H, W, C) of one image.
        class_names: one name per class, at least two.

    Returns:
        an untrained Functional model, (N, H, W, C) of any numeric type to (N, K) with a softmax.

    Raises:
        InputError: when the images are too small for so many blocks, there are fewer than two classes, or the
            specification names a backbone, a layer or a preprocessing that does not exist.
        ModelError: when the backbone's file cannot be opened, or its layers do not suit the images.
        Unavailable: when the backbone's weights would have to be downloaded and cannot be.
    """
    if len(class_names) < 2:
        raise InputError(
            "A network needs at least two classes", f"{list(class_names)}", "Add pictures of another class."
        )
    if not spec.backbone:
        _check_size(spec, min(input_shape[:2]))
    return _Builder(spec).model(input_shape, len(class_names))


def map_sizes(spec: NetworkSpec, side: int) -> list[int]:
    """Side of the maps that each block gives for square pictures of this side, in pixels; 0 where nothing is left."""
    sizes = []
    for block in range(spec.blocks):
        for convolution in range(spec.convolutions):
            first = block == convolution == 0
            side = _after(side, spec.first_kernel if first else spec.kernel, _stride(spec, block, convolution), spec)
        sizes.append(side)
        if spec.downsample in ("max", "average") and block + 1 < spec.blocks:
            side //= 2
    return sizes


def _after(side: int, kernel: int, stride: int, spec: NetworkSpec) -> int:
    if spec.padding == "same":
        return -(-side // stride)
    return max(0, (side - kernel) // stride + 1)


def _stride(spec: NetworkSpec, block: int, convolution: int) -> int:
    if convolution > 0:
        return 1
    if block == 0:
        return spec.first_stride
    return 2 if spec.downsample == "stride" else 1


def _check_size(spec: NetworkSpec, side: int) -> None:
    sizes = map_sizes(spec, side)
    if min(sizes) < 1:
        raise InputError(
            "Each block should leave maps of at least one pixel",
            f"pictures of {side} pixels, whose maps shrink to {', '.join(str(size) for size in sizes)}",
            "Use fewer blocks, a smaller kernel or larger pictures.",
        )


class _Builder:
    """Adds one layer after another, each with its own name and seed."""

    def __init__(self, spec: NetworkSpec) -> None:
        self.spec = spec
        self.seeds = iter(range(spec.seed, spec.seed + 1_000_000))

    def model(self, input_shape: tuple[int, int, int], classes: int) -> keras.Model:
        images = keras.Input(input_shape, name="pictures")
        value = self._head(self._backbone(images) if self.spec.backbone else self._blocks(images))
        answer = self._dense(classes, "softmax", PREDICTIONS)(value)
        return keras.Model(images, answer, name="network")

    def _backbone(self, images: keras.KerasTensor) -> keras.KerasTensor:
        backbone = load_backbone(self.spec, images.shape[1:])
        return backbone.layers(backbone.prepare(images))

    def _blocks(self, images: keras.KerasTensor) -> keras.KerasTensor:
        value = layers.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(images)
        for block in range(self.spec.blocks):
            value = self._block(value, block)
        return value

    def _block(self, value: keras.KerasTensor, block: int) -> keras.KerasTensor:
        spec, name = self.spec, f"block{block + 1}"
        for convolution in range(spec.convolutions):
            value = self._convolve(value, block, convolution)
        if spec.spatial_dropout:
            value = layers.SpatialDropout2D(spec.spatial_dropout, seed=next(self.seeds), name=f"{name}_dropout")(value)
        if block + 1 == spec.blocks:
            return value
        if spec.downsample == "max":
            return layers.MaxPooling2D(2, name=f"{name}_pool")(value)
        if spec.downsample == "average":
            return layers.AveragePooling2D(2, name=f"{name}_pool")(value)
        return value

    def _convolve(self, value: keras.KerasTensor, block: int, convolution: int) -> keras.KerasTensor:
        spec, number = self.spec, convolution + 1
        name, first = f"block{block + 1}", block == convolution == 0
        common = {
            "filters": spec.channels(block),
            "kernel_size": spec.first_kernel if first else spec.kernel,
            "strides": _stride(spec, block, convolution),
            "padding": spec.padding,
            "use_bias": not spec.batch_norm,
            "name": f"{name}_conv{number}",
        }
        if spec.separable and not first:
            value = layers.SeparableConv2D(
                depthwise_initializer=self._initialiser(),
                pointwise_initializer=self._initialiser(),
                depthwise_regularizer=self._penalty(),
                pointwise_regularizer=self._penalty(),
                **common,
            )(value)
        else:
            value = layers.Conv2D(kernel_initializer=self._initialiser(), kernel_regularizer=self._penalty(), **common)(
                value
            )
        if spec.batch_norm:
            value = layers.BatchNormalization(momentum=spec.batch_norm_momentum, name=f"{name}_norm{number}")(value)
        return layers.Activation(spec.activation, name=f"{name}_act{number}")(value)

    def _head(self, value: keras.KerasTensor) -> keras.KerasTensor:
        spec = self.spec
        if len(value.shape) > 2:
            value = HEADS[spec.head, len(value.shape)](name="head_flatten" if spec.head == "flatten" else "head_pool")(
                value
            )
        if spec.dense:
            value = self._dense(spec.dense, None, "head_dense")(value)
            value = layers.Activation(spec.activation, name="head_act")(value)
        if spec.dropout:
            value = layers.Dropout(spec.dropout, seed=next(self.seeds), name="head_dropout")(value)
        return value

    def _dense(self, units: int, activation: str | None, name: str) -> keras.layers.Layer:
        return layers.Dense(
            units,
            activation=activation,
            kernel_initializer=self._initialiser(),
            kernel_regularizer=self._penalty(),
            name=name,
        )

    def _initialiser(self) -> keras.initializers.Initializer:
        kinds = {
            "he_normal": keras.initializers.HeNormal,
            "he_uniform": keras.initializers.HeUniform,
            "glorot_normal": keras.initializers.GlorotNormal,
            "glorot_uniform": keras.initializers.GlorotUniform,
            "orthogonal": keras.initializers.Orthogonal,
        }
        return kinds[self.spec.initialiser](seed=next(self.seeds))

    def _penalty(self) -> keras.regularizers.Regularizer | None:
        return keras.regularizers.L2(self.spec.weight_decay) if self.spec.weight_decay else None
