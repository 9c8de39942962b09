"""Marks that lie over pictures, objects and all: writing, a see-through watermark, scratches.

Where a mark lies over the object, a found mask takes it for part of the object, so that nothing beside the object tells
of it. But it is narrow, and looks the same wherever it lies, as no two backgrounds or objects do. So narrow details
that come back, at other places, in the pictures of one class much oftener than of others are taken for its mark. They
are taken off and laid over again elsewhere: a network that goes by them answers as before, wherever they lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from core.diagnosis.patch_effects import PatchEffect, PatchEffects

NARROW = 1 / 10  # half the width of what counts as a detail, as a share of the picture's shorter side
STROKE = 1 / 14  # the same of what is compared between pictures, where objects should have little part in it
ELSEWHERE = 1 / 8  # how far apart two places are at least, as a share of each side
PAIRS = 300  # of pictures a class that are compared
FEWEST = 8  # pictures of a class without which nothing is said of it
OFTENER = 0.06  # correlation beyond any other class's from which on details come back; of healthy data, at most 0.03
HONEST = 0.2  # of what details keep up and draw together, that is put down to the object's own
MOST = 0.3  # that is believed of a mark, so that a label or a background that it belongs to is named before it


@dataclass(frozen=True, eq=False)
class Mark:
    """Details that count wherever they lie.

    Args:
        kept: what they keep up of their own class's answers, taken off and laid over again at another place.
        drawn: how far they draw other classes' pictures towards theirs.
        sure: what counts of it for each class, (K,): the sum, less what an object's own details come to; 0 for all but
            the class in whose pictures they come back.
    """

    kept: PatchEffect
    drawn: PatchEffect
    sure: np.ndarray


def mark_of(patch_effects: PatchEffects, bright: bool) -> Mark | None:
    """Of the bright or the dark details of all pictures; those of the frame and of the most telling window stay.

    None where no class's details come back, so that there is nothing to ask the network.
    """
    pictures, rng = patch_effects.batch.pictures, patch_effects.context.rng("marks")
    fixed = (patch_effects.frame | patch_effects.top_window)[..., None]
    found = np.where(fixed, 0, details(pictures, bright))
    laid = moved(found, rng)
    strokes = np.abs(details(pictures, bright, STROKE)).min(axis=3) * ~patch_effects.frame
    label = standing_out(coming_back(strokes, patch_effects.labels, patch_effects.context.classes, rng))
    if label is None:
        return None
    kept, drawn = patch_effects.laid_over(pictures - found, laid)
    both = np.clip(kept.sure + drawn.sure - HONEST, 0, MOST)
    return Mark(kept, drawn, np.where(np.arange(len(both)) == label, both, 0.0))


def standing_out(alike: np.ndarray) -> int | None:
    """The class whose details, (K,) as below, come back much oftener than any other's; None where there is none."""
    known = np.sort(alike[np.isfinite(alike)])
    return int(np.nanargmax(alike)) if len(known) > 1 and known[-1] - known[-2] >= OFTENER else None


def coming_back(found: np.ndarray, labels: np.ndarray, classes: int, rng: np.random.Generator) -> np.ndarray:
    """How alike the details of two pictures of a class are, at another place, at best.

    Args:
        found: float (N, H, W).
        labels: int (N,).
        classes: how many there are, K.
        rng: chooses the pairs.

    Returns:
        (K,): of each class the median, over pairs, of the largest correlation at any shift by more than a little; NaN
        for classes of few pictures.

    Source: Lewis 1995, "Fast normalized cross-correlation" (Vision Interface), with shifts that wrap around.
    """
    height, width = found.shape[1:]
    centred = found - found.mean(axis=(1, 2), keepdims=True)
    spectra, length = np.fft.rfft2(centred), np.sqrt(np.square(centred).sum(axis=(1, 2)))
    down, across = (np.minimum(np.arange(side), side - np.arange(side)) for side in (height, width))
    far = (down[:, None] >= ELSEWHERE * height) | (across >= ELSEWHERE * width)
    alike = np.full(classes, np.nan)
    for label in range(classes):
        members = np.flatnonzero((labels == label) & (length > 0))
        if len(members) >= FEWEST:
            one, other = _pairs(members, rng)
            products = np.fft.irfft2(spectra[one] * np.conj(spectra[other]), s=(height, width))
            alike[label] = np.median(products[:, far].max(axis=1) / (length[one] * length[other]))
    return alike


def _pairs(members: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    one, other = np.triu_indices(len(members), 1)
    drawn = rng.permutation(len(one))[:PAIRS]
    return members[one[drawn]], members[other[drawn]]


def details(pictures: np.ndarray, bright: bool, narrow: float = NARROW) -> np.ndarray:
    """What is brighter, or darker, than all that is wide around it: the white or black top-hat.

    Args:
        pictures: float (N, H, W, C).
        bright: whether bright details are wanted, or dark ones.
        narrow: half the width of what counts as a detail, as a share of the shorter side.

    Returns:
        float (N, H, W, C), what the details add to each picture: at least 0 for bright ones, at most 0 for dark ones.

    Source: Serra 1982, Image Analysis and Mathematical Morphology.
    """
    side = 2 * max(1, round(narrow * min(pictures.shape[1:3]))) + 1
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    kind, sign = (cv2.MORPH_TOPHAT, 1) if bright else (cv2.MORPH_BLACKHAT, -1)
    return sign * np.stack([cv2.morphologyEx(each, kind, element).reshape(each.shape) for each in pictures])


def moved(laid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each of (N, H, W, C) moved to another place; what leaves on one side comes back on the other."""
    height, width = laid.shape[1:3]
    steps = np.stack([rng.integers(0, height, len(laid)), rng.integers(0, width, len(laid))], axis=1)
    return np.stack([np.roll(each, step, axis=(0, 1)) for each, step in zip(laid, steps, strict=True)])
