"""What a menu says of a data set, and how it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.datasets.base import Splits
from core.settings import Settings


@dataclass(frozen=True)
class DatasetInfo:
    """What a menu says of a data set, and how it is loaded.

    Args:
        name: what `load` calls it.
        title: what a person calls it.
        help: one or two sentences in plain words.
        Settings: its dials.
        load: makes the splits from those dials.
        downloads: whether its first use needs the network.
        order: its place in menus; lower comes first.
    """

    name: str
    title: str
    help: str
    Settings: type[Settings]
    load: Callable[[Any], Splits]
    downloads: bool = False
    order: int = 1000
