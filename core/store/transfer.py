"""Artefacts on their way between stores: one zip file that carries them with their checksums."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from pathlib import Path

from core.errors import Damaged, DataError, InputError
from core.progress import OnStep, silent
from core.store.artefacts import Store
from core.store.names import INTERNAL, PINNED, PUBLISHED, key_of
from core.store.seal import is_sealed, seal, unseal

MOST_BYTES = 64 * 10**9  # of one export, unpacked
KEPT_MARKS = (PUBLISHED, PINNED)


def export_to(path: Path, store: Store, keys: Collection[str] | None = None, on_step: OnStep | None = None) -> int:
    """Write artefacts to a zip file.

    Args:
        path: of the file; it appears when it is complete.
        store: where they are.
        keys: of runs and uploads; everything where None.
        on_step: called for each artefact.

    Returns:
        how many artefacts were written. A damaged one is set aside and left out.

    Raises:
        InputError: for a key that the store knows nothing about.
    """
    on_step, store = on_step or silent, store.quietly()
    names = [name for name in _names(store) if keys is None or _subject(name) in keys]
    missing = set(keys or ()) - {_subject(name) for name in names}
    if missing:
        raise InputError("The keys should be of runs or uploads in this store", ", ".join(sorted(missing)))
    partial = path.with_name(f"{path.name}.partial")
    written = 0
    try:
        # Networks and pictures are compressed already.
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            for done, name in enumerate(names):
                on_step(done, len(names), name)
                written += _add(archive, store, name)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    on_step(len(names), len(names), "")
    return written


def import_from(path: Path, store: Store, on_step: OnStep | None = None) -> int:
    """Read artefacts from a zip file that `export_to` wrote. What the store has already stays as it is.

    Args:
        path: of the file.
        store: where they go.
        on_step: called for each artefact.

    Returns:
        how many artefacts were added.

    Raises:
        DataError: when the file is no such export, or something in it is damaged; nothing is added then.
    """
    on_step = on_step or silent
    try:
        with zipfile.ZipFile(path) as archive:
            items = [item for item in archive.infolist() if not item.is_dir()]
            _check(items)
            for item in items:
                _content(archive, item)
            added = 0
            for done, item in enumerate(items):
                on_step(done, len(items), item.filename)
                if not store.has(item.filename):
                    store.write(item.filename, _content(archive, item))
                    added += 1
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise DataError("The file should be a zip that `python -m core store export` wrote", str(error)) from error
    on_step(len(items), len(items), "")
    return added


def _names(store: Store) -> list[str]:
    return [*store.names(""), *(file.name for mark in KEPT_MARKS for file in store.files(mark))]


def _subject(name: str) -> str:
    return name.rpartition("/")[2] if name.startswith(INTERNAL) else key_of(name)


def _add(archive: zipfile.ZipFile, store: Store, name: str) -> bool:
    try:
        content = store.read(name)
    except (KeyError, Damaged):
        return False
    archive.writestr(name, seal(content))
    return True


def _check(items: list[zipfile.ZipInfo]) -> None:
    size = sum(item.file_size for item in items)
    if size > MOST_BYTES:
        raise DataError(f"An export may hold {MOST_BYTES // 10**9} GB", f"{size // 10**9} GB")
    for item in items:
        name = item.filename
        parts = name.split("/")
        marked = name.startswith(tuple(f"{mark}/" for mark in KEPT_MARKS))
        if any(part in ("", ".", "..") for part in parts) or "\\" in name or (parts[0] == INTERNAL and not marked):
            raise DataError("The names in an export should be those of artefacts", repr(name))


def _content(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> bytes:
    stored = archive.read(item)
    if not is_sealed(stored):
        raise DataError("Every artefact of an export should carry its checksum", f"{item.filename!r} without one")
    try:
        return unseal(stored)
    except ValueError as error:
        raise DataError("The artefacts of an export should be whole", f"{item.filename!r}: {error}") from error
