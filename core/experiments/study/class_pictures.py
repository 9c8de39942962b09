"""Feature visualisation: how like its own class's background the picture of a class is (see PROTOCOL.md)."""

from __future__ import annotations

import numpy as np

from core.experiments.study.base import Seen, StudyReading, StudyTool
from core.experiments.study.maps import GRADIENT
from core.experiments.study.networks import Look
from core.features import visualize

STEPS = 64
LEVELS = 4  # of each colour channel, in which pixels are counted


def read_class_pictures(look: Look) -> Seen:
    """Likeness of each class's picture to the backgrounds of its own validation pictures, beyond those of others."""
    context = look.context
    part, rows = context.probed
    images = context.splits.parts[part].images[rows]
    pictures = visualize(look.run.model, classes="all", steps=STEPS, seed=look.seed)
    value = own_background(pictures[..., : images.shape[-1]], images / 255, context.batch.objects, context.batch.labels)
    evaluations = float(len(pictures) * STEPS * GRADIENT)
    return Seen([StudyReading("own_background", value, ("background",), len(images), evaluations)])


def own_background(pictures: np.ndarray, images: np.ndarray, objects: np.ndarray, labels: np.ndarray) -> float:
    r"""Likeness of a class's picture to its own background less the mean likeness to the others'; the largest class.

    $\sum_i \sqrt{p_i q_i}$ (Bhattacharyya) with p and q shares of the pixels in each of 4 x 4 x 4 colours.

    Args:
        pictures: (K, H, W, C) in 0..1, one a class.
        images: (N, h, w, C) in 0..1.
        objects: bool (N, h, w).
        labels: int (N,).
    """
    kinds = [kind for kind in np.unique(labels) if not objects[labels == kind].all()]
    if len(kinds) < 2:
        return 0.0
    grounds = np.stack([_colours(images[labels == kind][~objects[labels == kind]]) for kind in kinds])
    shown = np.stack([_colours(pictures[kind].reshape(-1, pictures.shape[-1])) for kind in kinds])
    likeness = np.sqrt(shown) @ np.sqrt(grounds).T
    own = np.diag(likeness)
    others = (likeness.sum(axis=1) - own) / (len(kinds) - 1)
    return float((own - others).max())


def _colours(pixels: np.ndarray) -> np.ndarray:
    """Shares of pixels (n, C) in 0..1 in each of the colours."""
    steps = np.clip((pixels * LEVELS).astype(int), 0, LEVELS - 1)
    channels = pixels.shape[-1]
    number = np.ravel_multi_index(tuple(steps.T), (LEVELS,) * channels)
    return np.bincount(number, minlength=LEVELS**channels) / len(number)


TOOLS = (StudyTool("class_pictures", "Feature visualisation", "feature", read_class_pictures, seconds=15),)
