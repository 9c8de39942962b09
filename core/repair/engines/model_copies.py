"""Copies of a network: as it is, with new weights, or behind layers that correct its images."""

from __future__ import annotations

from typing import Any

import keras

from core.networks.predictor import require_layers


def prepend_layers(model: keras.Model, layers: list[keras.layers.Layer]) -> keras.Model:
    """The network with layers before it that are no part of its training; pictures go in as before."""
    images = keras.Input(model.input_shape[1:], name="served")
    value = images
    for layer in layers:
        value = layer(value)
    return keras.Model(images, model(value), name="corrected")


def reinitialise(model: keras.Model, seed: int) -> keras.Model:
    """A copy of a model with new weights, drawn by each layer's own initialisers under another seed."""
    made = copy_model(model)
    counter = iter(range(1_000_000))
    for layer in made._flatten_layers(include_self=False, recursive=True):
        for variable, name in _initialised_variables(layer):
            config = keras.initializers.serialize(getattr(layer, name))
            if isinstance(config.get("config"), dict) and "seed" in config["config"]:
                config["config"]["seed"] = (seed * 1_000_003 + next(counter)) % (2**31)
            variable.assign(keras.initializers.deserialize(config)(variable.shape))
    return made


def _initialised_variables(layer: keras.layers.Layer) -> list[tuple[Any, str]]:
    """The layer's own variables, each with the name of its initialiser."""
    pairs = []
    for variable in layer._trainable_variables:
        name = f"{variable.name}_initializer"
        if callable(getattr(layer, name, None)):
            pairs.append((variable, name))
    return pairs


def copy_model(model: keras.Model) -> keras.Model:
    """A copy with weights of its own."""
    require_layers(model, "A fix")
    made = keras.models.clone_model(model)
    made.set_weights(model.get_weights())
    return made
