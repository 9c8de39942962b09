"""Flaws planted on purpose, each with its answer key, to learn from and to test every tool on.

Every flaw is one file in `catalogue/`. Several flaws are planted in their `order`: scenes and objects first, then what
is put on top, labels, counts, specs and serving.
"""

from __future__ import annotations

from typing import Any

from core.datasets.base import Splits
from core.errors import InputError
from core.flaws.base import Answer, FlawInfo, Planted, with_groups
from core.flaws.catalogue import none
from core.registry import Registry
from core.settings import Settings

FLAWS: Registry[FlawInfo] = Registry("core.flaws.catalogue", "INFO", "flaws")

UNFORESEEN = "shortcut"
"""Name that the diagnosis gives to a shortcut that is not in the catalogue, and so cannot be planted."""

__all__ = ["Answer", "FlawInfo", "Planted", "info", "is_shortcut", "names", "plant"]


def names() -> list[str]:
    """The names of all flaws; "none", the clean control, is the first."""
    return FLAWS.names()


def info(name: str) -> FlawInfo:
    """The declaration of a flaw.

    Args:
        name: an entry of `names()`.

    Raises:
        InputError: for an unknown name.
    """
    return FLAWS.get(name)


def is_shortcut(name: str) -> bool:
    """Whether a flaw makes a network right for the wrong reason; also true of one that the catalogue does not know."""
    return name == UNFORESEEN or info(name).shortcut


def plant(
    splits: Splits, flaw: str | tuple[str, ...], *, strength: float = 1.0, seed: int = 0, **settings: Any
) -> Planted:
    """Plant one flaw or several.

    Args:
        splits: healthy data; not changed.
        flaw: a name, several joined by "+", or a tuple of names. They are planted in the order of `names()`.
        strength: 0 (no effect) to 1; `info(flaw).strength` says what it controls.
        seed: makes it repeatable, and decides whatever the settings leave open.
        settings: the flaw's settings (`info(flaw).Settings`). With several flaws, each takes the settings that it has;
            a
            flaw's name with a dict, such as sticker={"corner": "upper left"}, applies to that flaw alone.

    Returns:
        The data that the team would have, the answer key, and an evaluation set (`judge`): test objects without the
        correlation, with groups in attributes.

    Raises:
        InputError: for an unknown flaw, setting or class, or a strength out of bounds.
        DataError: when the images do not allow this flaw.
    """
    chosen = _in_planting_order(flaw)
    if not 0 <= strength <= 1:
        raise InputError("The strength should be in 0 to 1", repr(strength))
    dials = _settings_by_flaw(chosen, settings)
    planted = _clean_control(splits)
    for each in chosen:
        planted = each.plant(planted, strength, seed, dials[each.name])
    return planted


def _clean_control(splits: Splits) -> Planted:
    return Planted(splits, None, None, none.ANSWER, with_groups(splits.test), (none.ANSWER,), splits)


def _in_planting_order(flaw: str | tuple[str, ...]) -> list[FlawInfo]:
    given = flaw.split("+") if isinstance(flaw, str) else list(flaw)
    wanted = {info(name.strip()).name for name in given}
    return [entry for name, entry in FLAWS.entries().items() if name in wanted]


def _settings_by_flaw(chosen: list[FlawInfo], settings: dict[str, Any]) -> dict[str, Settings]:
    """Each flaw's settings: the dials that it has, and those that name it."""
    alone = {each.name: settings[each.name] for each in chosen if isinstance(settings.get(each.name), dict)}
    shared = {name: value for name, value in settings.items() if name not in alone}
    fields = {each.name: set(each.Settings.model_fields) for each in chosen}
    known = set().union(*fields.values())
    unknown = sorted(set(shared) - known)
    if unknown:
        raise InputError(
            f"{' + '.join(fields)} has the settings {', '.join(sorted(known)) or 'none'}", ", ".join(unknown)
        )
    return {
        each.name: each.Settings.of(
            **{name: value for name, value in shared.items() if name in fields[each.name]}, **alone.get(each.name, {})
        )
        for each in chosen
    }
