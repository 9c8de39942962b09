"""Uploaded zips, kept in the store under the digest of their content, so that a link finds them again."""

from __future__ import annotations

import hashlib
import re

from core.errors import Unavailable
from core.store import default_store

_DIGEST = re.compile(r"[0-9a-f]{32}")


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


def _name(digest: str) -> str:
    return f"uploads/{digest}.zip"
