"""Whether this server can do its work: its store can be written to and read."""

from __future__ import annotations

import threading

import cachetools
from cachetools import TTLCache

from core.errors import StoreError
from core.store import default_store

ASKED_EVERY = 10.0  # seconds: whoever asks more often gets the last answer
_LAST: TTLCache[tuple[()], str] = TTLCache(1, ASKED_EVERY)


@cachetools.cached(_LAST, lock=threading.Lock())
def problem() -> str:
    """What is wrong with the store, without its address; "" where nothing is."""
    try:
        default_store().check()
    except StoreError:
        # The address of the store is for the log and the operator, not for whoever asks.
        return "The store cannot be used."
    return ""
