"""The kinds of acceptance check: one file each in `kinds/`."""

from __future__ import annotations

from core.acceptance.base import CheckKind
from core.registry import Registry

KINDS: Registry[CheckKind] = Registry("core.acceptance.kinds", "KIND", "kinds of check")


def check_kinds() -> dict[str, CheckKind]:
    """Every kind by name."""
    return dict(KINDS.entries())
