"""Progress on stderr, interruption without data loss, and a quiet start of TensorFlow."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Column

from core.errors import Cancelled
from core.progress import OnStep


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[OnStep]:
    """An `OnStep` that draws a bar on stderr. One interruption stops the work at its next step, a second one at
    once.
    """
    interrupted = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            raise KeyboardInterrupt
        interrupted = True

    columns = (
        TextColumn("{task.description}", table_column=Column(no_wrap=True, min_width=len(title))),
        BarColumn(bar_width=20, table_column=Column(min_width=20)),
        TaskProgressColumn(table_column=Column(no_wrap=True, min_width=4)),
        TextColumn("{task.fields[note]}", table_column=Column(no_wrap=True, ratio=1)),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown, _on_interrupt(interrupt):
        task = shown.add_task(title, total=None, note="")

        def on_step(done: int, total: int, note: str = "") -> None:
            if interrupted:
                raise Cancelled("Interrupted.")
            shown.update(task, completed=done, total=total, note=note)

        yield on_step


@contextlib.contextmanager
def _on_interrupt(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle SIGINT otherwise for a while; only the main thread of a program may."""
    try:
        before = signal.signal(signal.SIGINT, handler)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def load_tensorflow_quietly() -> None:
    """Import TensorFlow without the lines that its C++ part writes to stderr at any log level."""
    sys.stderr.flush()
    kept = os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silence, 2)
        import tensorflow  # noqa: F401
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(silence)
