"""Images clustered by where their evidence lies: the strategies by which a network reaches its predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from scipy.linalg import eigh
from scipy.sparse.csgraph import laplacian
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.neighbors import KNeighborsClassifier, kneighbors_graph

from core.attribution.location import MapLocation, locate
from core.attribution.relevance_mass import positive_relevance
from core.errors import DataError
from core.settings import Settings, setting

FEWEST = 4  # fewer maps than this are one cluster
SOFT = 0.1  # spread of the softening, as a share of the shorter side
SAMPLE = 1500  # so many maps are clustered at most; the rest join their nearest neighbours


class ClusterSettings(Settings):
    """How maps are clustered."""

    way: Literal["spectral", "kmeans"] = setting(
        "spectral", "Follow chains of similar maps (spectral), or gather maps around a few means (k-means)."
    )
    number: int | None = setting(
        None, "Number of groups; left empty, the number that the maps suggest.", low=1, high=20, step=1, unit="groups"
    )
    most: int = setting(
        8, "Largest number of groups to consider if their number is left empty.", low=2, high=20, step=1, unit="groups"
    )
    choose: Literal["silhouette", "eigengap"] = setting(
        "silhouette",
        (
            "Criterion for choosing the number of groups: how far apart they are (silhouette), or where the graph "
            "of similar maps falls apart (eigengap, spectral only)."
        ),
        common=False,
    )
    side: int = setting(
        8,
        "Maps are reduced to this many cells per side before they are compared.",
        low=4,
        high=32,
        step=1,
        unit="cells",
        common=False,
    )
    neighbours: int = setting(
        10,
        "Number of nearest neighbours that each map is linked to (spectral only).",
        low=2,
        high=50,
        step=1,
        unit="maps",
        common=False,
    )
    apart: float = setting(
        0.45,
        (
            "How far apart groups must be to count as separate (silhouette): 0 touching, 1 far. Splitting evidence "
            "that is scattered evenly around one place reaches 0.4."
        ),
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    seed: int = setting(0, "Seed of the starting points.", low=0, high=2**31 - 1, step=1, common=False)


@dataclass(frozen=True, eq=False)
class Cluster:
    """Images with similarly placed evidence.

    Args:
        indices: which images, int (n,), most typical first.
        share: their fraction of all clustered images, 0..1.
        mean: their mean map, each map weighted equally, float32 (H, W); 1 everywhere for evidence spread evenly.
        place: where their evidence lies.
        classes: class name -> number of images, most frequent first; empty if no labels were given.
        sentence: all of that in plain words.
    """

    indices: np.ndarray
    share: float
    mean: np.ndarray = field(repr=False)
    place: MapLocation
    classes: dict[str, int]
    sentence: str

    def __len__(self) -> int:
        return len(self.indices)


def cluster_maps(
    maps: np.ndarray,
    labels: np.ndarray | None = None,
    class_names: Sequence[str] = (),
    *,
    settings: ClusterSettings | None = None,
) -> list[Cluster]:
    """Cluster maps by where their evidence lies, largest group first (SpRAy).

    Maps are smoothed and reduced, and compared by the distance between the square roots of their evidence (Hellinger),
    so
    that the strength of a map does not matter. If the number of groups is open, the silhouette criterion picks the one
    with
    the best separated groups, and the eigengap criterion the one after which the smallest eigenvalues of the similarity
    graph rise most. Groups that are barely separated are merged into one.

    Args:
        maps: (N, H, W); negative values do not count.
        labels: int (N,), for the mix of classes in each group.
        class_names: their names.
        settings: algorithm, number and so on; None for the defaults.

    Raises:
        DataError: when there are no maps, or not one label per map.

    Source: Lapuschkin et al. 2019, doi 10.1038/s41467-019-08987-4; Ng, Jordan and Weiss 2001.
    """
    maps = np.asarray(maps)
    if maps.ndim != 3 or len(maps) == 0:
        raise DataError("Maps to group should have the shape (N, H, W) with N of 1 or more", f"{maps.shape}")
    if labels is not None and len(labels) != len(maps):
        raise DataError(f"There should be {len(maps)} labels", f"{len(labels)}")
    settings = settings or ClusterSettings()
    features = _features(maps, settings.side)
    group = _group(features, settings)
    found = [_cluster(np.flatnonzero(group == each), maps, features, labels, class_names) for each in np.unique(group)]
    return sorted(found, key=len, reverse=True)


def _features(maps: np.ndarray, side: int) -> np.ndarray:
    """Square roots of the smoothed evidence in each cell, float64 (N, cells).

    After smoothing, maps with nearby spots are closer than maps with distant ones.
    """
    soft = SOFT * min(maps.shape[1:])
    values = [
        cv2.GaussianBlur(value, (0, 0), soft, borderType=cv2.BORDER_CONSTANT) for value in positive_relevance(maps)
    ]
    size = (min(side, maps.shape[2]), min(side, maps.shape[1]))
    small = np.stack([cv2.resize(value, size, interpolation=cv2.INTER_AREA) for value in values])
    flat = np.maximum(small.reshape(len(small), -1), 0)
    return np.sqrt(flat / flat.sum(axis=1, keepdims=True))


def _group(features: np.ndarray, settings: ClusterSettings) -> np.ndarray:
    """A group number for each row."""
    if len(features) < FEWEST or settings.number == 1:
        return np.zeros(len(features), int)
    rng = np.random.default_rng(settings.seed)
    if len(features) <= SAMPLE:
        return _WAYS[settings.way](features, settings)
    chosen = np.sort(rng.choice(len(features), SAMPLE, replace=False))
    group = _WAYS[settings.way](features[chosen], settings)
    nearest = KNeighborsClassifier(min(5, len(chosen))).fit(features[chosen], group)
    return nearest.predict(features)


def _spectral(features: np.ndarray, settings: ClusterSettings) -> np.ndarray:
    """Groups among the rows of the smallest eigenvectors of the graph of similar maps (Ng, Jordan and Weiss 2001)."""
    links = kneighbors_graph(features, min(settings.neighbours, len(features) - 1), mode="connectivity")
    graph = laplacian((links + links.T) / 2, normed=True).toarray()
    wanted = min(max(settings.most + 1, settings.number or 0), len(features))
    values, vectors = eigh(graph, subset_by_index=(0, wanted - 1))

    def split(number: int) -> np.ndarray:
        rows = vectors[:, :number]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return _means(rows / np.where(lengths > 0, lengths, 1), number, settings.seed)

    if settings.choose == "eigengap" and not settings.number:
        return _if_separated(features, split(int(np.argmax(np.diff(values))) + 1), settings)
    return _choose_number(features, split, settings)


def _kmeans(features: np.ndarray, settings: ClusterSettings) -> np.ndarray:
    return _choose_number(features, lambda number: _means(features, number, settings.seed), settings)


def _choose_number(features: np.ndarray, split: Callable[[int], np.ndarray], settings: ClusterSettings) -> np.ndarray:
    """The split into the requested number of groups, or the one with the best separated groups."""
    if settings.number:
        return split(min(settings.number, len(features)))
    tried = [split(number) for number in range(2, min(settings.most, len(features) - 1) + 1)]
    return _if_separated(features, max(tried, key=lambda group: _separation(features, group)), settings)


def _if_separated(features: np.ndarray, group: np.ndarray, settings: ClusterSettings) -> np.ndarray:
    return group if _separation(features, group) >= settings.apart else np.zeros(len(features), int)


_WAYS = {"spectral": _spectral, "kmeans": _kmeans}


def _means(rows: np.ndarray, number: int, seed: int) -> np.ndarray:
    distinct = len(np.unique(rows.round(9), axis=0))
    return KMeans(min(number, distinct), n_init=10, random_state=seed).fit_predict(rows)


def _separation(features: np.ndarray, group: np.ndarray) -> float:
    """Separation of groups (silhouette; Rousseeuw 1987), -1..1; -1 if there are fewer than two."""
    number = len(np.unique(group))
    if not 1 < number < len(features):
        return -1.0
    return float(silhouette_score(features, group))


def _cluster(
    indices: np.ndarray,
    maps: np.ndarray,
    features: np.ndarray,
    labels: np.ndarray | None,
    class_names: Sequence[str],
) -> Cluster:
    distance = np.linalg.norm(features[indices] - features[indices].mean(axis=0), axis=1)
    ordered = indices[np.argsort(distance, kind="stable")]
    mean = positive_relevance(maps[indices]).mean(axis=0)
    where = locate(mean)
    mix = {} if labels is None else _mix(np.asarray(labels)[indices], class_names)
    share = len(indices) / len(maps)
    scaled = (mean * mean.size).astype(np.float32)
    return Cluster(ordered, share, scaled, where, mix, _sentence(len(indices), share, where, mix))


def _mix(labels: np.ndarray, class_names: Sequence[str]) -> dict[str, int]:
    values, counts = np.unique(labels, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {class_names[values[k]] if len(class_names) else str(values[k]): int(counts[k]) for k in order}


def _sentence(count: int, share: float, where: MapLocation, mix: dict[str, int]) -> str:
    first = next(iter(mix), "")
    of = f", {mix[first]} of them {first}" if len(mix) > 1 else f" of {first}" if first else ""
    images = f"{count} {'picture' if count == 1 else 'pictures'}{of}"
    images += f" ({share:.0%} of these)" if not of.startswith(",") else f" ({share:.0%} of all here),"
    verb = "is" if count == 1 else "are"
    if not where.stands_out:
        return f"{images} {verb} decided by {where.words} rather than by one place.".replace(",,", ",")
    return (
        f"{images} {verb} decided by {where.words}, which holds {where.mass:.0%} of the evidence on "
        f"{where.share:.0%} of the picture."
    )
