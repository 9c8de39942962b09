"""Sobol indices: how much of the score's variance each cell of the image takes part in."""

from __future__ import annotations

from functools import cache
from math import ceil, isqrt, log2

import numpy as np
from scipy.stats import qmc

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.fills import Fill
from core.attribution.engines.masking import MaskingPlan, region_maps
from core.attribution.engines.score_target import Score, score_setting
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep, silent
from core.settings import Settings, setting

FEWEST_SAMPLES = 2


class SobolSettings(Settings):
    """Settings of Sobol indices."""

    samples: int = setting(
        32,
        "Number of times each cell is changed. Powers of two cover the possibilities most evenly.",
        low=FEWEST_SAMPLES,
        high=256,
        step=1,
        unit="changes",
    )
    cells: int = setting(8, "Number of cells along each side.", low=2, high=16, step=1, unit="cells")
    fill: Fill = setting("grey", "What cells fade to.")
    score: Score = score_setting()
    seed: int = setting(0, "Seed of the changes.", low=0, high=2**31 - 1, step=1, common=False)


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: SobolSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""The total Sobol index of each pixel's cell, (N, H, W), not below 0.

    Each cell fades by a random share of its own. The index is the share of the score's variance that is left when all
    other cells stand still: $S_i = \frac{E[Var(f \mid z_{\sim i})]}{Var(f)}$, by Jansen's estimator
    $\frac{1}{2 N} \sum_j (f(A_j) - f(A_j^i))^2$ over the variance, where $A_j^i$ is $A_j$ with cell i from $B_j$, and A
    and B are one quasi-random sequence of twice as many dimensions as there are cells. Indices add up to 1 where
    cells act alone, and to more where they act together. A score that never changes has indices of 0.

    Source: Fel et al. 2021, arXiv 2111.04138; estimator: Jansen 1999, Computer Physics Communications 117.
    """
    height, width = images.shape[1:3]
    regions = cells(height, width, settings.cells)

    @cache
    def design(count: int) -> np.ndarray:
        return draw_masks(settings.samples, count, seed=settings.seed)

    inquiry = MaskingPlan(
        divide=lambda _: regions,
        draw=design,
        fit=total_indices,
        fill=settings.fill,
        score=settings.score,
    )
    evaluations = cost(settings, images.shape[1:], 0).forwards
    return region_maps(network, images, targets, inquiry, samples=evaluations, on_step=on_step)


def cells(height: int, width: int, side: int) -> np.ndarray:
    """The cell of each pixel, int32 (H, W): `side` along each side, or one per pixel on smaller images.

    Args:
        height: of the image in pixels.
        width: of the image in pixels.
        side: number of cells along each side.
    """
    rows, columns = min(side, height), min(side, width)
    down, along = np.arange(height) * rows // height, np.arange(width) * columns // width
    return (down[:, None] * columns + along).astype(np.int32)


def draw_masks(samples: int, count: int, *, seed: int) -> np.ndarray:
    """The opacity of each cell, float32 (samples * (count + 2), count): A, B, then A with each cell from B in turn.

    Args:
        samples: number of rows of A.
        count: number of cells.
        seed: seed of the sequence.
    """
    sequence = qmc.Sobol(2 * count, scramble=True, rng=np.random.default_rng(seed))
    # Drawn by a power of two, for which alone the sequence is balanced.
    points = sequence.random_base2(ceil(log2(samples)))[:samples].astype(np.float32)
    first, second = points[:, :count], points[:, count:]
    mixed = np.repeat(first[None], count, axis=0)
    places = np.arange(count)
    mixed[places, :, places] = second.T
    return np.concatenate([first, second, mixed.reshape(-1, count)])


def total_indices(count: int, seen: np.ndarray) -> np.ndarray:
    """Total indices (count,) from the scores of `draw_masks`; zeros where the score never changes."""
    table = seen.astype(np.float64).reshape(count + 2, -1)
    first, mixed = table[0], table[2:]
    parts = np.square(first - mixed).mean(axis=1) / 2
    variance = table[:2].var()
    # Scores of a network that does not look differ by rounding alone.
    floor = np.square(1e-6 * np.abs(table).max())
    return parts / variance if variance > floor else np.zeros(count)


def cost(settings: SobolSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """For each sample, one forward pass a cell and two more."""
    count = min(settings.cells, shape[0]) * min(settings.cells, shape[1])
    return Cost(forwards=settings.samples * (count + 2))


def coarse(settings: SobolSettings, shape: tuple[int, int, int], evaluations: int) -> SobolSettings:  # noqa: ARG001
    """The fewest samples, and as many cells as they leave room for."""
    cells = min(settings.cells, max(2, isqrt(max(0, evaluations // FEWEST_SAMPLES - 2))))
    return settings.model_copy(update={"samples": FEWEST_SAMPLES, "cells": cells})


METHOD = MethodInfo(
    name="sobol",
    title="Sobol indices",
    family="perturbation",
    signed=False,
    needs_layer=False,
    Settings=SobolSettings,
    reference="Fel et al. 2021, arXiv 2111.04138",
    plain=(
        "Fades all cells of the picture in and out at once and measures how much of the score's ups and downs "
        "each cell takes part in, alone or together with others."
    ),
    text=(
        "Fade all cells of the picture in and out at once, in many mixes. Then ask of each cell: how much of the ups "
        "and downs does it have a hand in, alone or with others? It finds cells that matter only together."
    ),
    misleads=(
        "It tells how much a cell matters, and not whether it speaks for the class or against it. The cells are "
        "coarse, and a faded picture is an odd one to the network."
    ),
    attribute=attribute,
    caveat="Says how much a cell matters, not whether it speaks for or against. The cells are coarse.",
    cost=cost,
    coarse=coarse,
    order=210,
)
