"""Keeping a store whole and within its size: what there is, what is damaged, what may go.

A unit is all that the store has about one key: a run with its film, its verdicts and its diagnoses, or an upload.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import threading
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from core.errors import Damaged, StoreError
from core.progress import OnStep, silent
from core.store.artefacts import NOTE, FileInfo, Store
from core.store.names import INTERNAL, PARTIAL, PINNED, PUBLISHED, SET_ASIDE, USED, key_of, kind_of, owner_of

LARGE = ("runs", "films", "uploads", "models")  # what may be evicted; everything else is a few kilobytes
FIRST_REMOVED = ("runs", "uploads", "models")  # what makes a unit appear in lists
ABANDONED_AFTER = 3600.0  # seconds after which nobody is still writing a file
TIDY_EVERY = 60.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unit:
    """All that the store has about one key.

    Args:
        key: of a run, or the digest of an upload.
        owner: mark of whom it belongs to; "" for what everybody on this server may open.
        files: its artefacts.
        used: when it was last written or read, seconds since 1970.
        published: whether everybody may see it.
        pinned: whether it stays, however long nobody uses it.
    """

    key: str
    owner: str
    files: tuple[FileInfo, ...] = field(repr=False)
    used: float
    published: bool = False
    pinned: bool = False

    @property
    def size(self) -> int:
        """Bytes of all its artefacts."""
        return sum(file.size for file in self.files)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What there is of it, such as ("films", "runs")."""
        return tuple(sorted({kind_of(file.name) for file in self.files}))

    @property
    def evictable(self) -> bool:
        """Whether it may go when the store is too large."""
        return not (self.published or self.pinned) and bool(set(self.kinds) & set(LARGE))


@dataclass(frozen=True)
class SetAside:
    """A damaged artefact that was moved out of the way.

    Args:
        name: where it stood.
        reason: what was wrong with it.
        when: ISO 8601, UTC.
        place: the folder where it is now.
    """

    name: str
    reason: str
    when: str
    place: str


@dataclass(frozen=True)
class Pruned:
    """What was removed.

    Args:
        units: those that nobody had used for the longest time.
        partials: how many unfinished files.
        freed: bytes in all.
        size: bytes that the store holds now.
        over: bytes above the limit that could not be freed, because what is left is published or pinned.
    """

    units: tuple[Unit, ...]
    partials: int
    freed: int
    size: int
    over: int


def units(store: Store) -> list[Unit]:
    """All units of a store, whoever owns them; what was used last comes first."""
    return _units(store.all_files())


def set_aside(store: Store) -> list[SetAside]:
    """The damaged artefacts that were moved out of the way, the latest first."""
    found = []
    for file in store.files(SET_ASIDE):
        if file.name.endswith(f"/{NOTE}"):
            with contextlib.suppress(KeyError, Damaged, ValueError, TypeError):
                found.append(SetAside(**json.loads(store.read(file.name)), place=file.name.rpartition("/")[0]))
    return sorted(found, key=lambda item: item.when, reverse=True)


def verify(store: Store, on_step: OnStep | None = None) -> list[Damaged]:
    """Read every artefact, and set aside what is damaged.

    Args:
        store: to be read.
        on_step: called for each artefact.

    Returns:
        what was damaged.
    """
    on_step, found, store = on_step or silent, [], store.quietly()
    files = store.files()
    for done, file in enumerate(files):
        on_step(done, len(files), file.name)
        try:
            store.load(file.name, _parser(file.name))
        except Damaged as error:
            found.append(error)
        except (KeyError, ValueError):
            continue  # removed meanwhile, or whole and of another version
    on_step(len(files), len(files), "")
    return found


def pin(store: Store, key: str, pinned: bool = True) -> None:
    """Keep what the store has about a key, however long nobody uses it; or let it go again.

    Raises:
        KeyError: where the store has nothing about the key.
    """
    if not any(unit.key == key for unit in units(store)):
        raise KeyError(key)
    if pinned:
        store.write(f"{PINNED}/{key}", b"")
    else:
        store.remove(f"{PINNED}/{key}")


def sweep(store: Store, older_than: float = ABANDONED_AFTER) -> list[FileInfo]:
    """Remove unfinished files that a killed process left behind.

    Args:
        store: to be swept.
        older_than: seconds; younger ones may still be written.
    """
    return _sweep(store, store.all_files(), older_than)


def prune(
    store: Store, most_bytes: float, *, keep: Collection[str] = (), older_than: float = ABANDONED_AFTER
) -> Pruned:
    """Bring a store within a limit. What was set aside goes first, then the units that were used the longest ago.

    What is published or pinned stays.

    Args:
        store: to be pruned.
        most_bytes: that it may hold.
        keep: keys that must stay, such as those that are in use.
        older_than: seconds after which an unfinished file counts as left behind.
    """
    files = store.all_files()
    partials = _sweep(store, files, older_than)
    size = before = sum(file.size for file in files)
    size -= sum(file.size for file in partials)
    for file in sorted(_below(files, SET_ASIDE), key=lambda file: file.modified):
        if size > most_bytes:
            store.remove(file.name)
            size -= file.size
    gone = []
    for unit in reversed(_units(files)):
        if size <= most_bytes:
            break
        if unit.evictable and unit.key not in keep:
            _remove(store, unit)
            gone.append(unit)
            size -= unit.size
    return Pruned(tuple(gone), len(partials), before - size, size, int(max(0, size - most_bytes)))


def prune_in_background(store: Store, most_bytes: float, keep: Collection[str] = ()) -> None:
    """The same in a thread of its own, at most once a minute; a failure is logged."""
    with _LOCK:
        now = time.monotonic()
        if now - _LAST.get(store.root, -TIDY_EVERY) < TIDY_EVERY:
            return
        _LAST[store.root] = now

    def work() -> None:
        try:
            prune(Store(store.root), most_bytes, keep=keep)
        except StoreError as error:
            log.warning(error.sentence)

    threading.Thread(target=work, name="hunch-prune", daemon=True).start()


_LAST: dict[str, float] = {}
_LOCK = threading.Lock()


def _units(files: list[FileInfo]) -> list[Unit]:
    grouped: dict[tuple[str, str], list[FileInfo]] = defaultdict(list)
    for file in files:
        if not file.name.startswith(INTERNAL) and not file.name.endswith(PARTIAL):
            grouped[owner_of(file.name), key_of(file.name)].append(file)
    used: dict[tuple[str, str], float] = defaultdict(float)
    for file in _below(files, USED):
        name = file.name.removeprefix(f"{USED}/")
        used[owner_of(name), key_of(name)] = max(used[owner_of(name), key_of(name)], file.modified)
    published, pinned = _keys(files, PUBLISHED), _keys(files, PINNED)
    found = [
        Unit(
            key=key,
            owner=owner,
            files=tuple(own),
            used=max([used[owner, key], *(file.modified for file in own)]),
            published=not owner and key in published,
            pinned=key in pinned,
        )
        for (owner, key), own in grouped.items()
    ]
    return sorted(found, key=lambda unit: (-unit.used, unit.owner, unit.key))


def _remove(store: Store, unit: Unit) -> None:
    """Remove a unit; what makes it appear in lists goes first, so that no list ever shows half of one."""
    for file in sorted(unit.files, key=lambda file: kind_of(file.name) not in FIRST_REMOVED):
        store.remove(file.name)
        store.remove(f"{USED}/{file.name}")


def _sweep(store: Store, files: list[FileInfo], older_than: float) -> list[FileInfo]:
    limit = time.time() - older_than
    old = [file for file in files if file.name.endswith(PARTIAL) and file.modified <= limit]
    for file in old:
        store.remove(file.name)
    return old


def _below(files: list[FileInfo], folder: str) -> list[FileInfo]:
    return [file for file in files if file.name.startswith(f"{folder}/")]


def _keys(files: list[FileInfo], folder: str) -> set[str]:
    return {file.name.rpartition("/")[2] for file in _below(files, folder)}


def _parser(name: str) -> Callable[[bytes], object]:
    if name.endswith(".json"):
        return json.loads
    if name.endswith((".zip", ".npz")):
        return _tested
    return bytes


def _tested(content: bytes) -> bytes:
    """A zip's own content, after each member was held to its checksum."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        broken = archive.testzip()
    if broken is not None:
        raise zipfile.BadZipFile(f"{broken} does not agree with its checksum")
    return content
