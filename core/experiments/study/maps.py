"""Fixed ways of reading heatmaps that know nothing of what was planted (see PROTOCOL.md)."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from core.attribution import explain, methods
from core.attribution.base import MethodInfo
from core.attribution.clusters import cluster_maps
from core.attribution.relevance_mass import positive_relevance
from core.experiments.heatmaps import off_object, on_spot
from core.experiments.study.base import Seen, StudyReading, StudyTool
from core.experiments.study.networks import Look
from core.networks import layers
from core.networks.evaluator import ModelEvaluator
from core.trust import badge

SLOW = {"rise": 60.0, "lime": 60.0, "kernel_shap": 60.0, "sobol": 60.0}  # seconds a network
BUDGETS = (0.25, 0.5, 1.0)  # shares of the pictures: 5, 10 and 20
CELLS = 8  # a side, in which the places of two classes' maps are compared
OFF, SPOT = ("background", "sticker", "border"), ("sticker", "border")
ANY = ("background", "sticker", "border", "place")
BADGE = "badge"
GRADIENT = 3  # forward passes that a score and its gradient take


def map_tools() -> list[StudyTool]:
    """For each attribution method, one tool that reads its maps and one that computes their badge."""
    found = []
    for name, info in methods().items():
        seconds = SLOW.get(name, 5.0)
        found.append(StudyTool(name, info.title, "map", partial(read_maps, info), name in SLOW, seconds))
        if name not in SLOW:
            title = f"{info.title}, its badge"
            found.append(StudyTool(f"{BADGE}_{name}", title, "map", partial(read_badge, info), True, 3 * seconds))
    return found


def read_maps(info: MethodInfo, look: Look) -> Seen:
    """All readings of a method's maps, at each budget of pictures."""
    images, labels, objects = sample(look)
    maps = explain(look.run.model, images, labels, method=info.name)
    each, found = _evaluations(info, look), []
    for count in budgets(len(labels)):
        part = maps[:count], objects[:count], labels[:count]
        for name, (value, fits) in readings(*part).items():
            found.append(StudyReading(name, value, fits, count, None if each is None else each * count))
    return Seen(found)


def read_badge(info: MethodInfo, look: Look) -> Seen:
    """Whether the maps pass their badge, 1 or 0, on the pictures that they were read from."""
    images, labels, _ = sample(look)
    found = badge(look.run.model, images, method=info.name, targets=labels, seed=look.seed)
    return Seen([StudyReading(BADGE, float(found.passes), (), len(images))])


def readings(maps: np.ndarray, objects: np.ndarray, labels: np.ndarray) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Name -> value of each fixed reading, and the flaws that it fits.

    Args:
        maps: (N, H, W).
        objects: bool (N, H, W).
        labels: int (N,).
    """
    return {
        "off_object": (off_object(maps, objects), OFF),
        "one_place": (on_spot(maps, objects, labels), SPOT),
        "class_change": (class_change(maps, labels), ANY),
        "clusters": (class_clusters(maps, labels), ANY),
    }


def class_change(maps: np.ndarray, labels: np.ndarray) -> float:
    r"""Hellinger distance of a class's mean map from the others', 0..1; the largest of the classes.

    $\sqrt{1 - \sum_i \sqrt{p_i q_i}}$ with p and q shares of the evidence in each of 8 x 8 cells.
    """
    side = min(CELLS, *maps.shape[1:])
    cells = np.stack(
        [cv2.resize(each, (side, side), interpolation=cv2.INTER_AREA) for each in positive_relevance(maps)]
    )
    shares = cells / cells.sum(axis=(1, 2), keepdims=True)
    kinds = np.unique(labels)
    if len(kinds) < 2:
        return 0.0
    pairs = [(shares[labels == kind].mean(axis=0), shares[labels != kind].mean(axis=0)) for kind in kinds]
    return max(float(np.sqrt(max(0.0, 1 - np.sqrt(mine * others).sum()))) for mine, others in pairs)


def class_clusters(maps: np.ndarray, labels: np.ndarray) -> float:
    """How far clusters of maps go with the classes, by adjusted mutual information; 0 for a single cluster."""
    group = np.zeros(len(labels), int)
    for number, cluster in enumerate(cluster_maps(maps)):
        group[cluster.indices] = number
    return float(adjusted_mutual_info_score(labels, group)) if group.any() else 0.0


def budgets(pictures: int) -> list[int]:
    """The sizes of nested samples of so many pictures."""
    return [max(1, round(share * pictures)) for share in BUDGETS]


def sample(look: Look) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pictures in which classes alternate, so that each beginning is a smaller sample; labels; where objects are."""
    context = look.context
    part, probed = context.probed
    rows = alternating(context.batch.labels, look.settings.pictures)
    images = context.splits.parts[part].images[probed[rows]]
    return images, context.batch.labels[rows], context.batch.objects[rows]


def _evaluations(info: MethodInfo, look: Look) -> float | None:
    """Forward passes of one picture, a gradient counted as three."""
    if info.cost is None:
        return None
    path = ModelEvaluator.of(look.run.model).map_layer(None)
    maps = next(int(layer.shape[-1] or 1) for layer in layers(look.run.model) if layer.path == path)
    cost = info.cost(info.Settings(), look.run.input_shape, maps)
    return float(cost.forwards + GRADIENT * cost.gradients)


def alternating(labels: np.ndarray, count: int) -> np.ndarray:
    """The first rows of each class in turn."""
    turn = np.zeros(len(labels), int)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        turn[members] = np.arange(len(members))
    return np.lexsort((labels, turn))[:count]
