"""Previews, corrected masks, effects by class, and verdicts that are reached one at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import hunches as library
from core.errors import Cancelled
from core.hunches import hunch_info, hunches, rank_verdicts
from core.hunches.class_effects import class_effects
from core.hunches.mask_edits import MaskSettings, apply_mask_edits, draw_outline, grow_masks
from core.hunches.preview import preview

from .conftest import coloured, reads_mean_colour, ring

QUICK = {"n": 40, "resamples": 199}


@pytest.fixture(scope="module")
def data():
    return coloured(60, 0, background_tied=True)


@pytest.fixture(scope="module")
def model():
    return reads_mean_colour(ring())


def test_every_hunch_can_be_previewed(data):
    for info in hunches().values():
        seen = preview(data, info, info.Settings(), count=4)
        assert seen.changed.shape == seen.controls.shape == seen.pictures.shape, info.name
        assert np.array_equal(seen.pictures, data.images[seen.indices]), info.name
        assert len(seen.pictures) <= 4
        assert len(seen.pictures) or seen.lacking, info.name


def test_a_preview_shows_every_class_in_turn(data):
    info = hunch_info("blur")
    assert sorted(data.labels[preview(data, info, info.Settings(), count=3).indices]) == [0, 1, 2]


def test_masks_grow_and_shrink_by_the_share_that_was_asked_for():
    masks = np.zeros((1, 40, 40), bool)
    masks[0, 10:30, 10:30] = True
    assert np.array_equal(grow_masks(masks, 0.0), masks)
    for share, side in ((0.1, 28), (-0.1, 12)):
        found = grow_masks(masks, share)[0]
        assert found.any(axis=1).sum() == found.any(axis=0).sum() == side
    corner = np.zeros((1, 40, 40), bool)
    corner[0, :20, :20] = True
    assert grow_masks(corner, -0.1)[0, 0, 0], "the picture's edge is no edge of the object"


def test_pictures_with_wrong_masks_are_left_out_and_the_rest_keep_theirs(data):
    part = apply_mask_edits(data, MaskSettings(), (0, 5))
    assert len(part) == len(data) - 2
    assert np.array_equal(part.masks["object"], np.delete(data.masks["object"], [0, 5], axis=0))
    assert apply_mask_edits(data, MaskSettings()) is data


def test_masks_that_are_found_take_the_place_of_the_own_ones(data):
    found = apply_mask_edits(data, MaskSettings(source="found")).masks["object"]
    assert not np.array_equal(found, data.masks["object"])
    bare = replace(data, masks=None)
    assert np.array_equal(apply_mask_edits(bare, MaskSettings(grow=0.05)).masks["object"], grow_masks(found, 0.05))


def test_an_outline_lies_round_the_mask_and_leaves_the_rest():
    picture, mask = np.full((20, 20, 3), 128, np.uint8), np.zeros((20, 20), bool)
    mask[5:15, 5:15] = True
    drawn = draw_outline(picture, mask, 200, (180, 83, 15))
    changed = (drawn != 128).any(axis=-1)
    assert changed[45:55, 100].any()
    assert not changed[70:130, 70:130].any()
    assert not changed[:40].any()


def test_the_effect_by_class_averages_to_that_of_all(model, data):
    found = library.test_hunch(model, data, "background_swapped", within_classes=False, **QUICK)
    table = class_effects(found.evidence, data.class_names)
    assert table["n"].sum() == found.n
    assert (table["effect"] * table["n"]).sum() / found.n == pytest.approx(found.effect)
    assert (table["flips"].sum() / found.n) == pytest.approx(found.flips)
    assert ((table["low"] - 1e-9 <= table["effect"]) & (table["effect"] <= table["high"] + 1e-9)).all()
    assert table["effect"].is_monotonic_decreasing


def test_verdicts_that_came_before_a_stop_are_handed_over_and_rank_as_all_do(model, data):
    names, kept = ["blur", "background_grey", "flip"], []

    def stop(done, total, note=""):
        if done == 2:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        library.test_hunches(model, data, names, on_step=stop, on_verdict=kept.append, **QUICK)
    assert [found.hunch for found in kept] == names[:2]
    library.test_hunches(model, data, names[2:], on_verdict=kept.append, **QUICK)
    whole = library.test_hunches(model, data, names, **QUICK)
    parts = rank_verdicts(kept, data.class_names, resamples=199)
    assert [found.summary() for found in parts] == [found.summary() for found in whole]


def test_light_evidence_ranks_as_the_full_one_does(model, data):
    found = library.test_hunches(model, data, ["background_grey", "channels_swapped", "blur"], **QUICK)
    light = [replace(each, evidence=each.evidence.light) for each in found]
    again = rank_verdicts(light, data.class_names, resamples=199)
    assert [each.conclusion for each in again] == [each.conclusion for each in rank_verdicts(found, data.class_names)]
    assert all(each.evidence.changed.size == each.n for each in again)
    assert [each.evidence.untouched for each in light] == [each.evidence.untouched for each in found]
