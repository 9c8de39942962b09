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
        self._changed = threading.Condition()
        self._line: deque[int] = deque()  # threads: each draws one screen at a time
        self._drawn: dict[int, float] = {}  # when each one's turn began

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._changed:
            self._line.append(me)
            while self._line[0] != me or self._until_free() > 0:
                self._changed.wait(self._until_free() or None)
            self._line.popleft()
            self._drawn[me] = time.monotonic()
            self._changed.notify_all()

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
                with self._changed:
                    self._drawn[threading.get_ident()] = time.monotonic()

    def give_way(self, most: float = LONGEST) -> bool:
        """Wait until no screen is being drawn.

        Args:
            most: seconds to wait at most, at least 0.

        Returns:
            whether no screen is being drawn.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._drawn and not self._line, most)

    def _until_free(self) -> float:
        """Seconds until one more may be drawn, if none is done before; 0 for now."""
        now = time.monotonic()
        left = sorted(began + self._turn - now for began in self._drawn.values() if began + self._turn > now)
        return left[-self._at_once] if len(left) >= self._at_once else 0.0

    def _leave(self) -> bool:
        """Count this thread's screen no more; whether it was counted."""
        with self._changed:
            drawn = self._drawn.pop(threading.get_ident(), None) is not None
            self._changed.notify_all()
        return drawn


FOREGROUND = Foreground()
"""Of this process: the screens and the queue share it."""
