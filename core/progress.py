"""Reporting the progress of long work."""

from __future__ import annotations

from typing import Protocol


class OnStep(Protocol):
    """Called after each step with how many are done, of how many, and a short note.

    Raising from it stops the work; what was finished is kept where that makes sense.
    """

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


def silent(done: int, total: int, note: str = "") -> None:
    """The `OnStep` of a caller who does not need progress.

    Args:
        done: steps done.
        total: steps in all.
        note: what is being done.
    """
