"""From a suspect to the fixes that suit it, with settings taken from the diagnosis."""

from __future__ import annotations

from typing import Any

from core.diagnosis.base import Suspect
from core.repair.registry import fixes


def settings_for(suspect: Suspect) -> dict[str, dict[str, Any]]:
    """The suspect's fixes by name, best suited first, each with what was found: a box, a border, a fault.

    Args:
        suspect: an entry of `diagnose`.

    Returns:
        fix name -> settings; a fix decides any setting that is left out.
    """
    known = fixes()
    return {name: known[name].settings_for(suspect) for name in suspect.fixes if name in known}
