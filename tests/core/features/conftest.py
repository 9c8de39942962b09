"""Networks whose best pictures are known exactly."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from tests.core import nets

BARE = {"jitter": 0, "scale": 0.0, "rotation": 0.0}
"""Dials without any random move."""


@pytest.fixture(scope="session")
def network() -> keras.Model:
    """Two convolutions, a pooling mean and four classes; takes 0..255."""
    return nets.randomised(nets.fused_softmax())


@pytest.fixture(scope="session")
def pattern() -> np.ndarray:
    """The weights of a linear network of two classes on 6x6 colour pictures, (6, 6, 3, 2)."""
    return nets.random_weights()


@pytest.fixture(scope="session")
def linear(pattern: np.ndarray) -> keras.Model:
    """Logits that are weighted sums of pixels in 0..1."""
    return nets.linear(pattern)


@pytest.fixture(scope="session")
def edge() -> np.ndarray:
    """An oriented filter, (7, 7, 3): a diagonal edge, light above dark."""
    rows, columns = np.mgrid[-3:4, -3:4] / 3
    wave = np.sin(2.2 * (rows + columns)) * np.exp(-(rows**2 + columns**2))
    return np.repeat(wave[..., None], 3, axis=-1).astype(np.float32)


@pytest.fixture(scope="session")
def one_filter(edge: np.ndarray) -> keras.Model:
    """A network whose only filter is the edge; takes 0..1."""
    model = nets.functional(
        layers.Conv2D(1, 7, padding="same", use_bias=False, activation="relu", name="conv"),
        layers.GlobalMaxPooling2D(name="largest"),
        layers.Dense(2, name="scores"),
        side=21,
    )
    model.set_weights([edge[..., None], np.array([[1.0, -1.0]]), np.zeros(2)])
    return model
