"""Temperature scaling: one number that matches a network's confidence to its accuracy, and changes no prediction."""

from __future__ import annotations

from dataclasses import dataclass, field

import keras
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from core.datasets.base import Dataset
from core.errors import DataError, InputError, ModelError
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.graph import graph_of
from core.networks.interface import Interface, prepared_for
from core.trust.reliability import BINS, Calibration, from_probabilities
from core.trust.weight_randomisation import clone

LOWEST, HIGHEST = 0.05, 20.0
"""Beyond these, confidence is 100% or chance for every image; a network that makes no mistake would go to zero."""


@dataclass(frozen=True, eq=False)
class Temperature:
    """A fitted temperature, and its effect on images that it was not fitted on.

    Args:
        value: what the logits are divided by; above 1 lowers the network's confidence, below 1 raises it.
        n: number of images it was fitted on.
        before: calibration without it.
        after: calibration with it.
    """

    value: float
    n: int
    before: Calibration = field(repr=False)
    after: Calibration = field(repr=False)

    @property
    def helps(self) -> bool:
        """Whether the error was beyond chance before, and is smaller afterwards."""
        return not self.before.calibrated and self.after.ece < self.before.ece


def fit_temperature(
    model: keras.Model,
    validation: Dataset,
    test: Dataset,
    *,
    bins: int = BINS,
    seed: int = 0,
    interface: Interface | None = None,
) -> Temperature:
    """Fit a temperature on the validation images, and measure its effect on the test images.

    Args:
        model: any Keras 3 classifier; never changed.
        validation: images to fit on, which the model was not trained on.
        test: images to evaluate on.
        bins: number of confidence bins.
        seed: seed of the intervals.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.

    Raises:
        DataError: when there are no images, or they do not fit the network.

    Source: Guo et al. 2017, arXiv 1706.04599.
    """
    model = prepared_for(model, interface, test.class_names)
    fitting, judging = ((_logits(model, data), data.labels) for data in (validation, test))
    return from_logits(fitting, judging, bins=bins, seed=seed)


def from_logits(
    validation: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], *, bins: int = BINS, seed: int = 0
) -> Temperature:
    """Fit a temperature on the validation logits, and measure its effect on the test logits.

    Args:
        validation: logits (N, K) and labels (N,).
        test: logits (M, K) and labels (M,).
        bins: number of confidence bins.
        seed: seed of the intervals.
    """
    value = _fit_scale(*validation)
    before, after = (
        from_probabilities(scale_logits(test[0], degree), test[1], bins=bins, seed=seed) for degree in (1.0, value)
    )
    return Temperature(value, len(validation[1]), before, after)


def _fit_scale(logits: np.ndarray, labels: np.ndarray) -> float:
    r"""The temperature with the least surprise, $\arg\min_T -\sum_i \log \mathrm{softmax}(z_i / T)_{y_i}$.

    Args:
        logits: float (N, K), N of 1 or more; logarithms of probabilities will do.
        labels: int (N,).

    Returns:
        a number in 0.05 to 20.
    """
    values = np.asarray(logits, np.float64)
    if len(values) == 0:
        raise DataError("A temperature needs pictures to fit it on", "none")
    rows = np.arange(len(values))

    def surprise(exponent: float) -> float:
        return float(-log_softmax(values / np.exp(exponent), axis=1)[rows, labels].mean())

    # In its logarithm the surprise has one valley; see the source.
    found = minimize_scalar(surprise, bounds=(np.log(LOWEST), np.log(HIGHEST)), method="bounded")
    return float(np.exp(found.x))


def scale_logits(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (N, K) from logits at a temperature above 0; the largest stays the largest."""
    if not temperature > 0:
        raise InputError("A temperature should be above 0", f"{temperature}")
    return softmax(np.asarray(logits, np.float64) / temperature, axis=1)


def with_temperature(model: keras.Model, temperature: float) -> keras.Model:
    """A network of its own with the temperature built in: the weights of the last layer are divided by it.

    Raises:
        ModelError: when the network does not end in a dense layer, with or without a softmax or a sigmoid.
        InputError: for a temperature that is not above 0.
    """
    if not temperature > 0:
        raise InputError("A temperature should be above 0", f"{temperature}")
    twin = clone(model)
    graph = graph_of(twin)
    last = next(step for step in reversed(graph.steps) if step.output == graph.output)
    if not isinstance(last.layer, keras.layers.Dense):
        raise ModelError(
            "The network should end in a dense layer for a temperature to be built in",
            f"one that ends in {last.kind}",
            f"Divide its logits by {temperature:.3g} wherever they are used.",
        )
    last.layer.set_weights([weight / temperature for weight in last.layer.get_weights()])
    return twin


def _logits(model: keras.Model, data: Dataset) -> np.ndarray:
    network = ModelEvaluator.of(model)
    found = network.logits(checked_images(network.graph, data.images))
    if found.shape[1] != len(data.class_names):
        raise DataError(f"The data should have the network's {found.shape[1]} classes", f"{len(data.class_names)}")
    return found
