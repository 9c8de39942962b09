"""LIME: a small linear model of how the score depends on which superpixels are shown."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
from sklearn.linear_model import Ridge

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.masking import MaskingPlan, region_maps
from core.attribution.engines.superpixels import SuperpixelSettings, fewer_superpixels, superpixels
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep, silent
from core.settings import setting


class LimeSettings(SuperpixelSettings):
    """Settings of LIME."""

    width: float = setting(
        0.25,
        (
            "How fast samples lose weight as more of the picture is hidden: the width of the kernel, as a cosine "
            "distance."
        ),
        low=0.01,
        high=10.0,
        step=0.01,
        common=False,
    )
    ridge: float = setting(
        1.0,
        "Regularisation strength of the linear model.",
        low=0.0,
        high=100.0,
        step=0.1,
        common=False,
    )


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: LimeSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""The weight of each pixel's superpixel in the linear model, (N, H, W).

    With $z$ the superpixels shown and $f(z)$ the score, the weights are those of
    $\arg\min_{w, b} \sum_z \pi(z) (f(z) - b - w \cdot z)^2 + \lambda |w|^2$, where $\pi(z) = \exp(-D(z)^2 / \sigma^2)$
    and $D$ is the cosine distance between $z$ and the whole picture. The whole picture is one of the samples.

    Source: Ribeiro, Singh and Guestrin 2016, arXiv 1602.04938.
    """
    samples = cache(partial(draw_masks, settings.samples, seed=settings.seed))

    def fit(segments: int, seen: np.ndarray) -> np.ndarray:
        shown = samples(segments)
        model = Ridge(alpha=settings.ridge).fit(shown.astype(float), seen, proximity(shown, settings.width))
        return model.coef_

    inquiry = MaskingPlan(
        divide=lambda picture: superpixels(picture, settings.segments, settings.compactness),
        draw=samples,
        fit=fit,
        fill=settings.fill,
        score=settings.score,
    )
    return region_maps(network, images, targets, inquiry, samples=settings.samples, on_step=on_step)


def draw_masks(samples: int, segments: int, *, seed: int) -> np.ndarray:
    """Which superpixels are shown, bool (samples, segments): first all, then each with probability 1/2.

    Args:
        samples: number of masks.
        segments: number of superpixels.
        seed: seed of the draws.
    """
    shown: np.ndarray = np.random.default_rng(seed).random((samples, segments)) < 0.5
    shown[0] = True
    return shown


def proximity(shown: np.ndarray, width: float) -> np.ndarray:
    """How much each sample counts: 1 for the whole picture, less with its cosine distance from it."""
    distance = 1 - np.sqrt(shown.mean(axis=1))
    return np.exp(-np.square(distance / width))


def cost(settings: LimeSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One forward pass a sample."""
    return Cost(forwards=settings.samples)


METHOD = MethodInfo(
    name="lime",
    title="LIME",
    family="perturbation",
    signed=True,
    needs_layer=False,
    Settings=LimeSettings,
    reference="Ribeiro et al. 2016, arXiv 1602.04938",
    plain=(
        "Cuts the picture into patches of like colour, hides some of them at random many times over, and works out "
        "how many points each patch adds to the score, as if the points simply added up."
    ),
    text=(
        "Cut the picture into patches of like colour. Hide some at random, ask the network, and do it again many "
        "times. Then find how many points each patch adds, as if points simply added up. The patches follow real "
        "edges, so the map is easy to read."
    ),
    misleads=(
        "Points do not always add up. Two patches that only count together share their points as if each counted "
        "alone. Other patches, or another fill, can give another map."
    ),
    attribute=attribute,
    caveat=(
        "Patches that only count together share their points as if each counted alone, and other patches or another "
        "fill can give another map."
    ),
    cost=cost,
    coarse=fewer_superpixels,
    order=190,
)
