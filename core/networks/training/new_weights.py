"""New weights for a network that exists, drawn by each layer's own initialisers."""

from __future__ import annotations

from typing import Any

import keras

LARGEST_SEED = 2**31


def draw_new_weights(model: keras.Model, seed: int) -> None:
    """Give every layer that is trained new weights. What is frozen stays as it is.

    Args:
        model: changed in place; must belong to the caller alone.
        seed: seed of the draws; each variable has one of its own.
    """
    counter = iter(range(1_000_000))
    for layer in model._flatten_layers(include_self=False, recursive=True):
        for variable, name in _initialised_variables(layer):
            config = keras.initializers.serialize(getattr(layer, name))
            if isinstance(config.get("config"), dict) and "seed" in config["config"]:
                config["config"]["seed"] = (seed * 1_000_003 + next(counter)) % LARGEST_SEED
            variable.assign(keras.initializers.deserialize(config)(variable.shape))


def _initialised_variables(layer: keras.layers.Layer) -> list[tuple[Any, str]]:
    """The layer's own variables that are trained, each with the name of its initialiser."""
    if not layer.trainable:
        return []
    return [(variable, name) for variable in layer._trainable_variables if (name := _initialiser_of(layer, variable))]


def _initialiser_of(layer: keras.layers.Layer, variable: Any) -> str:
    """The attribute that holds a variable's initialiser; "" where there is none."""
    # Keras names the kernels of depthwise and separable convolutions otherwise than their initialisers.
    names = (variable.name, variable.name.removesuffix("_kernel"), "depthwise")
    return next((f"{name}_initializer" for name in names if callable(getattr(layer, f"{name}_initializer", None))), "")
