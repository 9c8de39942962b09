from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.errors import ModelError
from core.features.untrained import untrained_copy
from core.networks.graph import graph_of
from tests.core import nets


@pytest.mark.parametrize("name", sorted({**nets.SHAPES, **nets.KINDS}))
def test_a_copy_has_the_same_build_and_weights_of_its_own(name):
    model = nets.randomised({**nets.SHAPES, **nets.KINDS}[name]())
    before = [weight.copy() for weight in model.get_weights()]
    copy = untrained_copy(model, seed=3)
    assert [step.path for step in graph_of(copy).steps] == [step.path for step in graph_of(model).steps]
    kernels = [
        (mine.numpy(), theirs.numpy())
        for mine, theirs in zip(copy.weights, model.weights, strict=True)
        if mine.name == "kernel"
    ]
    assert kernels
    for mine, theirs in kernels:
        assert np.abs(mine - theirs).max() > 0.01
        assert mine.std() > 0
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_seed_decides_and_nothing_else_does():
    model = nets.nested_functional()
    keras.utils.set_random_seed(1)
    first = untrained_copy(model, seed=0).get_weights()
    keras.utils.set_random_seed(2)
    again, other = untrained_copy(model, seed=0).get_weights(), untrained_copy(model, seed=1).get_weights()
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, same)
    assert any(not np.array_equal(one, another) for one, another in zip(first, other, strict=True))


def test_two_layers_that_started_alike_get_different_weights():
    def twin(name: str) -> keras.layers.Layer:
        return layers.Conv2D(3, 3, kernel_initializer=keras.initializers.HeNormal(seed=5), name=name)

    model = nets.functional(twin("a"), twin("b"), *nets.head("softmax"))
    np.testing.assert_array_equal(*(model.get_layer(name).kernel.numpy() for name in "ab"))
    mine, other = (untrained_copy(model).get_layer(name).kernel.numpy() for name in "ab")
    assert np.abs(mine - other).max() > 0.01


def test_a_subclassed_model_cannot_be_copied():
    class Own(keras.Model):
        def call(self, images):
            return images

    with pytest.raises(ModelError, match="untrained copy"):
        untrained_copy(Own())
