"""Integrated gradients: the gradient averaged along the path from a baseline to the image, times the difference."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.baselines import BaselineSettings, baseline_pictures
from core.attribution.engines.paths import straight_path_gradients, trapezoid_weights
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.pixel_range import Span, pixel_range
from core.progress import OnStep, silent
from core.settings import setting

_PLACES = tf.TensorSpec([None], tf.float32)


class IntegratedGradientsSettings(BaselineSettings):
    """Settings of integrated gradients."""

    steps: int = setting(
        50,
        (
            "Number of points on the path from the baseline at which the gradient is taken. More is more exact and "
            "slower."
        ),
        low=2,
        high=1000,
        step=1,
        unit="points",
    )


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: IntegratedGradientsSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """Integrated gradients summed over channels, (N, H, W); signed."""
    return integrate(network, images, targets, settings, on_step=on_step).sum(axis=-1)


def integrate(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: IntegratedGradientsSettings,
    *,
    span: Span | None = None,
    on_step: OnStep = silent,
) -> np.ndarray:
    r"""$(x - x') \cdot \int_0^1 \partial S(x' + a (x - x')) / \partial x \, da$ by the trapezoid rule.

    The score is that of the class predicted for the picture itself, all along the path.

    Args:
        network: the network.
        images: (N, H, W, C), in the scale that the model takes.
        targets: weights on the logits, (N, K).
        settings: settings of the method.
        span: black and white of each picture; None for what `core.networks.pixel_range` says of them.
        on_step: reports progress; stops the work when it raises.

    Returns:
        float32 (N, H, W, C), the mean over the baselines.
    """
    targets = network.resolve(images, targets)
    span = span or pixel_range(network.graph, images)
    function = network.compiled("straight path", straight_path_gradients, [IMAGES, IMAGES, TARGETS, _PLACES, _PLACES])
    places, weights = trapezoid_weights(settings.steps)
    batch, chunk = network.fused(len(images), images.shape[1:], settings.steps)
    made = np.zeros(images.shape, np.float32)
    work = len(images) * settings.baselines * settings.steps
    done = 0
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        pictures = np.asarray(images[rows], np.float32)
        for draw in range(settings.baselines):
            baselines = baseline_pictures(images[rows], settings, draw, (span[0][rows], span[1][rows]))
            mean = np.zeros(pictures.shape, np.float32)
            for first in range(0, settings.steps, chunk):
                part = slice(first, first + chunk)
                mean += function(pictures, baselines, targets[rows], places[part], weights[part]).numpy()
                done += len(pictures) * len(places[part])
                on_step(done, work, "gradients")
            made[rows] += mean * (pictures - baselines) / settings.baselines
    return made


def cost(settings: IntegratedGradientsSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001
    """One gradient a point and baseline."""
    return Cost(gradients=settings.steps * settings.baselines)


def coarse(
    settings: IntegratedGradientsSettings,
    shape: tuple[int, int, int],  # noqa: ARG001 - a CoarseRule
    evaluations: int,
) -> IntegratedGradientsSettings:
    """Fewer points on the path."""
    steps = max(2, min(settings.steps, evaluations // settings.baselines))
    return settings.model_copy(update={"steps": steps})


METHOD = MethodInfo(
    name="integrated_gradients",
    title="Integrated gradients",
    family="gradient",
    signed=True,
    needs_layer=False,
    Settings=IntegratedGradientsSettings,
    reference="Sundararajan et al. 2017, arXiv 1703.01365",
    plain=(
        "Fades the picture in from a blank one and adds up how much each pixel adds to the score on the way. "
        "The parts add up to the whole rise of the score."
    ),
    text=(
        "Fade the picture in from a blank one, step by step. At each step, write down what each pixel adds to the "
        "score. At the end the parts add up to the whole rise, with nothing lost. That makes it one of the few maps "
        "whose numbers you can add."
    ),
    misleads=(
        "Blank is a choice. If blank is black, then black pixels get nothing. Try another blank and see what stays. "
        "In our tests it also lit up a sticker on a network that never used the sticker, so do not use it alone to "
        "accuse."
    ),
    attribute=attribute,
    caveat=(
        "Depends on the baseline: with black, black pixels get nothing. Can light up a sticker that the network never "
        "used."
    ),
    cost=cost,
    coarse=coarse,
    order=30,
)
