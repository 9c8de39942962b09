"""What every registered method promises, whatever it computes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import pytest

from core.attribution import Contrast, explain, methods
from core.attribution.base import Cost
from core.errors import Cancelled, DataError, InputError, LayerError, TargetError
from core.settings import Settings
from tests.core import nets

METHODS = list(methods())
SIGNED = [name for name, info in methods().items() if info.signed]
QUICK = {"samples": 8, "steps": 4, "segments": 8}
"""Dials that cost time, turned down."""


def quick(method: str) -> dict[str, Any]:
    """Settings with which the method is fast."""
    dials = {dial.name: dial for dial in methods()[method].Settings.dials()}
    return {name: max(value, int(dials[name].low or value)) for name, value in QUICK.items() if name in dials}


def maps_of(model: keras.Model, images: np.ndarray, method: str, targets: Any = None, **more: Any) -> np.ndarray:
    return explain(model, images, targets, method=method, **quick(method), **more)


def assert_same(maps: np.ndarray, wanted: np.ndarray, share: float = 1e-4) -> None:
    """Equal within a share of the largest value."""
    np.testing.assert_allclose(maps, wanted, rtol=0, atol=share * float(np.abs(wanted).max()))


@pytest.mark.parametrize("method", METHODS)
def test_a_map_is_float32_of_the_pictures_size_and_finite(method, network, pictures):
    maps = maps_of(network, pictures, method)
    assert maps.shape == pictures.shape[:3]
    assert maps.dtype == np.float32
    assert np.isfinite(maps).all()
    assert all(np.ptp(map) > 0 for map in maps)
    if not methods()[method].signed:
        assert maps.min() >= 0


@pytest.mark.parametrize("method", METHODS)
def test_every_shape_of_the_same_network_gives_the_same_map(method, network, shapes, pictures):
    """A third of the shapes each, in turn, for each takes a compilation; between them, methods meet every shape."""
    wanted = maps_of(network, pictures, method)
    for model in list(shapes.values())[METHODS.index(method) % 3 :: 3]:
        assert_same(maps_of(model, pictures, method), wanted)


@pytest.mark.parametrize("kind", nets.KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_other_kinds_of_network_are_explained(method, kind, kinds):
    images = nets.pictures_for(kinds[kind])
    # Nothing may speak for one class, but then something speaks for the other.
    maps = np.stack([maps_of(kinds[kind], images, method, target) for target in (0, 1)])
    assert maps.shape[1:] == images.shape[:3]
    assert np.isfinite(maps).all()
    assert np.abs(maps).max() > 0


@pytest.mark.parametrize("method", METHODS)
def test_one_picture_gives_the_map_that_it_has_among_many(method, network, pictures):
    many = maps_of(network, pictures, method)
    for image, wanted in zip(pictures, many, strict=True):
        assert_same(maps_of(network, image, method)[0], wanted)


@pytest.mark.parametrize("method", METHODS)
def test_the_size_of_a_batch_does_not_change_the_map(method, network, pictures, monkeypatch):
    wanted = maps_of(network, pictures, method)
    for together in (1, 2, 5):
        monkeypatch.setattr("core.networks.evaluator.BATCH_VALUES", together * pictures[0].size)
        assert_same(maps_of(network, pictures, method), wanted)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_call_twice_gives_the_same_map(method, network, pictures):
    np.testing.assert_array_equal(maps_of(network, pictures, method), maps_of(network, pictures, method))


@pytest.mark.parametrize("method", METHODS)
def test_bytes_and_floats_of_the_same_value_give_the_same_map(method, network, pictures):
    assert_same(maps_of(network, pictures.astype(np.float32), method), maps_of(network, pictures, method))


@pytest.mark.parametrize("method", METHODS)
def test_two_threads_give_what_one_gives(method, network, pictures):
    # A fresh copy, so that both threads meet a network for which nothing is compiled yet.
    fresh = keras.models.clone_model(network)
    fresh.set_weights(network.get_weights())
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(maps_of, fresh, pictures, method, target) for target in (0, 1)]
        together = [one.result() for one in waiting]
    for target, maps in enumerate(together):
        np.testing.assert_array_equal(maps, maps_of(fresh, pictures, method, target))


@pytest.mark.parametrize("method", METHODS)
def test_the_model_is_the_same_after_as_before(method, network, pictures):
    before = _state(network, pictures)
    maps_of(network, pictures, method)
    _assert_state(network, pictures, before)


@pytest.mark.parametrize("method", METHODS)
def test_an_error_in_on_step_stops_the_work_and_leaves_no_trace(method, network, pictures):
    wanted, before = maps_of(network, pictures, method), _state(network, pictures)

    def stop(done: int, total: int, note: str = "") -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        maps_of(network, pictures, method, on_step=stop)
    _assert_state(network, pictures, before)
    np.testing.assert_array_equal(maps_of(network, pictures, method), wanted)


def _state(model: keras.Model, images: np.ndarray) -> tuple[list[np.ndarray], list[Any], np.ndarray]:
    return model.get_weights(), [getattr(layer, "activation", None) for layer in model.layers], model(images).numpy()


def _assert_state(
    model: keras.Model, images: np.ndarray, before: tuple[list[np.ndarray], list[Any], np.ndarray]
) -> None:
    weights, activations, outputs = _state(model, images)
    for now, then in zip(weights, before[0], strict=True):
        np.testing.assert_array_equal(now, then)
    assert all(now is then for now, then in zip(activations, before[1], strict=True))
    np.testing.assert_array_equal(outputs, before[2])


@pytest.mark.parametrize("method", METHODS)
def test_on_step_counts_up_to_the_end(method, network, pictures):
    seen: list[tuple[int, int]] = []
    maps_of(network, pictures, method, on_step=lambda done, total, note="": seen.append((done, total)))
    done = [one for one, _ in seen]
    assert done == sorted(done)
    assert {total for _, total in seen} == {done[-1]}


@pytest.mark.parametrize("method", METHODS)
def test_no_target_means_the_predicted_class(method, network, pictures):
    predicted = network(pictures).numpy().argmax(axis=1)
    assert_same(maps_of(network, pictures, method, predicted), maps_of(network, pictures, method))


@pytest.mark.parametrize("method", METHODS)
def test_each_picture_may_ask_about_its_own_class(method, network, pictures):
    mixed = maps_of(network, pictures, method, [2, 0, 3])
    for place, target in enumerate((2, 0, 3)):
        assert_same(mixed[place], maps_of(network, pictures, method, target)[place])


@pytest.mark.parametrize("method", SIGNED)
def test_a_contrast_the_other_way_round_is_the_map_upside_down(method, network, pictures):
    why = maps_of(network, pictures, method, Contrast(1, 2))
    assert_same(maps_of(network, pictures, method, Contrast(2, 1)), -why, 1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_a_contrast_is_a_question_of_its_own(method, network, pictures):
    contrast = maps_of(network, pictures, method, Contrast(1, 2))
    assert np.isfinite(contrast).all()
    if method != "eigen_cam":
        assert np.abs(contrast - maps_of(network, pictures, method, 1)).max() > 0


@pytest.mark.parametrize("method", SIGNED)
def test_no_is_the_opposite_of_yes_for_a_single_sigmoid_unit(method, kinds, pictures):
    yes = maps_of(kinds["one_sigmoid"], pictures, method, 1)
    assert_same(maps_of(kinds["one_sigmoid"], pictures, method, 0), -yes, 1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_bad_questions_are_refused_in_a_sentence(method, network, pictures):
    with pytest.raises(TargetError, match="classes 0 to 3"):
        maps_of(network, pictures, method, 4)
    with pytest.raises(DataError, match="shape"):
        maps_of(network, pictures[..., :1], method)
    with pytest.raises(InputError, match="settings"):
        maps_of(network, pictures, method, no_such_dial=1)
    if methods()[method].needs_layer:
        with pytest.raises(LayerError, match="conv2"):
            maps_of(network, pictures, method, layer="no_such_layer")
        with pytest.raises(LayerError, match="maps"):
            maps_of(network, pictures, method, layer="mean")


@pytest.mark.parametrize("method", METHODS)
def test_a_method_tells_who_it_is(method):
    info = methods()[method]
    assert info.name == method
    assert issubclass(info.Settings, Settings)
    assert any(year in info.reference for year in map(str, range(2010, 2027)))
    assert info.plain.endswith(".")
    assert all(dial.help for dial in info.Settings.dials())
    if info.cost is not None:
        cost = info.cost(info.Settings(), (64, 64, 3), 128)
        assert isinstance(cost, Cost)
        assert cost.evaluations >= 1


def test_an_unknown_method_is_refused_with_the_names_there_are(network, pictures):
    with pytest.raises(InputError, match="grad_cam"):
        explain(network, pictures, method="no_such_method")
