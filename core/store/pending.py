"""What could not be written yet: held in memory, read from there, and written as soon as the store is back.

A training that took an hour must not be lost because a bucket was gone for a minute.
"""

from __future__ import annotations

import atexit
import logging
import threading

from core.errors import StoreError
from core.store import unwritten
from core.store.artefacts import Store

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds between tries
log = logging.getLogger(__name__)


class _Pending:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.stores: dict[str, Store] = {}
        self.writer: threading.Thread | None = None
        self.wake = threading.Event()


_STATE = _Pending()


def write_or_retry(store: Store, name: str, content: bytes) -> str:
    """Write an artefact, or hold it in memory and keep trying to write it in the background.

    Args:
        store: where.
        name: of the artefact.
        content: its bytes.

    Returns:
        "" where it was written; otherwise a sentence that says why not and what happens now.
    """
    try:
        store.write(name, content)
    except StoreError as error:
        if not _hold(store, name, content):
            return f"{error.sentence} It could not be kept in memory either: download it now."
        return f"{error.sentence} It is kept in memory until then: download it, or leave the server running."
    return ""


def unsaved(store: Store) -> list[str]:
    """The artefacts that exist in this process's memory only, by name."""
    return [name for name in store.names("") if is_unsaved(store, name)]


def is_unsaved(store: Store, name: str) -> bool:
    """Whether an artefact exists in this process's memory only."""
    return unwritten.content(store.root, store.found(name)) is not None


def write_now() -> None:
    """Try once to write all that is held."""
    failed: set[str] = set()
    for root, name, held in unwritten.everything():
        if root in failed:
            continue
        try:
            _STATE.stores[root].write(name, held)
        except StoreError as error:
            failed.add(root)
            log.warning("%s is not written yet. %s", name, error.sentence)


def _hold(store: Store, name: str, held: bytes) -> bool:
    with _STATE.lock:
        # Before it can be seen: whoever sees it may write it at once, and asks for its store.
        _STATE.stores[store.root] = store.whole
        if not unwritten.hold(store.root, store.place(name), held):
            return False
        if _STATE.writer is None:
            _STATE.writer = threading.Thread(target=_keep_trying, name="hunch-store", daemon=True)
            _STATE.writer.start()
    return True


def _keep_trying() -> None:
    wait = FIRST_WAIT
    while True:
        _STATE.wake.wait(wait)
        wait = min(2 * wait, LONGEST_WAIT)
        write_now()
        with _STATE.lock:
            if not unwritten.everything():
                _STATE.writer = None
                return


atexit.register(write_now)
