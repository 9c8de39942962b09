"""`visualize`: images optimised so that a unit or class responds as strongly as possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from core.errors import Cancelled, DataError, InputError, LayerError
from core.features.input_scale import input_range
from core.features.objective import Objective, Units, as_maps, objective
from core.features.optimise import ImageRecipe, begin, compile_loop, optimiser_settings, restart_silent
from core.features.parametrise import Canvas, Fourier, Parametrisation, Phases, Pixels, magnitude_of, natural_magnitude
from core.features.settings import VisualizeSettings
from core.networks.evaluator import BATCH_VALUES, ModelEvaluator
from core.networks.graph import Graph
from core.networks.interface import Interface, prepared
from core.networks.predictor import require_layers
from core.progress import OnStep, silent
from core.row_blocks import row_blocks
from core.settings import digest

FREE_SIZE = 64
"""Side of pictures for a network that takes any size."""

All = Literal["all"]


@dataclass(frozen=True, eq=False)
class Visualization:
    """Optimised images and their scores.

    Args:
        pictures: float32 (U, H, W, C) in 0..1; the variants of one unit follow one another.
        names: what each image shows, such as "12", "3 + 7" or "2 - 4".
        scores: float32 (U,), the objective of each image as it is, without moves and penalties.
        importance: float32 (U, H, W), how much the score depended on each pixel, summed over all steps; what MaCo draws
            as
            opacity.
        steps: number of steps done.
        cancelled: whether the caller stopped it early.
    """

    pictures: np.ndarray
    names: tuple[str, ...]
    scores: np.ndarray
    importance: np.ndarray
    steps: int
    cancelled: bool = False

    @property
    def silent(self) -> np.ndarray:
        """The images of which no pixel ever mattered, bool (U,): they are the noise that they started from."""
        return np.asarray(~self.importance.any(axis=(1, 2)))


OnPreview = Callable[[Visualization], None]


def visualize(
    model: keras.Model,
    layer: str | None = None,
    units: Units | All | None = None,
    classes: Units | All | None = None,
    *,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
    **settings: Any,
) -> np.ndarray:
    """Images to which a unit or class responds most.

    Args:
        model: any Keras 3 classifier; never changed.
        layer: path of the layer; None for the last convolution if units are given.
        units: a channel, or a list of which each item is a channel, a group of channels as a tuple, a `Neuron` or a
            `Difference`; "all" for each channel; None with a layer for the layer as a whole (DeepDream).
        classes: in place of units: a class, or a list of classes, groups of them or a `Difference`; "all" for each,
            which is also what a call without layer, units and classes means. It is the class's logit that is raised.
        interface: how the network is read, from `core.networks.interface`; 0..1 is then black to white of the user's
            own pictures.
        on_step: called every few steps; `Cancelled` raised from it ends the work and keeps the pictures as they are.
        **settings: see `VisualizeSettings`, for example steps, rate, size, seed, parametrisation.

    Returns:
        float32 (U, H, W, 3) in 0..1, which stands for the network's own pixel range; U counts units times variants.
        Greyscale is repeated over the three channels.

    Raises:
        InputError: for a setting out of bounds, or a request that names both units and classes.
        LayerError: for a layer or channel that does not exist, or a layer that cannot be used, with the reason.
        TargetError: for a class that the network does not have.

    Sources: Olah, Mordvintsev and Schubert 2017, "Feature Visualization", Distill; Fel et al. 2023, arXiv 2306.06805.
    """
    made = make_pictures(model, layer, units, classes, interface=interface, on_step=on_step, **settings).pictures
    return np.repeat(made, 3, axis=-1) if made.shape[-1] == 1 else made


def make_pictures(
    model: keras.Model,
    layer: str | None = None,
    units: Units | All | None = None,
    classes: Units | All | None = None,
    *,
    start: np.ndarray | None = None,
    natural: np.ndarray | None = None,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
    on_preview: OnPreview | None = None,
    settings: VisualizeSettings | None = None,
    **values: Any,
) -> Visualization:
    """`visualize` with all results of the optimisation, and a live preview.

    Args:
        model: as in `visualize`.
        layer: as in `visualize`.
        units: as in `visualize`.
        classes: as in `visualize`.
        start: an image (H, W, C) in the network's own pixel range to start from, instead of grey noise.
        natural: images (N, H, W, C) in that range whose mean magnitude spectrum MaCo keeps; None for a 1/f spectrum.
        interface: as in `visualize`; `start` and `natural` are then the user's own pictures.
        on_step: as in `visualize`.
        on_preview: called every `preview` steps with the current images; `Cancelled` works here, too.
        settings: the settings; None for the defaults.
        **values: settings by name, instead of those in `settings`.

    Raises:
        InputError: for a setting out of bounds, or a request that names both units and classes.
    """
    model = prepared(model, interface)
    require_layers(model, "Feature visualisation")
    options = VisualizeSettings.of(settings, **values)
    if classes is not None and (units is not None or layer is not None):
        raise InputError("Either classes or a layer with units should be given", "both")
    network = ModelEvaluator.of(model)
    path = None if classes is not None or (layer is None and units is None) else layer or network.graph.default_layer
    canvas, reach = _canvas(network.graph, options), input_range(network.graph, options.input_range)
    shape = _probe(network.graph, path, canvas)
    wanted = objective(path, units, classes, options.places, shape)
    recipe = _recipe(network.graph, wanted, canvas, reach, options, natural)
    given = None if start is None else _scale_start(start, canvas, reach)
    work = _Work(network, recipe, wanted, options, given, on_step or silent, on_preview)
    return work.go()


def request_key(
    layer: str | None = None, units: Units | All | None = None, classes: Units | All | None = None, **settings: Any
) -> str:
    """A short hash of a request: together with the network's own key it addresses the images in a store.

    Args:
        layer: as in `visualize`.
        units: as in `visualize`.
        classes: as in `visualize`.
        **settings: as in `visualize`.
    """
    return digest([layer, repr(units), repr(classes), VisualizeSettings.of(**settings).key])


def _canvas(graph: Graph, options: VisualizeSettings) -> Canvas:
    height, width, channels = graph.input_shape[1:]
    side = options.size or FREE_SIZE
    if options.size:
        height = width = None
    return Canvas(height or side, width or side, channels or 3, options.decorrelate)


def _probe(graph: Graph, layer: str | None, canvas: Canvas) -> tuple[int, int, int]:
    """(h, w, K) of the layer's value for a picture of this size, once it is known that it can be optimised."""
    shape = graph.step(layer).shape if layer else (None, graph.classes)
    if len(shape) not in (2, 4):
        raise LayerError("A layer should give maps (N, h, w, K) or units (N, K)", f"{layer} with {shape}")
    image = tf.fill((1, *canvas.shape), 0.5)
    with tf.GradientTape() as tape:
        tape.watch(image)
        value = _run(graph, layer, image, canvas)
        total = tf.reduce_sum(tf.cast(value, tf.float32))
    if tape.gradient(total, image) is None:
        raise LayerError(
            "A layer should change smoothly with the picture, so that there is a direction of improvement",
            f"{layer or 'an output'} that has no gradient",
        )
    height, width, channels = as_maps(value).shape[1:]
    return height, width, channels


def _run(graph: Graph, layer: str | None, image: tf.Tensor, canvas: Canvas) -> tf.Tensor:
    try:
        return graph.run(image, until=layer)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        if isinstance(error, InputError):
            raise
        own = graph.input_shape[1:3]
        raise LayerError(
            f"Pictures for {layer or 'the classes'} should have a size that the network takes, {own[0]}x{own[1]}",
            f"{canvas.height}x{canvas.width}",
            "Leave the size empty, or choose a layer before the flattening.",
        ) from error


def _recipe(
    graph: Graph,
    wanted: Objective,
    canvas: Canvas,
    reach: tuple[float, float],
    options: VisualizeSettings,
    natural: np.ndarray | None,
) -> ImageRecipe:
    pushed = options.variants > 1 and options.diversity > 0
    return ImageRecipe(
        parametrisation=_parametrisation(canvas, reach, options, natural),
        layer=wanted.layer,
        reduction=wanted.reduction,
        low=reach[0],
        high=reach[1],
        moves=bool(options.jitter or options.scale or options.rotation),
        penalised=bool(options.total_variation or options.l2),
        apart=_diversity_layers(graph, wanted.layer) if pushed else None,
        variants=options.variants,
    )


def _parametrisation(
    canvas: Canvas, reach: tuple[float, float], options: VisualizeSettings, natural: np.ndarray | None
) -> Parametrisation:
    if options.parametrisation == "pixel":
        return Pixels(canvas)
    if options.parametrisation == "fourier":
        return Fourier(canvas)
    if natural is None:
        return Phases(canvas, natural_magnitude(canvas))
    low, high = reach
    return Phases(canvas, magnitude_of((np.asarray(natural, np.float32) - low) / (high - low), canvas))


def _diversity_layers(graph: Graph, layer: str | None) -> str | None:
    """The maps by which pictures are told apart: the layer's own, or the last convolution's."""
    if layer is not None and graph.step(layer).spatial:
        return layer
    last = graph.default_layer
    return last if layer is None or graph.index(last) < graph.index(layer) else layer


def _scale_start(start: np.ndarray, canvas: Canvas, reach: tuple[float, float]) -> np.ndarray:
    image = np.asarray(start, np.float32)
    if image.shape != canvas.shape:
        raise DataError(f"The picture to start from should have the shape {canvas.shape}", f"{image.shape}")
    return (image - reach[0]) / (reach[1] - reach[0])


@dataclass(eq=False)
class _Work:
    """One request under way: batch after batch, each in chunks between which the owner looks in."""

    network: ModelEvaluator
    recipe: ImageRecipe
    wanted: Objective
    options: VisualizeSettings
    given: np.ndarray | None
    on_step: OnStep
    on_preview: OnPreview | None

    def go(self) -> Visualization:
        """All pictures; those that were made so far where the owner stops it."""
        self.seen = self._blank()
        try:
            for number, batch in enumerate(self._batches()):
                self._improve(batch, number)
        except Cancelled:
            return replace(self.seen, cancelled=True)
        return self.seen

    def _batches(self) -> list[slice]:
        canvas, total = self.recipe.parametrisation.canvas, len(self.wanted)
        size = max(1, BATCH_VALUES // (int(np.prod(canvas.shape)) * self.options.variants))
        return list(row_blocks(total, size))

    def _blank(self) -> Visualization:
        canvas, variants = self.recipe.parametrisation.canvas, self.options.variants
        names = tuple(name for name in self.wanted.names for _ in range(variants))
        count = len(names)
        grey = np.full((count, *canvas.shape), 0.5, np.float32)
        nothing = np.zeros((count, canvas.height, canvas.width), np.float32)
        return Visualization(grey, names, np.zeros(count, np.float32), nothing, 0)

    def _improve(self, units: slice, number: int) -> None:
        options, loop = self.options, compile_loop(self.network, self.recipe)
        weights = np.repeat(self.wanted.weights[units], options.variants, axis=0)
        places = np.repeat(self.wanted.places[units], options.variants, axis=0)
        state = begin(self.recipe, units.stop - units.start, options.seed, self.given)
        dials, total = optimiser_settings(options), options.steps * len(self._batches())
        for done in range(0, options.steps, options.preview):
            count = min(options.preview, options.steps - done)
            whole = (np.int32(value) for value in (options.seed, done, count))
            state, images, scores = loop(state, weights, places, dials, *whole)
            self._keep(units, images.numpy(), scores.numpy(), state.importance.numpy(), done + count)
            state = restart_silent(self.recipe, state, options.seed, done // options.preview + 1)
            self.on_step(number * options.steps + done + count, total, "steps")

    def _keep(self, units: slice, images: np.ndarray, scores: np.ndarray, importance: np.ndarray, steps: int) -> None:
        rows = slice(units.start * self.options.variants, units.stop * self.options.variants)
        seen = self.seen
        self.seen = Visualization(
            _put(seen.pictures, rows, images),
            seen.names,
            _put(seen.scores, rows, scores),
            _put(seen.importance, rows, importance),
            steps,
        )
        if self.on_preview is not None:
            self.on_preview(self.seen)


def _put(whole: np.ndarray, rows: slice, part: np.ndarray) -> np.ndarray:
    """A copy with some rows replaced: whoever keeps a preview keeps what it showed."""
    copy = whole.copy()
    copy[rows] = part
    return copy
