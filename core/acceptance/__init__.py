"""Acceptance checks: a flaw that was fixed cannot come back unseen.

A verdict, a suspect or a proof becomes a check, kept in a TOML file: "the background changes at most 5 of 100 answers",
"no group below 85 of 100", "nothing raised". `run_checks` tries them all on a new version of the network;
`python -m core check` prints the outcomes beside the last version's figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.acceptance.base import Check, Outcome
from core.acceptance.file import read_checks, write_checks
from core.acceptance.registry import check_kinds
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.acceptance.from_proof import check_from_proof
    from core.acceptance.run import run_checks

_PLACES = {"check_from_proof": "from_proof", "run_checks": "run"}

__all__ = ["Check", "Outcome", "check_from_proof", "check_kinds", "read_checks", "run_checks", "write_checks"]

__getattr__ = lazy_import(__name__, _PLACES)
