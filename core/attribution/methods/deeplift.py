"""DeepLIFT, rescale rule: how the difference from a baseline spreads through the network, unit by unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from core.attribution.base import Cost, MethodInfo
from core.attribution.engines.baselines import BaselineSettings, baseline_pictures
from core.attribution.engines.gradients import local_slope, score_gradient, with_custom_gradient
from core.attribution.engines.step_roles import roles
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Call, Graph, Step
from core.networks.pixel_range import pixel_range
from core.progress import OnStep, silent

SMALL = 1e-6
"""Below this share of a value, a difference is rounding: the slope is taken in its place."""
STRAIGHT = ("relu", "relu6", "clipped_relu", "leaky_relu")
"""Curves of straight pieces, whose differences are as exact as those of their inputs."""


class DeepLiftSettings(BaselineSettings):
    """Settings of DeepLIFT."""


def attribute(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: DeepLiftSettings,
    *,
    layer: str | None = None,  # noqa: ARG001 - every method takes it
    on_step: OnStep = silent,
) -> np.ndarray:
    """Contributions to the rise of the score above the baseline's, summed over channels, (N, H, W); signed.

    Raises:
        LayerError: for a network with a layer that no rule covers; it names the layer.
    """
    roles(network.graph, METHOD.title)
    function = network.compiled("deeplift", _contributions, [IMAGES, IMAGES, TARGETS])
    span = pixel_range(network.graph, images)
    # The picture's and the baseline's values are held at the same time.
    batch = network.batch_size(images.shape[1:], 2)
    made = np.zeros(images.shape[:3], np.float32)
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        pictures = np.asarray(images[rows], np.float32)
        for draw in range(settings.baselines):
            baselines = baseline_pictures(images[rows], settings, draw, (span[0][rows], span[1][rows]))
            made[rows] += function(pictures, baselines, targets[rows]).numpy() / settings.baselines
        on_step(min(start + batch, len(images)), len(images), "pictures")
    return made


def _contributions(graph: Graph) -> Callable[..., tf.Tensor]:
    """Multipliers times the difference from the baseline, (N, H, W)."""
    kinds = roles(graph, METHOD.title)
    curved = [step for step in graph.steps if kinds.get(step.path) in _RULES]

    def compute(pictures: tf.Tensor, baselines: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        before: dict[str, tuple[tf.Tensor, tf.Tensor]] = {}
        graph.run(baselines, calls={step.path: _kept(step, before) for step in curved})
        calls = {step.path: _RULES[kinds[step.path]](step, *before[step.path]) for step in curved}
        multipliers = score_gradient(graph, pictures, targets, calls)
        return tf.reduce_sum(multipliers * (pictures - baselines), axis=-1)

    return compute


def _kept(step: Step, before: dict[str, tuple[tf.Tensor, tf.Tensor]]) -> Call:
    """The step's own call, which leaves what went in and came out for the baseline."""

    def call(value: tf.Tensor) -> tf.Tensor:
        made = step.call(value)
        before[step.path] = (value, made)
        return made

    return call


def _rescaled(step: Step, value_before: tf.Tensor, made_before: tf.Tensor) -> Call:
    """A curve whose derivative is the slope of the line from the baseline's point on it to the picture's."""

    def call(value: tf.Tensor) -> tf.Tensor:
        made = step.call(value)
        run = value - value_before
        line = tf.math.divide_no_nan(made - made_before, run)
        if step.function not in STRAIGHT:
            tiny = tf.abs(run) <= SMALL * tf.maximum(tf.abs(value), 1.0)
            line = tf.where(tiny, local_slope(step.call, value)[1], line)
        return with_custom_gradient(value, made, lambda above: above * line)

    return call


def _winning(step: Step, value_before: tf.Tensor, made_before: tf.Tensor) -> Call:
    """A maximum: a rise goes to where the picture's largest value is, a fall to where the baseline's was.

    There the input moved at least as far as the maximum did, so that the division is safe.
    """

    def call(value: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(watch_accessed_variables=False, persistent=True) as tape:
            here, old = tf.identity(value), tf.broadcast_to(value_before, tf.shape(value))
            tape.watch((here, old))
            made, made_old = step.call(here), step.call(old)
        rise = made - made_before

        def back(above: tf.Tensor) -> tf.Tensor:
            risen = tape.gradient(made, here, output_gradients=above * tf.nn.relu(rise))
            fallen = tape.gradient(made_old, old, output_gradients=above * tf.minimum(rise, 0.0))
            return tf.math.divide_no_nan(risen + fallen, value - value_before)

        return with_custom_gradient(value, made, back)

    return call


_RULES: dict[str, Callable[..., Call]] = {"elementwise": _rescaled, "winner": _winning}


def cost(settings: DeepLiftSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One gradient a baseline; the baseline's own forward pass is shared, except where each picture has its own."""
    own = settings.baseline in ("mean", "blur")
    return Cost(forwards=settings.baselines * own, gradients=settings.baselines)


METHOD = MethodInfo(
    name="deeplift",
    title="DeepLIFT (rescale)",
    family="decomposition",
    signed=True,
    needs_layer=False,
    Settings=DeepLiftSettings,
    reference="Shrikumar et al. 2017, arXiv 1704.02685",
    plain=(
        "Compares every unit of the network with its value for a blank picture, and traces the differences "
        "back to the pixels. The parts add up to the whole rise of the score."
    ),
    text=(
        "Show the network a blank picture and keep what every unit says. Now show the real one. The map follows each "
        "difference back to the pixels. The parts add up to the whole rise of the score, and it takes only one pass."
    ),
    misleads=(
        "Everything depends on the blank. If it is black, black pixels get nothing. Where two things cancel "
        "out inside the network, one of them may be missed."
    ),
    attribute=attribute,
    caveat="Depends on the baseline: with black, black pixels get nothing.",
    cost=cost,
    order=230,
)
