"""Hunches: "it must be the background", turned into a controlled test.

`hunches()` lists them, `understand()` finds those that typed words mean, `test_hunch()` tries one, and
`test_hunches()` several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.hunches.base import Arms, Evidence, HunchInfo, TestSettings, Verdict
from core.hunches.material import object_masks
from core.hunches.registry import hunch_info, hunches
from core.hunches.words import Reading, Understood, understand
from core.lazily import lazily

if TYPE_CHECKING:
    from core.hunches.testing import planned, ranked, test_hunch, test_hunches

_PLACES = dict.fromkeys(("planned", "ranked", "test_hunch", "test_hunches"), "testing")

__all__ = [
    "Arms",
    "Evidence",
    "HunchInfo",
    "Reading",
    "TestSettings",
    "Understood",
    "Verdict",
    "hunch_info",
    "hunches",
    "object_masks",
    "planned",
    "ranked",
    "test_hunch",
    "test_hunches",
    "understand",
]

__getattr__ = lazily(__name__, _PLACES)
