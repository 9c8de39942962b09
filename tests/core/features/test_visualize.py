from __future__ import annotations

from importlib import import_module

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.errors import Cancelled, DataError, InputError, LayerError, TargetError
from core.features import activations
from core.features.objective import Difference, Neuron
from core.features.parametrise import Canvas, magnitude_of, spectrum
from core.features.penalties import likeness, total_variation
from core.features.visualize import make_pictures, request_key, visualize
from core.networks.evaluator import ModelEvaluator
from core.networks.graph import graph_of
from tests.core import nets
from tests.core.features.conftest import BARE

QUICK = {"steps": 12, "preview": 4}
ALL_KINDS = {**nets.KINDS, "nested_functional": nets.nested_functional, "late_built": nets.late_built}


@pytest.mark.parametrize("parametrisation", ["pixel", "fourier"])
def test_a_linear_models_optimum_is_where_its_weights_are_positive(linear, pattern, parametrisation):
    dials = {"parametrisation": parametrisation, "decorrelate": False, "steps": 600, "rate": 0.1, **BARE}
    made = visualize(linear, classes=[0, 1], **dials)
    for k in range(2):
        clear = np.abs(pattern[..., k]) > 0.1
        np.testing.assert_allclose(made[k][clear], (pattern[..., k] > 0)[clear], atol=0.05)


@pytest.mark.parametrize("parametrisation", ["pixel", "fourier"])
def test_with_a_penalty_on_contrast_the_optimum_is_the_weight_pattern_itself(linear, pattern, parametrisation):
    made = visualize(linear, classes=[0, 1], parametrisation=parametrisation, steps=600, rate=0.02, l2=8.0, **BARE)
    for k in range(2):
        # A gradient g of root mean square 1 and the slope 2 l2 (x - 1/2) of the penalty cancel at this x.
        wanted = 0.5 + pattern[..., k] / np.sqrt((pattern[..., k] ** 2).mean()) / 16
        np.testing.assert_allclose(made[k], wanted, atol=0.01)


def test_the_difference_of_two_classes_is_the_difference_of_their_patterns(linear, pattern):
    made = visualize(linear, classes=[Difference(0, 1)], parametrisation="pixel", steps=600, rate=0.02, l2=8.0, **BARE)
    wanted = pattern[..., 0] - pattern[..., 1]
    assert np.corrcoef(made[0].ravel(), wanted.ravel())[0, 1] > 0.999


@pytest.mark.parametrize("parametrisation", ["pixel", "fourier", "maco"])
@pytest.mark.parametrize("moves", [{}, BARE])
def test_one_filters_picture_looks_like_the_filter(one_filter, edge, parametrisation, moves):
    dials = {"l2": 1.0} if parametrisation != "maco" else {}
    settings = {"places": "middle", "decorrelate": False, "steps": 300, **dials, **moves}
    made = visualize(one_filter, "conv", 0, parametrisation=parametrisation, **settings)
    seen = made[0, 7:14, 7:14]
    assert np.corrcoef(seen.ravel(), edge.ravel())[0, 1] > (0.8 if moves else 0.6)


def test_a_neuron_changes_only_what_it_sees(one_filter):
    made = visualize(one_filter, "conv", [Neuron(0, 10, 4)], parametrisation="pixel", steps=40, rate=0.2, **BARE)[0]
    seen = np.zeros((21, 21), bool)
    seen[7:14, 1:8] = True
    assert np.abs(made[~seen] - 0.5).max() < 0.01
    assert np.abs(made[seen] - 0.5).mean() > 0.2


def test_the_pictures_please_their_units_more_than_noise_and_than_one_another(network):
    made = make_pictures(network, "conv2", "all", steps=64)
    answers = activations(network, 255 * made.pictures, "conv2").mean(axis=(1, 2))
    noise = activations(network, np.random.default_rng(0).uniform(0, 255, (64, 12, 12, 3)), "conv2").mean(axis=(1, 2))
    own = np.diag(answers)
    np.testing.assert_allclose(own, made.scores, rtol=1e-4, atol=1e-5)
    assert (own > noise.max(axis=0)).all()
    assert (answers.argmax(axis=0) == np.arange(8)).all()


def test_a_group_pleases_all_its_members_at_once(network):
    made = make_pictures(network, "conv2", [(0, 3), 0], steps=64)
    answers = activations(network, 255 * made.pictures, "conv2").mean(axis=(1, 2))
    assert answers[0, [0, 3]].mean() > answers[1, [0, 3]].mean()
    assert answers[0, 0] < answers[1, 0]


def test_deep_dream_raises_the_whole_layer_from_a_given_picture(network):
    given = nets.pictures(1)[0]
    made = make_pictures(network, "conv2", start=given, steps=1, rate=0.001)
    np.testing.assert_allclose(made.pictures[0], np.clip(given / 255, 0.02, 0.98), atol=0.02)
    later = make_pictures(network, "conv2", start=given, steps=64)
    before = (activations(network, given, "conv2") ** 2).mean()
    assert later.scores[0] > 1.5 * before


def test_same_seed_same_picture(network):
    first, again = (visualize(network, "conv2", [1, 2], seed=5, **QUICK) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - visualize(network, "conv2", [1, 2], seed=6, **QUICK)).max() > 0.01


@pytest.mark.parametrize("parametrisation", ["pixel", "fourier", "maco"])
def test_a_batch_of_units_is_each_alone(network, parametrisation):
    settings = {"parametrisation": parametrisation, "total_variation": 0.1, "l2": 0.1, **QUICK}
    whole = visualize(network, "conv2", [3, 0, 5], **settings)
    alone = np.concatenate([visualize(network, "conv2", [k], **settings) for k in (3, 0, 5)])
    np.testing.assert_allclose(whole, alone, atol=1e-3)


def test_previews_do_not_change_the_pictures(network):
    often = visualize(network, "conv2", [1], steps=12, preview=1)
    seldom = visualize(network, "conv2", [1], steps=12, preview=12)
    np.testing.assert_allclose(often, seldom, atol=1e-4)


def test_cancelling_keeps_what_is_there(network):
    seen = []

    def stop(done: int, total: int, note: str = "") -> None:
        seen.append((done, total))
        if done >= 8:
            raise Cancelled("stopped")

    made = make_pictures(network, "conv2", [1], on_step=stop, steps=40, preview=4)
    assert (made.cancelled, made.steps, seen) == (True, 8, [(4, 40), (8, 40)])
    np.testing.assert_allclose(made.pictures, visualize(network, "conv2", [1], steps=8, preview=4), atol=1e-5)
    assert not make_pictures(network, "conv2", [1], **QUICK).cancelled


def test_what_else_is_raised_from_a_callback_goes_through(network):
    def fail(done: int, total: int, note: str = "") -> None:
        raise KeyError("elsewhere")

    with pytest.raises(KeyError):
        visualize(network, "conv2", [1], on_step=fail, **QUICK)


def test_previews_come_every_few_steps_and_are_the_watchers_own(network):
    seen = []
    made = make_pictures(network, "conv2", [1, 2], on_preview=seen.append, steps=10, preview=4)
    assert [one.steps for one in seen] == [4, 8, 10]
    assert np.abs(seen[0].pictures - seen[1].pictures).max() > 0
    np.testing.assert_array_equal(seen[-1].pictures, made.pictures)


def test_large_requests_go_in_batches_that_change_nothing(network, monkeypatch):
    whole = visualize(network, "conv2", "all", **QUICK)
    monkeypatch.setattr(import_module("core.features.visualize"), "BATCH_VALUES", 3 * 12 * 12 * 3)
    steps = []
    parts = make_pictures(
        network, "conv2", "all", on_step=lambda done, total, note="": steps.append((done, total)), **QUICK
    )
    np.testing.assert_allclose(parts.pictures, whole, atol=1e-3)
    assert steps[-1] == (36, 36)
    assert parts.names == tuple("01234567")


def test_smoother_pictures_under_total_variation(network):
    rough = visualize(network, "conv2", [0, 1], steps=64)
    smooth = visualize(network, "conv2", [0, 1], steps=64, total_variation=1.0)
    variation = [total_variation(tf.constant(made)).numpy() for made in (rough, smooth)]
    assert (variation[1] < 0.7 * variation[0]).all()


def test_diversity_pushes_the_pictures_of_one_unit_apart(network):
    alike = {}
    for diversity in (0.0, 2.0):
        made = make_pictures(network, "conv2", [0, 1], variants=3, diversity=diversity, steps=64)
        maps = activations(network, 255 * made.pictures, "conv2")
        alike[diversity] = likeness(tf.constant(maps), 3).numpy().mean()
        assert made.names == ("0", "0", "0", "1", "1", "1")
    assert alike[2.0] < alike[0.0] - 0.01


def test_maco_keeps_the_magnitudes_of_the_given_pictures(network):
    canvas, natural = Canvas(12, 12, 3), nets.pictures(8)
    made = make_pictures(network, "conv2", [0], natural=natural, parametrisation="maco", **QUICK).pictures
    wanted = magnitude_of(natural / 255, canvas)[:, :, 1:6]
    found = np.abs(spectrum(np.clip(made, 0.021, 0.979), canvas)[0])[:, :, 1:6]
    inside = ((made > 0.021) & (made < 0.979)).all()
    assert inside, "the comparison needs values that encode exactly"
    np.testing.assert_allclose(found, wanted, rtol=1e-2)


def test_what_matters_is_where_the_unit_looks(one_filter, edge):
    made = make_pictures(one_filter, "conv", [Neuron(0, 10, 10)], steps=10, **BARE)
    wanted = 10 * np.abs(edge).sum(axis=-1)
    np.testing.assert_allclose(made.importance[0, 7:14, 7:14], wanted, rtol=1e-4, atol=1e-5)
    outside = made.importance[0].copy()
    outside[7:14, 7:14] = 0
    assert outside.max() == 0


@pytest.mark.parametrize("name", ALL_KINDS)
def test_every_kind_of_layer_and_every_kind_of_network_works(name):
    model = nets.randomised(ALL_KINDS[name]())
    size = {"size": 12} if model.input_shape[1] is None else {}
    for layer in layers_to_try(model, name):
        made = visualize(model, layer, [0], steps=2, preview=2, **size)
        assert made.shape == (1, 12, 12, 3)
        assert np.isfinite(made).all()
        assert 0 <= made.min() <= made.max() <= 1
    assert visualize(model, steps=2, preview=2, **size).shape == (graph_of(model).classes, 12, 12, 3)


def layers_to_try(model: keras.Model, name: str) -> list[str]:
    """The usual layer of a network, and those of a kind that no network before it has; each takes a compilation."""
    before = list(ALL_KINDS)[: list(ALL_KINDS).index(name)]
    known = {step.kind for other in before for step in graph_of(ALL_KINDS[other]()).steps}
    new = {step.kind: step.path for step in graph_of(model).steps if step.kind not in known}
    return list(dict.fromkeys([*new.values(), graph_of(model).default_layer]))


def test_a_layer_that_gives_neither_maps_nor_units_says_so():
    inputs = keras.Input((12, 12, 3), name="pictures")
    tokens = layers.Reshape((36, 12), name="tokens")(inputs)
    model = keras.Model(inputs, layers.Dense(2, name="scores")(layers.GlobalAveragePooling1D(name="mean")(tokens)))
    with pytest.raises(LayerError, match=r"maps \(N, h, w, K\) or units"):
        visualize(model, "tokens", [0])
    assert visualize(model, "mean", [0], steps=2).shape == (1, 12, 12, 3)


def test_a_layer_without_a_slope_says_so():
    inputs = keras.Input((12, 12, 3), name="pictures")
    steps = layers.Lambda(tf.sign, name="sign")(inputs)
    rounded = layers.Lambda(lambda value: tf.cast(tf.cast(value, tf.int32), tf.float32), name="round")(steps)
    model = keras.Model(inputs, layers.Dense(2, name="scores")(layers.GlobalAveragePooling2D(name="mean")(rounded)))
    with pytest.raises(LayerError, match="no gradient"):
        visualize(model, "round", [0])


def test_a_subclassed_model_is_seen_from_outside():
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.head = layers.Dense(3, activation="softmax", name="scores")

        def call(self, images, training=False):
            return self.head(tf.reduce_mean(images, axis=(1, 2)))

    model = Own()
    model(np.zeros((1, 12, 12, 3), np.float32))
    made = make_pictures(model, classes=[1], size=12, steps=40, **BARE)
    before = ModelEvaluator.of(model).logits(np.full((1, 12, 12, 3), 0.5))[0, 1]
    assert made.scores[0] > before


def test_early_layers_take_any_size_and_later_ones_say_why_not():
    model = nets.randomised(nets.strided())
    assert visualize(model, "conv1", [0], size=24, steps=2).shape == (1, 24, 24, 3)
    with pytest.raises(LayerError, match="12x12"):
        visualize(model, "scores", [0], size=24, steps=2)
    free = nets.randomised(nets.functional(*nets.body(), *nets.head("softmax"), side=None))
    assert visualize(free, "conv2", [0], steps=2).shape == (1, 64, 64, 3)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"layer": "nowhere", "units": [0]}, LayerError),
        ({"layer": "conv2", "units": [8]}, LayerError),
        ({"classes": [4]}, TargetError),
        ({"layer": "conv2", "classes": [0]}, InputError),
        ({"layer": "conv2", "units": [0], "steps": 0}, InputError),
        ({"layer": "conv2", "units": [0], "colour": 1}, InputError),
        ({"layer": "conv2", "units": [0], "parametrisation": "crayon"}, InputError),
    ],
)
def test_bad_requests_are_refused(network, request_, error):
    with pytest.raises(error):
        visualize(network, **request_)


def test_a_start_of_the_wrong_size_is_refused(network):
    with pytest.raises(DataError, match=r"\(12, 12, 3\)"):
        make_pictures(network, "conv2", [0], start=np.zeros((8, 8, 3)), steps=2)


def test_the_network_is_not_changed(network):
    before = [weight.copy() for weight in network.get_weights()]
    activation = network.get_layer("conv2").activation
    visualize(network, "conv2", [0, 1], **QUICK)
    assert network.get_layer("conv2").activation is activation
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_other_numbers_need_no_new_compilation(network):
    visualize(network, "conv2", [0, 1], **QUICK)
    known = len(ModelEvaluator.of(network)._functions)
    visualize(network, "conv2", [(2, 3), Neuron(1, 0, 0)], rate=0.2, seed=9, jitter=1, steps=5)
    assert len(ModelEvaluator.of(network)._functions) == known


def test_a_request_has_a_key_of_its_content():
    key = request_key("conv2", [1, (2, 3)], steps=8)
    assert key == request_key("conv2", [1, (2, 3)], steps=8)
    assert len({key, request_key("conv2", [1, 2, 3], steps=8), request_key("conv2", [1, (2, 3)], steps=9)}) == 3


def bright_edges(threshold: float, depth: int = 1) -> keras.Model:
    """Two units that answer an edge above a threshold, behind so many rectifiers, joined by a concatenation."""
    picture = keras.Input((12, 12, 1))
    edge = np.array([[-1, 0, 1]] * 3, np.float32)[..., None, None]
    joined = []
    for sign in (1, -1):
        conv = layers.Conv2D(1, 3, padding="same")
        value = conv(picture)
        conv.set_weights([sign * edge, np.array([-threshold], np.float32)])
        for _ in range(depth):
            value = layers.ReLU()(value)
            pointwise = layers.Conv2D(1, 1, use_bias=False)
            value = pointwise(value)
            pointwise.set_weights([np.ones((1, 1, 1, 1), np.float32)])
        joined.append(layers.ReLU()(value))
    out = layers.Concatenate(name="joined")(joined)
    return keras.Model(picture, layers.Dense(2, activation="softmax")(layers.GlobalAveragePooling2D()(out)))


def test_a_unit_that_is_silent_for_grey_noise_is_still_reached_behind_a_concatenation():
    model = bright_edges(1.0, depth=0)
    made = make_pictures(model, "joined", [0, 1], steps=64, preview=8, places="max", **BARE)
    assert (made.scores > 0.2).all()
    assert not made.silent.any()


def test_a_unit_that_is_silent_all_the_way_down_is_started_anew_from_louder_noise():
    made = make_pictures(bright_edges(0.3), "joined", [0], steps=64, preview=8, places="max", **BARE)
    assert made.scores[0] > 0.2


def test_a_unit_that_no_picture_moves_is_called_silent():
    made = make_pictures(bright_edges(100.0), "joined", [0], steps=40, preview=8, places="max", **BARE)
    assert made.silent.tolist() == [True]
