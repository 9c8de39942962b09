"""Faults at serving: found without labels, undone before the network, which stays as it is."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
from scipy.fft import idctn

from core.repair import fix_info
from core.repair.engines.batchnorm_statistics import reestimate
from core.repair.engines.deblurring import sharpener_of, spectra
from core.repair.engines.serving_faults import (
    Fault,
    _blurs,
    apply_fault,
    correction_layers,
    find_fault,
    frechet_distance,
    run_layers,
)
from core.repair.training import make_run
from core.store import Store
from tests.core.repair.test_fixes import recipe_of


def served(splits, change):
    return replace(splits, test=replace(splits.test, images=change(splits.test.images)))


def corrected(images, fault, learned=None):
    known = images if learned is None else learned
    return run_layers(images.astype(np.float32), lambda shape: correction_layers(fault, shape, known))


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        (Fault("another scale", 1 / 255), lambda images: images.astype(np.float32) / 255),
        (Fault("another light", 0.25), lambda images: (images * 0.25).astype(np.uint8)),
    ],
    ids=["scale", "light"],
)
def test_a_fault_is_found_and_undone(run, splits, tmp_path, fault, change):
    spoiled = served(splits, change)
    recipe = recipe_of(run, spoiled)
    seen = find_fault(recipe, "find", None)
    assert seen.name == fault.name
    assert seen.amount == pytest.approx(fault.amount, rel=0.1)
    info = fix_info("preprocessing_corrected")
    made = make_run(
        info.apply(recipe, info.Settings()), "abc", Store(str(tmp_path)), lambda done, total, note="": None, {}
    )
    assert made.accuracy >= run.accuracy - 0.05
    assert made.about["corrected"]
    for now, then in zip(made.model.layers[-1].get_weights(), run.model.get_weights(), strict=True):
        assert np.array_equal(now, then)


def test_nothing_is_found_where_nothing_is_wrong(run, splits):
    recipe = recipe_of(run, splits)
    assert find_fault(recipe, "find", None) is None
    info = fix_info("preprocessing_corrected")
    assert not info.apply(recipe, info.Settings()).front


def test_colours_are_swapped_back(splits):
    images = splits.test.images[:3]
    assert np.allclose(corrected(images[..., ::-1], Fault("red and blue swapped")), images)


def test_a_closer_crop_is_shrunk_about_its_middle_and_mirrored_round_it():
    images = np.full((1, 16, 16, 3), 200, np.uint8)
    images[0, :, :8] = 40
    back = corrected(images, Fault("cropped", 0.5))
    assert back.shape == images.shape
    assert np.allclose(back[0, 4:12, 4:7], 40, atol=1)
    assert np.allclose(back[0, :, 9:12], 200, atol=1)
    assert np.allclose(back[0, :, 12:15], back[0, :, 9:12][:, ::-1])
    assert np.allclose(back[0, :4], back[0, 4:8][::-1])


@pytest.mark.parametrize("shape", [(24, 24, 3), (20, 33, 1)])
def test_a_blur_is_undone_by_what_other_pictures_tell_of_it(shape):
    learned, served = (smooth(40, shape, seed) for seed in (0, 1))
    fault = Fault("blurred", 1.2)
    soft = apply_fault(served, fault)
    before, after = (np.abs(part - served.astype(np.float32)) for part in (soft, corrected(soft, fault, learned)))
    assert after.mean() < 0.5 * before.mean()
    assert after[:, 0].mean() < 1.25 * after.mean()


def test_gains_of_a_blur_by_hand_are_its_inverse_and_one_where_nothing_was_done():
    rng = np.random.default_rng(0)
    sharp = rng.normal(0, 1, (5, 8, 8, 2))
    gain = 1 / (1 + np.arange(8)[:, None] + np.arange(8)[None])
    soft = idctn(spectra(sharp) * gain[None, :, :, None], type=1, axes=(1, 2))
    assert np.allclose(sharpener_of(sharp, soft).gains, 1 / gain[..., None])
    assert np.allclose(sharpener_of(sharp, sharp).gains, 1)
    assert np.array_equal(sharpener_of(sharp, np.zeros_like(sharp)).gains, np.zeros((8, 8, 2)))


def test_what_is_common_to_all_colours_is_sharpened_further_than_what_is_not():
    rng = np.random.default_rng(0)
    grey = rng.normal(0, 10, (200, 8, 8, 1))
    sharp = np.repeat(grey, 3, axis=3) + rng.normal(0, 0.1, (200, 8, 8, 3))
    found = sharpener_of(sharp, sharp + rng.normal(0, 1, sharp.shape))
    assert np.allclose(np.abs(found.colours[:, 2]), 3**-0.5, atol=0.01)
    assert found.gains[..., 2].mean() == pytest.approx(300 / 301, abs=0.01)
    assert found.gains[..., :2].mean() == pytest.approx(0.01 / 1.01, abs=0.01)


@pytest.mark.parametrize("radius", [0.75, 1.4, 2.35])
def test_the_radius_of_a_blur_is_found_between_those_of_the_first_guess(radius):
    learned, served = smooth(60, (32, 32, 3), 0), apply_fault(smooth(60, (32, 32, 3), 1), Fault("blurred", radius))
    (fault,) = _blurs(learned, served)
    assert fault.amount == pytest.approx(radius, abs=0.1)


def smooth(count, shape, seed):
    """Pictures with edges, and detail as fine as a pixel."""
    rng = np.random.default_rng(seed)
    coarse = np.repeat(np.repeat(rng.uniform(40, 210, (count, 9, 9, shape[2])), 4, axis=1), 4, axis=2)
    return (coarse[:, : shape[0], : shape[1]] + rng.normal(0, 4, (count, *shape))).round().astype(np.uint8)


def test_the_distance_of_equal_clouds_is_nothing_and_of_shifted_ones_the_shift():
    rng = np.random.default_rng(0)
    cloud = rng.normal(0, 1, (200, 4))
    assert frechet_distance(cloud, cloud) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(cloud, cloud + np.array([3, 0, 0, 0])) == pytest.approx(9, rel=1e-6)


@pytest.mark.parametrize("how", ["decide", "learn"])
def test_what_a_crop_cut_off_is_learned_from_pictures_that_went_the_same_way(run, splits, how):
    fault = Fault("cropped", 0.6)
    cropped = served(splits, lambda images: apply_fault(images, fault))
    info = fix_info("preprocessing_corrected")
    made = info.apply(recipe_of(run, cropped), info.Settings(fault="cropped", amount=0.6, how=how))
    assert made.effort == info.effort(info.Settings(fault="cropped", how=how)) > 0
    assert np.array_equal(made.splits.test.images, cropped.test.images)
    wanted = apply_fault(splits.train.images, fault)
    if how == "decide":
        (layers,) = made.front
        wanted = run_layers(wanted, layers)
        assert wanted.dtype == np.uint8
    assert len(made.front) == (how == "decide")
    assert np.array_equal(made.splits.train.images, wanted)


def test_a_blur_is_undone_and_only_batch_norms_averages_change(healthy, fair, tmp_path):
    blurred = served(fair, lambda images: apply_fault(images, Fault("blurred", 1.2)))
    info = fix_info("preprocessing_corrected")
    recipe = info.apply(recipe_of(healthy, blurred), info.Settings(fault="blurred", amount=1.2))
    assert not recipe.effort
    made = make_run(recipe, "abc", Store(str(tmp_path)), lambda done, total, note="": None, {})
    assert made.accuracy >= healthy.accuracy - 0.05
    for now, then in zip(made.model.layers[-1].weights, healthy.model.weights, strict=True):
        assert np.array_equal(now, then) != ("moving" in then.path)


def test_restated_averages_are_those_of_the_pictures_weighed_against_the_old(healthy, fair):
    images = fair.test.images.astype(np.float32)
    before = [weight.numpy() for weight in healthy.model.weights]
    made = reestimate(healthy.model, images)
    assert all(np.array_equal(now, then) for now, then in zip(healthy.model.weights, before, strict=True))
    first = next(layer for layer in made.layers if "norm" in layer.name)
    old = healthy.model.get_layer(first.name)
    place = healthy.model.layers.index(old)
    value = keras.Model(healthy.model.input, healthy.model.layers[place - 1].output)(images)
    share = len(images) / (len(images) + 16)
    wanted = share * np.asarray(value).mean(axis=(0, 1, 2)) + (1 - share) * old.moving_mean.numpy()
    assert np.allclose(first.moving_mean, wanted, atol=1e-4)


def test_averages_stay_where_there_are_no_pictures(healthy):
    made = reestimate(healthy.model, np.zeros((0, 16, 16, 3), np.float32))
    assert all(np.array_equal(now, then) for now, then in zip(made.weights, healthy.model.weights, strict=True))


@pytest.mark.parametrize("name", ["red and blue swapped", "another scale", "another light"])
def test_what_loses_nothing_is_undone(splits, name):
    images, fault = splits.test.images[:4], Fault(name, 0.5)
    assert np.abs(corrected(apply_fault(images, fault), fault) - images).max() <= 1.0
