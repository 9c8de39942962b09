"""VarGrad: the variance of a gradient method over noisy copies of the picture."""

from __future__ import annotations

import numpy as np

from core.attribution.base import MethodInfo
from core.attribution.engines.noise import (
    Moments,
    NoisyGradientSettings,
    fewer_copies,
    noise_cost,
    noisy_gradient_moments,
)
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep, silent


class VarGradSettings(NoisyGradientSettings):
    """Settings of VarGrad."""

    @property
    def signed(self) -> bool:
        """Never: what is shown is a spread."""
        return False


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: VarGradSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""$\frac{1}{n} \sum_i M(x + \epsilon_i)^2 - (\frac{1}{n} \sum_i M(x + \epsilon_i))^2$, (N, H, W)."""
    return noisy_gradient_moments(network, images, targets, settings, variance, on_step=on_step)


def variance(moments: Moments) -> np.ndarray:
    """What varies over the copies; never below zero."""
    return np.maximum(moments.square - np.square(moments.mean), 0)


METHOD = MethodInfo(
    name="vargrad",
    title="VarGrad",
    family="gradient",
    signed=False,
    needs_layer=False,
    Settings=VarGradSettings,
    reference="Adebayo et al. 2018, arXiv 1810.03307",
    plain=(
        "Adds a little noise to the picture many times and shows how much the gradient of each pixel varies. "
        "Pixels on which the answer depends vary most."
    ),
    text=(
        "Add noise many times, and see how much each pixel's gradient changes from one time to the next. Where "
        "the answer depends on fine details, it changes most, and the map is bright."
    ),
    misleads=(
        "Where the network answers in a straight line, the gradient never changes and the map is dark, however much "
        "that pixel matters. Dark does not mean unused."
    ),
    attribute=attribute,
    caveat="Zero where the network answers in a straight line, however steep: variance is not size.",
    cost=noise_cost,
    coarse=fewer_copies,
    order=70,
)
