"""A gradient method under noise: the basis of SmoothGrad, SquareGrad and VarGrad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Annotated, Literal, NamedTuple

import numpy as np
import tensorflow as tf
from pydantic import AliasChoices, Field

from core.attribution.base import Cost
from core.attribution.engines.gradients import ChannelSettings, reduce_channels_array
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Graph
from core.networks.pixel_range import pixel_range
from core.progress import OnStep
from core.settings import setting

Of = Literal[
    "gradient",
    "gradient_x_input",
    "guided_backprop",
    "deconvnet",
    "integrated_gradients",
    "blur_integrated_gradients",
]
PATHS = ("integrated_gradients", "blur_integrated_gradients")
TOGETHER = 16
"""How many pictures share the same noise in a batch, where there are so many: drawing it is not free."""


class NoisyGradientSettings(ChannelSettings):
    """Settings of methods that use many noisy copies of an image."""

    # The keyword is `of`, which as a field's name would hide `Settings.of`.
    smoothed: Annotated[Of, Field(validation_alias=AliasChoices("of", "smoothed"))] = setting(
        "gradient", "The gradient method that is applied to the noisy copies.", title="Smoothed method"
    )
    samples: int = setting(50, "Number of noisy copies.", low=1, high=1000, step=1, unit="copies")
    noise: float = setting(
        0.15,
        (
            "Noise level: its standard deviation as a fraction of the range between the picture's darkest and "
            "lightest value."
        ),
        low=0.0,
        high=1.0,
        step=0.01,
    )
    steps: int = setting(
        20,
        "Number of points on the path for each copy, if integrated gradients are smoothed.",
        low=2,
        high=200,
        step=1,
        unit="points",
        common=False,
    )
    seed: int = setting(0, "Fixes the noise.", low=0, high=2**31 - 1, step=1, common=False)


class Moments(NamedTuple):
    """Over the noisy copies, of what the method gives: the mean and the mean square, both (N, H, W, C)."""

    mean: np.ndarray
    square: np.ndarray


Finish = Callable[[Moments], np.ndarray]
Sums = Iterator[tuple[int, np.ndarray, np.ndarray]]
"""Parts of the work: how many copies, the sum of what the method gives for them, and the sum of the squares."""
Source = Callable[[ModelEvaluator, np.ndarray, np.ndarray], Sums]
"""(network, pictures, targets) -> sums over the noisy copies of these pictures."""


def noisy_gradient_moments(
    network: ModelEvaluator,
    images: np.ndarray,
    targets: np.ndarray,
    settings: NoisyGradientSettings,
    finish: Finish,
    *,
    on_step: OnStep,
) -> np.ndarray:
    """A gradient method over noisy copies of each picture, as maps (N, H, W).

    The noise depends on the seed and the copy's number alone: a picture's map is the same in whatever company it is
    explained. The class is the one predicted for the clean picture.

    Args:
        network: the network.
        images: (N, H, W, C), in the scale that the model takes.
        targets: weights on the logits, (N, K).
        settings: settings of the method.
        finish: what is made of the moments over the copies, before channels are reduced.
        on_step: reports progress; stops the work when it raises.
    """
    targets = network.resolve(images, targets)
    source = _paths(settings) if settings.smoothed in PATHS else _singles(settings)
    batch, _ = network.fused(len(images), images.shape[1:], settings.samples, TOGETHER)
    made = np.empty(images.shape[:3], np.float32)
    work = len(images) * settings.samples
    for start in range(0, len(images), batch):
        rows = slice(start, start + batch)
        pictures = np.asarray(images[rows], np.float32)
        totals, seen = np.zeros((2, *pictures.shape)), 0
        for copies, *sums in source(network, pictures, targets[rows]):
            totals += sums
            seen += copies
            on_step(start * settings.samples + seen * len(pictures), work, "noisy copies")
        shown = finish(Moments(*(totals / settings.samples)))
        made[rows] = reduce_channels_array(shown, settings.channels)
    return made


def noise_cost(settings: NoisyGradientSettings, shape: tuple[int, int, int], maps: int) -> Cost:  # noqa: ARG001 - a CostRule
    """One gradient a copy, or as many as the path has points."""
    return Cost(gradients=settings.samples * (settings.steps if settings.smoothed in PATHS else 1))


def fewer_copies(
    settings: NoisyGradientSettings,
    shape: tuple[int, int, int],  # noqa: ARG001 - a CoarseRule
    evaluations: int,
) -> NoisyGradientSettings:
    """Fewer noisy copies, at least two, and on a path fewer points where these alone are too many."""
    if settings.smoothed not in PATHS:
        return settings.model_copy(update={"samples": min(settings.samples, max(2, evaluations))})
    steps = max(2, min(settings.steps, evaluations // 2))
    return settings.model_copy(update={"samples": min(settings.samples, max(2, evaluations // steps)), "steps": steps})


def draw_noise(settings: NoisyGradientSettings, first: int, count: int, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal noise, float32 (count, H, W, C), the same for a copy whatever the batch.

    Args:
        settings: their seed is used.
        first: number of the first copy.
        count: number of copies.
        shape: (H, W, C) of an image.
    """
    made = np.empty((count, *shape), np.float32)
    for place in range(count):
        generator = np.random.Generator(np.random.SFC64((settings.seed, first + place)))
        generator.standard_normal(dtype=np.float32, out=made[place])
    return made


def _singles(settings: NoisyGradientSettings) -> Source:
    """Methods that need one evaluation a copy: pictures times copies, fused into full batches."""

    def source(network: ModelEvaluator, pictures: np.ndarray, targets: np.ndarray) -> Sums:
        key = ("noise", settings.smoothed)
        function = network.compiled(key, _sums(settings.smoothed), [IMAGES, TARGETS, IMAGES, _LEVEL])
        _, chunk = network.fused(len(pictures), pictures.shape[1:], settings.samples, TOGETHER)
        for first in range(0, settings.samples, chunk):
            noise = draw_noise(settings, first, min(chunk, settings.samples - first), pictures.shape[1:])
            sums, squares = function(pictures, targets, noise, np.float32(settings.noise))
            yield len(noise), sums.numpy(), squares.numpy()

    return source


_LEVEL = tf.TensorSpec([], tf.float32)


def _sums(of: str) -> Callable[[Graph], Callable[..., tuple[tf.Tensor, tf.Tensor]]]:
    """Sums over the copies of the method's values and of their squares, both (N, H, W, C)."""
    field = import_module(f"core.attribution.methods.{of}").field

    def make(graph: Graph) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
        def compute(
            pictures: tf.Tensor, targets: tf.Tensor, noise: tf.Tensor, level: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor]:
            copies = pictures[:, None] + _deviation(pictures, level)[:, None] * noise[None]
            size = tf.shape(copies)
            flat = tf.reshape(copies, tf.concat([[-1], size[2:]], axis=0))
            values = tf.reshape(field(graph, flat, tf.repeat(targets, size[1], axis=0)), size)
            return tf.reduce_sum(values, axis=1), tf.reduce_sum(tf.square(values), axis=1)

        return compute

    return make


def _deviation(images: tf.Tensor, level: tf.Tensor) -> tf.Tensor:
    """The noise's standard deviation for each picture, (N, 1, 1, 1)."""
    axes = (1, 2, 3)
    return level * (tf.reduce_max(images, axes, keepdims=True) - tf.reduce_min(images, axes, keepdims=True))


def _paths(settings: NoisyGradientSettings) -> Source:
    """Methods that fill batches by themselves: one noisy copy of each picture after another."""
    module = import_module(f"core.attribution.methods.{settings.smoothed}")
    options = module.METHOD.Settings.of(steps=settings.steps)
    based = settings.smoothed == "integrated_gradients"

    def source(network: ModelEvaluator, pictures: np.ndarray, targets: np.ndarray) -> Sums:
        axes = (1, 2, 3)
        # Noise reaches below black: only the clean pictures show where that is.
        span = {"span": pixel_range(network.graph, pictures)} if based else {}
        deviation = settings.noise * (pictures.max(axes, keepdims=True) - pictures.min(axes, keepdims=True))
        for sample in range(settings.samples):
            copies = pictures + deviation * draw_noise(settings, sample, 1, pictures.shape[1:])
            values = module.integrate(network, copies, targets, options, **span)
            yield 1, values, np.square(values)

    return source
