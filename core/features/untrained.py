"""An untrained copy of a network: the control for every claim about what it has learned."""

from __future__ import annotations

from itertools import count
from typing import Any

import keras
import numpy as np

from core.errors import ModelError
from core.networks.predictor import require_layers
from core.networks.prepared import Prepared


def untrained_copy(model: keras.Model, *, seed: int = 0) -> keras.Model:
    """A copy with weights redrawn by each layer's own initialisers; the model itself is not changed.

    Args:
        model: a Functional or Sequential model, nested or not.
        seed: seed of the draw; each initialiser gets its own number from it.

    Raises:
        ModelError: when the model cannot be copied: a subclassed one, or one with layers that hold their own code.
    """
    require_layers(model, "An untrained copy")
    if isinstance(model, Prepared):
        return model.with_network(untrained_copy(model.network, seed=seed))
    seeds = count(1000 * seed + 1)

    def fresh(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        _reseed(config, seeds)
        return layer.__class__.from_config(config)

    try:
        copy = keras.models.clone_model(model, clone_function=fresh)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise ModelError(
            "An untrained copy needs a Functional or Sequential model of Keras' own layers",
            f"{type(model).__name__} that could not be copied",
        ) from error
    if not copy.built:
        copy(np.zeros((1, *(side or 32 for side in model.input_shape[1:])), np.float32))
    return copy


def _reseed(config: Any, seeds: Any) -> None:
    """Give every initialiser in a layer's configuration a seed, in place."""
    if isinstance(config, dict):
        if "seed" in config:
            config["seed"] = next(seeds)
        for part in config.values():
            _reseed(part, seeds)
    if isinstance(config, (list, tuple)):
        for part in config:
            _reseed(part, seeds)
