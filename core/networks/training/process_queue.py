"""Taking turns on one machine, across threads and processes.

Whoever wants the machine draws a ticket from a small SQLite file and comes back to show it. A ticket that nobody has
shown for a while belongs to a process that died, and is thrown away; so nobody has to clean up after a kill.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

VARIABLE = "HUNCH_QUEUE"
FORGOTTEN_AFTER = 20.0
Result = TypeVar("Result")

_TABLE = """
CREATE TABLE IF NOT EXISTS tickets (
    number INTEGER PRIMARY KEY AUTOINCREMENT, shown REAL NOT NULL, running INTEGER NOT NULL DEFAULT 0
)
"""


class ProcessQueue:
    """First come, first served.

    Args:
        path: the SQLite file that all who share the machine use; where it cannot be used, this object's own threads
            still take turns.
        forgotten_after: seconds after which a ticket that was not shown is thrown away.
    """

    def __init__(self, path: Path | None = None, forgotten_after: float = FORGOTTEN_AFTER) -> None:
        self._forgotten_after = forgotten_after
        self._lock = threading.Lock()
        self._path = path or default_path()
        self._connection = _connect(self._path)

    def join(self) -> int:
        """Draw a ticket."""
        draw = "INSERT INTO tickets (shown) VALUES (?)"
        return int(self._change(lambda rows: rows.execute(draw, (time.time(),)).lastrowid) or 0)

    def place(self, ticket: int) -> int:
        """Show a ticket, and learn how many go first. At 0 it is one's turn, until `leave`."""
        return self._change(lambda rows: self._place(rows, ticket))

    def leave(self, ticket: int) -> None:
        """Give the ticket back."""
        self._change(lambda rows: rows.execute("DELETE FROM tickets WHERE number = ?", (ticket,)))

    def _place(self, rows: sqlite3.Connection, ticket: int) -> int:
        now = time.time()
        show = "INSERT INTO tickets (number, shown) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET shown = ?"
        rows.execute(show, (ticket, now, now))
        rows.execute("DELETE FROM tickets WHERE shown < ?", (now - self._forgotten_after,))
        if rows.execute("SELECT running FROM tickets WHERE number = ?", (ticket,)).fetchone()[0]:
            return 0
        ahead = "SELECT COUNT(*) FROM tickets WHERE number != ? AND (running OR number < ?)"
        count = int(rows.execute(ahead, (ticket, ticket)).fetchone()[0])
        if count == 0:
            rows.execute("UPDATE tickets SET running = 1 WHERE number = ?", (ticket,))
        return count

    def _change(self, change: Callable[[sqlite3.Connection], Result]) -> Result:
        """Make a change in one piece; on a file that has since been taken away, in a new one."""
        with self._lock:
            try:
                return _in_one_piece(self._connection, change)
            except sqlite3.Error:
                self._connection = _connect(self._path)
                return _in_one_piece(self._connection, change)


def _in_one_piece(connection: sqlite3.Connection, change: Callable[[sqlite3.Connection], Result]) -> Result:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = change(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return result


def default_path() -> Path:
    """The file that `HUNCH_QUEUE` names, or one in the machine's folder for temporary files."""
    return Path(os.environ.get(VARIABLE) or Path(tempfile.gettempdir()) / f"hunch-queue-{_user()}.sqlite")


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "all")


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return _open(str(path))
    except sqlite3.Error:
        return _open(":memory:")


def _open(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, timeout=30, isolation_level=None, check_same_thread=False)
    # Tickets are worth nothing after a power cut, so there is no need to wait for the disk.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(_TABLE)
    return connection
