"""A log of what happens, one JSON object a line: who (a hash), what, how long, how large.

Never pictures, names of files or classes, addresses, cookies or keys.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

WHO = 8  # signs of an owner's mark: enough to follow one person, too few to find what is theirs
log = logging.getLogger("hunch.events")


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = getattr(record, "fields", {})
        return json.dumps({"when": when, "what": record.getMessage(), **fields})


def configure() -> None:
    """Write events to the error stream, where containers and service managers collect them."""
    if log.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def record(what: str, owner: str, *, seconds: float | None = None, size: int | None = None, about: str = "") -> None:
    """Note that something happened.

    Args:
        what: "upload", "job", "publish", "unpublish", "delete" or "refused".
        owner: mark of who did it; "" where nobody can be told.
        seconds: that it took.
        size: bytes that it was about.
        about: a word of Hunch's own about it, such as how a job ended; nothing that a user has typed.
    """
    fields = {
        "who": owner[:WHO],
        "seconds": None if seconds is None else round(seconds, 3),
        "bytes": size,
        "about": about,
    }
    log.info(what, extra={"fields": {name: value for name, value in fields.items() if value not in (None, "")}})
