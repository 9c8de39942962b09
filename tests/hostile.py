"""What a hostile file costs: seconds of computing, which a busy machine does not stretch, and megabytes."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.errors import HunchError

STATUS = Path("/proc/self/status")


@dataclass
class Cost:
    """Filled in when the block ends."""

    seconds: float = 0.0
    megabytes: float = 0.0


@contextmanager
def cost() -> Iterator[Cost]:
    """Measure a block: the processor's time, and how far the process's memory rose above where it began."""
    measured, before = Cost(), 0.0
    gc.collect()
    _give_back()
    if STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = _memory("VmRSS")
    start = time.process_time()
    try:
        yield measured
    finally:
        measured.seconds = time.process_time() - start
        if STATUS.exists():
            measured.megabytes = _memory("VmHWM") - before


def sentence_of(work: Callable[[], Any]) -> str:
    """The sentence with which it was refused; a failed test where it was not."""
    with pytest.raises(HunchError) as caught:
        work()
    assert caught.value.sentence.strip().endswith((".", "!", "?")), caught.value.sentence
    assert "Traceback" not in caught.value.sentence
    return caught.value.sentence


def outcome(work: Callable[[], Any]) -> Any:
    """What a piece of work gives, or the sentence with which it refuses; any other error is a failed test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return work()
        except HunchError as error:
            return error.sentence


def is_sentence(found: Any) -> bool:
    """Whether a piece of work was refused as it should be."""
    return isinstance(found, str) and found.strip().endswith((".", "!", "?")) and "Traceback" not in found


def left_behind(folder: Path) -> list[str]:
    """The names in a folder for temporary files."""
    return sorted(path.name for path in folder.iterdir())


def _give_back() -> None:
    """Let the allocator return what was freed, so that it is not taken again unseen."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _memory(field: str) -> float:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) / 1024
