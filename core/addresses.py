"""Files at any address that fsspec understands: a folder, a bucket, a web server."""

from __future__ import annotations

import uuid
from typing import Any

import fsspec

from core.errors import DataError, InputError


def file_system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it.

    Raises:
        InputError: when the address means nothing here.
    """
    try:
        files, path = fsspec.core.url_to_fs(address, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise InputError("A folder, or an address that fsspec understands", f"{address} ({error})") from error
    return files, path.rstrip("/")


def read_bytes(address: str, name: str = "") -> bytes:
    """A file, or a file below an address.

    Raises:
        DataError: when it cannot be read.
    """
    files, path = file_system(address)
    try:
        return bytes(files.cat_file(f"{path}/{name}" if name else path))
    except OSError as error:
        raise DataError("A file that can be read", f"{name or address} ({error})") from error


def write_bytes(address: str, name: str, content: bytes) -> None:
    """Write a file below an address, so that it appears whole or not at all.

    Raises:
        InputError: where it cannot be written.
    """
    files, path = file_system(address)
    target = f"{path}/{name}"
    try:
        if "://" in address:
            files.pipe_file(target, content)
            return
        files.makedirs(target.rpartition("/")[0], exist_ok=True)
        partial = f"{target}.{uuid.uuid4().hex}.partial"
        files.pipe_file(partial, content)
        files.mv(partial, target)
    except OSError as error:
        raise InputError("A folder or bucket that may be written to", f"{address} ({error})") from error


def exists(address: str, name: str) -> bool:
    """Whether there is such a file below an address."""
    files, path = file_system(address)
    return bool(files.exists(f"{path}/{name}"))
