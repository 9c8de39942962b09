"""Uploaded pictures and networks, kept in the store under the digest of their content, for links to find them again."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

from core.access import require_room
from core.errors import Unavailable
from pages.parts.state import access, metrics

FOLDER = "uploads"
_DIGEST = re.compile(r"[0-9a-f]{32}")
_NETWORK = re.compile(r"[0-9a-f]{32}\.(keras|h5|hdf5|onnx)")
GONE = (
    "These uploaded pictures are not on this server, or their owner has not published them. Upload the zip, or ask "
    "its owner to publish it."
)
NETWORK_GONE = "This uploaded network is not on this server, or belongs to somebody else. Upload it again."


def save(content: bytes) -> str:
    """Keep an uploaded zip and give back its digest.

    Raises:
        DataError: when it makes no data set or costs more than an upload may; nothing is kept then.
        NotAllowed: for a viewer.
        LimitReached: where this person keeps as much as one may.
    """
    from core import datasets

    access.require("upload")
    digest = _digest_of(content)
    _keep(name_of(digest), content, lambda: datasets.check_upload(content))
    return digest


def exists(digest: str) -> bool:
    """Whether this server has the zip with this digest, and shows it to this person."""
    return bool(_DIGEST.fullmatch(digest)) and access.store().has(name_of(digest))


def read(digest: str) -> bytes:
    """The zip with this digest.

    Raises:
        Unavailable: when this server does not have it, or it is somebody else's.
    """
    require(digest)
    return _read(name_of(digest), GONE)


def require(digest: str) -> None:
    """Nothing where the zip with this digest may be shown to this person.

    Raises:
        Unavailable: with the same words whether nobody or somebody else has it.
    """
    # The digest may come from a link.
    if not _DIGEST.fullmatch(digest):
        raise Unavailable("The uploaded pictures that this link names do not exist. Upload the zip again.")
    if not exists(digest):
        raise Unavailable(GONE)


def save_network(content: bytes, name: str) -> str:
    """Keep an uploaded network and give back what a link calls it: its digest and its ending.

    Raises:
        ModelError: when it is no network that can be read; nothing is kept then.
        Unavailable: for an ONNX file where onnxruntime is not installed.
        NotAllowed: for a viewer.
        LimitReached: where this person keeps as much as one may.
    """
    from core.networks import network_from_file

    access.require("open")
    kept = f"{_digest_of(content)}{Path(name.lower()).suffix}"
    _keep(f"{FOLDER}/{kept}", content, lambda: network_from_file(content, name=name))
    return kept


def read_network(kept: str) -> bytes:
    """The network that `save_network` kept.

    Raises:
        Unavailable: when this server does not have it, or it is somebody else's.
    """
    require_network(kept)
    return _read(f"{FOLDER}/{kept}", NETWORK_GONE)


def require_network(kept: str) -> None:
    """Nothing where an uploaded network may be shown to this person; ask before it is taken from a cache.

    Raises:
        Unavailable: with the same words whether nobody or somebody else has it.
    """
    # It may come from a link.
    if not _NETWORK.fullmatch(kept):
        raise Unavailable("The uploaded network that this link names does not exist. Upload it again.")
    if not access.store().has(f"{FOLDER}/{kept}"):
        raise Unavailable(NETWORK_GONE)


def name_of(digest: str) -> str:
    """The place of an uploaded zip in the store."""
    return f"{FOLDER}/{digest}.zip"


def _digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _keep(name: str, content: bytes, check: Callable[[], object]) -> None:
    """Keep an upload that passes its check, unless this person sees the same one already."""
    store, began = access.store(), time.perf_counter()
    if store.has(name):
        return
    require_room(store, len(content))
    check()
    store.write(name, content)
    metrics.note_upload(store.owner, len(content), time.perf_counter() - began)


def _read(name: str, gone: str) -> bytes:
    """An upload; `gone` is said where it went away since it was asked for."""
    try:
        return access.store().read(name)
    except KeyError:
        raise Unavailable(gone) from None
