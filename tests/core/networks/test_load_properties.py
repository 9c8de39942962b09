"""Whatever a network file says: a model that answers, or a sentence; never anything else."""

from __future__ import annotations

import copy
from typing import Any

import keras
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.networks import load_model
from tests.core.networks.network_files import config_of, small_network, with_config
from tests.hostile import is_sentence, outcome
from tests.profiles import thorough

WORDS = (
    "Dense", "Conv2D", "Lambda", "Sequential", "Functional", "relu", "same", "channels_first", "float16", "keras", "os",
    "keras.layers", "function", "__numpy__", "Orthogonal", "mixed_float16", "", "name", "conv",
)  # fmt: skip
numbers = st.one_of(
    st.integers(-3, 9),
    st.sampled_from((2**16, 2**31, 2**63, -1, 10**9, 1e308, 0.5)),
    st.floats(),
    st.booleans(),
    st.none(),
)
values = st.recursive(
    st.one_of(numbers, st.sampled_from(WORDS), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(("class_name", "config", "module", "name")), inner)
    ),
    max_leaves=6,
)


@st.composite
def configurations(draw: st.DrawFn, suffix: str) -> Any:
    """The small network's configuration with one to three places changed."""
    config = copy.deepcopy(config_of(small_network(suffix)))
    for _ in range(draw(st.integers(1, 3))):
        places = _places(config)
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        action = draw(st.sampled_from(("set", "set", "set", "remove", "copy")))
        if action == "remove":
            del holder[key]
        elif action == "copy":
            other, place = places[draw(st.integers(0, len(places) - 1))]
            holder[key] = copy.deepcopy(other[place]) if _has(other, place) else None
        else:
            holder[key] = draw(values)
        if not isinstance(config, dict) or not _places(config):
            break
    return config


@thorough
@given(st.sampled_from((".keras", ".h5")).flatmap(lambda suffix: st.tuples(st.just(suffix), configurations(suffix))))
def test_any_configuration_gives_a_model_or_a_sentence(found):
    suffix, config = found
    _load(with_config(small_network(suffix), config))


@thorough
@given(
    st.sampled_from((".keras", ".h5")),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4),
    st.floats(0, 1),
)
def test_any_damage_gives_a_model_or_a_sentence(suffix, spoiled, cut):
    content = bytearray(small_network(suffix))
    for place, value in spoiled:
        content[int(place * len(content))] = value
    _load(bytes(content[: int(len(content) * cut)] if cut < 0.3 else content))


def _load(content: bytes) -> None:
    found = outcome(lambda: load_model(content))
    if not is_sentence(found):
        assert isinstance(found, keras.Model)
        assert all(np.isfinite(np.asarray(value)).all() for value in found.get_weights())


def _places(node: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        keys = list(current) if isinstance(current, dict) else range(len(current)) if isinstance(current, list) else []
        found.extend((current, key) for key in keys)
        waiting.extend(current[key] for key in keys)
    return found


def _has(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)
