"""Ablation of a unit: what the answer loses when the unit is silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pandas as pd
import tensorflow as tf

from core.errors import LayerError
from core.features.responses import checked_layer, checked_unit
from core.intervals import estimate
from core.networks.evaluator import IMAGES, ModelEvaluator, checked_images
from core.networks.graph import Graph
from core.networks.interface import Interface, prepared
from core.progress import OnStep, silent


@dataclass(frozen=True, eq=False)
class UnitAblation:
    """The answers to N pictures with a unit as it is and silent, all float32 (N, K) for K classes.

    Args:
        adds: what the unit adds to each class's logit.
        before: probabilities with the unit.
        after: probabilities without it.
    """

    adds: np.ndarray
    before: np.ndarray
    after: np.ndarray

    def table(self, class_names: tuple[str, ...]) -> pd.DataFrame:
        """One row a class, the one that it speaks for most first: class, adds (the mean over pictures), low, high.

        Args:
            class_names: K names.
        """
        found = [estimate(column) for column in self.adds.T]
        table = pd.DataFrame(
            {
                "class": class_names,
                "adds": [each.value for each in found],
                "low": [each.low for each in found],
                "high": [each.high for each in found],
            }
        )
        return table.sort_values("adds", ascending=False, kind="stable", ignore_index=True)


def ablate_unit(
    model: keras.Model,
    images: Any,
    layer: str | None,
    unit: int,
    *,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> UnitAblation:
    """Which classes a unit speaks for: the answers with it, and with 0 in its place everywhere.

    For a layer from which logits are a weighted sum, what it adds is its weight for the class times its value, summed
    over places. Behind a layer that is not linear it counts what other units make of it too.

    Args:
        model: any Keras 3 classifier with a graph; never changed.
        images: (N, H, W, C) or one picture, in the scale that the model takes.
        layer: a path from `core.networks.layers`; None for the last convolution.
        unit: the channel, from 0.
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.
        on_step: called as pictures are done; stops the work when it raises.

    Raises:
        LayerError: when the layer or the unit does not exist, or the layer comes after the logits.

    Source: Morcos et al. 2018, arXiv 1803.06959.
    """
    model = prepared(model, interface)
    network, path = ModelEvaluator.of(model), checked_layer(model, layer)
    checked_unit(network.graph, path, unit)
    _require_before_logits(network.graph, path)
    pictures = checked_images(network.graph, images)
    function = network.compiled(
        ("ablation", path), lambda graph: _both(graph, path), [IMAGES, tf.TensorSpec([None, 1], tf.float32)]
    )
    which = np.full((len(pictures), 1), unit)
    whole, without = network.map(function, pictures, which, on_step=on_step or silent)
    read = network.graph.reading.probabilities
    return UnitAblation(whole - without, read(whole).numpy(), read(without).numpy())


def _both(graph: Graph, path: str) -> Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    def compute(pictures: tf.Tensor, unit: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        def silence(value: tf.Tensor) -> tf.Tensor:
            kept = 1 - tf.one_hot(tf.cast(unit[0, 0], tf.int32), tf.shape(value)[-1], dtype=value.dtype)
            return value * kept

        return graph.run(pictures), graph.run(pictures, hooks={path: silence})

    return compute


def _require_before_logits(graph: Graph, path: str) -> None:
    last = next((place for place, step in enumerate(graph.steps) if step.output == graph.output), len(graph.steps))
    if graph.index(path) > last:
        raise LayerError("A unit speaks for a class before the scores are made", f"{path}, which comes after them")
