"""The files of a folder or a zip archive, listed and read with limits; nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from core.datasets.archive_names import clean_path, decoded, printable
from core.datasets.notes import Note
from core.errors import DataError
from core.limits import MEGABYTE, Limits

Source = str | Path | bytes | BinaryIO
MOST_FILES = 200_000  # in a folder on one's own disk
JUNK = ("__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "@eadir", "$recycle.bin", "system volume information")
SMALL = 100 * MEGABYTE  # what any archive may unpack to
RATIO = 100  # and how often its own size beyond that; flat drawings shrink to a fiftieth
NAME_BYTES = 160  # what an archive's directory takes for one file, names and all
UTF8_FLAG = 0x800
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LONGEST_PATH = 4096
DEEPEST = 64
OUT_OF_ARCHIVE = "Its path points out of the archive."
SAME_NAME = "Another file has the same name."


@dataclass(frozen=True)
class Files:
    """Files by their path from the top, sorted, and a way to read one.

    Args:
        names: paths with single forward slashes; hidden files are left out.
        folders: the same for folders, empty ones included.
        skipped: path -> why it is never read.
        read: gives a file's bytes, or raises DataError with the reason.
        sizes: path -> bytes of the file, as the archive or the disk says.
        packed: bytes of the archive; None for a folder.
        notes: what there is to say about the names.
    """

    names: tuple[str, ...]
    folders: tuple[str, ...]
    skipped: Mapping[str, str]
    read: Callable[[str], bytes]
    sizes: Mapping[str, int]
    packed: int | None = None
    notes: tuple[Note, ...] = ()


def open_files(source: Source, limits: Limits | None = None) -> Files:
    """List a folder, a zip file, or the bytes or stream of one.

    Args:
        source: where it is, or what is in it.
        limits: what an archive may hold; by default what the environment says.

    Raises:
        DataError: when it does not exist, is neither, or has too many files; or when an upload is too large.
    """
    limits = limits or Limits.from_environment()
    if isinstance(source, str | Path):
        path = Path(source).expanduser()
        if path.is_dir():
            return _folder(path, limits)
        if not path.is_file():
            raise DataError("A folder or a zip file", f"{path}, which does not exist")
        return _archive(path.open("rb"), limits)
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    size = _size(stream)
    if size > limits.upload_bytes:
        raise DataError(f"An upload may have {limits.upload_bytes // MEGABYTE} megabytes", f"{size // MEGABYTE}")
    return _archive(stream, limits)


def check_unpacked(files: Files, names: Iterable[str], limits: Limits) -> None:
    """Refuse an archive whose files unpack to far more than was sent.

    Args:
        files: what was opened. A folder unpacks to nothing.
        names: the files that are to be read; what is beyond a picture's own limit is never unpacked.
        limits: what is allowed.

    Raises:
        DataError: with the megabytes.
    """
    if files.packed is None:
        return
    total = sum(size for name in names if (size := files.sizes[name]) <= limits.picture_bytes)
    allowed = SMALL + RATIO * files.packed
    if total > allowed:
        raise DataError(
            f"An archive of this size may unpack to {allowed // MEGABYTE} megabytes",
            f"one that unpacks to {total // MEGABYTE}",
            "Unpack it yourself, and give the folder.",
        )


def _folder(root: Path, limits: Limits) -> Files:
    places: dict[str, Path] = {}
    folders: list[str] = []
    skipped: dict[str, str] = {}
    for folder, inner, files in os.walk(root):
        inner[:] = sorted(name for name in inner if not _hidden(name))
        inside = Path(folder).relative_to(root)
        folders.extend(printable((inside / name).as_posix()) for name in inner)
        for name in sorted(files):
            path = printable((inside / name).as_posix())
            if _hidden(name):
                continue
            if path in places:
                skipped[path] = SAME_NAME
            elif (root / inside / name).is_file():
                places[path] = root / inside / name
            else:
                skipped[path] = "It is no ordinary file."
        _check_count(len(places), MOST_FILES)

    def read(name: str) -> bytes:
        try:
            with open(places[name], "rb") as stream:
                return _bounded(stream, limits)
        except OSError as error:
            raise DataError("A file that can be opened", error.strerror or "one that cannot") from error

    sizes = {name: place.stat().st_size for name, place in places.items()}
    return Files(tuple(sorted(places)), tuple(folders), skipped, read, sizes)


def _archive(source: BinaryIO, limits: Limits) -> Files:
    size = _size(source)
    try:
        _check_directory(source, limits)
        archive = zipfile.ZipFile(source)
        names, notes = _names(archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("A folder or a zip file", "a file that is not a zip archive, or a broken one") from error
    entries: dict[str, zipfile.ZipInfo] = {}
    folders: set[str] = set()
    skipped: dict[str, str] = {}
    for entry, name in zip(archive.infolist(), names, strict=True):
        path = clean_path(name)
        if path is None:
            skipped[printable(name[:LONGEST_PATH])] = OUT_OF_ARCHIVE
        elif len(path) > LONGEST_PATH or path.count("/") > DEEPEST:
            skipped[f"{path[:60]}…"] = "Its path is too long."
        elif any(map(_hidden, path.split("/"))):
            continue
        elif entry.is_dir() or name.endswith("\\"):
            folders.add(path)
        elif path in entries:
            skipped[path] = SAME_NAME
        elif reason := _unreadable(entry):
            skipped[path] = reason
        else:
            entries[path] = entry
    _check_count(len(entries), limits.upload_files)
    for path in entries:
        parts = path.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))

    def read(name: str) -> bytes:
        _check_size(entries[name].file_size, limits)
        try:
            with archive.open(entries[name]) as stream:
                return _bounded(stream, limits)
        except RuntimeError as error:  # zipfile's word for a password
            raise DataError("An archive without a password", "a file that is encrypted") from error
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            OSError,
            EOFError,
            ValueError,
            zlib.error,
            struct.error,
        ) as error:
            if isinstance(error, DataError):
                raise
            raise DataError("A zip archive that can be read", "a damaged part of it") from error

    sizes = {path: entry.file_size for path, entry in entries.items()}
    return Files(tuple(sorted(entries)), tuple(sorted(folders)), skipped, read, sizes, size, notes)


def _names(entries: list[zipfile.ZipInfo]) -> tuple[list[str], tuple[Note, ...]]:
    """The entries' names, read in the encoding that fits where the archive does not say one."""
    names = [entry.orig_filename.replace("\0", "�") for entry in entries]
    unmarked = [
        place for place, entry in enumerate(entries) if not entry.flag_bits & UTF8_FLAG and not names[place].isascii()
    ]
    found, encoding = decoded([names[place].encode("cp437", "replace") for place in unmarked])
    for place, name in zip(unmarked, found, strict=True):
        names[place] = name
    if not unmarked or encoding == "utf-8":
        return names, ()
    language = "Chinese (GBK)" if encoding == "gb18030" else "Western (code page 437)"
    said = f"The archive does not say how its names are written; they were read as {language}. Check the class names."
    return names, (Note("encoding", said, files=tuple(map(printable, found))),)


def _unreadable(entry: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a link to another file."
    return "" if entry.compress_type in PLAIN else "It is compressed in a way that is not read here; use deflate."


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Refuse a directory of far too many entries before zipfile makes an object of each."""
    size = _size(stream)
    stream.seek(max(0, size - 2**16 - 22 - 76))
    tail = stream.read()
    stream.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return
    count, length = struct.unpack_from("<HI", tail, end + 10)
    if end >= 76 and tail[end - 20 : end - 16] == b"PK\x06\x07":  # sizes beyond 32 bits stand before it
        count, length = struct.unpack_from("<QQ", tail, end - 76 + 32)
    _check_count(count, limits.upload_files)
    _check_count(length // NAME_BYTES, limits.upload_files)


def _bounded(stream: IO[bytes], limits: Limits) -> bytes:
    content = stream.read(limits.picture_bytes + 1)
    _check_size(len(content), limits)
    return content


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.picture_bytes:
        raise DataError(f"A picture file may have {limits.picture_bytes // MEGABYTE} megabytes", "more")


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise DataError(f"A folder or archive may hold {most} files", "more", "Choose a folder further down.")


def _hidden(part: str) -> bool:
    return part.startswith(".") or part.lower() in JUNK
