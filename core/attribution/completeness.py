"""Completeness: whether a map's values add up to the change of the score that they explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from core.attribution.base import Targets, target_weights
from core.attribution.engines.baselines import BaselineSettings, baseline_pictures
from core.attribution.registry import method_info
from core.errors import InputError
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared
from core.networks.pixel_range import pixel_range


@dataclass(frozen=True)
class Completeness:
    """What a method distributed, compared with what there was to distribute.

    Args:
        maps: the attributions, float32 (N, H, W).
        attributed: their sum for each image, (N,).
        rise: the image's score minus the baseline's, (N,); the mean over the baselines if there are several.
    """

    maps: np.ndarray
    attributed: np.ndarray
    rise: np.ndarray

    @property
    def gap(self) -> np.ndarray:
        """The difference between the two, (N,): 0 for a complete method."""
        return self.attributed - self.rise


def completeness(
    model: keras.Model,
    images: Any,
    targets: Targets = None,
    *,
    method: str = "integrated_gradients",
    interface: Interface | None = None,
    **settings: Any,
) -> Completeness:
    """Maps of a method with a baseline, and how nearly they add up to the rise of the score above it.

    Args:
        model: any Keras 3 classifier; never changed.
        images: (N, H, W, C) or one image, in the scale that the model takes.
        targets: as in `core.attribution.explain`.
        method: "integrated_gradients" or "deeplift".
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.
        **settings: settings of the method.

    Raises:
        InputError: when the method has no baseline.
    """
    info = method_info(method)
    options = info.Settings.of(**settings)
    if not isinstance(options, BaselineSettings):
        raise InputError("Completeness is a property of methods with a baseline", method, "Try integrated_gradients.")
    network = ModelEvaluator.of(prepared(model, interface))
    pictures = checked_images(network.graph, images)
    weights = network.resolve(pictures, target_weights(targets, len(pictures), network.graph.classes))
    maps = info.attribute(network, pictures, weights, options)
    before = np.mean(
        [_score(network, _baseline(network, pictures, options, draw), weights) for draw in _draws(options)], axis=0
    )
    return Completeness(maps, maps.sum(axis=(1, 2), dtype=np.float64), _score(network, pictures, weights) - before)


def _draws(options: BaselineSettings) -> range:
    return range(options.baselines)


def _baseline(network: ModelEvaluator, pictures: np.ndarray, options: BaselineSettings, draw: int) -> np.ndarray:
    return baseline_pictures(pictures, options, draw, pixel_range(network.graph, pictures))


def _score(network: ModelEvaluator, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return (network.logits(images).astype(np.float64) * weights).sum(axis=1)
