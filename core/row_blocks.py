"""Going through rows a few at a time, so that what a step copies of them stays small."""

from __future__ import annotations

from collections.abc import Iterator

TOGETHER = 32  # pictures that a step of arithmetic copies at once: all of them would take many times their memory


def row_blocks(count: int, size: int = TOGETHER) -> Iterator[slice]:
    """Slices of at most `size` rows, at least 1, which cover `count` rows in their order; none for no row."""
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
