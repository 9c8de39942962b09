"""Somebody's own network becomes a run: the same answers, from pictures of 0 to 255, and its training settings."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets.base import Splits
from core.errors import DataError, InputError, ModelError
from core.networks import (
    TrainingSpec,
    from_function,
    interface,
    network_from_file,
    open_network,
    open_run,
    probabilities,
    runs,
    train,
    training_spec_in,
)
from core.store import Store
from tests.core.hunches.conftest import SIDE, coloured
from tests.core.networks.test_predictor import exported

NAMES = ("red", "green", "blue")


@pytest.fixture(scope="module")
def splits() -> Splits:
    return Splits(*(coloured(count, seed, object_tied=True) for count, seed in ((60, 1), (30, 2), (30, 3))))


@pytest.fixture(scope="module")
def unit_network(splits: Splits) -> keras.Model:
    """A convnet that takes 0 to 1, as many tutorials have it; its first layer is frozen."""
    keras.utils.set_random_seed(0)
    images = keras.Input((SIDE, SIDE, 3), name="images")
    maps = keras.layers.Conv2D(6, 3, activation="relu", name="conv", trainable=False)(images)
    pooled = keras.layers.GlobalAveragePooling2D(name="pool")(maps)
    model = keras.Model(images, keras.layers.Dense(3, activation="softmax", name="dense")(pooled))
    model.compile(keras.optimizers.SGD(0.05, momentum=0.8), "sparse_categorical_crossentropy")
    return model


def test_a_run_of_ones_own_answers_as_the_network_and_takes_pictures_as_they_are(splits, unit_network, tmp_path):
    store, reading = Store(str(tmp_path)), interface(unit_network, class_names=NAMES, preprocessing="unit")
    made = open_network(unit_network, splits, interface=reading, store=store)
    own = unit_network.predict(splits.test.images.astype(np.float32) / 255, verbose=0)
    again = open_run(made.key, store)
    for run in (made, again):
        assert np.abs(probabilities(run.model, splits.test.images) - own).max() <= 1e-6
    assert [info.key for info in runs(store)] == [made.key]
    assert made.accuracy == pytest.approx((own.argmax(1) == splits.test.labels).mean())
    assert made.about["kind"] == "own network"


def test_going_on_from_it_leaves_what_was_frozen(splits, unit_network, tmp_path):
    store, reading = Store(str(tmp_path)), interface(unit_network, class_names=NAMES, preprocessing="unit")
    made = open_network(unit_network, splits, interface=reading, store=store)
    before = [weights.copy() for weights in made.model.get_weights()]
    later = train(splits, None, TrainingSpec(epochs=1, rate=0.05), start=made, store=store)
    after = later.model.get_weights()
    changed = [not np.array_equal(old, new) for old, new in zip(before, after, strict=True)]
    assert changed == [False, False, True, True]


def test_the_same_network_and_pictures_have_one_key_and_other_weights_another(splits, unit_network, tmp_path):
    store, reading = Store(str(tmp_path)), interface(unit_network, class_names=NAMES, preprocessing="unit")
    first, second = (open_network(unit_network, splits, interface=reading, store=store).key for _ in range(2))
    other = keras.models.clone_model(unit_network)
    third = open_network(
        other, splits, interface=interface(other, class_names=NAMES, preprocessing="unit"), store=store
    )
    assert first == second != third.key


def test_other_classes_are_refused(splits, tmp_path):
    two = keras.Sequential([keras.Input((SIDE, SIDE, 3)), keras.layers.Flatten(), keras.layers.Dense(2)])
    with pytest.raises(DataError, match="classes"):
        open_network(two, splits, interface=interface(two), store=Store(str(tmp_path)))


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize(
    ("optimiser", "wanted"),
    [
        (keras.optimizers.Adam(3e-4), ("adam", 3e-4)),
        (keras.optimizers.SGD(0.05, nesterov=True), ("nesterov", 0.05)),
        (keras.optimizers.RMSprop(keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.5)), ("rmsprop", 0.01)),
    ],
)
def test_optimiser_and_rate_are_read_from_the_file(unit_network, tmp_path, ending, optimiser, wanted):
    model = keras.models.clone_model(unit_network)
    model.compile(type(optimiser).from_config(optimiser.get_config()), "sparse_categorical_crossentropy")
    path = tmp_path / f"net{ending}"
    model.save(path)
    spec = training_spec_in(path)
    assert (spec.optimiser, pytest.approx(spec.rate)) == wanted


def test_a_file_that_names_no_optimiser_says_nothing(tmp_path):
    keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(2)]).save(
        tmp_path / "net.keras"
    )
    assert training_spec_in(tmp_path / "net.keras") is None
    assert training_spec_in(b"nonsense") is None


def test_an_onnx_network_is_kept_as_it_is_with_its_preprocessing_before_it(splits, tmp_path):
    pytest.importorskip("onnxruntime")
    keras.utils.set_random_seed(3)
    images = keras.Input((SIDE, SIDE, 3), name="images")
    maps = keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="conv")(images)
    dense = keras.layers.Dense(3, name="dense")(keras.layers.GlobalAveragePooling2D()(maps))
    network = keras.Model(images, dense)
    file = exported(network, tmp_path / "net.onnx").read_bytes()
    opened = network_from_file(file, name="net.onnx", class_names=NAMES)
    reading = interface(opened, class_names=NAMES, preprocessing="unit")
    store = Store(str(tmp_path / "store"))
    made = open_network(opened, splits, interface=reading, store=store)
    own = keras.ops.softmax(network(splits.test.images.astype(np.float32) / 255)).numpy()
    for run in (made, open_run(made.key, store)):
        assert np.abs(probabilities(run.model, splits.test.images) - own).max() <= 1e-5
        assert run.black_box
    assert made.export(tmp_path / "again.onnx").read_bytes() == file


def test_a_function_is_no_run_since_no_file_can_keep_it(splits, tmp_path):
    function = from_function(lambda images: np.ones((len(images), 3)) / 3, (SIDE, SIDE, 3), NAMES)
    reading = interface(function, class_names=NAMES, preprocessing="none")
    with pytest.raises(InputError, match="kept in a file"):
        open_network(function, splits, interface=reading, store=Store(str(tmp_path)))


def test_a_file_of_another_kind_is_refused_with_a_way_out():
    with pytest.raises(ModelError, match=r"\.onnx"):
        network_from_file(b"PK", name="weights.pth")


def test_its_history_holds_numbers_though_none_yet_when_it_is_opened_again(splits, unit_network, tmp_path):
    store, reading = Store(str(tmp_path)), interface(unit_network, class_names=NAMES, preprocessing="unit")
    made = open_network(unit_network, splits, interface=reading, store=store)
    history = open_run(made.key, store).history
    assert len(history) == 0
    assert np.isfinite(history["val_loss"]).sum() == 0
