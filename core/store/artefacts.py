"""Content-addressed artefacts: what was computed once is loaded the next time.

The store is a folder by default, or any address that fsspec understands, given by the environment variable
`HUNCH_STORE`. An artefact appears whole or not at all: in a tree of folders it is written under a temporary name and
then renamed; a bucket does the same by itself. Each carries a checksum. Several servers may share one store: listings
are never cached, so that what one wrote the others see at once.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import struct
import time
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, TypeVar

from fsspec.asyn import AsyncFileSystem

from core.errors import Damaged, HunchError, InputError, StoreError
from core.store import unwritten
from core.store.connection import VARIABLE, attempt, is_object_store, locate, shown, within
from core.store.names import INTERNAL, PARTIAL, SET_ASIDE, USED, plain
from core.store.seal import is_sealed, seal, unseal

NOTE = "reason.json"
HOUR = 3600
LARGEST = 100 * 10**6  # bytes that an answer of unknown size is given the time for
# What reading a broken file raises, as opposed to a whole one that another version of Hunch wrote.
BROKEN = (
    json.JSONDecodeError,
    UnicodeDecodeError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RecursionError,
)
UNREADABLE = (*BROKEN, HunchError, KeyError, TypeError, ValueError, AttributeError, IndexError)
Content = TypeVar("Content")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileInfo:
    """One file of a store.

    Args:
        name: of the artefact, such as "runs/1a2b.zip".
        size: bytes.
        modified: seconds since 1970, as the store's own clock has it.
    """

    name: str
    size: int
    modified: float


@dataclass(frozen=True)
class Store:
    """Named byte strings under one root, such as "runs/1a2b.zip".

    Args:
        root: a folder, or an address such as "s3://bucket/hunch" or "memory://hunch".
        note_use: whether to note when an artefact was last read, so that what nobody uses can be evicted first.
    """

    root: str
    note_use: bool = field(default=False, compare=False, repr=False)

    @property
    def whole(self) -> Store:
        """The store with everybody's artefacts."""
        return Store(self.root, self.note_use)

    def quietly(self) -> Self:
        """The same store, whose reads do not count as use: for listings, which read everything."""
        return replace(self, note_use=False)

    def place(self, name: str) -> str:
        """Where an artefact is kept when it is written. A store that many people share has a place for each."""
        return name

    def found(self, name: str) -> str:
        """Where an artefact is looked for when it is read."""
        return name

    def has(self, name: str) -> bool:
        """Whether the artefact is there, whole."""
        place = self.found(name)
        path = self._path(place)
        return unwritten.content(self.root, place) is not None or attempt(
            self.root, lambda files: _is_file(files, path)
        )

    def read(self, name: str) -> bytes:
        """The artefact's bytes.

        Raises:
            KeyError: where there is none.
            Damaged: where it does not agree with its checksum; it has been set aside.
            StoreError: where the store cannot be reached.
        """
        return self._read(name)[0]

    def load(self, name: str, parse: Callable[[bytes], Content]) -> Content:
        """An artefact's content as an object.

        Args:
            name: of the artefact.
            parse: makes the object of the bytes.

        Raises:
            KeyError: where there is none.
            Damaged: where it is damaged; it has been set aside.
            InputError: where it is whole but was made by another version of Hunch.
            StoreError: where the store cannot be reached.
        """
        content, sealed = self._read(name)
        try:
            return parse(content)
        except UNREADABLE as error:
            if isinstance(error, BROKEN) and not sealed:
                raise self._damaged(self.found(name), content, "it is malformed") from error
            raise InputError(
                f"{name} should be readable by this version of Hunch",
                error.sentence if isinstance(error, HunchError) else f"{type(error).__name__}: {error}"[:200],
                "Another version may have made it: make it again, or use that version.",
            ) from error

    def load_all(self, folder: str, parse: Callable[[bytes], Content]) -> dict[str, Content]:
        """Every artefact under a folder that can be read, by name. Those that cannot are logged and left out."""
        found = {}
        for name in self.names(folder):
            # Another process may remove an artefact between the listing and the reading.
            with contextlib.suppress(KeyError):
                try:
                    found[name] = self.load(name, parse)
                except (Damaged, InputError) as error:
                    log.warning(error.sentence)
        return found

    def write(self, name: str, content: bytes) -> None:
        """Keep the bytes under this name, all at once.

        Raises:
            StoreError: where it is full, may not be written to or cannot be reached.
        """
        place = self.place(name)
        path, stored = self._path(place), seal(content)
        attempt(self.root, lambda files: self._put(files, path, stored))
        unwritten.forget(self.root, place)

    def names(self, folder: str) -> list[str]:
        """The whole artefacts under a folder, by name, sorted."""
        waiting = [name for name in unwritten.names(self.root) if name.startswith(f"{folder}/" if folder else "")]
        return sorted({file.name for file in self.files(folder)} | set(waiting))

    def files(self, folder: str = "") -> list[FileInfo]:
        """Name, size and time of the whole artefacts under a folder; what the store keeps for itself is left out."""
        return [
            file
            for file in self.all_files(folder)
            if not file.name.endswith(PARTIAL) and (folder.startswith(INTERNAL) or not file.name.startswith(INTERNAL))
        ]

    def all_files(self, folder: str = "") -> list[FileInfo]:
        """Every file under a folder, whether an artefact, one that is being written or one of the store's own."""
        path, start = self._path(folder), len(self._path("")) + 1
        found = attempt(self.root, lambda files: _find(files, path))
        return sorted((_file(place[start:], info) for place, info in found.items()), key=lambda file: file.name)

    def remove(self, name: str) -> None:
        """Forget an artefact; nothing happens where there is none."""
        place = self.place(name)
        path = self._path(place)
        unwritten.forget(self.root, place)
        attempt(self.root, lambda files: _remove(files, path))

    def check(self) -> None:
        """Write, read and remove a small probe.

        Raises:
            StoreError: when the store cannot be used, with what to do about it.
        """
        whole, name = self.whole, f"{INTERNAL}/probe/{uuid.uuid4().hex}"
        whole.write(name, b"probe")
        try:
            if whole.read(name) != b"probe":
                raise StoreError(f"The store at {shown(self.root)} does not give back what was written to it.")
        except KeyError:
            raise StoreError(f"The store at {shown(self.root)} does not show what was just written to it.") from None
        finally:
            with contextlib.suppress(StoreError):
                whole.remove(name)

    def _read(self, name: str) -> tuple[bytes, bool]:
        """The content, and whether a checksum vouches for it."""
        place = self.found(name)
        waiting = unwritten.content(self.root, place)
        if waiting is not None:
            return waiting, True
        stored = self._stored(place)
        if self.note_use:
            _note_use(self.root, place, int(time.time() // HOUR))
        try:
            return unseal(stored), is_sealed(stored)
        except ValueError:
            # A connection can break off without an error: only what is damaged twice is damaged.
            stored = self._stored(place)
        try:
            return unseal(stored), is_sealed(stored)
        except ValueError as error:
            raise self._damaged(place, stored, str(error)) from error

    def _stored(self, place: str) -> bytes:
        path = self._path(place)

        def get(files: Any) -> bytes:
            try:
                return bytes(files.cat_file(path, **within(files, LARGEST)))
            except FileNotFoundError:
                raise KeyError(place) from None

        return attempt(self.root, get)

    def _damaged(self, place: str, stored: bytes, reason: str) -> Damaged:
        """Move an artefact out of the way, and say so."""
        folder = f"{SET_ASIDE}/{uuid.uuid4().hex[:12]}"
        note = {"name": place, "reason": reason, "when": datetime.now(UTC).isoformat(timespec="seconds")}
        try:
            moved = self._move_aside(place, stored, f"{folder}/content")
            if moved:
                self.whole.write(f"{folder}/{NOTE}", json.dumps(note).encode())
        except StoreError:
            moved = False
        done = "It has been set aside." if moved else "It could not be set aside."
        damaged = Damaged(
            f"{plain(place)} is damaged: {reason}. {done} Make it again, or restore a copy.", plain(place)
        )
        log.warning(damaged.sentence)
        return damaged

    def _move_aside(self, place: str, stored: bytes, aside: str) -> bool:
        path, target = self._path(place), self._path(aside)

        def move(files: Any) -> bool:
            # Somebody may have written it anew since it was read.
            if not _is_file(files, path) or bytes(files.cat_file(path)) != stored:
                return False
            self._make_folder(files, target)
            files.mv(path, target)
            return True

        return attempt(self.root, move)

    def _put(self, files: Any, path: str, stored: bytes) -> None:
        if is_object_store(self.root):
            files.pipe_file(path, stored, **within(files, len(stored)))
            return
        partial = f"{path}.{uuid.uuid4().hex}{PARTIAL}"
        self._make_folder(files, path)
        try:
            files.pipe_file(partial, stored)
            files.mv(partial, path)
        except BaseException:
            with contextlib.suppress(OSError):
                files.rm_file(partial)
            raise

    def _make_folder(self, files: Any, path: str) -> None:
        # In a bucket, making a folder would make a bucket that was misspelled.
        if not is_object_store(self.root):
            files.makedirs(path.rpartition("/")[0], exist_ok=True)

    def _path(self, name: str) -> str:
        if any(part in ("", ".", "..") for part in name.split("/")) and name:
            raise InputError("The name of an artefact should be folders and a file, such as runs/1a2b.zip", repr(name))
        return f"{locate(self.root)[1]}/{name}".rstrip("/")


def _is_file(files: Any, path: str) -> bool:
    # `exists` says False where the store cannot be reached.
    try:
        return bool(files.info(path, **within(files))["type"] == "file")
    except FileNotFoundError:
        return False


def _remove(files: Any, path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        files.rm_file(path, **within(files))


def _find(files: Any, path: str) -> dict[str, Any]:
    try:
        if isinstance(files, AsyncFileSystem):
            return dict(files.find(path, detail=True, **within(files, LARGEST)))
        return dict(files.find(path, detail=True, on_error=_tell))
    except FileNotFoundError:
        return {}


def _tell(error: OSError) -> None:
    """Let a listing fail rather than come out short, unless a folder has just been removed."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _file(name: str, info: dict[str, Any]) -> FileInfo:
    when = next((info[key] for key in ("LastModified", "mtime", "updated", "created") if info.get(key)), 0.0)
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    return FileInfo(name, int(info.get("size") or 0), when.timestamp() if isinstance(when, datetime) else float(when))


@lru_cache(maxsize=4096)
def _note_use(root: str, name: str, hour: int) -> None:  # noqa: ARG001 - once an hour is enough
    """Note that an artefact was used."""
    with contextlib.suppress(StoreError):
        Store(root).write(f"{USED}/{name}", b"")


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
    return Store(os.environ.get(VARIABLE) or str(Path(home) / "hunch"), note_use=True)
