"""From a suspect to the fixes that suit it, with what the diagnosis found as their settings."""

from __future__ import annotations

from typing import Any

from core.diagnosis.base import Suspect
from core.repair.registry import fixes


def settings_for(suspect: Suspect) -> dict[str, dict[str, Any]]:
    """The suspect's fixes by name, the best suited first, each with what was found: a box, a border, a fault.

    What is left out of the settings is decided by the fix itself.
    """
    known = fixes()
    return {name: known[name].settings_for(suspect) for name in suspect.fixes if name in known}
