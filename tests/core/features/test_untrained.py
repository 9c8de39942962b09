from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

from core.errors import ModelError
from core.features.untrained import untrained
from core.networks.graph import graph_of
from tests.core.attribution import nets


@pytest.mark.parametrize("name", sorted({**nets.SHAPES, **nets.KINDS}))
def test_a_copy_has_the_same_build_and_weights_of_its_own(name):
    model = nets.randomised({**nets.SHAPES, **nets.KINDS}[name]())
    before = [weight.copy() for weight in model.get_weights()]
    copy = untrained(model, seed=3)
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
    first = untrained(model, seed=0).get_weights()
    keras.utils.set_random_seed(2)
    again, other = untrained(model, seed=0).get_weights(), untrained(model, seed=1).get_weights()
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, same)
    assert any(not np.array_equal(one, another) for one, another in zip(first, other, strict=True))


def test_two_layers_alike_get_different_weights():
    same = {
        "filters": 4,
        "kernel_size": 3,
        "padding": "same",
        "kernel_initializer": keras.initializers.HeNormal(seed=5),
    }
    model = nets.functional(layers.Conv2D(**same, name="a"), layers.Conv2D(4, 3, name="b"), *nets.head("softmax"))
    copy = untrained(model)
    assert not np.array_equal(
        copy.get_layer("a").get_weights()[0][:, :, 0], copy.get_layer("b").get_weights()[0][:, :, 0]
    )


def test_a_subclassed_model_cannot_be_copied():
    class Own(keras.Model):
        def call(self, images):
            return images

    with pytest.raises(ModelError, match="untrained copy"):
        untrained(Own())
