"""Artefacts that exist in this process's memory only, until `core.store.pending` has written them."""

from __future__ import annotations

import threading

MOST_BYTES = 512 * 10**6
_LOCK = threading.Lock()
_HELD: dict[tuple[str, str], bytes] = {}


def hold(root: str, name: str, content: bytes) -> bool:
    """Keep an artefact in memory; False where that would be more than `MOST_BYTES` in all.

    Args:
        root: of the store that it belongs to.
        name: its place in that store.
        content: its bytes.
    """
    with _LOCK:
        if sum(map(len, _HELD.values())) + len(content) > MOST_BYTES:
            return False
        _HELD[root, name] = content
    return True


def content(root: str, name: str) -> bytes | None:
    """The bytes of an artefact that is not written yet; None where it is no such artefact."""
    return _HELD.get((root, name))


def names(root: str) -> list[str]:
    """Names of what is not written yet to a store."""
    with _LOCK:
        return sorted(name for place, name in _HELD if place == root)


def everything() -> list[tuple[str, str, bytes]]:
    """The store's root, the name and the bytes of all that is held."""
    with _LOCK:
        return [(root, name, content) for (root, name), content in _HELD.items()]


def forget(root: str, name: str) -> None:
    """Drop an artefact, because it was written or removed."""
    with _LOCK:
        _HELD.pop((root, name), None)
