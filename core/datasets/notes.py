"""What a person should know about pictures that were read: structured, so that a screen can list it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.datasets.archive_names import printable

SHOWN = 3  # names that a sentence quotes


@dataclass(frozen=True)
class Note:
    """One thing to know.

    Args:
        kind: what it is about, such as "missing_class" or "turned"; stable, for programs.
        sentence: the same in plain words, ready to be shown.
        urgent: whether it can make results wrong or misleading, and is to be said before anything else.
        files: the files concerned; empty where it is about all of them.
    """

    kind: str
    sentence: str
    urgent: bool = False
    files: tuple[str, ...] = ()


def most_urgent_first(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes in the order in which they are to be said."""
    return tuple(sorted(notes, key=lambda note: not note.urgent))


def counted(count: int, thing: str = "picture") -> str:
    """A number with its noun: "1 picture", "2 pictures"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def quoted(names: Iterable[str]) -> str:
    """The first names of a list, and how many more there are: "a, b, c and 4 more"."""
    known = [printable(name) for name in names]
    rest = len(known) - SHOWN
    return ", ".join(known[:SHOWN]) + (f" and {rest:,} more" if rest > 0 else "")
