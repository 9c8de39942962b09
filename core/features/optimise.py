"""The optimisation loop: gradient ascent on a whole batch, compiled, several steps at a time.

At every step the gradient of each image's score is normalised to a root mean square of 1 before the penalties are
subtracted, so that a penalty of 1 weighs the same for strong and weak units; then Adam (Kingma and Ba 2014, arXiv
1412.6980) updates the parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from core.features.objective import Reduction, as_maps, score, with_leaky_relus
from core.features.parametrise import Parametrisation
from core.features.penalties import l2, likeness, total_variation
from core.features.settings import VisualizeSettings
from core.features.transforms import Moves, move_images
from core.networks.evaluator import ModelEvaluator
from core.networks.graph import Graph

MOMENTUM, SPREAD, SMALL = 0.9, 0.999, 1e-8
"""Adam's usual constants."""
LOUDER, ATTEMPTS = 10.0, 3
"""How much louder the noise is at each new start of a picture that nothing moves, and how many starts there are."""


class State(NamedTuple):
    """What one step passes to the next: parameters, Adam's two moments, and the summed gradient of each pixel."""

    parameters: Any
    first: Any
    second: Any
    importance: Any


class OptimiserSettings(NamedTuple):
    """The numbers of the loop, as tensors, so that another value needs no new compilation."""

    rate: Any
    jitter: Any
    scale: Any
    rotation: Any
    total_variation: Any
    l2: Any
    diversity: Any


@dataclass(frozen=True, eq=False)
class ImageRecipe:
    """Everything that determines the compiled loop.

    Args:
        parametrisation: what is optimised.
        layer: whose units are optimised for; None for the logits.
        reduction: how places become a score.
        low, high: the network's pixel range.
        moves: whether images are moved at random.
        penalised: whether a penalty is above zero.
        apart: layer whose maps diversify the images of one unit; None for no diversity term.
        variants: images per unit.
    """

    parametrisation: Parametrisation
    layer: str | None
    reduction: Reduction
    low: float
    high: float
    moves: bool
    penalised: bool
    apart: str | None
    variants: int

    @property
    def key(self) -> Hashable:
        """Equal for recipes that compile to the same loop. A template of magnitudes is part of it."""
        magnitude = getattr(self.parametrisation, "magnitude", None)
        template = b"" if magnitude is None else magnitude.tobytes()
        kind = (type(self.parametrisation).__name__, self.parametrisation.canvas, template)
        return ("visualize", kind, *(value for name, value in vars(self).items() if name != "parametrisation"))


def optimiser_settings(settings: VisualizeSettings) -> OptimiserSettings:
    """The loop's numbers, float32."""
    return OptimiserSettings(**{name: np.float32(getattr(settings, name)) for name in OptimiserSettings._fields})


def compile_loop(network: ModelEvaluator, recipe: ImageRecipe) -> Callable[..., Any]:
    """(state, weights, places, dials, seed, step, count) -> state, pictures (N, H, W, C) and their scores (N,)."""
    parameters = tf.TensorSpec([None, *recipe.parametrisation.shape], tf.float32)
    canvas = recipe.parametrisation.canvas
    importance = tf.TensorSpec([None, canvas.height, canvas.width], tf.float32)
    number, whole = tf.TensorSpec([], tf.float32), tf.TensorSpec([], tf.int32)
    signature = [
        State(parameters, parameters, parameters, importance),
        tf.TensorSpec([None, None], tf.float32),
        tf.TensorSpec([None, None, None], tf.float32),
        OptimiserSettings(*[number] * len(OptimiserSettings._fields)),
        whole,
        whole,
        whole,
    ]
    return network.compiled(recipe.key, lambda graph: _Loop(graph, recipe).run, signature)


def begin(recipe: ImageRecipe, units: int, seed: int, given: np.ndarray | None = None) -> State:
    """The state before the first step, units x variants pictures: every unit starts from the same noise.

    Args:
        recipe: what shapes the loop.
        units: number of units.
        seed: seed of the noise.
        given: a picture (H, W, C) in 0..1 to start from; None for noise alone.
    """
    parametrisation, canvas = recipe.parametrisation, recipe.parametrisation.canvas
    noise = np.stack([parametrisation.start([seed, variant]) for variant in range(recipe.variants)])
    if given is not None:
        first = parametrisation.encode(given[None])
        noise = first + noise * (np.arange(recipe.variants) > 0).reshape(-1, *[1] * (first.ndim - 1))
    parameters = np.tile(noise.astype(np.float32), (units, *[1] * (noise.ndim - 1)))
    zeros = np.zeros_like(parameters)
    return State(parameters, zeros, zeros, np.zeros((len(parameters), canvas.height, canvas.width), np.float32))


def restart_silent(recipe: ImageRecipe, state: State, seed: int, attempt: int) -> State:
    """The state with new noise, louder at each attempt, for the pictures of which no pixel has mattered so far.

    A unit that is silent for grey noise has no slope there, so its picture would stay as it is.

    Args:
        recipe: what shapes the loop.
        state: after some steps.
        seed: of the noise.
        attempt: counts from 1.
    """
    silent = np.flatnonzero(~np.asarray(state.importance).any(axis=(1, 2)))
    if not len(silent) or attempt > ATTEMPTS:
        return state
    parameters, first, second = (np.array(part) for part in state[:3])
    for row in silent.tolist():
        parameters[row] = LOUDER**attempt * recipe.parametrisation.start([seed, row % recipe.variants, attempt])
        first[row] = second[row] = 0
    return State(parameters, first, second, state.importance)


class _Loop:
    """The compiled part, for one network and recipe."""

    def __init__(self, graph: Graph, recipe: ImageRecipe) -> None:
        self.graph, self.recipe = graph, recipe
        self.calls = with_leaky_relus(graph, recipe.layer)

    def run(
        self,
        state: State,
        weights: tf.Tensor,
        places: tf.Tensor,
        dials: OptimiserSettings,
        seed: tf.Tensor,
        step: tf.Tensor,
        count: tf.Tensor,
    ) -> tuple[State, tf.Tensor, tf.Tensor]:
        """Improve the pictures `count` times, from the step number `step` on."""

        def body(done: tf.Tensor, *parts: tf.Tensor) -> tuple[tf.Tensor, ...]:
            now = State(*parts)
            gradient, importance = self._gradient(now.parameters, weights, places, dials, seed, step + done)
            return done + 1, *_adam(now, gradient, importance, dials.rate, step + done + 1)

        _, *parts = tf.while_loop(lambda done, *_: done < count, body, (0, *state), parallel_iterations=1)
        after = State(*parts)
        images = self.recipe.parametrisation.decode(after.parameters)
        return after, images, self._score(images, weights, places, {}, None)

    def _score(self, images: tf.Tensor, weights: tf.Tensor, places: tf.Tensor, calls: Any, hooks: Any) -> tf.Tensor:
        scaled = self.recipe.low + (self.recipe.high - self.recipe.low) * images
        value = self.graph.run(scaled, until=self.recipe.layer, calls=calls, hooks=hooks)
        return score(value, weights, places, self.recipe.reduction)

    def _gradient(
        self,
        parameters: tf.Tensor,
        weights: tf.Tensor,
        places: tf.Tensor,
        dials: OptimiserSettings,
        seed: tf.Tensor,
        step: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Where the parameters should go, and how much the score depends on each pixel, (N, H, W)."""
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            images = self.recipe.parametrisation.decode(parameters)
        wanted, importance = self._direction(images, weights, places, dials, seed, step)
        return tape.gradient(images, parameters, output_gradients=wanted), importance

    def _direction(
        self,
        images: tf.Tensor,
        weights: tf.Tensor,
        places: tf.Tensor,
        dials: OptimiserSettings,
        seed: tf.Tensor,
        step: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        recipe, maps = self.recipe, []

        def keep(value: tf.Tensor) -> tf.Tensor:
            maps.append(as_maps(value))
            return value

        with tf.GradientTape(persistent=True) as tape:
            tape.watch(images)
            moves = Moves(dials.jitter, dials.scale, dials.rotation)
            seen = move_images(images, moves, seed, step) if recipe.moves else images
            pleased = self._score(seen, weights, places, self.calls, {recipe.apart: keep} if recipe.apart else None)
            alike = likeness(maps[0], recipe.variants) if recipe.apart else None
        upward = tape.gradient(pleased, images)
        wanted = _normalise_gradient(upward)
        if alike is not None:
            wanted -= dials.diversity * _normalise_gradient(tape.gradient(alike, images))
        if recipe.penalised:
            wanted -= _slope(images, dials)
        return wanted, tf.reduce_sum(tf.abs(upward), axis=-1)


def _normalise_gradient(gradient: tf.Tensor) -> tf.Tensor:
    """Each picture's gradient with a root mean square of 1; zero stays zero."""
    size = tf.sqrt(tf.reduce_mean(gradient**2, axis=(1, 2, 3), keepdims=True))
    return tf.math.divide_no_nan(gradient, size)


def _slope(images: tf.Tensor, dials: OptimiserSettings) -> tf.Tensor:
    """The gradient of the penalties."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        penalty = dials.total_variation * total_variation(images) + dials.l2 * l2(images)
    return tape.gradient(penalty, images)


def _adam(now: State, gradient: tf.Tensor, importance: tf.Tensor, rate: tf.Tensor, step: tf.Tensor) -> State:
    """One step upwards; `step` counts from 1."""
    first = MOMENTUM * now.first + (1 - MOMENTUM) * gradient
    second = SPREAD * now.second + (1 - SPREAD) * gradient**2
    time = tf.cast(step, tf.float32)
    change = (first / (1 - MOMENTUM**time)) / (tf.sqrt(second / (1 - SPREAD**time)) + SMALL)
    return State(now.parameters + rate * change, first, second, now.importance + importance)
