"""How a network is read: preprocessing and order of classes from labelled pictures, and what follows for maps."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.attribution import explain
from core.errors import DataError, InputError, LayerError, ModelError
from core.networks.interface import (
    check_better_than_chance,
    interface,
    prepared,
    prepared_for,
    probabilities,
    require_one_class,
)
from core.networks.preprocessing import preprocessing_of, preprocessings, standardised
from core.networks.recognition import recognise
from tests.core.networks import strangers

SIDE, CLASSES, EACH, NOISE = 8, 4, 150, 40.0
COLOURS = np.float32([[200, 60, 40], [60, 180, 90], [40, 80, 210], [150, 150, 60]])


def pictures(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Pictures whose colours scatter round those of their classes, so that some lie nearer to another; the classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(CLASSES).repeat(EACH)
    colours = COLOURS[labels] + rng.normal(0, NOISE, (len(labels), 3))
    noisy = colours[:, None, None] + rng.normal(0, 10, (len(labels), SIDE, SIDE, 3))
    images = np.clip(noisy, 0, 255).astype(np.uint8)
    return images, labels


def nearest_colour(name: str, order: np.ndarray | None = None) -> keras.Model:
    """The best network there is for these pictures under a preprocessing: what training on them would lead to.

    Its logits are -|x - c|^2 / 2s up to |x|^2, which all classes share: linear in the mean colour x.
    """
    colours = np.concatenate([preprocessings()[name](colour[None, None, None])[0, 0] for colour in COLOURS])
    # Colours scatter round their class as widely as the preprocessing spreads them.
    spread = (NOISE * float(np.mean(preprocessings()[name].scale))) ** 2
    colours = colours if order is None else colours[order]
    inputs = keras.Input((SIDE, SIDE, 3))
    dense = layers.Dense(CLASSES, activation="softmax", name="scores")
    model = keras.Model(inputs, dense(layers.GlobalAveragePooling2D()(inputs)))
    dense.set_weights([colours.T / spread, -(colours**2).sum(axis=1) / (2 * spread)])
    return model


@pytest.mark.parametrize("name", preprocessings())
def test_the_preprocessing_that_a_network_was_taught_under_is_recognised(name: str) -> None:
    images, labels = pictures()
    found = interface(nearest_colour(name), images, labels)
    assert (found.preprocessing, found.decided) == (name, True)
    assert found.fits[0].accuracy > 0.8
    assert name in " ".join(found.notes)
    assert len(found.fits) == len(preprocessings())


def test_a_few_pictures_rule_out_what_clearly_loses_and_decide_nothing_else(monkeypatch) -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(240) % 3
    colours = np.array([[0.2, 0.2, 0.4], [0.4, 0.4, 0.2], [0.6, 0.5, 0.7]])
    pictures = colours[labels][:, None, None] + rng.normal(0, 0.06, (240, 1, 1, 3))
    images = (255 * np.clip(pictures, 0, 1)).repeat(4, axis=1).repeat(4, axis=2).astype(np.uint8)
    seen: list[int] = []

    def logits(pictures: np.ndarray) -> np.ndarray:
        """The nearest colour, of pictures in 0 to 1."""
        seen.append(len(pictures))
        gaps = pictures.mean(axis=(1, 2))[:, None] - colours
        return -50 * (gaps**2).sum(axis=-1)

    def found():
        seen.clear()
        return recognise(logits, images, labels, list(preprocessings().values()), classes=3), sum(seen)

    raced, raced_pictures = found()
    monkeypatch.setattr("core.networks.recognition.FEW_PICTURES", 10**6)
    whole, whole_pictures = found()
    assert whole_pictures == len(preprocessings()) * len(images)
    assert raced_pictures < 0.7 * whole_pictures
    assert (raced.best, raced.decided) == (whole.best, whole.decided)
    assert raced.fits[0].log_loss == whole.fits[0].log_loss
    assert {fit.preprocessing for fit in raced.fits} == set(preprocessings())


def test_a_preprocessing_that_is_told_is_not_tried() -> None:
    images, labels = pictures()
    found = interface(nearest_colour("unit"), images, labels, preprocessing="symmetric")
    assert (found.preprocessing, found.fits) == ("symmetric", ())


def test_another_order_of_classes_is_offered_and_not_applied() -> None:
    images, labels = pictures()
    order = np.array([2, 0, 3, 1])
    model = nearest_colour("unit", order)
    found = interface(model, images, labels, class_names=("red", "green", "blue", "olive"))
    assert found.class_order == tuple(order)
    assert found.class_names == ("red", "green", "blue", "olive")
    assert "Nothing was reordered" in " ".join(found.notes)
    assert found.reordered().class_names == ("blue", "red", "olive", "green")
    np.testing.assert_allclose(
        probabilities(model, images[:3], interface=found), model(images[:3] / np.float32(255)), atol=1e-6
    )


def test_two_confused_classes_stay_in_their_order() -> None:
    images, labels = pictures()
    confused = labels.copy()
    confused[labels == 1] = np.where(np.arange(EACH) % 2, 1, 2)
    assert interface(nearest_colour("unit"), images, confused).class_order == tuple(range(CLASSES))


def test_a_network_at_chance_under_everything_is_refused_with_that_sentence() -> None:
    images, labels = pictures()
    shuffled = np.random.default_rng(1).permutation(labels)
    with pytest.raises(ModelError, match=r"better than chance.*guessing gives 25"):
        interface(nearest_colour("unit"), images, shuffled)


def test_a_diagnosis_stops_at_chance_and_says_what_would_mend_it() -> None:
    images, labels = pictures()
    with pytest.raises(ModelError, match="preprocessing='unit'"):
        check_better_than_chance(_blind_to_bytes(), images, labels)
    check_better_than_chance(_blind_to_bytes(), images / np.float32(255), labels)


def _blind_to_bytes() -> keras.Model:
    """A network of pictures in 0..1 that gives one answer to pictures of 0 to 255."""
    model = nearest_colour("unit")
    inputs = keras.Input((SIDE, SIDE, 3))
    return keras.Model(inputs, model(keras.ops.minimum(inputs, 1.0)))


def test_pictures_that_do_not_decide_leave_a_network_as_it_is_or_are_refused() -> None:
    grey = np.random.default_rng(0).integers(0, 256, (40, SIDE, SIDE, 1), dtype=np.uint8).repeat(3, axis=-1)
    labels = (grey.mean(axis=(1, 2, 3)) > np.median(grey.mean(axis=(1, 2, 3)))).astype(int)
    inputs = keras.Input((SIDE, SIDE, 3))
    dense = layers.Dense(2, activation="softmax")
    model = keras.Model(inputs, dense(layers.GlobalAveragePooling2D()(inputs / 255)))
    middle = float(np.median(grey.mean(axis=(1, 2, 3)))) / 255
    dense.set_weights([np.float32([[-300, 300]] * 3) / 3, np.float32([300 * middle, -300 * middle])])
    # RGB and BGR are the same for grey pictures: as they are is one of the two, so nothing is claimed.
    found = interface(model, grey, labels)
    assert (found.preprocessing, found.decided) == ("none", False)
    assert "bgr" in " ".join(found.notes)


def test_keras_own_functions_go_by_their_names() -> None:
    applications = keras.applications
    for function, name in (
        (applications.resnet50.preprocess_input, "imagenet_caffe"),
        (applications.mobilenet.preprocess_input, "symmetric"),
        (applications.densenet.preprocess_input, "imagenet_torch"),
        (applications.efficientnet.preprocess_input, "none"),
    ):
        assert preprocessing_of(function, 3).name == name


@pytest.mark.parametrize(
    ("text", "value"),
    [("mean=0.5 std=0.25", (0 - 0.5) / 0.25), ("mean=100,110,120 std=50,50,50", -2.0), ("mean=120", -120.0)],
)
def test_any_mean_and_deviation(text: str, value: float) -> None:
    made = preprocessing_of(text, 3)
    assert made(np.zeros((1, 2, 2, 3), np.uint8))[0, 0, 0, 0] == pytest.approx(value)
    assert preprocessing_of(made.name, 3) == made


@pytest.mark.parametrize(
    ("given", "channels", "cause"),
    [
        ("imagnet", 3, "imagenet_torch"),
        ("imagenet_torch", 1, "1 channel"),
        ("mean=0.5,0.5,0.5 std=0,1,1", 3, "above 0"),
        (lambda images: images**2, 3, "multiply and add"),
        (lambda images: images[:, :1], 3, "keep the shape"),
    ],
)
def test_a_preprocessing_that_cannot_be_used_is_refused(given: object, channels: int, cause: str) -> None:
    with pytest.raises(InputError, match=cause):
        preprocessing_of(given, channels)


def test_bgr_numbers_are_those_of_b_g_r() -> None:
    made = standardised((1, 2, 3), 1.0, bgr=True)
    np.testing.assert_allclose(made(np.float32([[[[10, 20, 30]]]]))[0, 0, 0], [29, 18, 7])


def test_a_prepared_network_keeps_the_names_of_layers_and_never_changes_the_model() -> None:
    stranger = strangers.READ["imagenet_caffe"]()
    images = np.random.default_rng(0).integers(0, 256, (2, strangers.SIDE, strangers.SIDE, 3), dtype=np.uint8)
    found = interface(stranger.model, preprocessing="imagenet_caffe")
    named = explain(stranger.model, images, 0, method="grad_cam", layer="conv1", interface=found)
    inputs = tf.constant(stranger.prepare(images.astype(np.float32)))
    np.testing.assert_allclose(named, explain(stranger.model, inputs, 0, method="grad_cam", layer="conv1"), rtol=1e-4)
    assert not stranger.model._inbound_nodes
    assert prepared(stranger.model, found) is prepared(stranger.model, found)
    assert prepared(stranger.model, None) is stranger.model


@pytest.mark.parametrize("method", ["integrated_gradients", "deeplift", "lrp", "lime", "score_cam", "smoothgrad"])
def test_methods_of_every_family_explain_the_users_own_pictures(method: str) -> None:
    stranger = strangers.READ["imagenet_caffe"]()
    images = np.random.default_rng(0).integers(0, 256, (2, strangers.SIDE, strangers.SIDE, 3), dtype=np.uint8)
    maps = explain(stranger.model, images, 1, method=method, interface=interface(stranger.model, preprocessing="bgr"))
    assert maps.shape == images.shape[:3]
    assert np.abs(maps).max() > 0


@pytest.mark.parametrize("method", ["integrated_gradients", "deeplift", "occlusion"])
def test_a_map_does_not_depend_on_the_pictures_beside_it(method: str) -> None:
    model = strangers.READ["logits"]().model
    rng = np.random.default_rng(0)
    dark = rng.uniform(0, 0.9, (1, strangers.SIDE, strangers.SIDE, 3)).astype(np.float32)
    bright = rng.uniform(0, 255, dark.shape).astype(np.float32)
    alone = explain(model, dark, 0, method=method)[0]
    np.testing.assert_allclose(explain(model, np.concatenate([dark, bright]), 0, method=method)[0], alone, atol=1e-5)


@pytest.mark.parametrize("method", ["gradient", "grad_cam", "occlusion", "integrated_gradients"])
def test_one_network_written_in_three_ways_has_the_same_maps(method: str) -> None:
    images = np.random.default_rng(0).uniform(0, 1, (2, strangers.SIDE, strangers.SIDE, 3)).astype(np.float32)
    ways = ("one logit", "one sigmoid", "minus and plus half a logit")
    maps = [explain(strangers.READ[way]().model, images, 1, method=method) for way in ways]
    for other in maps[1:]:
        np.testing.assert_allclose(other, maps[0], rtol=1e-3, atol=1e-6 * np.abs(maps[0]).max())


def test_weights_that_become_nan_later_are_an_error_with_the_layers_name() -> None:
    model = strangers.READ["softmax layer"]().model
    images = np.zeros((1, strangers.SIDE, strangers.SIDE, 3), np.float32)
    explain(model, images, method="gradient")
    kernel, bias = model.get_layer("conv2").get_weights()
    model.get_layer("conv2").set_weights([kernel, bias * np.nan])
    for method in ("gradient", "grad_cam", "occlusion"):
        with pytest.raises(ModelError, match="conv2"):
            explain(model, images, method=method)


def test_where_no_map_lies_on_every_path_a_layer_has_to_be_named() -> None:
    model = strangers.two_towers()
    images = np.random.default_rng(0).uniform(0, 1, (2, strangers.SIDE, strangers.SIDE, 3)).astype(np.float32)
    with pytest.raises(LayerError, match=r"tower1.*Name one"):
        explain(model, images, method="grad_cam")
    assert explain(model, images, method="grad_cam", layer="tower2").shape == images.shape[:3]
    found = interface(model)
    assert found.layer is None
    assert "every path" in found.notes[-1]


def test_what_needs_one_class_of_many_says_so_for_independent_labels() -> None:
    model = strangers.READ["independent labels"]().model
    with pytest.raises(ModelError, match="independent labels"):
        require_one_class(model, "A diagnosis")


def test_names_pictures_and_labels_have_to_fit() -> None:
    model = nearest_colour("none")
    images, labels = pictures()
    with pytest.raises(InputError, match="each of the network's 4 classes"):
        interface(model, class_names=("a", "b"))
    with pytest.raises(InputError, match="name of its own"):
        interface(model, class_names=("a", "b", "a", "c"))
    with pytest.raises(DataError, match="8, 8, 3"):
        interface(model, images[:, :4])
    with pytest.raises(DataError, match="0 to 3"):
        interface(model, images, labels + 1)
    with pytest.raises(DataError, match="network's order"):
        prepared_for(model, interface(model, class_names=tuple("abcd")), tuple("bacd"))
