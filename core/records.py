"""Frozen dataclasses of numbers, texts and arrays as bytes and back, so that results can be kept in the store.

What comes back is built from the types that the dataclass declares, and nothing in the bytes names a class or runs
code. The format is NumPy's npz: the arrays, and a JSON text with everything else.
"""

from __future__ import annotations

import io
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

T = TypeVar("T")
ARRAY = "__array__"
CONTENT = "content"


def to_bytes(record: Any) -> bytes:
    """A dataclass as bytes.

    Args:
        record: a dataclass whose fields are numbers, texts, None, arrays, or tuples, mappings with text keys and
            dataclasses of these.
    """
    arrays: dict[str, np.ndarray] = {}
    text = json.dumps(_plain(record, arrays))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{CONTENT: np.frombuffer(text.encode(), np.uint8)}, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def from_bytes(content: bytes, cls: type[T]) -> T:
    """The inverse of `to_bytes`.

    Args:
        content: what `to_bytes` gave.
        cls: the dataclass that it was.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        plain = json.loads(arrays[CONTENT].tobytes().decode())
        made: T = _built(plain, cls, arrays)
        return made


def _plain(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name), arrays) for item in fields(value)}
    if isinstance(value, np.ndarray):
        name = f"array_{len(arrays)}"
        arrays[name] = value
        return {ARRAY: name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(name): _plain(item, arrays) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item, arrays) for item in value]
    return value


def _built(plain: Any, kind: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if isinstance(plain, dict) and set(plain) == {ARRAY}:
        return arrays[plain[ARRAY]]
    if get_origin(kind) in (typing.Union, types.UnionType):
        if plain is None:
            return None
        kind = next(option for option in get_args(kind) if option is not type(None))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _built(item, hints[name], arrays) for name, item in plain.items()})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(_built(item, get_args(kind)[0], arrays) for item in plain)
    return plain
