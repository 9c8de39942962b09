"""The fixes that a ladder tries, with their settings, parsed from the caller's argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.repair.base import FixInfo
from core.repair.registry import fix_info
from core.settings import Settings

Fixes = Sequence[str] | Mapping[str, Mapping[str, Any]]
AS_IT_IS, KEEP_TRAINING = "as it is", "keep training"
CONTROLS = (AS_IT_IS, KEEP_TRAINING)
JOINED = "+"


@dataclass(frozen=True)
class Rung:
    """One row of a ladder: a control, a fix, or several fixes in sequence.

    Args:
        name: name in the table, such as "colour_jitter" or "background_randomised+colour_jitter".
        title: display name.
        steps: the fixes with their settings; empty for a control.
    """

    name: str
    title: str
    steps: tuple[tuple[FixInfo, Settings], ...] = ()

    @property
    def control(self) -> bool:
        """Whether it is one of the two controls."""
        return self.name in CONTROLS

    @property
    def effort(self) -> float:
        """Training steps, as a multiple of the original training's."""
        return max((fix.effort(settings) for fix, settings in self.steps), default=0.0)

    @property
    def cost(self) -> float:
        """How many times longer a step takes."""
        product = 1.0
        for fix, settings in self.steps:
            product *= fix.cost(settings)
        return product

    def plain(self) -> list[dict[str, Any]]:
        """The steps as JSON-serialisable values."""
        return [{"name": fix.name, "settings": settings.model_dump(mode="json")} for fix, settings in self.steps]


def rungs_for(fixes: Fixes) -> list[Rung]:
    """The controls, then the fixes in the given order.

    Args:
        fixes: names, several joined by "+" for a combination; or names with their settings. In a combination, each fix
            takes the settings that it has; a fix's name with a dict of settings applies to that fix alone.

    Raises:
        InputError: for no fix, an unknown name or setting, or a duplicate.
    """
    given = fixes if isinstance(fixes, Mapping) else {name: {} for name in _names(fixes)}
    if not given:
        raise InputError("A ladder needs at least one fix", "none")
    chosen = [_rung(name, settings) for name, settings in given.items()]
    return [Rung(AS_IT_IS, "As it is"), Rung(KEEP_TRAINING, "Trained on as before"), *chosen]


def _names(fixes: Sequence[str]) -> list[str]:
    names = [fixes] if isinstance(fixes, str) else list(fixes)
    if len(set(names)) < len(names):
        raise InputError("Each fix should be listed once", ", ".join(names))
    return names


def _rung(name: str, settings: Mapping[str, Any]) -> Rung:
    infos = [fix_info(part.strip()) for part in name.split(JOINED)]
    alone = {info.name: settings[info.name] for info in infos if isinstance(settings.get(info.name), Mapping)}
    shared = {key: value for key, value in settings.items() if key not in alone}
    known = {field for info in infos for field in info.Settings.model_fields}
    unknown = sorted(set(shared) - known)
    if unknown:
        raise InputError(f"{name} has the settings {', '.join(sorted(known)) or 'none'}", ", ".join(unknown))
    steps = []
    for info in infos:
        mine = {key: value for key, value in shared.items() if key in info.Settings.model_fields}
        steps.append((info, info.Settings.of(**{**mine, **alone.get(info.name, {})})))
    title = " + ".join([infos[0].title, *(info.title.lower() for info in infos[1:])])
    return Rung(JOINED.join(info.name for info in infos), title, tuple(steps))
