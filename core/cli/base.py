"""The declaration of a command."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A command of `python -m core`.

    Args:
        name: the word that calls it.
        summary: a line for the list of commands.
        parser: makes its options from the words after its name; some depend on others, such as a method's dials on the
            method.
        run: does the work and returns the exit code.
        order: its place in the list of commands; lower comes first.
    """

    name: str
    summary: str
    parser: Callable[[Sequence[str]], argparse.ArgumentParser]
    run: Callable[[argparse.Namespace], int]
    order: int = 1000
