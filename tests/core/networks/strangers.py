"""Other people's networks: every kind of head, structure and preprocessing that was reported to be read wrong.

Each stranger comes with what it says and with a score by class, in plain Keras, and with the maps of one layer, so that
class activation and occlusion can be computed beside it without any of our code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

SIDE, CLASSES = 16, 3
Tensors = Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class Stranger:
    """A network, and what plain Keras says of it.

    Args:
        model: the network.
        trunk: prepared pictures -> maps (N, h, w, C) of the default layer.
        tail: those maps -> the score of each class (N, K).
        tail_of: the same where it depends on the pictures, too: pictures -> tail.
        layer: the default layer's path; None where there is none.
        says: prepared pictures -> probabilities (N, K).
        head: how it should be read.
        prepare: the user's pictures of 0 to 255 -> what the network takes.
        preprocessing: what `interface` is told; None for pictures in the network's own scale.
        precision: how far probabilities may lie from Keras' own.
        saved: whether the command line can open its file: no code of its own.
    """

    model: keras.Model
    trunk: Tensors | None
    tail: Tensors | None
    layer: str | None
    says: Tensors
    head: str
    prepare: Tensors = lambda images: images
    preprocessing: Any = None
    precision: float = 1e-6
    saved: bool = True
    tail_of: Callable[[Any], Tensors] | None = None


def chain(value: Any, parts: list[Any]) -> Any:
    for part in parts:
        value = part(value)
    return value


def body(channels: int = 6) -> list[Any]:
    return [
        layers.Conv2D(channels, 3, padding="same", activation="relu", name="conv1"),
        layers.MaxPooling2D(name="pool1"),
        layers.Conv2D(8, 3, padding="same", activation="relu", name="conv2"),
    ]


def scores(units: int = CLASSES) -> list[Any]:
    return [layers.GlobalAveragePooling2D(name="mean"), layers.Dense(units, name="scores")]


def drawn(model: keras.Model, seed: int = 0) -> keras.Model:
    """Random weights and biases of a size that keeps answers away from 0 and 1."""
    rng = np.random.default_rng(seed)
    values = []
    for weight in model.weights:
        value = rng.normal(0, 1, weight.shape)
        fan_in = max(1, int(np.prod(weight.shape[:-1])))
        kinds = {"kernel": value * np.sqrt(2 / fan_in), "moving_variance": 0.5 + np.abs(value), "gamma": 1 + value / 3}
        values.append(kinds.get(weight.name, value / 5).astype(np.float32))
    model.set_weights(values)
    return model


def pair(z: Any) -> Any:
    """One logit as two scores."""
    return ops.concatenate([-z / 2, z / 2], axis=-1)


def two(p: Any) -> Any:
    """One probability as two."""
    p = ops.reshape(p, (-1, 1))
    return ops.concatenate([1 - p, p], axis=-1)


def functional(
    end: Tensors | None,
    head: str,
    *,
    units: int = CLASSES,
    shape: tuple[int | None, ...] = (SIDE, SIDE, 3),
    says: Tensors | None = None,
    score: Tensors = lambda z: z,
    front: list[Any] | None = None,
    **more: Any,
) -> Stranger:
    """Body, scores z, and an end; `says` and `score` default to the softmax of z, and z."""
    pictures = keras.Input(shape, name="pictures")
    trunk, tail = [*(front or []), *body()], scores(units)
    z = chain(pictures, [*trunk, *tail])
    model = drawn(keras.Model(pictures, z if end is None else end(z), name="stranger"))
    return Stranger(
        model,
        trunk=lambda x: chain(x, trunk),
        tail=lambda maps: score(chain(maps, tail)),
        layer="conv2",
        says=says or (lambda x: model(x, training=False)),
        head=head,
        **more,
    )


def one_unit(end: Tensors | None, head: str, **more: Any) -> Stranger:
    """The same with a single unit z, whose second class has the probability sigmoid(z)."""
    made = functional(end, head, units=1, score=pair, **more)
    says = (
        (lambda x: two(ops.sigmoid(made.model(x)))) if end is None else (lambda x: two(made.model(x, training=False)))
    )
    return Stranger(**{**vars(made), "says": says})


class Softmaxed(keras.Model):
    """A subclassed model used as the last layer."""

    def call(self, z):
        return tf.nn.softmax(tf.convert_to_tensor(z))


class Closed(keras.Model):
    """A subclassed model that only TensorFlow can follow."""

    def __init__(self, parts, end):
        super().__init__(name="closed")
        self.parts, self.end = parts, end

    def call(self, images):
        return self.end(chain(tf.convert_to_tensor(images), self.parts))


class Open(keras.Model):
    """A subclassed model made of layers."""

    def __init__(self, parts):
        super().__init__(name="open")
        self.parts = parts

    def call(self, images):
        return ops.softmax(chain(images, self.parts))


class Overridden(keras.Model):
    """A Functional model whose own call does more than its graph."""

    def call(self, inputs, training=None, mask=None):
        return ops.softmax(super().call(inputs, training=training, mask=mask))


class Curved(layers.Layer):
    """A layer that uses its activation in the middle."""

    def __init__(self, **more):
        super().__init__(**more)
        self.activation = keras.activations.tanh
        self.dense = layers.Dense(CLASSES)

    def build(self, shape):
        self.dense.build(shape)

    def call(self, value):
        return self.dense(self.activation(value))


class Tokens(layers.Layer):
    """A class token before the others, and positions."""

    def build(self, shape):
        self.token = self.add_weight(shape=(1, 1, shape[-1]), name="kernel", initializer="normal")
        self.places = self.add_weight(shape=(1, shape[1] + 1, shape[-1]), name="positions", initializer="normal")

    def call(self, value):
        first = ops.broadcast_to(self.token, (ops.shape(value)[0], 1, value.shape[-1]))
        return ops.concatenate([first, value], axis=1) + self.places

    def compute_output_shape(self, shape):
        return (shape[0], shape[1] + 1, shape[2])


# Heads


def logits() -> Stranger:
    made = functional(None, "logits")
    return Stranger(**{**vars(made), "says": lambda x: ops.softmax(made.model(x))})


def tensorflow_softmax() -> Stranger:
    return functional(layers.Activation(tf.nn.softmax, name="end"), "softmax", saved=False)


def log_softmax() -> Stranger:
    made = functional(ops.log_softmax, "logits", score=ops.log_softmax)
    return Stranger(**{**vars(made), "says": lambda x: ops.exp(made.model(x))})


def average_of_two() -> Stranger:
    pictures = keras.Input((SIDE, SIDE, 3))
    shared = body()
    maps = chain(pictures, shared)
    tails = [[layers.GlobalAveragePooling2D(), layers.Dense(CLASSES, activation="softmax")] for _ in range(2)]
    ends = [chain(maps, tail) for tail in tails]
    model = drawn(keras.Model(pictures, layers.Average()(ends)))
    return Stranger(
        model,
        lambda x: chain(x, shared),
        lambda m: ops.log((chain(m, tails[0]) + chain(m, tails[1])) / 2),
        "conv2",
        lambda x: model(x, training=False),
        "probabilities",
    )


def subclassed_head() -> Stranger:
    return functional(Softmaxed(name="closed_end"), "probabilities", score=ops.log_softmax, saved=False)


def hard_labels() -> Stranger:
    def odds(z):
        p = ops.clip(ops.hard_sigmoid(z), 1e-30, 1 - 1e-7)
        return ops.log(p) - ops.log(1 - p)

    return functional(layers.Activation("hard_sigmoid", name="end"), "independent", score=odds)


def minus_and_plus_half() -> Stranger:
    made = one_unit(None, "logits")
    pictures = keras.Input((SIDE, SIDE, 3))
    parts = [made.model.get_layer(name) for name in ("conv1", "pool1", "conv2", "mean", "scores")]
    z = chain(pictures, parts)
    model = keras.Model(pictures, layers.Concatenate()([z * -0.5, z * 0.5]))
    return Stranger(**{**vars(made), "model": model, "says": lambda x: ops.softmax(model(x))})


def half_precision() -> Stranger:
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return functional(layers.Activation("softmax", dtype="float32", name="end"), "softmax", precision=2e-3)
    finally:
        keras.config.set_dtype_policy(usual)


# Structures


def sequential(late: bool = False) -> Stranger:
    trunk, tail = body(), scores()
    parts = [*trunk, *tail, layers.Softmax(name="end")]
    model = keras.Sequential(parts if late else [keras.Input((SIDE, SIDE, 3)), *parts])
    model(np.zeros((1, SIDE, SIDE, 3), np.float32))
    drawn(model)
    return Stranger(
        model,
        lambda x: chain(x, trunk),
        lambda m: chain(m, tail),
        "conv2",
        lambda x: model(x, training=False),
        "softmax",
    )


def nested(inner: str) -> Stranger:
    trunk, tail = body(), scores()
    given = keras.Input((SIDE, SIDE, 3))
    backbone = (
        keras.Sequential([given, *trunk], name="backbone")
        if inner == "sequential"
        else keras.Model(given, chain(given, trunk), name="backbone")
    )
    pictures = keras.Input((SIDE, SIDE, 3))
    model = drawn(keras.Model(pictures, layers.Softmax()(chain(backbone(pictures), tail))))
    return Stranger(
        model,
        backbone,
        lambda m: chain(m, tail),
        "backbone/conv2",
        lambda x: model(x, training=False),
        "softmax",
    )


def backbone_used_twice() -> Stranger:
    given = keras.Input((SIDE, SIDE, 3))
    trunk = body()
    backbone = keras.Model(given, chain(given, trunk), name="backbone")
    pictures = keras.Input((SIDE, SIDE, 3))
    tail = scores()
    both = layers.Add(name="both")([backbone(pictures), backbone(ops.flip(pictures, axis=2))])
    model = drawn(keras.Model(pictures, layers.Softmax()(chain(both, tail))))
    return Stranger(
        model,
        lambda x: backbone(x) + backbone(ops.flip(x, axis=2)),
        lambda m: chain(m, tail),
        "both",
        lambda x: model(x, training=False),
        "softmax",
    )


def subclassed(closed: bool) -> Stranger:
    trunk, tail = body(), scores()
    parts = [*trunk, *tail]
    model = Closed(parts, tf.nn.softmax) if closed else Open(parts)
    model(np.zeros((1, SIDE, SIDE, 3), np.float32))
    drawn(model)
    return Stranger(
        model,
        lambda x: chain(x, trunk),
        (lambda m: ops.log_softmax(chain(m, tail))) if closed else lambda m: chain(m, tail),
        None if closed else "conv2",
        lambda x: model(x, training=False),
        "probabilities" if closed else "softmax",
        saved=False,
    )


def overridden_call() -> Stranger:
    pictures = keras.Input((SIDE, SIDE, 3))
    trunk, tail = body(), scores()
    model = drawn(Overridden(pictures, chain(pictures, [*trunk, *tail])))
    return Stranger(
        model,
        lambda x: chain(x, trunk),
        lambda m: chain(m, tail),
        "conv2",
        lambda x: model(x, training=False),
        "softmax",
        saved=False,
    )


def activation_in_the_middle() -> Stranger:
    pictures = keras.Input((SIDE, SIDE, 3))
    trunk, tail = body(), [layers.GlobalAveragePooling2D(), Curved(name="curved")]
    model = drawn(keras.Model(pictures, layers.Softmax()(chain(pictures, [*trunk, *tail]))))
    return Stranger(
        model,
        lambda x: chain(x, trunk),
        lambda m: chain(m, tail),
        "conv2",
        lambda x: model(x, training=False),
        "softmax",
        saved=False,
    )


def default_layer_of_one_place() -> Stranger:
    """As MobileNetV3 ends: pooled to 1x1, then convolutions."""
    pictures = keras.Input((SIDE, SIDE, 3))
    trunk = body()
    tail = [
        layers.GlobalAveragePooling2D(keepdims=True),
        layers.Conv2D(10, 1, activation="relu", name="wide"),
        layers.Conv2D(CLASSES, 1, name="logits"),
        layers.Flatten(),
    ]
    model = drawn(keras.Model(pictures, layers.Softmax()(chain(pictures, [*trunk, *tail]))))
    return Stranger(
        model,
        lambda x: chain(x, trunk),
        lambda m: chain(m, tail),
        "conv2",
        lambda x: model(x, training=False),
        "softmax",
    )


def squeeze_and_branches() -> Stranger:
    """Two branches and a gate that joins them, as NASNet and EfficientNet have."""
    pictures = keras.Input((SIDE, SIDE, 3))
    stem = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")
    left = layers.Conv2D(8, 3, padding="same", activation="relu", name="left")
    right = layers.Conv2D(8, 5, padding="same", activation="relu", name="right")
    gate = [layers.GlobalAveragePooling2D(keepdims=True), layers.Conv2D(16, 1, activation="sigmoid", name="gate")]
    join, times, tail = layers.Concatenate(name="join"), layers.Multiply(name="gated"), scores()

    def trunk(value):
        value = stem(value)
        joined = join([left(value), right(value)])
        return times([joined, chain(joined, gate)])

    model = drawn(keras.Model(pictures, layers.Softmax()(chain(trunk(pictures), tail))))
    return Stranger(model, trunk, lambda m: chain(m, tail), "gated", lambda x: model(x, training=False), "softmax")


def split_channels() -> Stranger:
    """An operation with several outputs, as channel shuffles have."""
    pictures = keras.Input((SIDE, SIDE, 3))
    trunk, tail, join = body(), scores(), layers.Concatenate(name="shuffled")

    def shuffled(value):
        first, second = ops.split(chain(value, trunk), 2, axis=-1)
        return join([second, first])

    model = drawn(keras.Model(pictures, layers.Softmax()(chain(shuffled(pictures), tail))))
    return Stranger(
        model, shuffled, lambda m: chain(m, tail), "shuffled", lambda x: model(x, training=False), "softmax"
    )


def popped_and_added() -> Stranger:
    """A Sequential model that was read once, and then given another head."""
    from core.networks.graph import graph_of

    made = sequential()
    assert graph_of(made.model).head == "softmax"
    model = made.model
    model.pop()
    model.pop()
    tail = [layers.Dense(5, name="other")]
    for layer in (*tail, layers.Activation("sigmoid", name="labels")):
        model.add(layer)
    drawn(model)
    mean = model.get_layer("mean")
    return Stranger(
        model,
        made.trunk,
        lambda m: chain(mean(m), tail),
        "conv2",
        lambda x: model(x, training=False),
        "independent",
    )


def exchanged_activation() -> Stranger:
    """A model whose last activation was exchanged after it was read."""
    from core.networks.graph import graph_of

    pictures = keras.Input((SIDE, SIDE, 3))
    trunk, mean, dense = body(), layers.GlobalAveragePooling2D(), layers.Dense(CLASSES, activation="softmax")
    model = drawn(keras.Model(pictures, dense(mean(chain(pictures, trunk)))))
    assert graph_of(model).head == "softmax"
    dense.activation = keras.activations.linear
    return Stranger(
        model,
        lambda x: chain(x, trunk),
        lambda m: dense(mean(m)),
        "conv2",
        lambda x: ops.softmax(model(x)),
        "logits",
    )


def transformer(class_token: bool) -> Stranger:
    """A small ViT of two blocks; the answer is read from the mean of the tokens, or from a class token."""
    width, grid = 12, 4
    pictures = keras.Input((SIDE, SIDE, 3))
    patches = [layers.Conv2D(width, SIDE // grid, strides=SIDE // grid, name="patches"), layers.Reshape((-1, width))]
    tokens = Tokens(name="tokens") if class_token else layers.Identity(name="tokens")
    blocks = [
        (
            layers.LayerNormalization(name=f"norm{n}a"),
            layers.MultiHeadAttention(2, 6, name=f"attention{n}"),
            layers.LayerNormalization(name=f"norm{n}b"),
            layers.Dense(width, activation="gelu", name=f"mlp{n}"),
            layers.Add(name=f"attended{n}"),
            layers.Add(name=f"block{n}"),
        )
        for n in (1, 2)
    ]
    norm, dense = layers.LayerNormalization(name="norm"), layers.Dense(CLASSES, name="scores")

    def through(value, block):
        before, attention, after, mlp, first, second = block
        normed = before(value)
        value = first([value, attention(normed, normed)])
        return second([value, mlp(after(value))])

    def read(value):
        value = norm(value)
        return dense(value[:, 0] if class_token else ops.mean(value, axis=1))

    value = through(tokens(chain(pictures, patches)), blocks[0])
    model = drawn(keras.Model(pictures, layers.Softmax()(read(through(value, blocks[1])))))

    def first_block(x):
        return through(tokens(chain(x, patches)), blocks[0])

    def maps(x):
        # With a class token, the tokens of places count only before the last attention.
        value = first_block(x)[:, 1:] if class_token else norm(through(first_block(x), blocks[1]))
        return ops.reshape(value, (-1, grid, grid, width))

    def tail_of(x):
        def tail(m):
            value = ops.reshape(m, (-1, grid * grid, width))
            if not class_token:
                return dense(ops.mean(value, axis=1))
            return read(through(ops.concatenate([first_block(x)[:, :1], value], axis=1), blocks[1]))

        return tail

    return Stranger(
        model,
        trunk=maps,
        tail=None,
        tail_of=tail_of,
        layer="block1" if class_token else "norm",
        says=lambda x: model(x, training=False),
        head="softmax",
        saved=False,
    )


# Shapes and preprocessing


def prepared(given: Any, prepare: Tensors) -> Stranger:
    return functional(layers.Softmax(name="end"), "softmax", prepare=prepare, preprocessing=given)


MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
CAFFE = np.float32([103.939, 116.779, 123.68])

READ: dict[str, Callable[[], Stranger]] = {
    "softmax layer": lambda: functional(layers.Softmax(name="end"), "softmax"),
    "softmax activation": lambda: functional(layers.Activation("softmax", name="end"), "softmax"),
    "softmax of TensorFlow": tensorflow_softmax,
    "softmax operation": lambda: functional(ops.softmax, "softmax"),
    "softmax, then linear in float32": lambda: functional(
        lambda z: layers.Activation("linear", dtype="float32")(layers.Softmax()(z)), "softmax"
    ),
    "softmax, then identity": lambda: functional(lambda z: layers.Identity()(layers.Softmax()(z)), "softmax"),
    "softmax, then reshape": lambda: functional(lambda z: layers.Reshape((CLASSES,))(layers.Softmax()(z)), "softmax"),
    "softmax, then dropout": lambda: functional(lambda z: layers.Dropout(0.5)(layers.Softmax()(z)), "softmax"),
    "softmax at a temperature": lambda: functional(lambda z: ops.softmax(z / 2), "softmax", score=lambda z: z / 2),
    "softmax in half precision": half_precision,
    "exp of log softmax": lambda: functional(lambda z: ops.exp(ops.log_softmax(z)), "softmax"),
    "log softmax": log_softmax,
    "average of two networks": average_of_two,
    "subclassed head": subclassed_head,
    "logits": logits,
    "one logit": lambda: one_unit(None, "logits"),
    "one sigmoid": lambda: one_unit(layers.Activation("sigmoid", name="end"), "sigmoid"),
    "one sigmoid, then cast": lambda: one_unit(
        lambda z: layers.Activation("linear", dtype="float32")(ops.sigmoid(z)), "sigmoid"
    ),
    "one sigmoid, then reshape": lambda: one_unit(lambda z: layers.Reshape((1,))(ops.sigmoid(z)), "sigmoid"),
    "one sigmoid without an axis": lambda: one_unit(lambda z: ops.squeeze(ops.sigmoid(z), axis=-1), "sigmoid"),
    "minus and plus half a logit": minus_and_plus_half,
    "independent labels": lambda: functional(layers.Activation("sigmoid", name="end"), "independent"),
    "independent labels, then reshape": lambda: functional(
        lambda z: layers.Reshape((CLASSES,))(ops.sigmoid(z)), "independent"
    ),
    "hard labels": hard_labels,
    "sequential": sequential,
    "sequential built late": lambda: sequential(late=True),
    "nested functional": lambda: nested("functional"),
    "nested sequential": lambda: nested("sequential"),
    "backbone used twice": backbone_used_twice,
    "subclassed": lambda: subclassed(closed=False),
    "subclassed and closed": lambda: subclassed(closed=True),
    "overridden call": overridden_call,
    "activation in the middle": activation_in_the_middle,
    "last convolution of one place": default_layer_of_one_place,
    "squeeze and branches": squeeze_and_branches,
    "split channels": split_channels,
    "popped and added": popped_and_added,
    "exchanged activation": exchanged_activation,
    "transformer, mean of tokens": lambda: transformer(class_token=False),
    "transformer, class token": lambda: transformer(class_token=True),
    "grey": lambda: functional(layers.Softmax(name="end"), "softmax", shape=(SIDE, SIDE, 1)),
    "not square": lambda: functional(layers.Softmax(name="end"), "softmax", shape=(SIDE, SIDE + 8, 3)),
    "free sides": lambda: functional(layers.Softmax(name="end"), "softmax", shape=(None, None, 3)),
    "rescales inside": lambda: functional(
        layers.Softmax(name="end"), "softmax", front=[layers.Rescaling(1 / 255, name="inside")], preprocessing="none"
    ),
    "unit": lambda: prepared("unit", lambda x: x / 255),
    "symmetric": lambda: prepared("symmetric", lambda x: x / 127.5 - 1),
    "centred": lambda: prepared("centred", lambda x: x / 255 - 0.5),
    "imagenet_torch": lambda: prepared("imagenet_torch", lambda x: (x / 255 - MEAN) / STD),
    "imagenet_caffe": lambda: prepared("imagenet_caffe", lambda x: x[..., ::-1] - CAFFE),
    "bgr_unit": lambda: prepared("bgr_unit", lambda x: x[..., ::-1] / 255),
    "any mean and deviation": lambda: prepared(
        "mean=120,110,100 std=60,59,58", lambda x: (x - np.float32([120, 110, 100])) / np.float32([60, 59, 58])
    ),
    "keras' own function": lambda: prepared(
        keras.applications.imagenet_utils.preprocess_input, lambda x: x[..., ::-1] - CAFFE
    ),
}
"""Networks that have to be read right, by what is peculiar about them."""


def two_towers() -> keras.Model:
    """Two towers that meet only after their maps are gone."""
    pictures = keras.Input((SIDE, SIDE, 3))
    towers = [
        layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu", name=f"tower{n}")(pictures))
        for n in (1, 2)
    ]
    return drawn(keras.Model(pictures, layers.Dense(CLASSES, activation="softmax")(layers.Concatenate()(towers))))


def broken(layer: str, value: float) -> keras.Model:
    model = functional(layers.Softmax(name="end"), "softmax").model
    kernel, *rest = model.get_layer(layer).get_weights()
    kernel.flat[0] = value
    model.get_layer(layer).set_weights([kernel, *rest])
    return model


def channels_first() -> keras.Model:
    pictures = keras.Input((3, SIDE, SIDE))
    maps = layers.Conv2D(4, 3, data_format="channels_first", name="conv")(pictures)
    mean = layers.GlobalAveragePooling2D(data_format="channels_first")(maps)
    return keras.Model(pictures, layers.Dense(CLASSES, activation="softmax")(mean))


def two_inputs() -> keras.Model:
    pictures, other = keras.Input((SIDE, SIDE, 3)), keras.Input((SIDE, SIDE, 3))
    return keras.Model([pictures, other], chain(layers.Add()([pictures, other]), [*body(), *scores()]))


def dense_map() -> keras.Model:
    pictures = keras.Input((SIDE, SIDE, 3))
    return keras.Model(pictures, layers.Conv2D(CLASSES, 1, activation="softmax")(chain(pictures, body())))


REFUSED: dict[str, tuple[Callable[[], keras.Model], str]] = {
    "softmax of one unit": (lambda: functional(layers.Softmax(), "softmax", units=1).model, "softmax .*single unit"),
    "one unit of tanh": (lambda: functional(layers.Activation("tanh"), "logits", units=1).model, "ends in tanh"),
    "NaN weights": (lambda: broken("conv2", float("nan")), "conv2"),
    "infinite weights": (lambda: broken("scores", float("inf")), "scores"),
    "channels first": (channels_first, "channels last.*set_weights"),
    "two inputs": (two_inputs, "2 inputs"),
    "a map of answers": (dense_map, "scores"),
    "never called": (lambda: Open([*body(), *scores()]), "Call it once"),
    "sequential that was never built": (lambda: keras.Sequential([*body(), *scores()]), "built"),
}
"""Networks that have to be refused, and what the sentence has to name."""
