"""The tools and the flaws of the study. A new attribution method is a tool by itself, and so is a studied flaw."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from core import flaws
from core.errors import InputError
from core.experiments import heatmaps, plain_figures, targeted_tests
from core.experiments.base import Tool


@cache
def tools() -> dict[str, Tool]:
    """Every tool by name, in the order in which tables list them."""
    everything = (*plain_figures.TOOLS, *heatmaps.heatmap_tools(), *targeted_tests.TOOLS)
    return {tool.name: tool for tool in everything}


def studied_flaws() -> tuple[str, ...]:
    """The names of the flaws that the study plants, in the order of the catalogue."""
    return tuple(name for name in flaws.names() if flaws.info(name).studied)


def chosen_tools(names: Iterable[str] | None) -> list[Tool]:
    """The tools of these names, all where None; InputError for one that does not exist."""
    return [tools()[name] for name in _checked(names, tuple(tools()), "tools")]


def chosen_flaws(names: Iterable[str] | None) -> list[str]:
    """The flaws of these names, all that are studied where None; InputError for another."""
    return _checked(names, studied_flaws(), "flaws of this experiment")


def _checked(names: Iterable[str] | None, known: tuple[str, ...], what: str) -> list[str]:
    wanted = list(known) if names is None else list(dict.fromkeys(names))
    strange = [name for name in wanted if name not in known]
    if strange or not wanted:
        raise InputError(f"The {what} are {', '.join(known)}", ", ".join(strange) or "none at all")
    return wanted
