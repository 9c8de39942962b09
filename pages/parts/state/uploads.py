"""Uploaded pictures and networks, kept in the store under the digest of their content, for links to find them again."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from core.errors import Unavailable
from core.store import default_store

FOLDER = "uploads"
_DIGEST = re.compile(r"[0-9a-f]{32}")
_NETWORK = re.compile(r"[0-9a-f]{32}\.(keras|h5|hdf5|onnx)")


def save(content: bytes) -> str:
    """Keep an uploaded zip and give back its digest.

    Raises:
        DataError: when it makes no data set or costs more than an upload may; nothing is kept then.
    """
    from core import datasets

    datasets.check_upload(content)
    digest = hashlib.sha256(content).hexdigest()[:32]
    store = default_store()
    if not store.has(_name(digest)):
        store.write(_name(digest), content)
    return digest


def exists(digest: str) -> bool:
    """Whether this server has the zip with this digest."""
    return bool(_DIGEST.fullmatch(digest)) and default_store().has(_name(digest))


def read(digest: str) -> bytes:
    """The zip with this digest.

    Raises:
        Unavailable: when this server does not have it.
    """
    # The digest may come from a link.
    if not _DIGEST.fullmatch(digest):
        raise Unavailable("The uploaded pictures that this link names do not exist. Upload the zip again.")
    try:
        return default_store().read(_name(digest))
    except KeyError:
        raise Unavailable("These uploaded pictures are not on this server any more. Upload the zip again.") from None


def save_network(content: bytes, name: str) -> str:
    """Keep an uploaded network and give back what a link calls it: its digest and its ending.

    Raises:
        ModelError: when it is no network that can be read; nothing is kept then.
        Unavailable: for an ONNX file where onnxruntime is not installed.
    """
    from core.networks import network_from_file

    network_from_file(content, name=name)
    kept = f"{hashlib.sha256(content).hexdigest()[:32]}{Path(name.lower()).suffix}"
    store = default_store()
    if not store.has(f"{FOLDER}/{kept}"):
        store.write(f"{FOLDER}/{kept}", content)
    return kept


def read_network(kept: str) -> bytes:
    """The network that `save_network` kept.

    Raises:
        Unavailable: when this server does not have it.
    """
    # It may come from a link.
    if not _NETWORK.fullmatch(kept):
        raise Unavailable("The uploaded network that this link names does not exist. Upload it again.")
    try:
        return default_store().read(f"{FOLDER}/{kept}")
    except KeyError:
        raise Unavailable("This uploaded network is not on this server any more. Upload it again.") from None


def _name(digest: str) -> str:
    return f"{FOLDER}/{digest}.zip"
