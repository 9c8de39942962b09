"""The pictures of an audit and its partitions, at any address."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Sequence

from core.addresses import file_system
from core.datasets.pictures import ENDINGS
from core.errors import DataError

PARTS = "pictures"


def list_pictures(address: str) -> list[str]:
    """Names of all pictures below an address, relative to it, sorted.

    Raises:
        DataError: where there is none.
    """
    files, path = file_system(address)
    found = sorted(name[len(path) + 1 :] for name in files.find(path) if name.lower().endswith(ENDINGS))
    if not found:
        raise DataError("A folder or address with pictures", f"none below {address}")
    return found


def label_of(name: str, class_names: Sequence[str]) -> str:
    """The class whose folder a picture is in, the innermost that is a class; "" for none."""
    return next((folder for folder in reversed(name.split("/")[:-1]) if folder in class_names), "")


def sample(names: Iterable[str], count: int, seed: int) -> list[str]:
    """A random choice of names, sorted: the smallest hashes, so that it does not depend on the others' order."""
    chosen = heapq.nsmallest(count, names, key=lambda name: hashlib.sha256(f"{seed}/{name}".encode()).digest())
    return sorted(chosen)


def part_name(number: int) -> str:
    """The file of a partition."""
    return f"{PARTS}/part-{number:05d}.parquet"


def parts_done(address: str) -> set[int]:
    """Numbers of the partitions that are there."""
    files, path = file_system(address)
    try:
        names = files.ls(f"{path}/{PARTS}", detail=False)
    except FileNotFoundError:
        return set()
    ends = [name.rpartition("/")[2] for name in names]
    return {int(name[5:-8]) for name in ends if name.startswith("part-") and name.endswith(".parquet")}


def digest_of(names: Iterable[str]) -> str:
    """A hash of a list of names."""
    hasher = hashlib.sha256()
    for name in names:
        hasher.update(name.encode() + b"\0")
    return hasher.hexdigest()[:16]


def network_digest(content: bytes) -> str:
    """A hash of a network's file, by which an audit knows it again."""
    return digest_of([content.hex()])
