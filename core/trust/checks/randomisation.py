"""The model randomisation check: does the map change when the network's weights are randomised?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import keras
import numpy as np

from core.attribution.comparison import spearman, ssim
from core.intervals import Estimate, estimate
from core.networks.graph import graph_of
from core.progress import OnStep, silent
from core.trust.explainer import CheckInput, Explainer, explainer_maps
from core.trust.settings import TrustSettings
from core.trust.weight_randomisation import WeightBlock, blocks, randomise

SAME = 0.9  # how alike maps of two copies of one network must be, so that likeness means anything
SHOWN = 4  # how many pictures' maps are kept for drawing


@dataclass(frozen=True, eq=False)
class Stage:
    """One step of the cascade.

    Args:
        layers: paths of the layers that are random, from the top; empty for the untouched clone.
        share: their share of the network's blocks, 0..1.
        spearman: how alike the maps are to those of the network itself, by rank, mean over pictures.
        ssim: the same by structure.
        silent: share of pictures whose map is flat; they are left out, since an empty map is no evidence of change.
        maps: of the first few pictures, float32 (n, H, W).
    """

    layers: tuple[str, ...]
    share: float
    spearman: Estimate
    ssim: Estimate
    silent: float
    maps: np.ndarray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Randomisation:
    """What became of the maps.

    Args:
        value: structure (SSIM) that the maps keep, mean over the steps of the cascade and over pictures.
        low: lower end of its interval over pictures.
        high: upper end.
        chance: how alike, on the same scale, the maps of two different pictures are; NaN for one picture.
        passes: whether the map changed when the weights did; see `check_randomisation`.
        spearman: rank correlation that the maps keep, mean over the steps of the cascade.
        stages: the untouched clone, then the steps of the cascade; the last has no learned weight left.
    """

    value: float
    low: float
    high: float
    chance: float
    passes: bool
    spearman: Estimate
    stages: tuple[Stage, ...]

    @property
    def untouched(self) -> Stage:
        """The control: a clone with the same weights, whose maps must be the same."""
        return self.stages[0]

    @property
    def full(self) -> Stage:
        """The last step, in which every layer is random."""
        return self.stages[-1]

    @property
    def kept_structure(self) -> float:
        """Structure (SSIM) that is left: over the cascade or at its end, whichever is more."""
        return _larger(self.value, self.full.ssim.value)

    @property
    def kept_rank(self) -> float:
        """Rank correlation that is left: over the cascade or at its end, whichever is more."""
        return _larger(self.spearman.value, self.full.spearman.value)

    @property
    def empty(self) -> bool:
        """Whether no picture has a map that could change, or none has one once the weights are random."""
        return math.isnan(self.value) or math.isnan(self.untouched.ssim.value)

    @property
    def repeatable(self) -> bool:
        """Whether two copies of one network get the same map."""
        return not self.empty and min(self.untouched.spearman.value, self.untouched.ssim.value) >= SAME


def check_randomisation(
    model: keras.Model,
    explainer: Explainer,
    question: CheckInput,
    settings: TrustSettings,
    *,
    seed: int = 0,
    on_step: OnStep = silent,
) -> Randomisation:
    """Run the cascade: the last layers are drawn anew, then more and more of them down to the first.

    Each step has a fresh clone, weights of its own draw and freshly traced functions. Maps are compared by the size
    of their values, by rank (Spearman) and by structure (SSIM). The maps pass when

    - an untouched clone gets the same maps (both at least 0.9), so that a change means something;
    - over the steps of the cascade they keep, on average, less structure than `structure_limit` and less rank
      correlation than `rank_limit`: what the upper layers learned must matter, not the picture's edges alone;
    - with every layer random they keep no more than these limits either.

    Why the mean: with every layer random, guided backprop is hard to tell from the gradient on small networks, while on
    the way there it keeps two to three times the structure. Over eleven networks (`tests/benchmarks/trust.py`) the
    gradient and Grad-CAM keep at most 0.25 on average, guided backprop at least 0.36, an edge detector 1.

    Args:
        model: never changed.
        explainer: what makes the maps.
        question: the pictures, classes and maps.
        settings: stages and limits.
        seed: of the new weights.
        on_step: called after each step.

    Source: Adebayo et al. 2018, arXiv 1810.03292.
    """
    known = blocks(graph_of(model))
    counts = _counts(len(known), settings.stages)
    likenesses = []
    stages = []
    for number, count in enumerate(counts):
        twin = randomise(model, count, question.images, (seed, count))
        maps = explainer_maps(explainer, twin, question.images, question.targets)
        likenesses.append(_likeness(question.maps, maps))
        stages.append(_stage(known, count, likenesses[-1], maps, settings, seed))
        on_step(number + 1, len(counts), "random weights")
    ranks, structures = (_over_stages([pair[kind] for pair in likenesses[1:]]) for kind in (0, 1))
    return _conclude(stages, ranks, structures, question.maps, settings, seed)


def _likeness(maps: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank correlation and SSIM of each picture, (N,) and (N,); NaN where either map is flat."""
    silent = _flat(maps) | _flat(others)
    return np.where(silent, np.nan, spearman(maps, others)), np.where(silent, np.nan, ssim(maps, others))


def _flat(maps: np.ndarray) -> np.ndarray:
    return maps.max(axis=(1, 2)) == maps.min(axis=(1, 2))


def _over_stages(values: list[np.ndarray]) -> np.ndarray:
    """Mean of each picture over the stages at which it has a map, (N,); NaN where it never has."""
    table = np.stack(values)
    known = ~np.isnan(table)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, table, 0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _larger(one: float, other: float) -> float:
    return one if math.isnan(other) else max(one, other)


def _counts(total: int, stages: int) -> list[int]:
    """How many blocks are random at each step: none, then evenly up to all."""
    return sorted({0, *(math.ceil(total * (number + 1) / stages) for number in range(stages))})


def _stage(
    known: list[WeightBlock],
    count: int,
    likeness: tuple[np.ndarray, np.ndarray],
    maps: np.ndarray,
    settings: TrustSettings,
    seed: int,
) -> Stage:
    layers = tuple(path for block in reversed(known[len(known) - count :]) for path in block.paths) if count else ()
    ranks, structures = (_estimate(values, settings, seed) for values in likeness)
    silent = float(_flat(maps).mean())
    return Stage(layers, count / len(known), ranks, structures, silent, maps[:SHOWN].copy())


def _conclude(
    stages: list[Stage],
    ranks: np.ndarray,
    structures: np.ndarray,
    maps: np.ndarray,
    settings: TrustSettings,
    seed: int,
) -> Randomisation:
    structure, rank = _estimate(structures, settings, seed), _estimate(ranks, settings, seed)
    result = Randomisation(
        value=structure.value,
        low=structure.low,
        high=structure.high,
        chance=float(ssim(maps, np.roll(maps, 1, axis=0)).mean()) if len(maps) > 1 else math.nan,
        passes=False,
        spearman=rank,
        stages=tuple(stages),
    )
    changed = result.kept_structure < settings.structure_limit and result.kept_rank < settings.rank_limit
    return replace(result, passes=bool(result.repeatable and changed))


def _estimate(values: np.ndarray, settings: TrustSettings, seed: int) -> Estimate:
    return estimate(values, confidence=settings.confidence, resamples=settings.resamples, seed=seed)
