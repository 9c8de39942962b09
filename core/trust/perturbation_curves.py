"""Curves of the probability while an image is emptied or filled in some order: the basis of deletion and insertion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import cv2
import keras
import numpy as np
import tensorflow as tf

from core.attribution.engines.fills import fill_colours
from core.intervals import Estimate, estimate
from core.networks.evaluator import IMAGES, TARGETS, ModelEvaluator
from core.networks.graph import Graph
from core.networks.pixel_range import Span, pixel_range
from core.trust.edge_detector import edge_map
from core.trust.explainer import CheckInput
from core.trust.settings import TrustFill, TrustSettings

Kind = Literal["deletion", "insertion"]
RANKS = tf.TensorSpec([None, None, None], tf.float32)
SHARES = tf.TensorSpec([None], tf.float32)
BLUR = 0.1  # spread of the blur, as a share of the shorter side


@dataclass(frozen=True, eq=False)
class Curves:
    """The answer along three orders of the same pixels.

    Args:
        shares: how much of the picture has been taken away or put back, float64 (S,) from 0 to 1.
        map: mean probability of the asked class along the map's order, strongest first, float64 (S,).
        random: the same along random orders.
        edges: the same along the order of an edge detector's map.
    """

    shares: np.ndarray
    map: np.ndarray
    random: np.ndarray
    edges: np.ndarray


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """How much better the map's order is than orders that ignore the network.

    Args:
        value: gain in area over random order, mean over images; above zero is better than chance.
        low: lower end of its interval over images.
        high: upper end.
        chance: the gain of a random order over others, 0.
        passes: whether the map's order beats both random order and the edge detector's beyond doubt.
        edges: gain in area over the edge detector's order.
        area: area under the map's curve, 0..1.
        random_area: area under the random orders' curve.
        edges_area: area under the edge detector's curve.
        curves: means over images, for the chart.
    """

    value: float
    low: float
    high: float
    chance: float
    passes: bool
    edges: Estimate
    area: float
    random_area: float
    edges_area: float
    curves: Curves = field(repr=False)


def measure_faithfulness(
    kind: Kind, model: keras.Model, question: CheckInput, settings: TrustSettings, *, seed: int = 0
) -> Faithfulness:
    """Compare the map's order with random orders and with an edge detector's, on the same images.

    Args:
        kind: "deletion" or "insertion".
        model: never changed.
        question: the images, classes and maps.
        settings: fill, tile, steps, orders and the intervals.
        seed: seed of the random orders.
    """
    shares = np.linspace(0, 1, settings.steps + 1)
    rng = np.random.default_rng([seed, settings.tile])
    drawn = [rng.random(question.maps.shape) for _ in range(settings.orders)]
    rows = _answers(kind, model, question, [question.maps, edge_map(question.images), *drawn], shares, settings, rng)
    own, edges, random = rows[0], rows[1], rows[2:].mean(axis=0)
    sign = 1.0 if kind == "insertion" else -1.0
    gain, beyond_edges = (_gain(sign, shares, own, other, settings, seed) for other in (random, edges))
    return Faithfulness(
        value=gain.value,
        low=gain.low,
        high=gain.high,
        chance=0.0,
        passes=gain.above(0) and beyond_edges.above(0),
        edges=beyond_edges,
        area=float(curve_areas(own, shares).mean()),
        random_area=float(curve_areas(random, shares).mean()),
        edges_area=float(curve_areas(edges, shares).mean()),
        curves=Curves(shares, own.mean(axis=0), random.mean(axis=0), edges.mean(axis=0)),
    )


def curve_areas(answers: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Area under each curve by the trapezoid rule: (N, S) to (N,)."""
    return np.trapezoid(answers, shares, axis=-1)


def pixel_order(maps: np.ndarray, tile: int, rng: np.random.Generator) -> np.ndarray:
    """When each pixel's turn comes, by the mean of its tile, strongest first: float32 (N, H, W) in [0, 1).

    Args:
        maps: (N, H, W).
        tile: side of the squares that go together, in pixels; those at the far edges may be smaller.
        rng: decides between ties.
    """
    height, width = maps.shape[1:]
    rows, columns = _tiles(height, tile), _tiles(width, tile)
    means = np.einsum("nhw,rh,cw->nrc", np.asarray(maps, np.float64), rows, columns, optimize=True)
    flat = means.reshape(len(maps), -1)
    # Sums in another order differ in the last digits; without rounding they would decide between ties.
    size = np.abs(flat).max(axis=1, keepdims=True)
    flat = np.round(flat / np.where(size > 0, size, 1), 9)
    places = np.stack([np.lexsort((rng.random(len(row)), -row)) for row in flat])
    turns = np.empty(flat.shape, np.float32)
    np.put_along_axis(turns, places, np.arange(flat.shape[1], dtype=np.float32)[None], axis=1)
    grid = (turns / flat.shape[1]).reshape(means.shape)
    return grid.repeat(tile, axis=1).repeat(tile, axis=2)[:, :height, :width]


def fill_images(images: np.ndarray, fill: TrustFill, span: Span | None = None) -> np.ndarray:
    """What is seen where pixels are taken away, float32 (N, H, W, C)."""
    if fill != "blur":
        return np.broadcast_to(fill_colours(images, fill, span), images.shape).astype(np.float32)
    spread = BLUR * min(images.shape[1:3])
    blurred = [cv2.GaussianBlur(np.asarray(image, np.float32), (0, 0), spread) for image in images]
    return np.stack(blurred).reshape(images.shape)


def probability(graph: Graph, logits: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    """Probability of the asked class, (N,); of the one class rather than the other for a contrast."""
    contrast = tf.reduce_any(weights < 0, axis=-1)
    single = tf.reduce_sum(graph.reading.probabilities(logits) * weights, axis=-1)
    return tf.where(contrast, tf.sigmoid(tf.reduce_sum(logits * weights, axis=-1)), single)


def _tiles(length: int, tile: int) -> np.ndarray:
    """The share of each pixel in its tile's mean along one side: (tiles, length)."""
    member = np.arange(length) // tile == np.arange(-(-length // tile))[:, None]
    return member / member.sum(axis=1, keepdims=True)


def _gain(
    sign: float, shares: np.ndarray, own: np.ndarray, other: np.ndarray, settings: TrustSettings, seed: int
) -> Estimate:
    gains = sign * (curve_areas(own, shares) - curve_areas(other, shares))
    return estimate(gains, chance=0.0, confidence=settings.confidence, resamples=settings.resamples, seed=seed)


def _answers(
    kind: Kind,
    model: keras.Model,
    question: CheckInput,
    orders: list[np.ndarray],
    shares: np.ndarray,
    settings: TrustSettings,
    rng: np.random.Generator,
) -> np.ndarray:
    """Probability of the asked class along each order, (orders, N, S): all in full batches of one function."""
    images = question.images
    network = ModelEvaluator.of(model)
    span = pixel_range(network.graph, images)
    function = network.compiled("replaced", _replacement_function, [IMAGES, IMAGES, RANKS, SHARES, TARGETS])
    turns = [pixel_order(values, settings.tile, rng) for values in orders]
    last = fill_images(images, settings.fill, span) if kind == "deletion" else np.asarray(images, np.float32)
    first = np.asarray(images, np.float32) if kind == "deletion" else fill_images(images, settings.fill, span)
    pictures, each = network.fused(len(images), images.shape[1:], len(shares))
    found = np.empty((len(orders), len(images), len(shares)))
    for start in range(0, len(images), pictures):
        rows = slice(start, start + pictures)
        for begin in range(0, len(shares), each):
            part = shares[begin : begin + each].astype(np.float32)
            for number, turn in enumerate(turns):
                answers = function(first[rows], last[rows], turn[rows], part, question.weights[rows])
                found[number, rows, begin : begin + each] = answers.numpy()
    return found


def _replacement_function(graph: Graph) -> Callable[..., tf.Tensor]:
    """Probabilities (B, S) of B pictures, each with a share of its pixels replaced, as one batch of B x S."""

    def compute(
        first: tf.Tensor, last: tf.Tensor, turns: tf.Tensor, shares: tf.Tensor, weights: tf.Tensor
    ) -> tf.Tensor:
        size, steps = tf.shape(first), tf.shape(shares)[0]
        done = turns[:, None] < shares[None, :, None, None]
        pictures = tf.where(done[..., None], last[:, None], first[:, None])
        logits = graph.run(tf.reshape(pictures, (-1, size[1], size[2], size[3])))
        return tf.reshape(probability(graph, logits, tf.repeat(weights, steps, axis=0)), (size[0], steps))

    return compute
