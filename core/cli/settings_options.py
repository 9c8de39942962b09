"""Options made from `Settings`, one for each dial."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from typing import Any

from core.settings import Dial, Settings


def new_parser(command: str, summary: str) -> argparse.ArgumentParser:
    """A parser whose options cannot be abbreviated, so that a new dial never changes what an old script means."""
    name = f"python -m core {command}"
    return argparse.ArgumentParser(prog=name, usage=f"{name} [options]", description=summary, allow_abbrev=False)


def add_dials(
    parser: argparse.ArgumentParser,
    settings: type[Settings],
    title: str,
    prefix: str = "",
    *,
    plain: Collection[str] | None = None,
) -> None:
    """Add a group with an option for each dial; what is not given on the command line is left out of the result.

    Args:
        parser: gets the group.
        settings: whose dials they are.
        title: heads the group in `--help`.
        prefix: goes before the names of options, with a dash.
        plain: names that do without the prefix; all or none where None, as there is a prefix or not.
    """
    group = parser.add_argument_group(title)
    for dial in settings.dials():
        bare = not prefix or (plain is not None and dial.name in plain)
        option = ("" if bare else f"{prefix}-") + dial.name.replace("_", "-")
        group.add_argument(f"--{option}", dest=_place(settings, dial), default=argparse.SUPPRESS, **_argument(dial))


def given(options: argparse.Namespace, settings: type[Settings]) -> dict[str, Any]:
    """The dials that were set on the command line, by name."""
    values = vars(options)
    return {dial.name: values[_place(settings, dial)] for dial in settings.dials() if _place(settings, dial) in values}


def _place(settings: type[Settings], dial: Dial) -> str:
    return f"{settings.__name__}.{dial.name}"


def _argument(dial: Dial) -> dict[str, Any]:
    told = {"help": _help(dial)}
    if dial.kind == "flag":
        return {**told, "action": argparse.BooleanOptionalAction}
    if dial.kind == "whole":
        return {**told, "type": int, "metavar": "N"}
    if dial.kind == "real":
        return {**told, "type": float, "metavar": "X"}
    if dial.kind == "choice":
        return {**told, "choices": dial.options, "type": type(dial.options[0])}
    if dial.kind == "choices":
        return {**told, "nargs": "+", "metavar": "WORD"}
    return {**told, "metavar": "WORD"}


def _help(dial: Dial) -> str:
    default = "decided for you" if dial.default is None else dial.default
    if isinstance(default, tuple):
        default = " ".join(str(item) for item in default)
    facts = [f"default {default}"]
    if dial.low is not None and dial.high is not None:
        facts.append(f"{dial.low:g} to {dial.high:g}{' ' + dial.unit if dial.unit else ''}")
    if dial.kind == "choices" and dial.options:
        facts.append(f"of {' '.join(str(option) for option in dial.options)}")
    return f"{dial.help} ({'; '.join(facts)})".replace("%", "%%")
