"""Whether a model is still the one that was read: its layers and their settings, compared in a few milliseconds."""

from __future__ import annotations

import weakref
from typing import Any

import keras

PLAIN = (bool, int, float, str, bytes, tuple, type(None))
PASSING = frozenset({"built", "trainable", "supports_masking", "autocast", "supports_jit", "call_signature_parameters"})
"""Attributes that change without any answer changing."""

Fingerprint = tuple[Any, ...]


def fingerprint(model: keras.Model) -> Fingerprint:
    """What a model is made of. Weights have no part in it: they are read whenever they are used.

    `keras.Sequential.pop` and `add`, an exchanged activation, another stride or rate give another fingerprint.
    """
    graph = getattr(model, "_functional", None)
    layers = model._flatten_layers() if hasattr(model, "_flatten_layers") else [model]
    return (graph and weakref.ref(graph), *(_of(layer) for layer in layers))


def _of(layer: Any) -> tuple[Any, ...]:
    settings = tuple((name, _plain(value)) for name, value in sorted(vars(layer).items()) if _counts(name))
    # The reference tells a new layer from an old one whose place in memory it took.
    return (weakref.ref(layer), *settings)


def _counts(name: str) -> bool:
    return not name.startswith("_") and name not in PASSING


def _plain(value: Any) -> Any:
    """A value that can be compared: itself where it is plain, else which object it is."""
    return value if isinstance(value, PLAIN) else id(value)
