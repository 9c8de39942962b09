"""Badges that were computed for a run, kept beside it, so that a link shows them without checking again.

One artefact a badge: badges/<run key>/<version>-<key>.npz.
"""

from __future__ import annotations

from core import records
from core.errors import Damaged, InputError
from core.store import Store, beside, default_store
from core.trust.badges import Badge

FOLDER = "badges"
VERSION = 1
"""To be raised whenever a check changes: badges from before are then computed again."""


def save(run: str, key: str, badge: Badge, store: Store | None = None) -> None:
    """Keep a badge.

    Args:
        run: the run's key.
        key: a digest of everything else that the badge depends on: method, settings, pictures.
        badge: the badge.
        store: where; None for the default.
    """
    (store or default_store()).write(_name(run, key), records.to_bytes(badge))


def load(run: str, key: str, store: Store | None = None) -> Badge | None:
    """A badge that was kept; None where there is none.

    Args:
        run: the run's key.
        key: as it was saved.
        store: where; None for the default.
    """
    try:
        return (store or default_store()).load(_name(run, key), lambda content: records.from_bytes(content, Badge))
    except (KeyError, Damaged, InputError):
        # It is computed again.
        return None


def keys(run: str, store: Store | None = None) -> set[str]:
    """The keys of all badges of a run that were kept."""
    start = f"{beside(run, FOLDER)}/{VERSION}-"
    names = (store or default_store()).names(beside(run, FOLDER))
    return {name.removeprefix(start).removesuffix(".npz") for name in names if name.startswith(start)}


def _name(run: str, key: str) -> str:
    return f"{beside(run, FOLDER)}/{VERSION}-{key}.npz"
