"""Stability: does the map stay the same when the picture changes by less than a person would notice?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras
import numpy as np

from core.attribution.comparison import spearman
from core.intervals import Estimate, estimate
from core.networks.evaluator import ModelEvaluator
from core.networks.pixel_range import Span, own_range, pixel_range
from core.progress import OnStep, silent
from core.trust.explainer import CheckInput, Explainer, explainer_maps
from core.trust.settings import TrustSettings


@dataclass(frozen=True, eq=False)
class Stability:
    """How alike the maps of a picture and of its noisy copies are.

    Args:
        value: rank correlation of the sizes of their values, mean over copies and pictures.
        low: lower end of its interval over pictures.
        high: upper end.
        chance: the same between maps of different pictures; NaN for one picture.
        passes: whether the value is at least `stability_limit`.
        sensitivity: the largest change over the copies, as a share of the map's own length; 0 for a map that stays
            the same.
    """

    value: float
    low: float
    high: float
    chance: float
    passes: bool
    sensitivity: Estimate


def stability(
    model: keras.Model,
    explainer: Explainer,
    question: CheckInput,
    settings: TrustSettings,
    *,
    seed: int = 0,
    on_step: OnStep = silent,
) -> Stability:
    """Make the maps of noisy copies of the pictures, asked of the same classes, and compare them with the maps.

    Args:
        model: never changed.
        explainer: what makes the maps.
        question: the pictures, classes and maps.
        settings: noise, copies, limit and the intervals.
        seed: of the noise.
        on_step: called after each copy.

    Source: Yeh et al. 2019, arXiv 1901.09392 (max-sensitivity).
    """
    likeness, change = [], []
    span = pixel_range(ModelEvaluator.of(model).graph, question.images)
    for copy in range(settings.copies):
        maps = explainer_maps(
            explainer, model, add_noise(question.images, settings.noise, (seed, copy), span), question.targets
        )
        likeness.append(spearman(question.maps, maps))
        change.append(_change(question.maps, maps))
        on_step(copy + 1, settings.copies, "noisy copies")
    kept = _estimate(np.mean(likeness, axis=0), _unrelated(question.maps), settings, seed)
    return Stability(
        value=kept.value,
        low=kept.low,
        high=kept.high,
        chance=kept.chance,
        passes=bool(kept.value >= settings.stability_limit),
        sensitivity=_estimate(np.max(change, axis=0), math.nan, settings, seed),
    )


def add_noise(images: np.ndarray, noise: float, seed: tuple[int, ...], span: Span | None = None) -> np.ndarray:
    """The pictures with Gaussian noise, float32 (N, H, W, C).

    Args:
        images: (N, H, W, C).
        noise: its spread as a share of the range from black to white.
        seed: of the noise.
        span: black and white; each picture's own where None.
    """
    black, white = span or own_range(images)
    drawn = np.random.default_rng(seed).standard_normal(images.shape, dtype=np.float32)
    return np.asarray(images, np.float32) + noise * (white - black) * drawn


def _change(maps: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Length of the difference as a share of the map's length, (N,); NaN for a map of zeros."""
    lengths = np.sqrt(np.square(maps, dtype=np.float64).sum(axis=(1, 2)))
    moved = np.sqrt(np.square(others - maps, dtype=np.float64).sum(axis=(1, 2)))
    return np.where(lengths > 0, moved / np.where(lengths > 0, lengths, 1), np.nan)


def _unrelated(maps: np.ndarray) -> float:
    """How alike the maps of different pictures are."""
    return float(spearman(maps, np.roll(maps, 1, axis=0)).mean()) if len(maps) > 1 else math.nan


def _estimate(values: np.ndarray, chance: float, settings: TrustSettings, seed: int) -> Estimate:
    return estimate(values, chance=chance, confidence=settings.confidence, resamples=settings.resamples, seed=seed)
