"""SmoothGrad: the mean of a gradient method over noisy copies of the picture."""

from __future__ import annotations

import numpy as np

from core.attribution.base import MethodInfo
from core.attribution.engines.noise import NoisyGradientSettings, fewer_copies, noise_cost, noisy_gradient_moments
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep, silent


class SmoothGradSettings(NoisyGradientSettings):
    """Settings of SmoothGrad."""


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: SmoothGradSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""$\frac{1}{n} \sum_i M(x + \epsilon_i)$, $\epsilon_i \sim N(0, \sigma^2)$, channels reduced: (N, H, W)."""
    return noisy_gradient_moments(network, images, targets, settings, lambda moments: moments.mean, on_step=on_step)


METHOD = MethodInfo(
    name="smoothgrad",
    title="SmoothGrad",
    family="gradient",
    signed=False,
    needs_layer=False,
    Settings=SmoothGradSettings,
    reference="Smilkov et al. 2017, arXiv 1706.03825",
    plain=(
        "Adds a little noise to the picture many times and averages the gradients. What stays does not depend "
        "on single pixels."
    ),
    text=(
        "The plain gradient is grainy. So add a little noise to the picture, take the gradient, and do this "
        "many times over. The average is smoother: what depended on single pixels is gone, and what was there "
        "each time is left."
    ),
    misleads=(
        "Too much noise, and it explains noisy pictures that the network has never seen. Too little, and it is as "
        "grainy as before. A smooth map looks more certain than it is."
    ),
    attribute=attribute,
    caveat="With much noise it explains noisy pictures, which the network may never have been trained on.",
    cost=noise_cost,
    coarse=fewer_copies,
    order=50,
)
