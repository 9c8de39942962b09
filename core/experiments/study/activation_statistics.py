"""Statistics of the activations of the last layer with maps (see PROTOCOL.md)."""

from __future__ import annotations

import cv2
import numpy as np
from sklearn.metrics import roc_auc_score

from core.experiments.heatmaps import off_object
from core.experiments.study.base import Seen, StudyReading, StudyTool
from core.experiments.study.maps import ANY, OFF
from core.experiments.study.networks import Look
from core.features import activations

SILENT = 1e-6  # a unit whose maps stay below this everywhere


def read_activations(look: Look) -> Seen:
    """Statistics of the maps of validation pictures, at one forward pass each."""
    context = look.context
    part, rows = context.probed
    images, labels = context.splits.parts[part].images[rows], context.batch.labels
    maps = np.maximum(activations(look.run.model, images), 0)
    values = {
        "off_object": (off_object(_whole(maps, images.shape[1:3]), context.batch.objects), OFF),
        "one_unit": (best_unit(maps.mean(axis=(1, 2)), labels), ANY),
        "silent_units": (float((maps.max(axis=(0, 1, 2)) <= SILENT).mean()), ()),
    }
    count = len(images)
    return Seen([StudyReading(name, value, fits, count, float(count)) for name, (value, fits) in values.items()])


def best_unit(responses: np.ndarray, labels: np.ndarray) -> float:
    """Area under the ROC curve of the unit that tells one class best, 0.5..1; the largest of the classes.

    Args:
        responses: (N, K), of each picture and unit.
        labels: int (N,).
    """
    kinds = np.unique(labels)
    if len(kinds) < 2:
        return 0.5
    areas = [
        roc_auc_score(np.repeat((labels == kind)[:, None], responses.shape[1], 1), responses, average=None)
        for kind in kinds
    ]
    return float(np.abs(np.stack(areas) - 0.5).max() + 0.5)


def _whole(maps: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The mean over units, at the pictures' size: (N, H, W)."""
    height, width = shape
    mean = maps.mean(axis=-1)
    return np.stack([cv2.resize(each, (width, height), interpolation=cv2.INTER_LINEAR) for each in mean])


TOOLS = (StudyTool("activations", "Activation statistics", "feature", read_activations, seconds=3),)
