"""Other people's networks are read right, or refused in a sentence that names the cause."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.attribution import explain
from core.errors import LayerError, ModelError
from core.networks.interface import Interface, interface, probabilities
from tests.core.networks import strangers
from tests.core.networks.strangers import READ, REFUSED, Stranger

PATCH, STRIDE, GREY = 4, 4, 127.5


def own_pictures(stranger: Stranger, count: int = 3) -> np.ndarray:
    """uint8 pictures of the stranger's shape with blocks of colour in them."""
    height, width, channels = (
        (side or free for side, free in zip(stranger.model.inputs[0].shape[1:], (20, 24, 3), strict=True))
        if getattr(stranger.model, "inputs", None)
        else (strangers.SIDE, strangers.SIDE, 3)
    )
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (count, -(-height // 4), -(-width // 4), channels), dtype=np.uint8)
    return coarse.repeat(4, axis=1).repeat(4, axis=2)[:, :height, :width]


def taken_by(stranger: Stranger) -> np.ndarray:
    """Pictures as `explain` is given them: the user's own with an interface, else in the network's own scale."""
    images = own_pictures(stranger)
    return images if stranger.preprocessing is not None else images.astype(np.float32) / 255


def read(stranger: Stranger) -> Interface | None:
    """The interface that a user who knows the preprocessing would ask for."""
    if stranger.preprocessing is None:
        return None
    return interface(stranger.model, own_pictures(stranger), preprocessing=stranger.preprocessing)


def inputs_of(stranger: Stranger, images: np.ndarray) -> tf.Tensor:
    """Pictures as the network itself takes them, prepared in NumPy."""
    return tf.constant(np.asarray(stranger.prepare(images.astype(np.float32)), np.float32))


def scores_of(stranger: Stranger, inputs: tf.Tensor) -> np.ndarray:
    tail = stranger.tail or stranger.tail_of(inputs)
    return np.asarray(tail(stranger.trunk(inputs)), np.float32)


def grad_cam_beside(stranger: Stranger, images: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Grad-CAM without the ReLU at its end, in plain TensorFlow."""
    inputs = inputs_of(stranger, images)
    maps = tf.cast(stranger.trunk(inputs), tf.float32)
    tail = stranger.tail or stranger.tail_of(inputs)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = tf.reduce_sum(tf.gather(tf.cast(tail(maps), tf.float32), targets, axis=1, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
    made = tf.reduce_sum(weights * maps, axis=-1, keepdims=True)
    return tf.image.resize(made, images.shape[1:3]).numpy()[..., 0]


def occlusion_beside(stranger: Stranger, images: np.ndarray, targets: np.ndarray, grey: float) -> np.ndarray:
    """The fall of the score under each grey square, one square after another."""
    rows = np.arange(len(images))
    before = scores_of(stranger, inputs_of(stranger, images))[rows, targets]
    made = np.zeros(images.shape[:3])
    for row in range(0, images.shape[1], STRIDE):
        for column in range(0, images.shape[2], STRIDE):
            covered = images.astype(np.float32)
            covered[:, row : row + PATCH, column : column + PATCH] = grey
            after = scores_of(stranger, inputs_of(stranger, covered))[rows, targets]
            made[:, row : row + PATCH, column : column + PATCH] = (before - after)[:, None, None]
    return made


def alike(first: np.ndarray, second: np.ndarray) -> float:
    """The correlation of two maps; 1 where both are the same constant."""
    if np.ptp(first) < 1e-7 and np.ptp(second) < 1e-7:
        return 1.0
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


@pytest.fixture(scope="module", params=READ, ids=[name.replace(" ", "_") for name in READ])
def stranger(request: pytest.FixtureRequest) -> Stranger:
    return READ[request.param]()


def test_probabilities_are_the_networks_own(stranger: Stranger) -> None:
    images = taken_by(stranger)
    own = np.asarray(stranger.says(inputs_of(stranger, images)), np.float32)
    said = probabilities(stranger.model, images, interface=read(stranger))
    assert said.shape == own.shape
    np.testing.assert_allclose(said, own, rtol=0, atol=stranger.precision)


def test_head_and_default_layer_are_as_they_should_be(stranger: Stranger) -> None:
    found = read(stranger) or interface(stranger.model, taken_by(stranger))
    assert (found.head, found.layer) == (stranger.head, stranger.layer)
    assert (
        found.classes == len(found.class_names) == np.shape(stranger.says(inputs_of(stranger, taken_by(stranger))))[1]
    )


def test_class_activation_agrees_with_plain_tensorflow(stranger: Stranger) -> None:
    images = taken_by(stranger)
    targets = np.arange(len(images)) % 2
    if stranger.layer is None:
        with pytest.raises(LayerError, match="convolution"):
            explain(stranger.model, images, targets, method="grad_cam", interface=read(stranger))
        return
    ours = explain(stranger.model, images, targets, method="grad_cam", positive_only=False, interface=read(stranger))
    for map, beside in zip(ours, grad_cam_beside(stranger, images, targets), strict=True):
        assert alike(map, beside) > 0.999


@pytest.mark.parametrize("engine", ["dense", "incremental"])
def test_occlusion_agrees_with_plain_tensorflow(stranger: Stranger, engine: str) -> None:
    images = taken_by(stranger)
    targets = np.arange(len(images)) % 2
    options = {"method": "occlusion", "patch": PATCH, "stride": STRIDE, "engine": engine}
    ours = explain(stranger.model, images, targets, interface=read(stranger), **options)
    grey = GREY if stranger.preprocessing is not None else GREY / 255
    for map, beside in zip(ours, occlusion_beside(stranger, images, targets, grey), strict=True):
        assert alike(map, beside) > 0.999


def test_reading_leaves_the_model_as_it_was(stranger: Stranger) -> None:
    images = taken_by(stranger)
    before = [weight.copy() for weight in stranger.model.get_weights()]
    own = np.asarray(stranger.says(inputs_of(stranger, images)))
    explain(stranger.model, images, method="gradient", interface=read(stranger))
    assert all((one == other).all() for one, other in zip(before, stranger.model.get_weights(), strict=True))
    np.testing.assert_array_equal(np.asarray(stranger.says(inputs_of(stranger, images))), own)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_cause(name: str) -> None:
    make, cause = REFUSED[name]
    model = make()
    images = np.zeros((1, strangers.SIDE, strangers.SIDE, 3), np.uint8)
    for ask in (
        lambda: interface(model),
        lambda: probabilities(model, images),
        lambda: explain(model, images, method="grad_cam"),
        lambda: explain(model, images, method="gradient"),
    ):
        with pytest.raises(ModelError, match=cause):
            ask()


def test_there_are_at_least_forty_strangers() -> None:
    assert len(READ) + len(REFUSED) >= 50
