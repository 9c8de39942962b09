"""What a person would conclude from heatmaps, as one number, by a rule that does not know what was planted where.

Each rule compares the fraction of the evidence in a place with the place's fraction of the image: 1 is what a uniform
map
gives. Objects are found by GrabCut. Flaws without a place have nowhere to look, so evidence off the object counts there
too: it is what looks odd.
"""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np

from core.attribution import explain, methods
from core.attribution.base import MethodInfo
from core.attribution.relevance_mass import mask_share, positive_relevance, relevance_mass
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.exchanges import frame_mask
from core.experiments.base import ExperimentSettings, Tool
from core.flaws import info as flaw_info

RULE = "The reading is how much its maps highlight off the object, on the frame, or on one spot."
WINDOW = 1 / 6  # side of a spot, as a share of the picture's side


def heatmap_tools() -> list[Tool]:
    """One tool for each attribution method."""
    return [
        Tool(name, info.title, "heatmap", f"{info.plain} {RULE}", partial(read, info))
        for name, info in methods().items()
    ]


def read(info: MethodInfo, context: DiagnosisContext, flaw: str, settings: ExperimentSettings) -> float:
    """How far the maps of the images' own classes lie where this flaw would show.

    Args:
        info: the method.
        context: the network and its data.
        flaw: name of the flaw.
        settings: number of images.
    """
    rows = first_of_each(context.batch.labels, settings.pictures)
    part, probed = context.probed
    images, labels = context.splits.parts[part].images[probed[rows]], context.batch.labels[rows]
    maps = explain(context.model, images, labels, method=info.name, on_step=context.on_step)
    objects = context.batch.objects[rows]
    where = flaw_info(flaw).lights_up
    if where == "on the frame":
        return on_frame(maps, frame_mask(objects.shape[1:]))
    if where == "on one spot":
        return on_spot(maps, objects, labels)
    return off_object(maps, objects)


def first_of_each(labels: np.ndarray, count: int) -> np.ndarray:
    """The first rows of each label, sorted."""
    return np.sort(np.concatenate([np.flatnonzero(labels == label)[:count] for label in np.unique(labels)]))


def off_object(maps: np.ndarray, objects: np.ndarray) -> float:
    """Share of the evidence off the objects against these places' share of the picture, a mean over pictures."""
    behind = ~objects
    return _mean(relevance_mass(maps, behind) / mask_share(behind))


def on_frame(maps: np.ndarray, frame: np.ndarray) -> float:
    """The same for a frame (H, W) along the edge."""
    masks = np.broadcast_to(frame, maps.shape)
    return _mean(relevance_mass(maps, masks) / mask_share(masks))


def on_spot(maps: np.ndarray, objects: np.ndarray, labels: np.ndarray) -> float:
    """The same for the spot off the objects, and the class, with the most evidence; a median over its images.

    What lights up in the same place of most pictures of a class is what catches the eye.

    Args:
        maps: (N, H, W).
        objects: bool (N, H, W).
        labels: int (N,).
    """
    height, width = maps.shape[1:]
    size = (max(1, round(WINDOW * width)), max(1, round(WINDOW * height)))
    free = positive_relevance(maps) * ~objects * height * width
    spots = np.stack([cv2.blur(each, size, borderType=cv2.BORDER_REFLECT) for each in free])
    return max(float(np.median(spots[labels == label], axis=0).max()) for label in np.unique(labels))


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else 1.0
