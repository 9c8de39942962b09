"""Each fix on made pictures: what it changes, and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest

from core import flaws
from core.datasets.base import Dataset, Splits
from core.errors import Cancelled, DataError, InputError, ModelError
from core.images.colours import to_hsv
from core.images.image_batch import ImageBatch
from core.networks.evaluator import ModelEvaluator
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.repair import fix_info, fixes, rungs_for
from core.repair.base import TrainingRecipe
from core.repair.engines.cross_class_donors import donors_of_another_class, donors_of_any_class
from core.repair.engines.model_copies import copy_model
from core.repair.engines.region_edits import box_mask, exchange_stickers, frame_mask, usual_sticker_region
from core.repair.fixes.classes_balanced import adjust_priors, balanced_rows
from core.repair.fixes.colour_jitter import rotate_hues as hues_turned
from core.repair.fixes.duplicates_removed import fingerprints, nearest_similarity, repeated_rows
from core.repair.fixes.labels_cleaned import LabelsCleanedSettings, clean_labels, doubtful_labels, suspicious_labels
from tests.core.repair.conftest import CORNER, SHORT, SMALL, shapes

HOWS = ("drop", "relabel", "set right where sure")


def recipe_of(run, splits: Splits, seed: int = 0) -> TrainingRecipe:
    return TrainingRecipe(run, splits, SMALL, SHORT, seed, len(splits.train), origin_splits=splits)


@pytest.fixture(scope="module")
def recipe(run, splits) -> TrainingRecipe:
    return recipe_of(run, splits)


def applied(recipe: TrainingRecipe, name: str, **settings) -> TrainingRecipe:
    info = fix_info(name)
    return info.apply(recipe, info.Settings.of(**settings))


def marked(data: Dataset) -> np.ndarray:
    """Which pictures show the bright corner."""
    return data.images[:, CORNER, CORNER].mean(axis=(1, 2, 3)) > 200


def test_every_fix_says_what_it_does_and_names_flaws_that_exist():
    for name, info in fixes().items():
        assert info.name == name
        assert info.plain.endswith(".")
        assert set(info.flaws) <= set(flaws.names())


def test_every_data_flaw_has_a_fix():
    named = {flaw for info in fixes().values() for flaw in info.flaws}
    assert set(flaws.names()) - named == {"none"}


@pytest.mark.parametrize("name", [name for name in fixes() if name != "preprocessing_corrected"])
def test_no_fix_touches_test_pictures_or_what_it_was_given(recipe, splits, name):
    before = splits.key
    made = applied(recipe, name)
    assert splits.key == before
    assert made.splits.test is splits.test
    assert made.effort > 0 or made.finish


@pytest.mark.parametrize("name", ["background_randomised", "region_removed", "border_cropped", "random_shift"])
def test_the_same_seed_gives_the_same_pictures_and_another_seed_others(run, splits, name):
    first, again, other = (applied(recipe_of(run, splits, seed), name).splits for seed in (0, 0, 1))
    assert first.key == again.key != other.key


def test_an_exchanged_box_comes_from_every_class_alike(recipe):
    made = applied(recipe, "region_removed", where="box", left=0, top=0, right=5 / 16, bottom=5 / 16, copies=4)
    train = made.splits.train
    assert len(train) == 4 * 128
    for label in (0, 1):
        assert 0.35 < marked(train)[train.labels == label].mean() < 0.65


def test_an_exchanged_box_leaves_the_rest_of_the_picture(recipe, splits):
    made = applied(recipe, "region_removed", where="box", left=0, top=0, right=5 / 16, bottom=5 / 16, copies=1)
    outside = ~box_mask((16, 16), 0, 0, 5 / 16, 5 / 16)
    assert np.array_equal(made.splits.train.images[:, outside], splits.train.images[:, outside])


def test_a_box_painted_over_is_gone_from_all(recipe):
    made = applied(recipe, "region_removed", where="box", how="paint over", right=0.4, bottom=0.4)
    assert not marked(made.splits.train).any()


def test_a_box_turned_inside_out_is_refused(recipe):
    with pytest.raises(InputError, match="left should be less than right"):
        applied(recipe, "region_removed", where="box", left=0.9, right=0.1)


def test_exchanged_backgrounds_keep_the_object_and_its_label(recipe, splits):
    made = applied(recipe, "background_randomised", copies=1)
    inner = splits.train.masks["object"].copy()
    assert np.array_equal(made.splits.train.labels, splits.train.labels)
    object_now = made.splits.train.images.astype(float)[inner].mean()
    assert object_now > made.splits.train.images.astype(float)[~inner].mean()
    share = marked(made.splits.train)
    assert 0.3 < share[splits.train.labels == 0].mean() < 0.7


def test_a_cropped_border_is_cropped_when_it_serves_too(recipe, splits):
    made = applied(recipe, "border_cropped", how="crop", width=0.125)
    assert len(made.front) == 1
    value = splits.test.images[:2].astype(np.float32)
    for layer in made.front[0]((16, 16, 3)):
        value = layer(value)
    assert np.abs(np.asarray(value) - made.splits.test.images[:2]).max() <= 1.5


def test_the_place_of_most_labels_is_one_and_scattered_labels_have_none():
    found = np.zeros((20, 16, 16), bool)
    found[:9, 1:5, 10:14] = True
    found[9, 8:12, 2:6] = True
    place = usual_sticker_region(found)
    assert place[1:5, 10:14].all()
    assert place.sum() == 16
    assert not usual_sticker_region(found[:7]).any()
    scattered = np.zeros((16, 16, 16), bool)
    for row in range(16):
        scattered[row, row % 4 * 4 : row % 4 * 4 + 4, row // 4 * 4 : row // 4 * 4 + 4] = True
    assert not usual_sticker_region(scattered).any()


def test_labels_that_are_not_found_are_exchanged_where_others_lie(monkeypatch):
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 255, (30, 16, 16, 3)).astype(np.float32)
    seen = np.zeros((30, 16, 16), bool)
    seen[:10, 1:5, 10:14] = True  # of thirty labels there, a third is found
    monkeypatch.setattr("core.repair.engines.region_edits.find_stickers", lambda _: seen)
    donors = rng.permutation(30)
    made = exchange_stickers(ImageBatch.of(pictures, np.zeros(30, int), {}), donors)
    assert np.array_equal(made[:, 1:5, 10:14], pictures[donors][:, 1:5, 10:14])


def test_wrapped_pictures_hold_the_same_pixels(recipe, splits):
    made = applied(recipe, "random_shift", how="wrap round", copies=1)
    before, after = (np.sort(part.images.reshape(128, -1), axis=1) for part in (splits.train, made.splits.train))
    assert np.array_equal(before, after)
    assert not np.array_equal(made.splits.train.images, splits.train.images)


def test_recoloured_objects_take_colours_of_every_class(run):
    rng = np.random.default_rng(0)
    data = shapes(80, 0, tied=False)
    mask = data.masks["object"]
    images = data.images.copy()
    images[mask] = np.where((data.labels == 0)[np.nonzero(mask)[0], None], (200, 40, 40), (40, 40, 200))
    coloured = replace(data, images=images + rng.integers(0, 5, images.shape).astype(np.uint8))
    splits = Splits(coloured, coloured, coloured)
    made = applied(recipe_of(run, splits), "colour_jitter", how="recolour between classes", copies=2)
    inside = np.tile(mask, (2, 1, 1))
    red = np.array([picture[at][:, 0].mean() for picture, at in zip(made.splits.train.images, inside, strict=True)])
    for label in (0, 1):
        assert 0.3 < (red[made.splits.train.labels == label] > 100).mean() < 0.7


def test_hues_of_object_and_background_are_turned_apart_and_nothing_else_changes():
    rng = np.random.default_rng(0)
    pictures = rng.integers(20, 235, (6, 8, 8, 3)).astype(np.float32)
    inside = np.zeros((6, 8, 8), bool)
    inside[:, 2:6, 3:7] = True
    batch = ImageBatch.of(pictures, np.zeros(6, int), {"object": inside})
    before, after = to_hsv(batch.pictures), to_hsv(hues_turned(batch, rng))
    assert after[..., 1:] == pytest.approx(before[..., 1:], abs=1e-2)
    angles = np.exp(1j * np.radians(after[..., 0] - before[..., 0]))
    for picture, mask in zip(angles, inside, strict=True):
        object_s, background_s = picture[mask], picture[~mask]
        assert abs(object_s.mean()) > 0.999
        assert abs(background_s.mean()) > 0.999
        assert abs(object_s.mean() - background_s.mean()) > 1e-2


def test_colours_of_grey_pictures_cannot_be_changed(run):
    grey = shapes(8, 0, tied=True)
    grey = replace(grey, images=grey.images[..., :1])
    with pytest.raises(DataError, match="in colour"):
        applied(recipe_of(run, Splits(grey, grey, grey)), "colour_jitter")


def test_balanced_classes_are_even_and_use_every_picture(run, splits):
    few = splits.train.take(
        np.concatenate([np.flatnonzero(splits.train.labels == 0), np.flatnonzero(splits.train.labels)[:8]])
    )
    made = applied(recipe_of(run, replace(splits, train=few)), "classes_balanced")
    assert np.bincount(made.splits.train.labels).tolist() == [64, 64]
    assert set(balanced_rows(few.labels, "most", np.random.default_rng(0))) == set(range(len(few)))
    assert np.bincount(few.labels[balanced_rows(few.labels, "fewest", np.random.default_rng(0))]).tolist() == [8, 8]


def test_answers_move_by_the_logarithm_of_how_rare_a_class_was(healthy, fair):
    images = fair.test.images
    before = ModelEvaluator.of(healthy.model).logits(images)
    made = adjust_priors(copy_model(healthy.model), np.array([0.9, 0.1]), 0.5)
    rise = ModelEvaluator.of(made).logits(images) - before
    assert np.allclose(rise[:, 1] - rise[:, 0], 0.5 * np.log(9), atol=1e-4)
    empty = adjust_priors(copy_model(healthy.model), np.array([1.0, 0.0]), 2.0)
    assert np.allclose(ModelEvaluator.of(empty).logits(images), before, atol=1e-4)


def test_answers_stay_where_they_are_not_to_be_moved(recipe):
    assert applied(recipe, "classes_balanced").finish
    assert not applied(recipe, "classes_balanced", adjust=0.0).finish
    layers = [keras.Input((16, 16, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax", use_bias=False)]
    assert not applied(replace(recipe, origin=keras.Sequential(layers)), "classes_balanced").finish


def test_labels_far_from_their_class_are_suspicious():
    labels = np.repeat([0, 1], 50)
    likely = np.where((labels == 0)[:, None], [0.9, 0.1], [0.1, 0.9])
    labels[[3, 70]] = 1 - labels[[3, 70]]
    assert np.flatnonzero(suspicious_labels(labels, likely)).tolist() == [3, 70]


def test_labels_in_doubt_are_those_not_the_likeliest_but_never_more_than_half_of_a_class():
    labels = np.array([0, 0, 0, 0, 1, 1])
    likely = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.1, 0.9], [0.2, 0.8], [0.6, 0.4]])
    assert np.flatnonzero(doubtful_labels(labels, likely)).tolist() == [2, 3, 5]
    assert not doubtful_labels(labels[:0], likely[:0]).any()


def test_a_doubted_label_is_set_right_where_that_is_sure(splits):
    data = splits.train.take(np.arange(6))
    data = replace(data, labels=np.array([0, 0, 0, 0, 1, 1]))
    likely = np.array([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7], [0.1, 0.9], [0.2, 0.8], [0.2, 0.8]])
    made = {how: clean_labels(data, likely, LabelsCleanedSettings(how=how)).labels.tolist() for how in HOWS}
    assert made == {
        "drop": [0, 0, 1, 1],
        "relabel": [0, 0, 1, 1, 1, 1],
        "set right where sure": [0, 0, 1, 1, 1],
    }


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("how", HOWS)
def test_cleaning_finds_wrong_labels_and_leaves_test_labels(healthy, fair, how, twice):
    rng = np.random.default_rng(0)
    wrong = rng.random(256) < 0.15
    noisy = replace(fair, train=replace(fair.train, labels=np.where(wrong, 1 - fair.train.labels, fair.train.labels)))
    made = applied(recipe_of(healthy, noisy), "labels_cleaned", how=how, twice=twice, effort=4.0)
    assert np.array_equal(made.splits.test.labels, fair.test.labels)
    truth = {picture.tobytes(): label for picture, label in zip(fair.train.images, fair.train.labels, strict=True)}
    left = [truth[picture.tobytes()] for picture in made.splits.train.images]
    assert (made.splits.train.labels != left).mean() < 0.05
    assert len(left) >= (256 if how == "relabel" else 0.7 * 256)


def test_judging_twice_stops_when_its_owner_says_so(healthy, fair):
    def stop(done, total, note=""):
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        applied(replace(recipe_of(healthy, fair), on_step=stop), "labels_cleaned")


def test_copies_are_found_whatever_their_light():
    data = shapes(40, 7, tied=False)
    darker = (data.images[:10] * 0.9).astype(np.uint8)
    rows = fingerprints(data.images)
    like = nearest_similarity(fingerprints(darker), rows)
    assert like.min() > 0.99
    assert repeated_rows(np.concatenate([rows, rows[:3]]), 0.999)[-3:].all()


def test_copies_of_test_pictures_leave_the_training_pictures(run, splits):
    train = splits.train
    leaked = replace(train, images=np.concatenate([splits.test.images[:20], train.images[20:]]))
    made = applied(recipe_of(run, replace(splits, train=leaked)), "duplicates_removed", likeness=0.999, within=False)
    assert len(made.splits.train) == 108


def test_specs_are_changed_by_the_fixes_of_training(recipe):
    assert applied(recipe, "regularised").network.dropout == pytest.approx(0.3)
    assert applied(recipe, "stopped_early").training.patience == 3
    assert applied(recipe, "larger_network").network.filters == 24
    assert applied(recipe, "lower_rate").training.rate == pytest.approx(0.001)
    assert applied(recipe, "longer_training", times=5).epochs == 5 * SHORT.epochs
    assert applied(recipe, "random_erasing").training.erase == pytest.approx(0.3)


def test_a_finished_model_cannot_be_made_larger(recipe):
    with pytest.raises(ModelError, match="specification"):
        applied(replace(recipe, network=None), "larger_network")


def test_more_copies_mean_fewer_epochs_for_the_same_steps(recipe):
    made = applied(recipe, "background_randomised", copies=3, effort=2)
    assert made.epochs * len(made.splits.train) == 2 * SHORT.epochs * 128


def test_fixes_combine_without_multiplying_copies(recipe):
    once = applied(recipe, "background_randomised", copies=3)
    twice = applied(once, "region_removed", where="box", right=5 / 16, bottom=5 / 16, copies=3)
    assert len(twice.splits.train) == 3 * 128


def test_donors_are_of_every_class_or_of_another():
    labels = np.array([0] * 900 + [1] * 100)
    rng = np.random.default_rng(0)
    assert 0.4 < (labels[donors_of_any_class(labels, rng)] == 1).mean() < 0.6
    assert (labels[donors_of_another_class(labels, rng)] != labels).all()
    alone = np.zeros(4, int)
    assert np.array_equal(donors_of_another_class(alone, rng), np.arange(4))


def test_a_frame_leaves_the_middle():
    assert frame_mask((10, 10), 0.2).sum() == 100 - 36
    assert not frame_mask((4, 4), 0.4).all()


def test_rungs_know_controls_combinations_and_settings():
    rungs = rungs_for({"background_randomised+colour_jitter": {"copies": 2, "colour_jitter": {"how": "jitter"}}})
    assert [rung.name for rung in rungs[:2]] == ["as it is", "keep training"]
    (background, first), (colour, second) = rungs[2].steps
    assert (background.name, first.copies, colour.name, second.copies, second.how) == (
        "background_randomised",
        2,
        "colour_jitter",
        2,
        "jitter",
    )


@pytest.mark.parametrize(
    "fixes_given", [[], ["no_such_fix"], ["regularised", "regularised"], {"regularised": {"no_such": 1}}]
)
def test_what_cannot_be_tried_is_refused(fixes_given):
    with pytest.raises(InputError):
        rungs_for(fixes_given)


def test_training_settings_of_the_origin_are_kept(run, splits):
    recipe = TrainingRecipe(run, splits, NetworkSpec(dropout=0.5), TrainingSpec(patience=9), 0, 128)
    assert applied(recipe, "regularised").network.dropout == pytest.approx(0.5)
    assert applied(recipe, "random_erasing").training.patience == 9
