"""Blur integrated gradients: the gradient accumulated while the image comes into focus."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import tensorflow as tf
from scipy.ndimage import gaussian_filter1d

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.paths import blurred_path_gradients
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.progress import OnStep, silent
from core.settings import Settings, setting

_BLURS = tf.TensorSpec([None, None, None], tf.float32)


class BlurIntegratedGradientsSettings(Settings):
    """Settings of blur integrated gradients."""

    steps: int = setting(
        50,
        "Number of blur levels at which the gradient is taken. More is more exact and slower.",
        low=2,
        high=1000,
        step=1,
        unit="points",
    )
    blur: float = setting(
        0.25,
        "Strength of the strongest blur, as a fraction of the shorter side.",
        low=0.01,
        high=1.0,
        step=0.01,
    )


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: BlurIntegratedGradientsSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """Blur integrated gradients summed over channels, (N, H, W); signed."""
    return integrate(network, images, targets, settings, on_step=on_step).sum(axis=-1)


def integrate(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: BlurIntegratedGradientsSettings,
    *,
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""$\int \partial S(x_s) / \partial x \cdot \partial x_s / \partial s \, ds$, $x_s$ the picture under blur $s$.

    The integral is taken by the trapezoid rule in the picture's own values, so that it does not depend on how the
    sharpnesses are spaced, and the parts add up to the score of the sharp picture less that of the blurred one.

    Args:
        network: the network.
        images: (N, H, W, C).
        targets: weights on the logits, (N, K).
        settings: number of steps and strongest blur.
        on_step: reports progress; stops the work when it raises.

    Returns:
        float32 (N, H, W, C).
    """
    targets = network.resolve(images, targets)
    function = network.compiled("blurred path", blurred_path_gradients, [IMAGES, TARGETS, _BLURS, _BLURS])
    height, width = images.shape[1:3]
    strength = settings.blur * min(height, width)
    across, along = blurs(height, settings.steps, strength), blurs(width, settings.steps, strength)
    batch, chunk = network.fused(len(images), images.shape[1:], settings.steps)
    made = np.zeros(images.shape, np.float32)
    done, work = 0, len(images) * settings.steps
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        pictures = np.asarray(images[rows], np.float32)
        for first in range(0, settings.steps, chunk):
            points = np.arange(first, min(first + chunk, settings.steps))
            # The ends of the path have no neighbour beyond: they are their own.
            around = np.clip(np.arange(first - 1, points[-1] + 2), 0, settings.steps - 1)
            made[rows] += function(pictures, targets[rows], across[around], along[around]).numpy()
            done += len(pictures) * len(points)
            on_step(done, work, "gradients")
    return made


@lru_cache(maxsize=8)
def blurs(length: int, steps: int, strength: float) -> np.ndarray:
    """Gaussian blurs of one side as matrices, from the strongest to none, float32 (steps, length, length).

    Args:
        length: pixels of the side.
        steps: number of blur levels.
        strength: standard deviation of the strongest, in pixels. The others decrease quadratically along the path,
            because
            an image changes fastest when it is nearly sharp.
    """
    widths = strength * np.linspace(1, 0, steps) ** 2
    return np.stack([_blur(length, width) for width in widths])


def _blur(length: int, width: float) -> np.ndarray:
    one = np.eye(length)
    return (gaussian_filter1d(one, width, axis=0, mode="nearest") if width > 0 else one).astype(np.float32)


def cost(settings: BlurIntegratedGradientsSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001
    """One gradient a point."""
    return Cost(gradients=settings.steps)


def coarse(
    settings: BlurIntegratedGradientsSettings,
    shape: tuple[int, int, int],  # noqa: ARG001 - a CoarseRule
    evaluations: int,
) -> BlurIntegratedGradientsSettings:
    """Fewer points on the path."""
    return settings.model_copy(update={"steps": max(2, min(settings.steps, evaluations))})


METHOD = MethodInfo(
    name="blur_integrated_gradients",
    title="Blur integrated gradients",
    family="gradient",
    signed=True,
    needs_layer=False,
    Settings=BlurIntegratedGradientsSettings,
    reference="Xu et al. 2020, arXiv 2004.03383",
    plain=(
        "Starts from the picture out of focus, sharpens it step by step, and adds up how much each pixel's "
        "change adds to the score. It needs no blank picture to start from."
    ),
    text=(
        "Start with the picture out of focus and bring it into focus step by step. At each step, write down what the "
        "new detail adds to the score. No blank picture is needed, so black and white pixels are treated alike."
    ),
    misleads=(
        "A flat patch of colour looks the same in and out of focus. It gets little credit, even where the "
        "colour was the reason. If you suspect a colour, test that hunch instead."
    ),
    attribute=attribute,
    caveat="A flat patch of colour looks the same blurred, so it gets little credit, even where the network uses it.",
    cost=cost,
    coarse=coarse,
    order=40,
)
