"""The pull of a strip across the whole picture, over objects too.

A thin strip says little of an honest network's object, and what it says is said by its neighbours as well. An artefact
that lies there on the pictures of one class has the whole pull for itself, and has it beside the objects too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.diagnosis.patch_effects import PatchEffect, PatchEffects, quantile_apart, starts, window_mask

WIDTH, STEP = 1 / 8, 1 / 12  # of strips, as shares of the picture's side
BESIDE = 4.0  # times what a strip pulls beside objects is the most that is believed of it


@dataclass(frozen=True, eq=False)
class Strip:
    """The strip that pulls most.

    Args:
        pull: measured on pairs that it was not chosen by.
        sure: what counts of it for each class, (K,): what strips apart from it pull is taken off, and it is at most a
            few times what the strip pulls without the objects.
        mask: where it is, bool (H, W).
    """

    pull: PatchEffect
    sure: np.ndarray
    mask: np.ndarray


def best_strip(patch_effects: PatchEffects) -> Strip:
    """Of all strips, across and down: chosen by one third of the pairs, measured on the others."""
    boxes = _strips(patch_effects.shape)
    rows, rest = patch_effects.third(True), patch_effects.third(False)
    found = np.array([patch_effects.across(window_mask(patch_effects.shape, box), rows).sure for box in boxes])
    index, label = np.unravel_index(int(found.argmax()), found.shape)
    box = boxes[index]
    lying = (boxes[:, 3] - boxes[:, 1] == patch_effects.shape[1]) == (box[3] - box[1] == patch_effects.shape[1])
    usual = quantile_apart(boxes[lying], found[lying, label], box)
    mask = window_mask(patch_effects.shape, box)
    pull, beside = patch_effects.across(mask, rest), patch_effects.region(mask, rest)
    alone = np.minimum(pull.sure - max(0.0, usual), BESIDE * np.maximum(beside.sure, 0))
    return Strip(pull, np.where(np.arange(len(alone)) == label, alone, 0.0), mask)


def _strips(shape: tuple[int, int]) -> np.ndarray:
    """Boxes of top, left, bottom, right in pixels, int (n, 4): strips across the picture, then strips down it."""
    height, width = shape
    tall, wide = max(3, round(WIDTH * height)), max(3, round(WIDTH * width))
    across = [(top, 0, top + tall, width) for top in starts(height, tall, STEP)]
    down = [(0, left, height, left + wide) for left in starts(width, wide, STEP)]
    return np.array(across + down)
