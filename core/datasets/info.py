"""The declaration of a data set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.datasets.base import Splits
from core.settings import Settings


@dataclass(frozen=True)
class DatasetInfo:
    """Declaration of a data set, for menus and `load`.

    Args:
        name: identifier that `load` takes.
        title: display name.
        help: one or two sentences in plain words.
        Settings: its settings class.
        load: settings -> splits.
        downloads: whether its first use needs the internet.
        order: position in menus; lower comes first.
    """

    name: str
    title: str
    help: str
    Settings: type[Settings]
    load: Callable[[Any], Splits]
    downloads: bool = False
    order: int = 1000
