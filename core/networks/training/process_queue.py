"""Taking turns on one machine, across threads and processes.

Whoever wants the machine draws a ticket from a small SQLite file and comes back to show it. A ticket that nobody has
shown for a while belongs to a process that died, and is thrown away; so nobody has to clean up after a kill.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.errors import LimitReached

VARIABLE = "HUNCH_QUEUE"
FORGOTTEN_AFTER = 20.0
Result = TypeVar("Result")

_TABLE = """
CREATE TABLE IF NOT EXISTS tickets (
    number INTEGER PRIMARY KEY AUTOINCREMENT, shown REAL NOT NULL, running INTEGER NOT NULL DEFAULT 0,
    owner TEXT NOT NULL DEFAULT '', turn INTEGER NOT NULL DEFAULT 0
)
"""
# Columns that a file of an earlier version lacks.
_ADDED = {"owner": "TEXT NOT NULL DEFAULT ''", "turn": "INTEGER NOT NULL DEFAULT 0"}


class ProcessQueue:
    """Owners take turns; among one owner's tickets, first come, first served.

    Whoever asks for five things at once waits for their second until everybody else has had a first.

    Args:
        path: the SQLite file that all who share the machine use; where it cannot be used, this object's own threads
            still take turns.
        forgotten_after: seconds after which a ticket that was not shown is thrown away.
    """

    def __init__(self, path: Path | None = None, forgotten_after: float = FORGOTTEN_AFTER) -> None:
        self._forgotten_after = forgotten_after
        self._lock = threading.Lock()
        self._path = path or default_path()
        self._owners: dict[int, str] = {}
        self._connection = _connect(self._path)

    def join(self, owner: str = "", *, most_own: int | None = None, most_all: int | None = None) -> int:
        """Draw a ticket.

        Args:
            owner: whose turn it takes, on this machine; "" is an owner like any other.
            most_own: tickets that this owner may hold, this one included; None for any number.
            most_all: tickets that all owners together may hold; None for any number.

        Raises:
            LimitReached: where there are that many already.
        """
        ticket = self._change(lambda rows: _draw(rows, owner, most_own, most_all, time.time() - self._forgotten_after))
        self._owners[ticket] = owner
        return ticket

    def place(self, ticket: int) -> int:
        """Show a ticket, and learn how many go first. At 0 it is one's turn, until `leave`."""
        return self._change(lambda rows: self._place(rows, ticket))

    def leave(self, ticket: int) -> None:
        """Give the ticket back."""
        self._owners.pop(ticket, None)
        self._change(lambda rows: rows.execute("DELETE FROM tickets WHERE number = ?", (ticket,)))

    def _place(self, rows: sqlite3.Connection, ticket: int) -> int:
        now = time.time()
        owner = self._owners.get(ticket, "")
        show = (
            "INSERT INTO tickets (number, shown, owner, turn) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (number) DO UPDATE SET shown = ?"
        )
        rows.execute(show, (ticket, now, owner, _turn(rows, owner), now))
        rows.execute("DELETE FROM tickets WHERE shown < ?", (now - self._forgotten_after,))
        running, turn = rows.execute("SELECT running, turn FROM tickets WHERE number = ?", (ticket,)).fetchone()
        if running:
            return 0
        ahead = "SELECT COUNT(*) FROM tickets WHERE number != ? AND (running OR (turn, number) < (?, ?))"
        count = int(rows.execute(ahead, (ticket, turn, ticket)).fetchone()[0])
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


def _draw(
    rows: sqlite3.Connection, owner: str, most_own: int | None, most_all: int | None, forgotten_before: float
) -> int:
    rows.execute("DELETE FROM tickets WHERE shown < ?", (forgotten_before,))
    count = "SELECT COUNT(*), COALESCE(SUM(owner = ?), 0) FROM tickets"
    everybody, own = rows.execute(count, (owner,)).fetchone()
    if most_own is not None and own >= most_own:
        raise LimitReached(full_line(own))
    if most_all is not None and everybody >= most_all:
        raise LimitReached(f"This server has {everybody} jobs waiting or running, the most at once. Try again later.")
    draw = "INSERT INTO tickets (shown, owner, turn) VALUES (?, ?, ?)"
    return int(rows.execute(draw, (time.time(), owner, _turn(rows, owner))).lastrowid or 0)


def full_line(own: int) -> str:
    """What to tell an owner who has as many jobs as one may."""
    return f"You have {own} jobs waiting or running, the most at once. Wait for one, or stop one."


def _turn(rows: sqlite3.Connection, owner: str) -> int:
    """The round in which a new ticket of an owner is served: this one, or the one after the owner's last."""
    now = "SELECT COALESCE(MAX(CASE WHEN running THEN turn END), MIN(turn), 0) FROM tickets"
    after = "SELECT COALESCE(MAX(turn) + 1, 0) FROM tickets WHERE owner = ?"
    return max(int(rows.execute(now).fetchone()[0]), int(rows.execute(after, (owner,)).fetchone()[0]))


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
    known = {row[1] for row in connection.execute("PRAGMA table_info(tickets)")}
    for name, kind in _ADDED.items():
        if name not in known:
            with contextlib.suppress(sqlite3.OperationalError):  # another process was faster
                connection.execute(f"ALTER TABLE tickets ADD COLUMN {name} {kind}")
    return connection
