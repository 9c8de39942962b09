"""Do early layers detect edges and late layers objects? Measured for the network at hand.

For each layer: how much of its units' responses a bank of oriented edge and colour filters explains, and what a linear
probe can decode from it on held-out images. The same is measured for an untrained copy, because much of the effect of
depth comes from the architecture rather than from learning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from threadpoolctl import threadpool_limits

from core.datasets.base import Dataset
from core.errors import DataError, LayerError, ModelError
from core.features.filter_bank import FilterBank, explained_variance, patches_at
from core.features.probes import (
    ANSWER,
    FEWEST,
    PICTURES,
    RESAMPLES,
    ProbeResult,
    ProbeTarget,
    pooled_features,
    probe_targets,
    run_probe,
)
from core.features.stages import feature_layers
from core.features.untrained import untrained_copy
from core.networks.evaluator import IMAGES, ModelEvaluator, checked_images
from core.networks.graph import Graph
from core.networks.interface import Interface, prepared_for
from core.networks.receptive_field import Axis, receptive_field, shapes_of
from core.progress import OnStep, silent
from core.settings import Settings, setting

Conclusion = Literal["supported", "not supported", "inconclusive"]
TRAINED, CONTROL = "trained", "untrained"
EDGES = "edges and colours"
POSITION_REGIONS = 3
"""A mean over all places loses position, so position is decoded from a 3x3 grid of means."""


class DepthSettings(Settings):
    """Settings of the test."""

    pictures: int = setting(1500, "Number of pictures for the probes.", low=100, high=10000, step=100, unit="pictures")
    patches: int = setting(
        2400,
        "Number of places at which units are compared with the filters.",
        low=200,
        high=20000,
        step=200,
        unit="places",
    )
    held_out: float = setting(
        0.3, "Fraction of the pictures on which each probe is evaluated.", low=0.1, high=0.5, step=0.05, common=False
    )
    seed: int = setting(
        0, "Seed of the pictures, the places and the untrained copy.", low=0, high=2**31 - 1, step=1, common=False
    )


@dataclass(frozen=True)
class DepthChange:
    """How something changes from the first layer to the last, with 95% bootstrap intervals.

    Args:
        first, last: its value there, for the trained network.
        by, low, high: last minus first.
        control_first, control_last: the same for the untrained copy; NaN without one.
        beyond, beyond_low, beyond_high: the change minus the untrained copy's.
    """

    first: float
    last: float
    by: float
    low: float
    high: float
    control_first: float
    control_last: float
    control_low: float
    control_high: float
    beyond: float
    beyond_low: float
    beyond_high: float


@dataclass(frozen=True, eq=False)
class Depth:
    """The measurements and their conclusion.

    Args:
        filters: network, layer, depth, unit, r2: the fraction of each unit's responses that the filter bank explains.
        probes: network, layer, depth, question, measure, score, low, high, chance, n: what each layer reveals.
        edges: how the explained fraction changes with depth; None for a network with one convolution.
        objects: how the accuracy of decoding the object changes; None for a network with one convolution.
        conclusion: whether "edges first, objects later" is true of this network.
        sentence: the same in words, with its numbers.
    """

    filters: pd.DataFrame
    probes: pd.DataFrame
    edges: DepthChange | None
    objects: DepthChange | None
    conclusion: Conclusion
    sentence: str

    def chart(self) -> pd.DataFrame:
        """One table for one chart: network, layer, depth, question, score, low, high, chance.

        The filter bank's share is the mean over a layer's live units, with a bootstrap interval over units.
        """
        keys = ["network", "layer", "depth"]
        live = self.filters.dropna(subset="r2")
        rows = [
            {**dict(zip(keys, key, strict=True)), "question": EDGES, "chance": 0.0, **_mean(part["r2"].to_numpy())}
            for key, part in live.groupby(keys, sort=False)
        ]
        return pd.concat([pd.DataFrame(rows), self.probes[[*keys, "question", "score", "low", "high", "chance"]]])


def _mean(values: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(_resampled(values, 0), (0.025, 0.975))
    return {"score": float(values.mean()), "low": float(low), "high": float(high)}


def compare_edges_and_objects(
    model: keras.Model,
    dataset: Dataset,
    *,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
    **settings: object,
) -> Depth:
    """Measure "edges first, objects later" for a network and for an untrained copy of it.

    Args:
        model: any Keras 3 classifier with a convolution; never changed.
        dataset: images that it was not trained on, in the scale that it takes. Besides the class, its attributes scene,
            tint, sticker, and x and y are decoded from each layer, if they vary.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: reports progress; stops the work when it raises.
        **settings: see `DepthSettings`.

    Raises:
        LayerError: when the network has no convolution.
        DataError: for fewer than 100 images.
    """
    options = DepthSettings.of(**settings)
    model = prepared_for(model, interface, dataset.class_names)
    network = ModelEvaluator.of(model)
    layers = feature_layers(network.graph)
    if not layers:
        raise LayerError("The test needs a network with a convolution", "one without any")
    checked_images(network.graph, dataset.images[:1])
    if len(dataset) < 10 * FEWEST:
        raise DataError(f"At least {10 * FEWEST} pictures are needed", str(len(dataset)))
    work = _Work(_sample(dataset, options), options, layers, on_step or silent)
    # These products are small: more threads would wait for each other for longer than they work.
    with threadpool_limits(1, "blas"):
        return work.go({TRAINED: model, **_control(model, options.seed)})


def _sample(dataset: Dataset, options: DepthSettings) -> Dataset:
    order = np.random.default_rng(options.seed).permutation(len(dataset))
    return dataset.take(np.sort(order[: options.pictures]))


def _control(model: keras.Model, seed: int) -> dict[str, keras.Model]:
    try:
        return {CONTROL: untrained_copy(model, seed=seed)}
    except ModelError:
        return {}


class _Work:
    """The measurements, one after another."""

    def __init__(self, dataset: Dataset, options: DepthSettings, layers: Sequence[str], on_step: OnStep) -> None:
        self.dataset, self.options, self.layers, self.on_step = dataset, options, layers, on_step
        self.asked = probe_targets(dataset)
        self.bank = FilterBank(dataset.shape[2])
        self.filters: list[pd.DataFrame] = []
        self.probes: list[dict[str, object]] = []
        self.right: dict[tuple[str, str], np.ndarray] = {}
        self.done = 0

    def go(self, networks: dict[str, keras.Model]) -> Depth:
        read_from = (PICTURES, *self.layers, ANSWER)
        self.total = len(networks) * (len(self.layers) + len(read_from))
        for name, model in networks.items():
            for depth, layer in enumerate(read_from):
                if layer in self.layers:
                    self._filter(name, model, layer, depth)
                self._probe(name, model, layer, depth)
        return self._result(networks)

    def _step(self, note: str) -> None:
        self.done += 1
        self.on_step(self.done, self.total, note)

    def _filter(self, name: str, model: keras.Model, layer: str, depth: int) -> None:
        values, features, images = self._samples(model, layer, depth)
        share = explained_variance(features, values, images)
        units = np.arange(len(share))
        self.filters.append(pd.DataFrame({"network": name, "layer": layer, "depth": depth, "unit": units, "r2": share}))
        self._step(f"{name}, filters against {layer}")

    def _samples(self, model: keras.Model, layer: str, depth: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Units' values at random places (M, K), the bank's answers at what they see, and the pictures (M,)."""
        images, rng = self.dataset.images, np.random.default_rng([self.options.seed, depth])
        graph = ModelEvaluator.of(model).graph
        size = images.shape[1], images.shape[2]
        pictures = np.sort(rng.integers(0, len(images), self.options.patches))
        height, width = shapes_of(graph, size)[graph.step(layer).output][1:3]
        rows, columns = rng.integers(0, height, len(pictures)), rng.integers(0, width, len(pictures))
        field = receptive_field(graph, layer, size)
        down, across = _centres(field.rows, rows, size[0]), _centres(field.columns, columns, size[1])
        patches = patches_at(images, pictures, down, across)
        return features_at(model, images, layer, pictures, rows, columns), self.bank.answers(patches), pictures

    def _probe(self, name: str, model: keras.Model, layer: str, depth: int) -> None:
        images, options = self.dataset.images, self.options
        features = {
            regions: pooled_features(model, images, layer, regions) for regions in {_regions(one) for one in self.asked}
        }
        for question in self.asked:
            found = run_probe(features[_regions(question)], question, held_out=options.held_out, seed=options.seed)
            self.probes.append(_row(name, layer, depth, question, found))
            if question.name == "object":
                self.right[name, layer] = found.right
        self._step(f"{name}, probes of {layer}")

    def _result(self, networks: dict[str, keras.Model]) -> Depth:
        filters, probes = pd.concat(self.filters, ignore_index=True), pd.DataFrame(self.probes)
        first, last = self.layers[0], self.layers[-1]
        if first == last:
            edges = objects = None
        else:
            edges = _change(*self._shares(filters, networks, first, last))
            objects = _change(*self._accuracies(networks, first, last))
        conclusion = depth_conclusion(edges, objects)
        return Depth(
            filters, probes, edges, objects, conclusion, depth_sentence(conclusion, edges, objects, first, last)
        )

    def _shares(
        self, filters: pd.DataFrame, networks: dict[str, keras.Model], first: str, last: str
    ) -> tuple[dict[str, tuple[float, float]], dict[str, np.ndarray]]:
        """The explained share at both ends for each network, and resamples of its change."""
        ends, changes = {}, {}
        for name in networks:
            mine = filters[filters["network"] == name].dropna(subset="r2")
            early, late = (mine.loc[mine["layer"] == layer, "r2"].to_numpy() for layer in (first, last))
            if len(early) and len(late):
                ends[name] = float(early.mean()), float(late.mean())
                changes[name] = _resampled(late, self.options.seed) - _resampled(early, self.options.seed + 1)
        return ends, changes

    def _accuracies(
        self, networks: dict[str, keras.Model], first: str, last: str
    ) -> tuple[dict[str, tuple[float, float]], dict[str, np.ndarray]]:
        """The same of the accuracy of reading the object; resamples are of the same pictures everywhere."""
        ends, changes = {}, {}
        rows: np.ndarray | None = None
        for name in networks:
            if (name, first) not in self.right:
                continue
            early, late = self.right[name, first].astype(float), self.right[name, last].astype(float)
            if rows is None:
                rows = np.random.default_rng(self.options.seed).integers(0, len(early), (RESAMPLES, len(early)))
            ends[name] = float(early.mean()), float(late.mean())
            changes[name] = (late - early)[rows].mean(axis=1)
        return ends, changes


def features_at(
    model: keras.Model, images: np.ndarray, layer: str, pictures: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """A layer's values at some places, float32 (M, K); whole maps are held for one batch of images at a time.

    Args:
        model: any Keras 3 classifier with a graph.
        images: (N, H, W, C), in the scale that the model takes.
        layer: its path.
        pictures: int (M,), rising, which image.
        rows: int (M,), rows of the places in the layer's map.
        columns: int (M,), their columns.
    """
    network = ModelEvaluator.of(model)

    def make(graph: Graph) -> Callable[..., tf.Tensor]:
        def compute(batch: tf.Tensor, places: tf.Tensor) -> tf.Tensor:
            return tf.gather_nd(tf.cast(graph.run(batch, until=layer), tf.float32), places)

        return compute

    function = network.compiled(("values at", layer), make, [IMAGES, tf.TensorSpec([None, 3], tf.int32)])
    size, found = network.batch_size(images.shape[1:]), []
    for start in range(0, len(images), size):
        here = (pictures >= start) & (pictures < start + size)
        places = np.stack([pictures[here] - start, rows[here], columns[here]], axis=1).astype(np.int32)
        found.append(function(images[start : start + size].astype(np.float32), places).numpy())
    return np.concatenate(found)


def _regions(question: ProbeTarget) -> int:
    return POSITION_REGIONS if question.measure == "r2" else 1


def _centres(field: Axis | None, places: np.ndarray, length: int) -> np.ndarray:
    """The pixel in the middle of what each place sees; the picture's middle where that is everything."""
    if field is None:
        return np.full(len(places), length // 2)
    middle = np.floor(field.offset + places * field.jump + field.size / 2)
    return np.clip(middle, 0, length - 1).astype(int)


def _row(name: str, layer: str, depth: int, question: ProbeTarget, found: ProbeResult) -> dict[str, object]:
    return {
        "network": name,
        "layer": layer,
        "depth": depth,
        "question": question.name,
        "measure": question.measure,
        "score": found.score,
        "low": found.low,
        "high": found.high,
        "chance": found.chance,
        "n": found.n,
    }


def _resampled(values: np.ndarray, seed: int) -> np.ndarray:
    """Means of resamples, float64 (RESAMPLES,)."""
    rows = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    return values[rows].mean(axis=1)


def _change(ends: dict[str, tuple[float, float]], changes: dict[str, np.ndarray]) -> DepthChange | None:
    if TRAINED not in ends:
        return None
    first, last = ends[TRAINED]
    low, high = np.quantile(changes[TRAINED], (0.025, 0.975))
    if CONTROL not in ends:
        nothing = [float("nan")] * 7
        return DepthChange(first, last, last - first, float(low), float(high), *nothing)
    start, end = ends[CONTROL]
    control_low, control_high = np.quantile(changes[CONTROL], (0.025, 0.975))
    beyond_low, beyond_high = np.quantile(changes[TRAINED] - changes[CONTROL], (0.025, 0.975))
    return DepthChange(
        first, last, last - first, float(low), float(high), start, end, float(control_low), float(control_high),
        last - first - end + start, float(beyond_low), float(beyond_high),
    )  # fmt: skip


def depth_conclusion(edges: DepthChange | None, objects: DepthChange | None) -> Conclusion:
    """The conclusion from both changes.

    Supported when, with depth, the filters explain less and the object is easier to decode, the latter more so than in
    the
    untrained copy; not supported when either goes the other way, or depth without training does as much.

    Args:
        edges: change of the explained fraction; None if unknown.
        objects: change of the accuracy of decoding the object; None if unknown.
    """
    if edges is None or objects is None:
        return "inconclusive"
    if edges.low > 0 or objects.high < 0 or objects.beyond_high < 0:
        return "not supported"
    if edges.high < 0 and objects.low > 0 and objects.beyond_low > 0:
        return "supported"
    return "inconclusive"


def depth_sentence(
    conclusion: Conclusion, edges: DepthChange | None, objects: DepthChange | None, first: str, last: str
) -> str:
    """The verdict in one sentence, from the numbers.

    Args:
        conclusion: of `depth_conclusion`.
        edges: change of the explained fraction; None if unknown.
        objects: change of the accuracy of decoding the object; None if unknown.
        first: name of the first layer.
        last: name of the last layer.
    """
    if edges is None or objects is None:
        return f"Inconclusive: with {first} alone there is no depth to compare."
    share = f"edges and colours explain {edges.first:.0%} of the responses in {first} and {edges.last:.0%} in {last}"
    object_ = f"the object is read from them in {_of_100(objects.first)} and {_of_100(objects.last)} of 100 pictures"
    if np.isnan(edges.beyond):
        return f"Inconclusive: {share}, and {object_}, but there is no untrained copy to compare with."
    control = (
        f"in an untrained copy {_of_100(objects.control_first)} and {_of_100(objects.control_last)}, "
        f"and there {_alike(edges)}"
    )
    return f"{conclusion.capitalize()}: {share}, while {object_} ({control})."


def _of_100(share: float) -> str:
    return f"{100 * share:.0f}"


def _alike(edges: DepthChange) -> str:
    shares = f"from {edges.control_first:.0%} to {edges.control_last:.0%}"
    if edges.control_high < 0:
        return f"the explained share drops too, {shares}, so this half of the rule owes little to learning"
    return f"the explained share goes {shares}, so its drop was learned"
