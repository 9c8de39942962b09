"""A network with its preprocessing in front of it, so that it takes the user's own pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras

from core.networks.flatten import Flat, input_shape_of, unmarked
from core.networks.preprocessing import WHITE, Preprocessing
from core.networks.steps import Step

CHANNELS, SCALE = "preprocessing_channels", "preprocessing_scale"


class ReversedChannels(keras.layers.Layer):
    """RGB to BGR, or back."""

    def call(self, images: Any) -> Any:
        """The channels in reverse order."""
        return images[..., ::-1]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape stays."""
        return input_shape


class Prepared(keras.Model):
    """Preprocessing, then a network, which is shared and stays as it is.

    Its steps carry the network's own paths, so that a layer has the same name with and without preprocessing.

    Args:
        network: any classifier.
        preprocessing: what is done to pictures before.
        scale: black and white of the pictures that it takes; 0 and 255 as a rule.
    """

    def __init__(
        self, network: keras.Model, preprocessing: Preprocessing, scale: tuple[float, float] = (0.0, WHITE)
    ) -> None:
        pictures = keras.Input(input_shape_of(network)[1:], dtype="float32", name="pictures")
        value = pictures
        for layer in _layers(preprocessing):
            value = layer(value)
        with unmarked([network]):
            super().__init__(inputs=pictures, outputs=network(value), name=f"prepared_{network.name}")
        self.preprocessing = preprocessing
        self.black, self.white = scale

    @property
    def network(self) -> keras.Model:
        """The network behind the preprocessing."""
        return self.layers[-1]

    @property
    def scale(self) -> tuple[float, float]:
        """Black and white of the pictures that it takes."""
        return self.black, self.white

    def with_network(self, network: keras.Model) -> Prepared:
        """The same preprocessing in front of another network."""
        return Prepared(network, self.preprocessing, self.scale)

    def in_front_of(self, flat: Flat) -> Flat:
        """The network's steps with those of the preprocessing before them."""
        layers = self.layers[1:-1]
        before = tuple(
            Step(layer.name, type(layer).__name__, "", layer, layer, (place,), place + 1, flat.input_shape)
            for place, layer in enumerate(layers)
        )
        # What the preprocessing gives is what the network takes for pictures; all slots move up by its steps.
        after = tuple(
            replace(step, inputs=tuple(slot + len(layers) for slot in step.inputs), output=step.output + len(layers))
            for step in flat.steps
        )
        return replace(flat, steps=before + after, final=flat.final + len(layers))


def standalone(network: keras.Model, preprocessing: Preprocessing) -> keras.Model:
    """A copy of the network with its preprocessing built in, of Keras' own layers alone, to be trained and saved."""
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    pictures = keras.Input(input_shape_of(network)[1:], dtype="float32", name="pictures")
    return keras.Model(pictures, copy(prepare(pictures, preprocessing)), name=f"prepared_{network.name}")


def prepare(pictures: keras.KerasTensor, preprocessing: Preprocessing) -> keras.KerasTensor:
    """Preprocessing as Keras' own layers and operations, within a network that is to be saved."""
    value = keras.ops.flip(pictures, axis=-1) if preprocessing.reverse else pictures
    for layer in _layers(preprocessing):
        value = value if isinstance(layer, ReversedChannels) else layer(value)
    return value


def _layers(preprocessing: Preprocessing) -> list[keras.layers.Layer]:
    """The preprocessing as layers; none where it does nothing."""
    made: list[keras.layers.Layer] = []
    if preprocessing.reverse:
        made.append(ReversedChannels(name=CHANNELS, dtype="float32"))
    if set(preprocessing.scale) != {1.0} or set(preprocessing.offset) != {0.0}:
        scale, offset = (_number_or_list(values) for values in (preprocessing.scale, preprocessing.offset))
        made.append(keras.layers.Rescaling(scale, offset, name=SCALE, dtype="float32"))
    return made


def _number_or_list(values: tuple[float, ...]) -> float | list[float]:
    return values[0] if len(values) == 1 else list(values)
