"""Hunches: "it must be the background", turned into a controlled test.

`hunches()` lists them, `parse_hunches()` finds those that a typed text means, `test_hunch()` tests one, and
`test_hunches()` tests several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.hunches.base import Evidence, HunchInfo, TestSettings, Treatment, Verdict
from core.hunches.mask_edits import object_masks
from core.hunches.parser import ParsedHunch, UnderstoodWord, asks_in_general, parse_hunches
from core.hunches.registry import hunch_info, hunches
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.hunches.test_hunch import plan_tests, rank_verdicts, restore_pictures, test_hunch, test_hunches

_PLACES = dict.fromkeys(("plan_tests", "rank_verdicts", "restore_pictures", "test_hunch", "test_hunches"), "test_hunch")

__all__ = [
    "Evidence",
    "HunchInfo",
    "ParsedHunch",
    "TestSettings",
    "Treatment",
    "UnderstoodWord",
    "Verdict",
    "asks_in_general",
    "hunch_info",
    "hunches",
    "object_masks",
    "parse_hunches",
    "plan_tests",
    "rank_verdicts",
    "restore_pictures",
    "test_hunch",
    "test_hunches",
]

__getattr__ = lazy_import(__name__, _PLACES)
