"""Results survive the way into the store and back, and nothing in their bytes is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from core import records


@dataclass(frozen=True, eq=False)
class Inner:
    low: float
    maps: np.ndarray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Outer:
    title: str
    passes: bool
    chance: float
    none: Inner | None
    inner: Inner | None
    stages: tuple[Inner, ...]
    names: tuple[str, ...]
    settings: Mapping[str, object]


def _outer() -> Outer:
    maps = np.arange(6, dtype=np.float32).reshape(2, 3)
    stages = (Inner(0.1, maps > 2), Inner(float("nan"), maps.astype(np.int64)))
    return Outer("Ärger", np.bool_(True), np.float32(0.5), None, Inner(1.0, maps), stages, ("a", "b"), {"x": 0.25})


def test_everything_comes_back_as_it_was():
    made, back = _outer(), records.from_bytes(records.to_bytes(_outer()), Outer)
    assert (back.title, back.passes, back.chance, back.none, back.names) == ("Ärger", True, 0.5, None, ("a", "b"))
    assert dict(back.settings) == {"x": 0.25}
    np.testing.assert_array_equal(back.inner.maps, made.inner.maps)
    assert [stage.maps.dtype for stage in back.stages] == [np.bool_, np.int64]
    assert np.isnan(back.stages[1].low)


def test_pickled_arrays_are_refused():
    with pytest.raises(ValueError, match="pickle"):
        records.from_bytes(records.to_bytes(Inner(1.0, np.array([object()], object))), Inner)
