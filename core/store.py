"""Content-addressed artefacts: what was computed once is loaded the next time.

The store is a folder by default, or any address that fsspec understands, given by the environment variable
`HUNCH_STORE`. An artefact appears whole or not at all: it is written under a temporary name in the same place and
then renamed, so that a process that is killed at any moment leaves no half of one behind.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import fsspec

from core.errors import InputError, Unavailable

VARIABLE = "HUNCH_STORE"


@dataclass(frozen=True)
class Store:
    """Named byte strings under one root, such as "runs/1a2b/model.keras".

    Args:
        root: a folder, or an address such as "s3://bucket/hunch" or "memory://hunch".
    """

    root: str

    def has(self, name: str) -> bool:
        """Whether the artefact is there, whole."""
        with self._reached() as files:
            return bool(files.exists(self._path(name)))

    def read(self, name: str) -> bytes:
        """The artefact's bytes; KeyError where there is none."""
        with self._reached() as files:
            try:
                return bytes(files.cat_file(self._path(name)))
            except FileNotFoundError:
                raise KeyError(name) from None

    def write(self, name: str, content: bytes) -> None:
        """Keep the bytes under this name, all at once."""
        path = self._path(name)
        partial = f"{path}.{uuid.uuid4().hex}.partial"
        with self._reached() as files:
            files.makedirs(path.rpartition("/")[0], exist_ok=True)
            try:
                files.pipe_file(partial, content)
                files.mv(partial, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    files.rm_file(partial)
                raise

    def names(self, folder: str) -> list[str]:
        """The whole artefacts under a folder, by name, sorted."""
        with self._reached() as files:
            try:
                found = files.find(self._path(folder))
            except FileNotFoundError:
                return []
            start = len(self._path("")) + 1
            return sorted(path[start:] for path in found if not path.endswith(".partial"))

    def remove(self, name: str) -> None:
        """Forget an artefact; nothing happens where there is none."""
        with self._reached() as files, contextlib.suppress(FileNotFoundError):
            files.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{_files(self.root)[1]}/{name}".rstrip("/")

    @contextlib.contextmanager
    def _reached(self) -> Iterator[Any]:
        try:
            yield _files(self.root)[0]
        except OSError as error:
            raise Unavailable(
                f"The store at {self.root} could not be used ({error}). Point {VARIABLE} at a folder or bucket "
                "that you may write to."
            ) from error


@lru_cache(maxsize=8)
def _files(root: str) -> tuple[Any, str]:
    try:
        return fsspec.core.url_to_fs(root)
    except (ImportError, ValueError) as error:
        raise Unavailable(
            f"The store address {root} could not be understood ({error}). Point {VARIABLE} at a folder, or install "
            "the package that fsspec names for this kind of address."
        ) from error


def beside(run: str, folder: str) -> str:
    """The folder of what is kept about a run, such as "hunches/1a2b".

    Raises:
        InputError: for a key that is none. Keys come from links too, and must not lead out of the folder.
    """
    if not run.isalnum():
        raise InputError("A run's key should be letters and digits", repr(run))
    return f"{folder}/{run}"


def default_store() -> Store:
    """The store that `HUNCH_STORE` names, or a folder in the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Store(os.environ.get(VARIABLE) or str(Path(home) / "hunch"))
