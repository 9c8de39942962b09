"""SquareGrad: the mean square of a gradient method over noisy copies of the picture."""

from __future__ import annotations

import numpy as np

from core.attribution.base import MethodInfo
from core.attribution.engines.noise import NoisyGradientSettings, fewer_copies, noise_cost, noisy_gradient_moments
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep, silent


class SquareGradSettings(NoisyGradientSettings):
    """Settings of SquareGrad."""

    @property
    def signed(self) -> bool:
        """Never: what is shown is a size."""
        return False


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: SquareGradSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""$\frac{1}{n} \sum_i M(x + \epsilon_i)^2$, channels reduced: (N, H, W)."""
    return noisy_gradient_moments(network, images, targets, settings, lambda moments: moments.square, on_step=on_step)


METHOD = MethodInfo(
    name="squaregrad",
    title="SquareGrad",
    family="gradient",
    signed=False,
    needs_layer=False,
    Settings=SquareGradSettings,
    reference="Hooker et al. 2019, arXiv 1806.10758",
    plain=(
        "Like SmoothGrad, but squares each gradient before averaging. Strong pixels stand out more, and the "
        "sign is lost."
    ),
    text=(
        "Like SmoothGrad: add noise many times and look at the gradient each time. But each gradient is squared "
        "before they are averaged. Strong pixels stand out more, and the dust fades."
    ),
    misleads=(
        "Squares have no sign. You see where the network is sensitive, but not whether a pixel spoke for the "
        "answer or against it. Do not read a bright spot as a reason for."
    ),
    attribute=attribute,
    caveat="Says where the network is sensitive, not for or against.",
    cost=noise_cost,
    coarse=fewer_copies,
    order=60,
)
