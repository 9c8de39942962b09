"""Hunches: "it must be the background", turned into a controlled test.

`hunches()` lists them, `understand()` finds those that typed words mean, `test_hunch()` tries one, and
`test_hunches()` several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.hunches.base import Arms, Evidence, HunchInfo, TestSettings, Verdict
from core.hunches.material import object_masks
from core.hunches.registry import hunch_info, hunches
from core.hunches.words import Reading, Understood, understand

if TYPE_CHECKING:
    from core.hunches.testing import planned, ranked, test_hunch, test_hunches

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


def __getattr__(name: str) -> Any:
    """Whatever tests brings in TensorFlow, so it is loaded when it is first asked for."""
    if name not in ("planned", "ranked", "test_hunch", "test_hunches"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from core.hunches import testing

    return getattr(testing, name)
