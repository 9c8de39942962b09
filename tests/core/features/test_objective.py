from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.errors import InputError, LayerError, TargetError
from core.features.objective import Difference, Neuron, objective, score

SHAPE = (3, 4, 5)


@pytest.fixture(scope="module")
def maps() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(1, *SHAPE)).astype(np.float32)


def value(maps: np.ndarray, units: object, of: str = "mean") -> np.ndarray:
    made = objective("conv", units, None, of, SHAPE)
    rows = np.repeat(maps, len(made), axis=0)
    return score(tf.constant(rows), made.weights, made.places, made.reduction).numpy()


def test_each_kind_of_wish_has_the_score_that_it_says(maps):
    one = maps[0]
    assert value(maps, 2)[0] == pytest.approx(one[..., 2].mean(), abs=1e-6)
    assert value(maps, [(1, 3)])[0] == pytest.approx((one[..., 1].mean() + one[..., 3].mean()) / 2, abs=1e-6)
    assert value(maps, Neuron(4, 2, 1))[0] == pytest.approx(one[2, 1, 4], abs=1e-6)
    assert value(maps, Neuron(4))[0] == pytest.approx(one[1, 2, 4], abs=1e-6)
    assert value(maps, 4, "middle")[0] == pytest.approx(one[1, 2, 4], abs=1e-6)
    assert value(maps, 4, "max")[0] == pytest.approx(one[..., 4].max(), abs=1e-6)
    wanted = one[..., 0].mean() - one[..., 4].mean()
    assert value(maps, Difference(0, 4))[0] == pytest.approx(wanted, abs=1e-6)
    assert value(maps, None)[0] == pytest.approx((one**2).mean(), abs=1e-6)


def test_a_list_holds_units_and_a_nested_one_is_a_group():
    assert objective("conv", [0, (1, 2), Neuron(3)], None, "mean", SHAPE).names == ("0", "1 + 2", "3 at middle, middle")
    assert objective("conv", (0, 1), None, "mean", SHAPE).names == ("0", "1")
    assert objective("conv", range(3), None, "mean", SHAPE).names == ("0", "1", "2")
    assert objective("conv", np.array([2, 4]), None, "mean", SHAPE).names == ("2", "4")
    assert len(objective("conv", "all", None, "mean", SHAPE)) == 5


def test_classes_are_logits_and_all_of_them_where_nothing_is_said():
    made = objective(None, None, None, "mean", (1, 1, 3))
    assert (made.layer, made.names) == (None, ("0", "1", "2"))
    np.testing.assert_array_equal(made.weights, np.eye(3))
    made = objective(None, None, [Difference(2, 0)], "mean", (1, 1, 3))
    np.testing.assert_array_equal(made.weights, [[-1, 0, 1]])


@pytest.mark.parametrize("units", [5, -1, [0, 7], [(0, 9)], Neuron(5), Difference(0, 8), Neuron(0, 3, 0)])
def test_what_a_layer_does_not_have_is_refused(units):
    with pytest.raises(LayerError, match="conv has the"):
        objective("conv", units, None, "mean", SHAPE)


def test_a_class_that_does_not_exist_is_refused():
    with pytest.raises(TargetError, match="0 to 2"):
        objective(None, None, [3], "mean", (1, 1, 3))


@pytest.mark.parametrize("units", ["some", [], [1.5], [()], [True], 2.0, Difference(Neuron(0, 0, 0), Neuron(1, 1, 1))])
def test_what_is_no_unit_is_refused(units):
    with pytest.raises(InputError):
        objective("conv", units, None, "mean", SHAPE)


def test_neurons_have_a_place_of_their_own():
    with pytest.raises(InputError, match="place of their own"):
        objective("conv", [Neuron(1)], None, "max", SHAPE)
