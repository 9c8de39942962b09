"""Output paths, checked before the work begins."""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError


def checked_out(out: Path | None) -> Path | None:
    """The same path; InputError if its folder does not exist."""
    if out is not None and not out.absolute().parent.is_dir():
        raise InputError("The output folder should exist", str(out.parent), "Create it first.")
    return out
