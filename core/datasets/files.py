"""The files of a folder or a zip archive, listed and read with limits; nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from core.datasets.pictures import MOST_BYTES
from core.errors import DataError

Source = str | Path | bytes | BinaryIO
MOST_FILES = 200_000
JUNK = ("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db")


@dataclass(frozen=True)
class Files:
    """Files by their path from the top, sorted, and a way to read one.

    Args:
        names: paths with forward slashes; hidden files are left out.
        strange: paths that point out of the archive, never read.
        read: gives a file's bytes, or raises DataError with the reason.
    """

    names: tuple[str, ...]
    strange: tuple[str, ...]
    read: Callable[[str], bytes]


def open_files(source: Source) -> Files:
    """List a folder, a zip file, or the bytes or stream of one.

    Raises:
        DataError: when it does not exist, is neither, or has too many files.
    """
    if isinstance(source, str | Path):
        path = Path(source).expanduser()
        if path.is_dir():
            return _folder(path)
        if not path.is_file():
            raise DataError("A folder or a zip file", f"{path}, which does not exist")
        return _archive(path)
    return _archive(io.BytesIO(source) if isinstance(source, bytes) else source)


def _folder(root: Path) -> Files:
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not _hidden(name))
        inside = Path(folder).relative_to(root)
        found.extend((inside / name).as_posix() for name in files)
        _check_count(found)

    def read(name: str) -> bytes:
        try:
            with open(root / name, "rb") as stream:
                return _bounded(stream)
        except OSError as error:
            raise DataError("A file that can be opened", error.strerror or "one that cannot") from error

    return Files(_visible(found), (), read)


def _archive(source: Path | BinaryIO) -> Files:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DataError("A folder or a zip file", "a file that is not a zip archive, or a broken one") from error
    entries = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist() if not entry.is_dir()}
    _check_count(entries)
    strange = tuple(sorted(name for name in entries if _leaves(name)))

    def read(name: str) -> bytes:
        try:
            with archive.open(entries[name]) as stream:
                return _bounded(stream)
        except RuntimeError as error:  # zipfile's word for a password
            raise DataError("An archive without a password", "a file that is encrypted") from error
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error) as error:
            raise DataError("A zip archive that can be read", "a damaged part of it") from error

    return Files(_visible(name for name in entries if name not in strange), strange, read)


def _bounded(stream: IO[bytes]) -> bytes:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise DataError(f"A picture file may have {MOST_BYTES // 2**20} megabytes", "more")
    return content


def _check_count(names: Collection[str]) -> None:
    if len(names) > MOST_FILES:
        raise DataError(f"A folder or archive may hold {MOST_FILES} files", "more", "Choose a folder further down.")


def _visible(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if not any(map(_hidden, PurePosixPath(name).parts))))


def _hidden(part: str) -> bool:
    return part.startswith(".") or part.lower() in JUNK


def _leaves(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
