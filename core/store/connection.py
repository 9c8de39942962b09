"""Reaching a store's file system: no cached listings, a few tries, and a sentence where it cannot be reached."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import fsspec
import tenacity
from fsspec.asyn import AsyncFileSystem

from core.errors import HunchError, StoreError

VARIABLE = "HUNCH_STORE"
OBJECT_STORES = {"s3", "s3a", "gs", "gcs"}  # they show an object when it is complete, and have no folders
TRIES, LONGEST = 4, 10.0  # tries of one operation, and the seconds after which no other is begun
LONGEST_CALL, SLOWEST = 15.0, 10**6  # seconds that a bucket may take to answer; bytes a second that it carries
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
UNWRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}
FINAL = (*FULL, *UNWRITABLE, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST)
# What a server puts into an address that it is given, such as a name and a password.
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")
Result = TypeVar("Result")


@lru_cache(maxsize=8)
def locate(root: str) -> tuple[Any, str]:
    """The file system of an address and the path in it.

    Raises:
        StoreError: when the address cannot be understood.
    """
    try:
        # A cached listing would hide what another server has written.
        files, path = fsspec.core.url_to_fs(root, use_listings_cache=False, skip_instance_cache=True, **_options(root))
    except (ImportError, ValueError) as error:
        raise StoreError(
            f"The store address {shown(root)} could not be understood ({error}). Point {VARIABLE} at a folder, or "
            "install the package that fsspec names for this kind of address."
        ) from error
    if is_object_store(root):
        # `attempt` tries again by itself; each of its tries must not hide several more.
        files.retries = 1
    return files, path


def is_object_store(root: str) -> bool:
    """Whether the address names a bucket rather than a tree of folders."""
    return root.partition("://")[0] in OBJECT_STORES


def within(files: Any, size: int = 0) -> dict[str, float]:
    """The argument that ends a call to a bucket that does not answer; a folder's calls need none.

    Args:
        files: the file system.
        size: bytes that the call may carry.
    """
    # botocore's own limits do not hold while it waits to be told to go on with an upload.
    return {"timeout": LONGEST_CALL + size / SLOWEST} if isinstance(files, AsyncFileSystem) else {}


def shown(root: str) -> str:
    """The address without any credentials in it."""
    return _CREDENTIALS.sub("", root)


def attempt(root: str, work: Callable[[Any], Result]) -> Result:
    """Do something with the file system of an address, again where the failure may pass.

    Args:
        root: the address.
        work: is given the file system. It should raise KeyError where an artefact is missing.

    Raises:
        StoreError: with a sentence, when it failed for good.
        KeyError: as raised by the work.
    """
    files, _ = locate(root)
    try:
        return _retrying()(work, files)
    except (KeyError, HunchError):
        raise
    except Exception as error:  # each kind of address raises errors of its own
        raise StoreError(sentence(root, error)) from error


def sentence(root: str, error: BaseException) -> str:
    """What is wrong with a store, and what to do about it."""
    code = getattr(error, "errno", None)
    place = shown(root)
    if code in FULL:
        return f"The store at {place} is full ({error}). Free some space, or run: python -m core store prune."
    if code in UNWRITABLE or isinstance(error, PermissionError):
        return f"The store at {place} may not be written to ({error}). Point {VARIABLE} at a folder or bucket that may."
    if code in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return f"The store at {place} needs folders where there are files ({error}). Point {VARIABLE} at a folder."
    return (
        f"The store at {place} could not be reached ({_said(error)}). Check the address in {VARIABLE} and the "
        "connection, then try again."
    )


def _said(error: BaseException) -> str:
    return str(error).strip() or type(error).__name__


def _retrying() -> tenacity.Retrying:
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        wait=tenacity.wait_exponential_jitter(multiplier=0.1, max=2, jitter=0.1),
        stop=tenacity.stop_after_attempt(TRIES) | tenacity.stop_after_delay(LONGEST),
        reraise=True,
    )


def _may_pass(error: BaseException) -> bool:
    """Whether the same may work a moment later."""
    if not isinstance(error, Exception) or isinstance(error, KeyError | HunchError | PermissionError):
        return False
    return getattr(error, "errno", None) not in FINAL


def _options(root: str) -> dict[str, Any]:
    if root.partition("://")[0] in ("s3", "s3a"):
        # A bucket that does not answer must not hold up a page for minutes.
        return {"config_kwargs": {"connect_timeout": 5, "read_timeout": 20, "retries": {"max_attempts": 0}}}
    return {}
