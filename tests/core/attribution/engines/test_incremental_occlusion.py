"""Recomputing what a window can change gives what whole forward passes give, whatever the network is made of."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.attribution.base import target_weights
from core.attribution.engines.fills import fill_colours
from core.attribution.engines.incremental_occlusion import batch_sizes, incremental_drops
from core.attribution.engines.incremental_plan import COMPILED_FOR, Plan, plan
from core.attribution.engines.windows import window_corners
from core.attribution.methods.occlusion import dense_drops
from core.networks.evaluator import ModelEvaluator

ACTIVATIONS = ("relu", "elu", "tanh", "sigmoid", "silu", "gelu", "leaky_relu", "linear", "softplus")


def random_weights(model: keras.Model, seed: int) -> keras.Model:
    """Weights for which no layer's output dies out or explodes; variances stay positive."""
    rng = np.random.default_rng(seed)
    for layer in model._flatten_layers():
        for variable in layer.trainable_variables if not layer._layers else ():
            fan = np.prod(variable.shape[:-1]) if len(variable.shape) > 1 else 4
            variable.assign(rng.normal(0, 1.2 / np.sqrt(fan), variable.shape))
        if isinstance(layer, layers.BatchNormalization):
            layer.gamma.assign(rng.uniform(0.5, 1.5, layer.gamma.shape))
            layer.moving_mean.assign(rng.normal(0, 0.3, layer.moving_mean.shape))
            layer.moving_variance.assign(rng.uniform(0.5, 2, layer.moving_variance.shape))
    return model


def both(
    model: keras.Model,
    *,
    patch: int,
    stride: int,
    size=None,
    pictures: int = 2,
    fill: str = "grey",
    score="logit",
    seed=0,
) -> tuple[np.ndarray, np.ndarray, Plan]:
    """The falls as recomputed and as found by whole passes, and the plan."""
    network = ModelEvaluator.of(model)
    height, width, channels = (*(size or network.graph.input_shape[1:3]), network.graph.input_shape[3])
    images = np.random.default_rng(seed).uniform(0, 1, (pictures, height, width, channels)).astype(np.float32)
    places = window_corners(height, width, patch, stride)
    made = plan(network.graph, (height, width), places, patch)
    targets = target_weights(None, pictures, network.graph.classes)
    given = {"fills": fill_colours(images, fill), "places": places, "patch": patch, "score": score}
    exact = dense_drops(network, images, targets, **given)
    return incremental_drops(network, images, targets, plan=made, **given), exact, made


def check(model: keras.Model, **dials) -> Plan:
    ours, exact, made = both(model, **dials)
    assert np.abs(exact).max() > 1e-4, "the windows change nothing, so that nothing is tested"
    np.testing.assert_allclose(ours, exact, atol=1e-4 * max(1, np.abs(exact).max()))
    return made


def random_block(rng: np.random.Generator, value, place: int):
    """One more layer, or a small block with branches, of random kind."""
    size = tuple(int(side) for side in rng.integers(1, 5, 2))
    stride = int(rng.choice([1, 1, 2, 3]))
    dilation = int(rng.integers(1, 3)) if stride == 1 else 1
    padding, name = str(rng.choice(["same", "valid"])), f"layer{place}"
    ways = {"padding": padding, "name": name}
    match int(rng.integers(11)):
        case 0 | 1:
            activation = str(rng.choice(ACTIVATIONS))
            return layers.Conv2D(6, size, stride, dilation_rate=dilation, activation=activation, **ways)(value)
        case 2:
            return layers.DepthwiseConv2D(size, stride, dilation_rate=dilation, **ways)(value)
        case 3:
            return layers.SeparableConv2D(5, size, stride, dilation_rate=dilation, **ways)(value)
        case 4:
            return layers.MaxPooling2D(size, stride, **ways)(value)
        case 5:
            return layers.AveragePooling2D(size, stride, **ways)(value)
        case 6:
            return layers.BatchNormalization(name=name)(value)
        case 7:
            return layers.ZeroPadding2D(((1, 2), (0, 1)), name=name)(value)
        case 8:
            return layers.Cropping2D(((1, 0), (0, 1)), name=name)(value)
        case 9:
            other = layers.Conv2D(value.shape[-1], 3, padding="same", activation="relu", name=f"{name}_in")(value)
            join = [layers.Add, layers.Multiply, layers.Maximum, layers.Concatenate, layers.Subtract][rng.integers(5)]
            return layers.Activation("relu", name=name)(join(name=f"{name}_join")([value, other]))
        case _:
            return layers.Activation(str(rng.choice(ACTIVATIONS)), name=name)(value)


def random_network(seed: int) -> keras.Model:
    rng = np.random.default_rng(seed)
    size = (int(rng.integers(25, 40)), int(rng.integers(25, 40)), 3)
    inputs = keras.Input(size)
    value = layers.Rescaling(2.0, offset=-0.5, name="scale")(inputs)
    for place in range(6):
        if min(value.shape[1:3]) > 6:
            value = random_block(rng, value, place)
    value = layers.Conv2D(8, 3, padding="same", activation="relu", name="last")(value)
    head = [layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D, layers.Flatten][seed % 3]
    scores = layers.Dense(4, name="scores", activation="softmax" if seed % 2 else None)(head(name="head")(value))
    return random_weights(keras.Model(inputs, scores), seed)


@pytest.mark.parametrize("seed", range(13))  # with these, every kind of layer and join has come up
def test_equal_to_whole_passes_on_random_networks(seed):
    rng = np.random.default_rng(1000 + seed)
    check(random_network(seed), patch=int(rng.integers(1, 12)), stride=int(rng.integers(2, 8)), seed=seed)


def chain(*middle: keras.Layer, head: keras.Layer | None = None, size=(24, 24, 3)) -> keras.Model:
    return random_weights(
        keras.Sequential([keras.Input(size), *middle, head or layers.GlobalAveragePooling2D(), layers.Dense(3)]), 1
    )


@pytest.mark.parametrize("fill", ["grey", "black", "white", "mean"])
@pytest.mark.parametrize("score", ["logit", "probability"])
def test_every_fill_and_score(fill, score):
    model = chain(
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(8, 3, padding="same"),
    )
    assert check(model, patch=6, stride=4, fill=fill, score=score).worthwhile


@pytest.mark.parametrize(("patch", "stride"), [(1, 5), (24, 1), (23, 1), (8, 40), (7, 3), (5, 7)])
def test_windows_at_the_border_and_as_large_as_the_picture(patch, stride):
    model = chain(
        layers.Conv2D(8, 5, strides=2, padding="same", activation="relu"),
        layers.AveragePooling2D(3, 2, padding="same"),
        layers.Conv2D(8, 3, padding="same", activation="tanh"),
    )
    check(model, patch=patch, stride=stride)


@pytest.mark.parametrize("head", [layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D])
@pytest.mark.parametrize("size", [(25, 31, 3), (33, 18, 1)])
def test_odd_sizes_and_both_global_poolings(head, size):
    model = chain(
        layers.Conv2D(8, 3, strides=3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, padding="same"),
        layers.BatchNormalization(),
        layers.Conv2D(8, 2, dilation_rate=2, padding="same", activation="relu"),
        head=head(keepdims=False),
        size=size,
    )
    check(model, patch=5, stride=3)


def test_a_network_that_takes_any_size():
    inputs = keras.Input((None, None, 3))
    value = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    value = layers.MaxPooling2D(3, 2, padding="same")(value)
    model = random_weights(keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(value))), 3)
    for size in ((30, 21), (31, 22)):
        check(model, patch=4, stride=5, size=size)


def test_a_nested_backbone_with_residual_blocks_and_a_gate():
    inside = keras.Input((32, 32, 8))
    value = layers.Conv2D(8, 3, padding="same", name="one")(inside)
    value = layers.ReLU(max_value=6, name="six")(layers.BatchNormalization(name="norm")(value))
    added = layers.Add(name="add")([inside, layers.DepthwiseConv2D(3, padding="same", name="depth")(value)])
    halved = layers.Conv2D(8, 3, strides=2, padding="same", name="half")(added)
    gate = layers.Dense(8, activation="sigmoid", name="gate")(layers.GlobalAveragePooling2D(keepdims=True)(halved))
    backbone = keras.Model(inside, layers.Multiply(name="gated")([halved, gate]), name="backbone")
    inputs = keras.Input((32, 32, 3))
    value = backbone(layers.Conv2D(8, 1, name="stem")(inputs))
    model = random_weights(keras.Model(inputs, layers.Dense(3, name="out")(layers.GlobalMaxPooling2D()(value))), 5)
    made = check(model, patch=6, stride=5)
    paths = [step.path for step in ModelEvaluator.of(model).graph.steps]
    # The gate changes everywhere at once: from there on, whole maps are computed.
    assert paths.index("backbone/half") in made.local
    assert paths.index("backbone/gated") not in made.local


def test_layers_that_vary_from_place_to_place_are_left_to_whole_maps():
    ramp = np.linspace(0, 1, 24, dtype=np.float32).reshape(1, 24, 1, 1)
    inputs = keras.Input((24, 24, 3))
    value = layers.Conv2D(6, 3, padding="same", name="conv")(inputs)
    value = keras.ops.multiply(layers.PReLU(name="varying")(value), ramp)
    value = layers.Conv2D(6, 3, padding="same", activation=lambda maps: keras.ops.cumsum(maps, 1), name="wild")(value)
    value = layers.LayerNormalization(axis=(1, 2, 3), name="over_all")(value)
    model = random_weights(keras.Model(inputs, layers.Dense(3, name="out")(layers.Flatten()(value))), 2)
    made = check(model, patch=5, stride=6)
    assert {ModelEvaluator.of(model).graph.steps[place].path for place in made.local} == {"conv"}


@pytest.mark.parametrize(("axis", "followed"), [(-1, True), (3, True), (1, False), (None, False)])
def test_reversed_channels_are_followed_and_turned_pictures_are_not(axis, followed):
    inputs = keras.Input((32, 32, 3))
    scaled = layers.Rescaling(1.0, [-103.9, -116.8, -123.7], name="caffe")(keras.ops.flip(inputs, axis=axis))
    value = layers.Conv2D(8, 3, activation="relu", name="conv")(scaled)
    value = layers.GlobalAveragePooling2D()(layers.Conv2D(16, 3, name="last")(value))
    model = random_weights(keras.Model(inputs, layers.Dense(3, name="out")(value)), 4)
    assert check(model, patch=5, stride=4).worthwhile == followed


def test_shared_layers_and_a_slot_that_is_read_in_three_ways():
    inputs = keras.Input((26, 26, 2))
    first = layers.Conv2D(4, 3, padding="same", name="first")(inputs)
    shared = layers.Conv2D(4, 3, padding="same", activation="relu", name="shared")
    again = shared(shared(first))
    pooled = layers.MaxPooling2D(3, 1, padding="same", name="pool")(first)
    value = layers.Concatenate(name="joined")([again, pooled, layers.Activation("tanh", name="act")(first)])
    value = layers.Average(name="mean")([value, value])
    model = random_weights(keras.Model(inputs, layers.Dense(3, name="out")(layers.GlobalMaxPooling2D()(value))), 4)
    check(model, patch=4, stride=5)


def test_a_grouped_convolution_and_upsampling():
    model = chain(
        layers.Conv2D(8, 3, padding="same", groups=1, activation="relu"),
        layers.Conv2D(8, 3, padding="same", groups=4, activation="relu"),
        layers.MaxPooling2D(),
        layers.UpSampling2D(),
        layers.Conv2D(4, 3, padding="same"),
    )
    check(model, patch=5, stride=4)


def test_the_plan_of_a_known_network():
    model = chain(
        layers.Conv2D(32, 3, padding="same", activation="relu", name="a"),
        layers.MaxPooling2D(name="p"),
        layers.Conv2D(64, 3, padding="same", activation="relu", name="b"),
        layers.MaxPooling2D(name="q"),
        layers.Conv2D(128, 3, padding="same", activation="relu", name="c"),
        size=(64, 64, 3),
    )
    graph = ModelEvaluator.of(model).graph
    made = plan(graph, (64, 64), window_corners(64, 64, 8, 4), 8)
    lengths = {step.path: made.rows[step.output].length for step in graph.steps if step.output in made.rows}
    # By hand: 8 pixels change 10, of which the pooling reads 12; these change 6, then 8, then 4, then 6.
    assert [lengths[path] for path in ("a", "p", "b", "q", "c")] == [12, 6, 8, 4, 6]
    assert made.worthwhile
    assert made.dense / made.cost > 8
    few = int(COMPILED_FOR / (made.dense - made.cost))
    assert not made.repays(few)
    assert made.repays(few + 1)


def test_a_window_over_most_of_the_picture_is_not_worthwhile():
    model = chain(layers.Conv2D(8, 3, padding="same", activation="relu"), size=(32, 32, 3))
    graph = ModelEvaluator.of(model).graph
    assert not plan(graph, (32, 32), window_corners(32, 32, 30, 1), 30).worthwhile
    assert plan(graph, (32, 32), window_corners(32, 32, 4, 4), 4).worthwhile


def test_batches_hold_no_more_than_their_bound(monkeypatch):
    model = chain(layers.Conv2D(8, 3, padding="same", activation="relu"))
    whole, _, made = both(model, patch=4, stride=4, pictures=5)
    monkeypatch.setattr("core.attribution.engines.incremental_occlusion.BATCH_FLOATS", made.floats * 7)
    assert batch_sizes(ModelEvaluator.of(model).graph, made, 36) == (1, 6)
    split, _, _ = both(model, patch=4, stride=4, pictures=5)
    np.testing.assert_allclose(split, whole, atol=1e-5)


def test_a_new_patch_or_stride_is_served_by_the_same_compiled_functions():
    model = chain(layers.Conv2D(8, 3, padding="same", activation="relu"), layers.Conv2D(8, 3, activation="relu"))
    network = ModelEvaluator.of(model)
    both(model, patch=4, stride=4)
    functions = dict(network._functions)
    for patch, stride in ((3, 5), (6, 2), (5, 4)):
        both(model, patch=patch, stride=stride)
    assert network._functions == functions
    assert all(function.experimental_get_tracing_count() == 1 for function in functions.values())


def test_a_callback_that_raises_stops_the_work():
    class Stop(BaseException):
        pass

    def stop(done, total, note=""):
        raise Stop

    model = chain(layers.Conv2D(8, 3, padding="same", activation="relu"))
    network = ModelEvaluator.of(model)
    places = window_corners(24, 24, 4, 4)
    images = np.ones((1, 24, 24, 3), np.float32)
    with pytest.raises(Stop):
        incremental_drops(
            network,
            images,
            target_weights(None, 1, 3),
            plan=plan(network.graph, (24, 24), places, 4),
            fills=fill_colours(images, "grey"),
            places=places,
            patch=4,
            score="logit",
            on_step=stop,
        )
