"""A checksum in front of an artefact's bytes, written with them in one piece so that the two cannot disagree.

A sealed artefact is one line, "hunch-sha256 <64 hex digits>", followed by the content. Stores made before there were
checksums hold the bare content, which is read as it is.
"""

from __future__ import annotations

import hashlib
import re

MAGIC = b"hunch-sha256 "
LENGTH = len(MAGIC) + 64 + 1
_DIGEST = re.compile(rb"[0-9a-f]{64}\n")


def seal(content: bytes) -> bytes:
    """The content with its checksum in front."""
    return MAGIC + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def is_sealed(stored: bytes) -> bool:
    """Whether the bytes carry a checksum, or once did: one damaged byte in the first line does not hide it."""
    begins = stored.startswith(MAGIC) or MAGIC.startswith(stored[: len(MAGIC)])
    return begins or _DIGEST.fullmatch(stored[len(MAGIC) : LENGTH]) is not None


def unseal(stored: bytes) -> bytes:
    """The content of an artefact.

    Args:
        stored: the bytes as they are in the store, with or without a checksum.

    Raises:
        ValueError: with what is wrong, where the bytes are empty or do not agree with their checksum.
    """
    if not is_sealed(stored):
        return stored
    if not stored:
        raise ValueError("it is empty")
    if len(stored) < LENGTH:
        raise ValueError("it is cut off")
    content = stored[LENGTH:]
    if stored[:LENGTH] != seal(content)[:LENGTH]:
        raise ValueError("it does not agree with its checksum")
    return content
