"""Faults at serving: found without labels, undone before the network, which stays as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.repair import fix_info
from core.repair.serving import Fault, corrected, distance, found, spoiled
from core.repair.training import make
from tests.core.repair.test_fixes import recipe_of


def served(splits, change):
    return replace(splits, test=replace(splits.test, images=change(splits.test.images)))


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        (Fault("another scale", 1 / 255), lambda images: images.astype(np.float32) / 255),
        (Fault("another light", 0.25), lambda images: (images * 0.25).astype(np.uint8)),
    ],
    ids=["scale", "light"],
)
def test_a_fault_is_found_and_undone(run, splits, tmp_path, fault, change):
    from core.store import Store

    spoiled = served(splits, change)
    recipe = recipe_of(run, spoiled)
    seen = found(recipe, "find", None)
    assert seen.name == fault.name
    assert seen.amount == pytest.approx(fault.amount, rel=0.1)
    info = fix_info("preprocessing_corrected")
    made = make(info.apply(recipe, info.Settings()), "abc", Store(str(tmp_path)), lambda done, total, note="": None, {})
    assert made.accuracy >= run.accuracy - 0.05
    assert made.about["corrected"]
    for now, then in zip(made.model.layers[-1].get_weights(), run.model.get_weights(), strict=True):
        assert np.array_equal(now, then)


def test_nothing_is_found_where_nothing_is_wrong(run, splits):
    recipe = recipe_of(run, splits)
    assert found(recipe, "find", None) is None
    info = fix_info("preprocessing_corrected")
    assert not info.apply(recipe, info.Settings()).front


def test_colours_are_swapped_back(splits):
    images = splits.test.images[:3]
    assert np.allclose(corrected(images[..., ::-1], Fault("red and blue swapped")), images)


def test_a_closer_crop_is_shrunk_about_its_middle():
    images = np.full((1, 16, 16, 3), 200, np.uint8)
    back = corrected(images, Fault("cropped", 0.5))
    assert back.shape == images.shape
    assert np.allclose(back[0, 4:12, 4:12], 200, atol=1)
    assert np.allclose(back[0, 0], 127.5, atol=1)


def test_the_distance_of_equal_clouds_is_nothing_and_of_shifted_ones_the_shift():
    rng = np.random.default_rng(0)
    cloud = rng.normal(0, 1, (200, 4))
    assert distance(cloud, cloud) == pytest.approx(0, abs=1e-6)
    assert distance(cloud, cloud + np.array([3, 0, 0, 0])) == pytest.approx(9, rel=1e-6)


def test_what_loses_something_is_learned_rather_than_undone(run, splits):
    blurred = served(splits, lambda images: spoiled(images, Fault("blurred", 1.2)))
    info = fix_info("preprocessing_corrected")
    made = info.apply(recipe_of(run, blurred), info.Settings())
    assert made.effort > 0
    assert made.fresh
    assert not made.front
    assert np.array_equal(made.splits.test.images, blurred.test.images)
    assert made.splits.train.images.std() < 0.9 * splits.train.images.std()


@pytest.mark.parametrize("name", ["red and blue swapped", "another scale", "another light"])
def test_what_loses_nothing_is_undone(splits, name):
    images, fault = splits.test.images[:4], Fault(name, 0.5)
    assert np.abs(corrected(spoiled(images, fault), fault) - images).max() <= 1.0
