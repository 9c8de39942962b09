"""What somebody waits for at a screen: a few at a time, in the order in which they came, and before background work.

with FOREGROUND:                     # a screen is being drawn; waits for its turn
    with FOREGROUND.paused():        # the screen itself waits for background work
        ...
FOREGROUND.give_way()                # between two steps of background work: wait while screens are drawn
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

LONGEST = 0.5
"""Seconds that background work waits between two steps at most, so that it goes on, slower, however many people there
are."""
TURN = 1.0  # seconds


class Foreground:
    """The screens that are being drawn in this process.

    Python lets one thread run at a time. Twenty screens that are drawn at once hold each other up for longer than if
    they are drawn one after the other, and a training beside them slows down each one.

    Args:
        at_once: how many screens are drawn at a time, at least 1; None for one a processor.
        turn: seconds after which a screen is counted no more, so that one with long work keeps nobody waiting.
    """

    def __init__(self, at_once: int | None = None, turn: float = TURN) -> None:
        self._at_once, self._turn = at_once or os.cpu_count() or 1, turn
        self._lock = threading.RLock()
        self._nobody = threading.Condition(self._lock)  # no screen is being drawn
        # One for each that waits, so that a screen that is done wakes the next and not all of them.
        self._line: deque[threading.Condition] = deque()
        self._drawn: dict[int, float] = {}  # when the turn of each thread began, which draws one screen at a time

    def __enter__(self) -> None:
        mine = threading.Condition(self._lock)
        with self._lock:
            self._line.append(mine)
            while self._line[0] is not mine or self._until_free() > 0:
                mine.wait(self._until_free() if self._line[0] is mine else None)
            self._line.popleft()
            self._drawn[threading.get_ident()] = time.monotonic()
            self._call()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leave()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While a screen that is being drawn waits for background work: others are drawn, and that work goes on."""
        drawn = self._leave()
        try:
            yield
        finally:
            if drawn:
                with self._lock:
                    self._drawn[threading.get_ident()] = time.monotonic()

    def give_way(self, most: float = LONGEST) -> bool:
        """Wait until no screen is being drawn.

        Args:
            most: seconds to wait at most, at least 0.

        Returns:
            whether no screen is being drawn.
        """
        with self._lock:
            return self._nobody.wait_for(lambda: not self._drawn and not self._line, most)

    def _until_free(self) -> float:
        """Seconds until one more may be drawn, if none is done before; 0 for now."""
        now = time.monotonic()
        left = sorted(began + self._turn - now for began in self._drawn.values() if began + self._turn > now)
        return left[-self._at_once] if len(left) >= self._at_once else 0.0

    def _leave(self) -> bool:
        """Count this thread's screen no more; whether it was counted."""
        with self._lock:
            drawn = self._drawn.pop(threading.get_ident(), None) is not None
            self._call()
        return drawn

    def _call(self) -> None:
        """Wake whoever is next."""
        if self._line:
            self._line[0].notify()
        elif not self._drawn:
            self._nobody.notify_all()


FOREGROUND = Foreground()
"""Of this process: the screens and the queue share it."""
