from __future__ import annotations

import io
from unittest import mock

import keras
import numpy as np
import pytest

from core.attribution import explain
from core.attribution.training_timeline import TimelineCallback, TimelineRecorder, TrainingTimeline
from core.datasets import Dataset, Splits
from core.errors import DataError, InputError
from core.networks import NetworkSpec, TrainingSpec, train
from core.networks.evaluator import ModelEvaluator
from core.store import Store
from tests.core import nets

EPOCHS = 3


@pytest.fixture(scope="module")
def splits() -> Splits:
    """Pictures whose class is the side of a bright square."""
    rng = np.random.default_rng(0)

    def part(count: int) -> Dataset:
        images, labels = rng.integers(0, 90, (count, 12, 12, 3), dtype=np.uint8), rng.integers(0, 2, count)
        for image, label in zip(images, labels, strict=True):
            image[4:8, 1 + 6 * label : 5 + 6 * label] += 150
        return Dataset(images, labels, ("left", "right"))

    return Splits(part(96), part(16), part(16))


def trained(splits: Splits, watch: TimelineRecorder | None) -> keras.Model:
    network = NetworkSpec.of(blocks=2, filters=4, dropout=0.3)
    training = TrainingSpec.of(epochs=EPOCHS, batch=16, flip_vertical=True)
    return train(splits, network, training, store=Store("memory://film"), watch=watch, again=True).model


@pytest.fixture(scope="module")
def recorded(splits: Splits) -> tuple[keras.Model, TrainingTimeline]:
    recorder = TimelineRecorder(splits.test.images[:4], splits.test.labels[:4])
    model = trained(splits, recorder)
    return model, recorder.film()


def test_training_gives_the_same_weights_with_and_without(
    splits: Splits, recorded: tuple[keras.Model, TrainingTimeline]
) -> None:
    without = trained(splits, None)
    for one, other in zip(recorded[0].get_weights(), without.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_there_is_a_frame_before_the_first_epoch_and_after_each(recorded: tuple[keras.Model, TrainingTimeline]) -> None:
    film = recorded[1]
    assert list(film.epochs) == list(range(EPOCHS + 1))
    assert film.small.shape == (EPOCHS + 1, 4, 12, 12)
    assert film.probabilities.shape == (EPOCHS + 1, 4, 2)
    np.testing.assert_allclose(film.probabilities.sum(axis=-1), 1, rtol=1e-5)


def test_a_frame_is_what_explain_gives_at_that_time() -> None:
    model, images = nets.randomised(nets.fused_softmax()), nets.pictures()
    recorder = TimelineRecorder(images, [0, 1, 2])
    expected = []
    for epoch in range(3):
        nets.randomised(model, seed=epoch)
        recorder(model, epoch)
        expected.append(explain(model, images, [0, 1, 2], method="grad_cam"))
    film = recorder.film()
    for frame in range(3):
        scale = expected[frame].max()
        np.testing.assert_allclose(film.maps(frame), expected[frame], atol=1e-3 * scale)
    assert np.abs(film.maps(0) - film.maps(1)).max() > 0
    assert not np.allclose(film.probabilities[0], film.probabilities[1])


def test_one_function_is_traced_for_all_epochs() -> None:
    model = nets.randomised(nets.fused_softmax())
    recorder = TimelineRecorder(nets.pictures())
    recorder(model, 0)
    network = ModelEvaluator.of(model)
    held = dict(network._functions)
    with mock.patch.object(type(network.graph), "run", side_effect=AssertionError("traced again")):
        for epoch in range(1, 4):
            nets.randomised(model, seed=epoch)
            recorder(model, epoch)
    assert network._functions == held
    assert all(function.experimental_get_tracing_count() == 1 for function in held.values())
    assert len(recorder.film()) == 4


def test_the_model_is_only_read() -> None:
    model = nets.randomised(nets.normed())
    before = [variable.numpy().copy() for variable in model.variables]
    TimelineRecorder(nets.pictures())(model, 0)
    for old, new in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, new.numpy())


def test_without_targets_the_class_is_the_one_predicted_at_the_time() -> None:
    model, images = nets.randomised(nets.fused_softmax()), nets.pictures()
    recorder = TimelineRecorder(images)
    for epoch in range(6):
        nets.randomised(model, seed=epoch)
        recorder(model, epoch)
    film = recorder.film()
    np.testing.assert_array_equal(film.asked, film.probabilities.argmax(axis=-1))
    assert len(np.unique(film.asked[:, 0])) > 1


def test_bytes_there_and_back(recorded: tuple[keras.Model, TrainingTimeline]) -> None:
    film = recorded[1]
    again = TrainingTimeline.from_bytes(film.to_bytes())
    for name in ("images", "epochs", "small", "scales", "probabilities", "asked"):
        np.testing.assert_array_equal(getattr(film, name), getattr(again, name))
    assert (again.method, again.layer, again.settings) == (film.method, film.layer, film.settings)
    assert again.small.dtype == np.float16


def test_what_is_no_film_is_refused(recorded: tuple[keras.Model, TrainingTimeline]) -> None:
    held = io.BytesIO()
    np.savez(held, about=np.array([{"code": print}], dtype=object))
    other = io.BytesIO()
    np.savez(other, images=np.zeros(3))
    for content in (b"", b"nonsense", held.getvalue(), other.getvalue(), recorded[1].to_bytes()[:200]):
        with pytest.raises(DataError, match="timeline"):
            TrainingTimeline.from_bytes(content)


def test_empty_maps_survive() -> None:
    model = nets.fused_softmax()
    model.set_weights([np.zeros(weight.shape, np.float32) for weight in model.weights])
    recorder = TimelineRecorder(nets.pictures())
    recorder(model, 0)
    assert not recorder.film().maps(0).any()


def by_hand(masses: list[float]) -> tuple[TrainingTimeline, np.ndarray]:
    """Two pictures whose evidence lies on the upper quarter to these shares."""
    mask = np.zeros((2, 8, 8), bool)
    mask[:, :2] = True
    maps = np.stack([np.where(mask, mass / 16, (1 - mass) / 48) for mass in masses])
    scales = np.abs(maps).max(axis=(2, 3))
    frames = len(masses)
    return TrainingTimeline(
        images=np.zeros((2, 8, 8, 3), np.uint8),
        epochs=np.arange(frames),
        small=(maps / scales[..., None, None]).astype(np.float16),
        scales=scales.astype(np.float32),
        probabilities=np.full((frames, 2, 2), 0.5, np.float32),
        asked=np.zeros((frames, 2), int),
        method="grad_cam",
    ), mask


def test_the_moment_is_the_largest_rise() -> None:
    film, mask = by_hand([0.25, 0.3, 0.9, 0.95, 0.7])
    table = film.masses(mask)
    assert list(table["epoch"]) == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(table["multiple"], [1.0, 1.2, 3.6, 3.8, 2.8], rtol=2e-3)
    moment = film.moment(mask)
    assert moment.epoch == 2
    assert (moment.before, moment.after) == pytest.approx((1.2, 3.6), rel=2e-3)


def test_there_is_no_moment_where_nothing_rises() -> None:
    assert by_hand([0.5])[0].moment(by_hand([0.5])[1]) is None
    film, mask = by_hand([0.9, 0.5, 0.2])
    assert film.moment(mask) is None


def test_an_epoch_that_is_recorded_twice_is_replaced() -> None:
    model = nets.randomised(nets.fused_softmax())
    recorder = TimelineRecorder(nets.pictures())
    for epoch in (2, 0, 2):
        recorder(model, epoch)
    assert list(recorder.film().epochs) == [0, 2]


def test_it_is_a_keras_callback_too() -> None:
    model = nets.randomised(nets.fused_softmax())
    model.compile("sgd", "sparse_categorical_crossentropy", jit_compile=False)
    recorder = TimelineRecorder(nets.pictures())
    model.fit(nets.pictures(8), np.arange(8) % 4, epochs=2, verbose=0, callbacks=[TimelineCallback(recorder)])
    assert list(recorder.film().epochs) == [0, 1, 2]


def test_what_cannot_be_recorded_is_refused_at_once() -> None:
    with pytest.raises(DataError, match="at least one"):
        TimelineRecorder(np.zeros((0, 12, 12, 3)))
    with pytest.raises(InputError, match="attribution methods"):
        TimelineRecorder(nets.pictures(), method="tea_leaves")
    with pytest.raises(InputError, match="GradCamSettings"):
        TimelineRecorder(nets.pictures(), settings={"stripes": 3})
    with pytest.raises(DataError, match="frame"):
        TimelineRecorder(nets.pictures()).film()


def test_a_recorder_without_frames_still_counts_as_a_callback() -> None:
    recorder = TimelineRecorder(nets.pictures())
    assert recorder
    assert recorder.frames == 0
