"""Networks and pictures that the tests of attribution and networks share. All are read only."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tests.core import nets


@pytest.fixture(scope="session")
def network() -> keras.Model:
    """Two convolutions, a pooling mean and four classes, with a softmax."""
    return nets.randomised(nets.fused_softmax())


@pytest.fixture(scope="session")
def pictures() -> np.ndarray:
    """Three colour pictures, uint8."""
    return nets.pictures()


@pytest.fixture(scope="session")
def shapes(network: keras.Model) -> dict[str, keras.Model]:
    """The same network in every shape in which Keras can hold it."""
    made = {name: make() for name, make in nets.SHAPES.items()}
    for model in made.values():
        model.set_weights(network.get_weights())
    return made


@pytest.fixture(scope="session")
def kinds() -> dict[str, keras.Model]:
    """Networks of other kinds: strides, norms, skips, a single sigmoid unit, grey pictures."""
    return {name: nets.randomised(make()) for name, make in nets.KINDS.items()}
