"""Copies of a network: as it is, or behind layers that correct its images."""

from __future__ import annotations

import keras

from core.networks.predictor import require_layers


def prepend_layers(model: keras.Model, layers: list[keras.layers.Layer]) -> keras.Model:
    """The network with layers before it that are no part of its training; pictures go in as before."""
    images = keras.Input(model.input_shape[1:], name="served")
    value = images
    for layer in layers:
        value = layer(value)
    return keras.Model(images, model(value), name="corrected")


def copy_model(model: keras.Model) -> keras.Model:
    """A copy with weights of its own."""
    require_layers(model, "A fix")
    made = keras.models.clone_model(model)
    made.set_weights(model.get_weights())
    return made
