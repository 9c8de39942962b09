"""A whole data set at a glance: what the maps of each class have in common, and how much lies on a mask."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

import keras
import numpy as np
import pandas as pd

from core.attribution.clusters import Cluster, ClusterSettings, cluster_maps
from core.attribution.explain import explain
from core.attribution.location import EVERYWHERE, locate
from core.attribution.relevance_mass import mask_share, positive_relevance, relevance_mass
from core.datasets.base import Dataset
from core.errors import DataError
from core.intervals import Estimate, estimate
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared_for
from core.progress import OnStep

Asked = Literal["predicted", "label"]
BATCH = 256


@dataclass(frozen=True, eq=False)
class DatasetSummary:
    """The maps of many images, and what they have in common.

    Args:
        class_names: one name per class.
        method: the method that made the maps.
        maps: raw values, float32 (N, H, W).
        means: the mean map of each class, each image weighted equally, float32 (K, H, W); 1 everywhere for evidence
            spread
            evenly, 0 for a class without images.
        pictures: one row per image: label, predicted and asked (class indices; `asked` is the class that the map
            explains); mass, share and multiple (NaN if no mask is known).
        classes: one row per class: name, n, mass and share (means), multiple, low and high (its interval), place (in
            words), place_mass.
        multiple: relevance mass on the mask as a multiple of the mask's fraction of the image, mean over all images,
            with 1 as chance; None if no mask is known.
    """

    class_names: tuple[str, ...]
    method: str
    maps: np.ndarray = field(repr=False)
    means: np.ndarray = field(repr=False)
    pictures: pd.DataFrame = field(repr=False)
    classes: pd.DataFrame
    multiple: Estimate | None

    def clusters(self, of: int | None = None, settings: ClusterSettings | None = None) -> list[Cluster]:
        """Cluster the images by where their evidence lies; indices are those of the data set.

        Args:
            of: only the images whose map explains this class; None for all.
            settings: see `core.attribution.clusters.ClusterSettings`.
        """
        chosen = np.arange(len(self.maps)) if of is None else np.flatnonzero(self.pictures["asked"] == of)
        if len(chosen) == 0:
            return []
        labels = self.pictures["label"].to_numpy()[chosen]
        found = cluster_maps(self.maps[chosen], labels, self.class_names, settings=settings)
        return [Cluster(**{**vars(each), "indices": chosen[each.indices]}) for each in found]

    def sentence(self, of: int) -> str:
        """What the predictions of one class rest on, in plain words.

        Args:
            of: index of the class.
        """
        row = self.classes.iloc[of]
        if row["n"] == 0:
            return f"No picture here was explained for {row['name']}."
        words = f"{row['name'].capitalize()} is decided mostly by {row['place']}"
        if row["place"] != EVERYWHERE:
            words += f", which holds {row['place_mass']:.0%} of the evidence"
        if math.isnan(row["multiple"]):
            return f"{words}."
        return f"{words}; the marked region holds {row['multiple']:.1f} times its share."


def summarise_dataset(
    model: keras.Model,
    dataset: Dataset,
    *,
    method: str = "grad_cam",
    layer: str | None = None,
    asked: Asked = "predicted",
    mask: str | np.ndarray = "object",
    seed: int = 0,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
    **settings: Any,
) -> DatasetSummary:
    """Explain every image of a data set and summarise the maps.

    Args:
        model: any Keras 3 classifier; never changed.
        dataset: N images with the model's classes.
        method: a name from `core.attribution.methods()`.
        layer: path of the layer, for methods that use one; None for the last convolution.
        asked: whether each map explains the predicted class or the image's label.
        mask: the region on which relevance mass is measured: a name among the data set's masks, or bool (H, W) or
            (N, H, W).
        seed: seed of the intervals.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: reports progress; stops the work when it raises.
        **settings: settings of the method.

    Raises:
        DataError: for images, masks or classes that do not fit.
        InputError: for an unknown method or a setting out of bounds.
    """
    model = prepared_for(model, interface, dataset.class_names)
    network = ModelEvaluator.of(model)
    images = checked_images(network.graph, dataset.images)
    if network.graph.classes != len(dataset.class_names):
        raise DataError(
            f"The data should have the network's {network.graph.classes} classes", f"{len(dataset.class_names)}"
        )
    predicted = network.logits(images).argmax(axis=1)
    targets = predicted if asked == "predicted" else dataset.labels
    maps = explain(model, images, targets, method=method, layer=layer, on_step=on_step, **settings)
    region = _region(dataset, mask)
    pictures = _pictures(maps, dataset.labels, predicted, targets, region)
    means = np.stack([_mean(maps[targets == each]) for each in range(len(dataset.class_names))])
    return DatasetSummary(
        class_names=dataset.class_names,
        method=method,
        maps=maps,
        means=means,
        pictures=pictures,
        classes=_classes(pictures, means, dataset.class_names, seed),
        multiple=None if region is None else estimate(pictures["multiple"].to_numpy(), chance=1.0, seed=seed),
    )


def _region(dataset: Dataset, mask: str | np.ndarray) -> np.ndarray | None:
    """The region of each image, bool (N, H, W); None if the data set has no such mask."""
    if isinstance(mask, str):
        known = dataset.masks or {}
        return np.asarray(known[mask], bool) if mask in known else None
    region, shape = np.asarray(mask, bool), dataset.images.shape[:3]
    if region.shape not in (shape, shape[1:]):
        raise DataError(f"A region should have the shape {shape[1:]} or {shape}", f"{region.shape}")
    return np.broadcast_to(region, shape)


def _pictures(
    maps: np.ndarray, labels: np.ndarray, predicted: np.ndarray, asked: np.ndarray, region: np.ndarray | None
) -> pd.DataFrame:
    nothing = np.full(len(maps), np.nan)
    mass = nothing if region is None else _batched_mass(maps, region)
    share = nothing if region is None else mask_share(region)
    return pd.DataFrame(
        {
            "label": labels,
            "predicted": predicted,
            "asked": asked,
            "mass": mass,
            "share": share,
            "multiple": mass / share,
        }
    )


def _batched_mass(maps: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Relevance mass of many maps, in batches because it works in double precision."""
    starts = range(0, len(maps), BATCH)
    return np.concatenate([relevance_mass(maps[at : at + BATCH], region[at : at + BATCH]) for at in starts])


def _mean(maps: np.ndarray) -> np.ndarray:
    """Mean evidence as a multiple of an even spread, float32 (H, W)."""
    total = np.zeros(maps.shape[1:])
    for start in range(0, len(maps), BATCH):
        total += positive_relevance(maps[start : start + BATCH]).sum(axis=0)
    return (total * total.size / max(len(maps), 1)).astype(np.float32)


def _classes(images: pd.DataFrame, means: np.ndarray, class_names: tuple[str, ...], seed: int) -> pd.DataFrame:
    rows = []
    for index, name in enumerate(class_names):
        own = images[images["asked"] == index]
        multiple = estimate(own["multiple"].to_numpy(), chance=1.0, seed=seed)
        where = locate(means[index])
        rows.append(
            {
                "name": name,
                "n": len(own),
                "mass": own["mass"].mean(),
                "share": own["share"].mean(),
                "multiple": multiple.value,
                "low": multiple.low,
                "high": multiple.high,
                "place": where.words if len(own) else "",
                "place_mass": where.mass if len(own) else math.nan,
            }
        )
    return pd.DataFrame(rows)
