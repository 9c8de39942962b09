"""KernelSHAP: each superpixel's fair share of the score, by a regression over which superpixels are shown."""

from __future__ import annotations

from functools import cache, partial
from itertools import combinations
from math import comb

import numpy as np
from scipy.linalg import helmert

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.masking import MaskingPlan, region_maps
from core.attribution.engines.superpixels import SuperpixelSettings, fewer_superpixels, superpixels
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep, silent


class KernelShapSettings(SuperpixelSettings):
    """Settings of KernelSHAP."""


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: KernelShapSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""The Shapley value of each pixel's superpixel, (N, H, W).

    With $z$ the superpixels shown, $s$ how many they are of $S$, and $f(z)$ the score, the values are
    $\arg\min_\phi \sum_z \pi(z) (f(z) - f(0) - \phi \cdot z)^2$ with $\sum_i \phi_i = f(1) - f(0)$ and
    $\pi(z) = \frac{S - 1}{\binom{S}{s} s (S - s)}$. Where the dial allows as many samples as there are coalitions, all
    are looked at and the values are exact; else the smallest and largest ones are, and others are drawn in pairs with
    their complements.

    Source: Lundberg and Lee 2017, arXiv 1705.07874; pairs: Covert and Lee 2021, arXiv 2012.01536.
    """
    chosen = cache(partial(coalitions, samples=settings.samples, seed=settings.seed))

    inquiry = MaskingPlan(
        divide=lambda picture: superpixels(picture, settings.segments, settings.compactness),
        draw=lambda segments: chosen(segments)[0],
        fit=lambda segments, seen: shapley_values(*chosen(segments), seen),
        fill=settings.fill,
        score=settings.score,
    )
    return region_maps(network, images, targets, inquiry, samples=settings.samples, on_step=on_step)


def coalitions(segments: int, *, samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Which superpixels are shown together, bool (k, segments) with k up to `samples`, and how much each counts, (k,).

    The first two are everything and nothing; they hold exactly, and their weight is 0.

    Args:
        segments: number of superpixels.
        samples: largest number of coalitions.
        seed: seed of the random ones.
    """
    sizes = list(range(1, segments // 2 + 1))
    mass = {size: _mass(segments, size) for size in sizes}
    shown, weights, left = [np.ones((1, segments), bool), np.zeros((1, segments), bool)], [np.zeros(2)], samples - 2
    for size in list(sizes):
        count = _both_ways(segments, size)
        if count > left * mass[size] / sum(mass[one] for one in sizes) + 1e-9:
            break
        shown.append(_all(segments, size))
        weights.append(np.full(count, mass[size] / count))
        sizes, left = sizes[1:], left - count
    if sizes and left >= 2:
        drawn = _pairs(segments, sizes, np.array([mass[size] for size in sizes]), left // 2, seed)
        shown.append(drawn)
        weights.append(np.full(len(drawn), sum(mass[size] for size in sizes) / len(drawn)))
    return np.concatenate(shown), np.concatenate(weights)


def _mass(segments: int, size: int) -> float:
    """The kernel's weight of all coalitions of a size and of its complement together."""
    one = (segments - 1) / (size * (segments - size))
    return one if 2 * size == segments else 2 * one


def _both_ways(segments: int, size: int) -> int:
    """How many coalitions there are of a size and of its complement."""
    return comb(segments, size) * (1 if 2 * size == segments else 2)


def _all(segments: int, size: int) -> np.ndarray:
    """All coalitions of a size and of its complement."""
    members = np.array(list(combinations(range(segments), size)))
    shown = np.zeros((len(members), segments), bool)
    np.put_along_axis(shown, members, True, axis=1)
    return shown if 2 * size == segments else np.concatenate([shown, ~shown])


def _pairs(segments: int, sizes: list[int], mass: np.ndarray, pairs: int, seed: int) -> np.ndarray:
    """Coalitions drawn as often as the kernel weighs them, each with its complement."""
    generator = np.random.default_rng(seed)
    drawn = generator.choice(sizes, pairs, p=mass / mass.sum())
    ranks = generator.random((pairs, segments)).argsort(axis=1).argsort(axis=1)
    shown = ranks < drawn[:, None]
    return np.concatenate([shown, ~shown])


def shapley_values(shown: np.ndarray, weights: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The values (segments,) that add up to what everything scores above nothing and fit the other scores best.

    Where the samples leave some values open, these differ as little as they can.

    Args:
        shown: bool (k, segments), everything and nothing first.
        weights: how much each counts, (k,).
        seen: the scores, (k,).
    """
    segments = shown.shape[1]
    rises = seen.astype(np.float64) - seen[1]
    even = rises[0] / segments
    if segments == 1:
        return np.array([even])
    # Around even shares, only differences that add up to zero are left to find.
    directions = helmert(segments)
    root = np.sqrt(weights)
    rest = (rises - shown.sum(axis=1) * even) * root
    found, *_ = np.linalg.lstsq((shown @ directions.T) * root[:, None], rest, rcond=None)
    return even + found @ directions


def cost(settings: KernelShapSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One forward pass a sample, or a coalition where there are fewer."""
    return Cost(forwards=int(min(settings.samples, 2.0**settings.segments)))


METHOD = MethodInfo(
    name="kernel_shap",
    title="KernelSHAP",
    family="perturbation",
    signed=True,
    needs_layer=False,
    Settings=KernelShapSettings,
    reference="Lundberg and Lee 2017, arXiv 1705.07874",
    plain=(
        "Cuts the picture into patches of similar colour and divides the score among them as one would divide "
        "a prize among a team: each patch gets what it adds on average, whoever joined before it. The shares "
        "add up exactly."
    ),
    text=(
        "Think of the patches of the picture as a team that won a prize. How should they share it? Each gets what it "
        "adds on average, whoever came before it. That is the one fair way, and the shares add up to the score."
    ),
    misleads=(
        "The shares compare this picture with a blank one, so another blank gives another answer. With many "
        "patches and few draws, they are rough guesses."
    ),
    attribute=attribute,
    caveat=(
        "The shares compare the picture with a blank one: another fill gives another answer. With few samples "
        "and many patches they are rough."
    ),
    cost=cost,
    coarse=fewer_superpixels,
    order=200,
)
