from __future__ import annotations

import numpy as np
import pytest

from core.datasets.base import Splits
from core.errors import Cancelled, DataError, InputError, ModelError
from core.networks import build, has_run, open_run, run_key, runs, train
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store, unsaved
from core.store.pending import write_now
from tests.core.networks.conftest import NAMES, colours


@pytest.fixture(scope="module")
def finished(splits, small, short, tmp_path_factory):
    store = Store(str(tmp_path_factory.mktemp("store")))
    points, epochs, steps = [], [], []
    run = train(
        splits,
        small,
        short,
        store=store,
        on_step=lambda done, total, note="": steps.append((done, total, note)),
        on_point=points.append,
        watch=lambda model, epoch: epochs.append(epoch),
        about={"dataset": "colours"},
    )
    return run, store, points, epochs, steps


def weights(run) -> list[np.ndarray]:
    return run.model.get_weights()


def equal(one, two) -> bool:
    return all(np.array_equal(first, second) for first, second in zip(weights(one), weights(two), strict=True))


def never(*_: object) -> None:
    raise AssertionError("a second training")


def test_a_tiny_network_learns_an_easy_task(finished, splits):
    run = finished[0]
    assert run.accuracy > 0.9
    answers = run.model.predict(splits.test.images, verbose=0).argmax(axis=1)
    assert run.metrics["correct"] == (answers == splits.test.labels).sum()
    assert run.metrics["n"] == len(splits.test)
    assert sum(right for right, _ in run.metrics["recall"].values()) == run.metrics["correct"]
    assert [count for _, count in run.metrics["recall"].values()] == np.bincount(splits.test.labels).tolist()


def test_the_history_has_a_row_an_epoch_and_the_kept_one_is_the_best(finished):
    run = finished[0]
    assert list(run.history.columns) == [
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "rate", "seconds", "pictures_per_second",
    ]  # fmt: skip
    assert run.history["epoch"].tolist() == [1, 2, 3]
    assert run.history["val_accuracy"].max() == run.metrics["validation_accuracy"]
    assert run.ending == "finished"


def test_progress_counts_every_batch_and_each_epoch_ends_with_a_judged_point(finished):
    _, _, points, epochs, steps = finished
    assert epochs == [0, 1, 2, 3]
    assert (steps[0][0], steps[-1][0], steps[-1][1]) == (0, 9, 9)
    assert [done for done, _, _ in steps] == sorted(done for done, _, _ in steps)
    judged = [point for point in points if point.val_accuracy is not None]
    assert [point.epoch for point in judged] == [1.0, 2.0, 3.0]
    assert judged[-1].seconds_left == 0
    assert all(point.pictures_per_second > 0 for point in points)
    assert "epoch 3" in steps[-1][2]


def test_the_same_inputs_load_the_same_run_without_a_second_training(finished, splits, small, short):
    run, store, *_ = finished
    again = train(splits, small, short, store=store, watch=never, on_point=never)
    assert again.key == run.key == run_key(splits, small, short)
    assert equal(again, run)
    assert again.about == {"dataset": "colours"}


def test_trained_again_the_weights_are_the_same(finished, splits, small, short, store):
    assert equal(train(splits, small, short, store=store), finished[0])


@pytest.mark.parametrize("what", ["network", "training", "data", "start"])
def test_whatever_changes_the_network_changes_the_key(finished, splits, small, short, what):
    run = finished[0]
    given = {"splits": splits, "network_spec": small, "training_spec": short, "start": None}
    given |= {
        "network": {"network_spec": NetworkSpec.of(small, seed=1)},
        "training": {"training_spec": TrainingSpec.of(short, rate=0.02)},
        "data": {"splits": Splits(splits.validation, splits.train, splits.test)},
        "start": {"start": run},
    }[what]
    assert run_key(**given) != run.key


def test_augmentation_and_the_other_dials_of_training_can_be_turned_together(splits, small, store):
    spec = TrainingSpec(
        epochs=2, flip=True, shift=0.1, rotate=5.0, zoom=0.1, contrast=0.1, brightness=0.1, hue=0.02, saturation=0.2,
        erase=0.1, class_weights="balanced", label_smoothing=0.1, clip=1.0, decay=0.01, rate=0.02, optimiser="adamw",
    )  # fmt: skip
    fuller = NetworkSpec.of(small, dropout=0.2, spatial_dropout=0.1, weight_decay=0.0001)
    first, second = (train(splits, fuller, spec, store=store, again=True) for _ in range(2))
    assert equal(first, second)
    assert not any("random" in layer.name for layer in first.model.layers)


class Stop:
    """An `OnStep` that stops the work at a step."""

    def __init__(self, at: int, error: type[BaseException] = Cancelled):
        self.at, self.error = at, error

    def __call__(self, done: int, total: int, note: str = "") -> None:
        if done >= self.at:
            raise self.error("enough")


def test_cancelled_training_keeps_the_best_epoch_under_a_key_of_its_own(finished, splits, small, short, store):
    after_two = {}

    def watch(model, epoch):
        after_two[epoch] = model.get_weights()
        if epoch == 2:
            raise Cancelled("enough")

    run = train(splits, small, short, store=store, watch=watch)
    assert run.cancelled
    assert len(run.history) == 2
    kept = after_two[run.metrics["epoch"]]
    assert all(np.array_equal(one, two) for one, two in zip(kept, weights(run), strict=True))
    assert not has_run(run_key(splits, small, short), store)
    assert open_run(run.key, store).ending == "cancelled"
    assert not train(splits, small, short, store=store).cancelled


def test_cancelled_before_the_first_epoch_there_is_nothing_to_keep(splits, small, short, store):
    with pytest.raises(Cancelled):
        train(splits, small, short, store=store, on_step=Stop(at=0))
    assert runs(store) == []


def test_any_other_error_of_the_callback_passes_through_and_nothing_is_kept(splits, small, short, store):
    with pytest.raises(KeyboardInterrupt):
        train(splits, small, short, store=store, on_step=Stop(at=6, error=KeyboardInterrupt))
    assert runs(store) == []


def test_patience_ends_a_training_that_no_longer_gets_better(splits, small, store):
    run = train(splits, small, TrainingSpec(epochs=60, rate=0.02, patience=3), store=store)
    assert run.ending == "patience"
    assert len(run.history) == run.metrics["epoch"] + 3 < 60


def test_the_last_epoch_is_kept_on_demand(splits, small, short, store):
    run = train(splits, small, TrainingSpec.of(short, keep="last"), store=store)
    assert run.metrics["epoch"] == 3


def test_a_loss_that_is_no_number_is_said_in_words(splits, small, short, store):
    broken = Splits(_with_nan(splits.train), splits.validation, splits.test)
    with pytest.raises(InputError, match=r"Lower the learning rate"):
        train(broken, small, short, store=store)


def _with_nan(data):
    from dataclasses import replace

    images = data.images.astype(np.float32)
    images[:] = np.nan
    return replace(data, images=images)


def test_going_on_from_a_run_trains_a_copy(finished, splits, short, store):
    run = finished[0]
    before = [array.copy() for array in weights(run)]
    further = train(splits, None, TrainingSpec.of(short, epochs=1), start=run, store=store)
    assert all(np.array_equal(one, two) for one, two in zip(before, weights(run), strict=True))
    assert not equal(further, run)
    assert further.parent == run.key
    assert further.network_spec == run.network_spec
    assert further.history["loss"].iloc[0] < run.history["loss"].iloc[0]


def test_a_start_that_does_not_suit_the_data_is_refused(splits, short, store):
    with pytest.raises(ModelError, match="3 classes"):
        train(splits, None, short, start=build(NetworkSpec(blocks=1), (12, 12, 3), ("a", "b")), store=store)
    with pytest.raises(ModelError, match=r"\(12, 12, 3\)"):
        train(splits, None, short, start=build(NetworkSpec(blocks=1), (16, 16, 3), NAMES), store=store)


def test_without_validation_pictures_the_last_epoch_is_kept_and_patience_waits(splits, small, store):
    none = splits.validation.take([])
    run = train(Splits(splits.train, none, none), small, TrainingSpec(epochs=3, patience=1), store=store)
    assert run.metrics["epoch"] == 3
    assert run.history["val_accuracy"].isna().all()
    assert np.isnan(run.accuracy)
    assert np.isnan(open_run(run.key, store).accuracy)


def test_fewer_pictures_than_a_batch_are_enough(small, store):
    tiny = Splits(colours(5, 0), colours(4, 1), colours(3, 2))
    run = train(tiny, small, TrainingSpec(epochs=2, batch=64), store=store)
    assert len(run.history) == 2


def test_no_pictures_at_all_are_refused(splits, small, short, store):
    with pytest.raises(DataError, match="training pictures"):
        train(Splits(splits.train.take([]), splits.validation, splits.test), small, short, store=store)


def test_parts_of_different_sizes_are_refused(splits, small, short, store):
    with pytest.raises(DataError, match="same size"):
        train(Splits(splits.train, colours(5, 1, side=14), splits.test), small, short, store=store)


def test_a_training_that_breaks_after_a_good_epoch_gives_that_epoch(splits, small, short, store, monkeypatch):
    from core.networks.training.train_step import StepScore, TrainStep

    teach, seen = TrainStep.train_batch, []

    def breaks_in_the_second_epoch(self, images, labels, rate):
        seen.append(teach(self, images, labels, rate))
        return seen[-1] if len(seen) <= 4 else StepScore(float("nan"), 0, len(labels))

    monkeypatch.setattr(TrainStep, "train_batch", breaks_in_the_second_epoch)
    run = train(splits, small, short, store=store)
    assert run.ending == "diverged"
    assert run.metrics["epoch"] == len(run.history) == 1
    assert np.isfinite(run.metrics["loss"])


def test_a_store_that_fails_does_not_cost_the_training(splits, small, short, tmp_path):
    (tmp_path / "file").write_text("no folder")
    store = Store(str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="kept in memory"):
        run = train(splits, small, short, store=store)
    assert run.accuracy > 0.9
    assert unsaved(store) == [f"runs/{run.key}.zip"]
    assert open_run(run.key, store).key == run.key
    (tmp_path / "file").unlink()
    write_now()
    assert unsaved(store) == []
    assert [info.key for info in runs(store)] == [run.key]


def test_a_run_that_cannot_be_opened_is_trained_again(splits, small, short, store):
    run = train(splits, small, TrainingSpec.of(short, epochs=1), store=store)
    store.write(f"runs/{run.key}.zip", b"not a run")
    again = train(splits, small, TrainingSpec.of(short, epochs=1), store=store)
    assert equal(again, run)
    assert open_run(run.key, store).key == run.key
