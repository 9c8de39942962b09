from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.errors import LayerError, ModelError
from core.networks.graph import graph_of
from tests.core import nets


@pytest.fixture(scope="module")
def images() -> tf.Tensor:
    return tf.constant(nets.pictures().astype(np.float32))


@pytest.mark.parametrize("shape", nets.SHAPES)
def test_the_logits_softmax_to_what_the_model_says(shape, images):
    model = nets.randomised(nets.SHAPES[shape]())
    logits = graph_of(model).run(images).numpy()
    answer = model(images).numpy()
    wanted = logits if shape == "logits" else tf.nn.softmax(logits).numpy()
    np.testing.assert_allclose(wanted, answer, rtol=1e-4, atol=1e-6)
    assert graph_of(model).head == ("logits" if shape == "logits" else "softmax")
    assert graph_of(model).classes == nets.CLASSES


def test_one_sigmoid_unit_is_two_classes(images):
    model = nets.randomised(nets.one_sigmoid())
    graph = graph_of(model)
    said = tf.nn.softmax(graph.run(images)).numpy()
    np.testing.assert_allclose(said[:, 1], model(images).numpy()[:, 0], rtol=1e-4)
    assert (graph.head, graph.classes) == ("sigmoid", 2)


@pytest.mark.parametrize(
    ("shape", "paths"),
    [
        ("fused_softmax", ["rescale", "conv1:linear", "conv1", "pool", "conv2:linear", "conv2", "mean"]),
        ("late_built", ["rescale", "conv1:linear", "conv1", "pool", "conv2:linear", "conv2", "mean"]),
        ("nested_functional", ["backbone/rescale", "backbone/conv1:linear", "backbone/conv1", "backbone/pool"]),
        ("nested_sequential", ["backbone/rescale", "backbone/conv1:linear", "backbone/conv1", "backbone/pool"]),
    ],
)
def test_steps_are_listed_in_the_order_in_which_they_run(shape, paths):
    graph = graph_of(nets.SHAPES[shape]())
    assert [step.path for step in graph.steps][: len(paths)] == paths


def test_values_on_the_way_are_the_models_own(images):
    model = nets.randomised(nets.normed())
    graph = graph_of(model)
    for name in ("conv1", "norm1", "act1", "separable", "norm2", "largest"):
        part = keras.Model(model.inputs, model.get_layer(name).output)
        np.testing.assert_allclose(graph.run(images, until=name), part(images), rtol=1e-5, atol=1e-6)


def test_the_linear_part_comes_before_its_activation(images):
    graph = graph_of(nets.randomised(nets.fused_softmax()))
    before, after = graph.run(images, until="conv1:linear"), graph.run(images, until="conv1")
    assert float(tf.reduce_min(before)) < 0
    np.testing.assert_array_equal(tf.nn.relu(before), after)


@pytest.mark.parametrize("place", ["rescale", "conv1:linear", "pool", "conv2", "mean"])
def test_a_run_can_be_cut_anywhere_on_a_chain(place, images):
    graph = graph_of(nets.randomised(nets.fused_softmax()))
    halfway = graph.run(images, until=place)
    np.testing.assert_array_equal(graph.run(halfway, start=place), graph.run(images))


def test_a_run_cannot_go_on_from_one_branch_alone(images):
    graph = graph_of(nets.randomised(nets.residual()))
    with pytest.raises(LayerError, match="branch"):
        graph.run(graph.run(images, until="conv2"), start="conv2")
    np.testing.assert_allclose(graph.run(graph.run(images, until="join"), start="join"), graph.run(images), rtol=1e-5)


def test_hooks_see_and_change_values(images):
    graph = graph_of(nets.randomised(nets.fused_softmax()))
    seen = []

    def silence(value):
        seen.append(value.shape)
        return tf.zeros_like(value)

    bias = graph.step("scores:linear").layer.bias.numpy()
    changed = graph.run(images, hooks={"conv2": silence})
    np.testing.assert_allclose(changed, np.broadcast_to(bias, changed.shape), rtol=1e-6)
    assert [tuple(shape) for shape in seen] == [(3, 6, 6, 8)]


def test_calls_stand_in_for_a_steps_own(images):
    graph = graph_of(nets.randomised(nets.fused_softmax()))
    doubled = graph.run(images, calls={"mean": lambda value: 2 * graph.step("mean").call(value)})
    bias = graph.step("scores:linear").layer.bias.numpy()
    np.testing.assert_allclose(doubled - bias, 2 * (graph.run(images) - bias), rtol=1e-4)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (nets.fused_softmax, "conv2"),
        (nets.nested_functional, "backbone/conv2"),
        (nets.nested_sequential, "backbone/conv2"),
        (nets.normed, "dropout"),
        (nets.strided, "conv2"),
        (nets.residual, "join"),
    ],
)
def test_the_last_maps_that_every_path_passes_are_found(make, path):
    assert graph_of(make()).default_layer == path


def test_a_layer_that_does_not_exist_is_refused_with_those_there_are():
    graph = graph_of(nets.fused_softmax())
    with pytest.raises(LayerError, match=r"conv1.*conv2"):
        graph.step("conv3")


def test_a_layer_used_twice_has_two_paths(images):
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    model = nets.randomised(nets.functional(shared, layers.ReLU(name="act"), shared, *nets.head("softmax")))
    graph = graph_of(model)
    assert [step.path for step in graph.steps][:3] == ["shared", "act", "shared#2"]
    np.testing.assert_allclose(tf.nn.softmax(graph.run(images)), model(images), rtol=1e-4, atol=1e-6)


def test_the_graph_is_made_once_and_reads_the_weights_of_the_moment(images):
    model = nets.randomised(nets.fused_softmax())
    graph = graph_of(model)
    before = graph.run(images).numpy()
    nets.randomised(model, seed=5)
    assert graph_of(model) is graph
    assert np.abs(graph.run(images).numpy() - before).max() > 0
    np.testing.assert_allclose(tf.nn.softmax(graph.run(images)), model(images), rtol=1e-4, atol=1e-6)


def test_a_graph_leaves_the_model_as_it_was(images):
    model = nets.randomised(nets.fused_softmax())
    activation, answer = model.get_layer("scores").activation, model(images).numpy()
    graph_of(model).run(images)
    assert model.get_layer("scores").activation is activation
    np.testing.assert_array_equal(model(images).numpy(), answer)


class Own(keras.Model):
    """A subclassed model, whose inside cannot be seen."""

    def __init__(self, activation: str | None):
        super().__init__(name="own")
        self.parts = [layers.Conv2D(4, 3, name="conv"), *nets.head(activation)]

    def call(self, inputs):
        return nets.chain(inputs, self.parts)


class Closed(Own):
    """A subclassed model whose call only TensorFlow can follow."""

    def call(self, inputs):
        return nets.chain(tf.convert_to_tensor(inputs), self.parts)


def test_a_subclassed_model_shows_its_layers_and_stays_as_it_is(images):
    model = Own("softmax")
    said = model(images).numpy()
    graph = graph_of(model)
    assert [step.path for step in graph.steps] == ["conv", "mean", "scores:linear", "scores"]
    assert (graph.head, graph.classes, graph.default_layer) == ("softmax", nets.CLASSES, "conv")
    np.testing.assert_allclose(tf.nn.softmax(graph.run(images)), said, rtol=1e-4, atol=1e-6)
    assert all(not layer._inbound_nodes for layer in model._flatten_layers())


def test_a_subclassed_model_that_was_never_called_is_not_built_by_us():
    model = Own("softmax")
    with pytest.raises(ModelError, match="Call it once"):
        graph_of(model)
    assert not model.built


def test_a_closed_model_is_one_step_whose_probabilities_become_logits(images):
    model = Closed("softmax")
    said = model(images / 255).numpy()
    graph = graph_of(model)
    assert (len(graph.steps), graph.head, graph.classes) == (1, "probabilities", nets.CLASSES)
    np.testing.assert_allclose(tf.nn.softmax(graph.run(images / 255)), said, rtol=1e-4)


def test_a_subclassed_models_logits_are_left_alone(images):
    model = Closed(None)
    said = model(images).numpy()
    graph = graph_of(model)
    assert graph.head == "logits"
    np.testing.assert_allclose(graph.run(images), said, rtol=1e-5)


def test_what_cannot_be_explained_is_refused_in_a_sentence():
    with pytest.raises(ModelError, match="built"):
        graph_of(keras.Sequential([layers.Flatten(), layers.Dense(2)]))
    inputs = keras.Input((nets.SIDE, nets.SIDE, 3))
    flat = layers.Flatten()(inputs)
    with pytest.raises(ModelError, match="2 outputs"):
        graph_of(keras.Model(inputs, [layers.Dense(2)(flat), layers.Dense(3)(flat)]))
    other = keras.Input((nets.SIDE, nets.SIDE, 3))
    both = keras.Model([inputs, other], layers.Dense(2)(layers.Flatten()(layers.Add()([inputs, other]))))
    with pytest.raises(ModelError, match="2 inputs"):
        graph_of(both)
    with pytest.raises(ModelError, match="scores"):
        graph_of(keras.Model(inputs, layers.Conv2D(2, 3)(inputs)))
    row = keras.Input((5,))
    with pytest.raises(ModelError, match="pictures"):
        graph_of(keras.Model(row, layers.Dense(2)(row)))


def test_the_compiler_is_told_the_sides_that_the_network_knows():
    graph = graph_of(nets.randomised(nets.fused_softmax()))
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, None])], autograph=False)
    def run(pictures):
        return graph.run(pictures, hooks={"conv1": lambda value: shapes.append(value.shape) or value})

    run(np.zeros((2, nets.SIDE, nets.SIDE, 3), np.float32))
    assert [shape.as_list() for shape in shapes] == [[None, nets.SIDE, nets.SIDE, 6]]
