"""Options generated from `Settings`, one per field."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from typing import Any

from core.settings import Dial, Settings


def new_parser(command: str, summary: str) -> argparse.ArgumentParser:
    """A parser without abbreviated options, so that a new setting never changes the meaning of an old script."""
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
    """Add a group with an option for each setting; options that are not given are left out of the result.

    Args:
        parser: gets the group.
        settings: the settings class.
        title: title of the group in `--help`.
        prefix: prepended to the option names, with a dash.
        plain: names without the prefix; None for all or none of them, depending on whether there is a prefix.
    """
    group = parser.add_argument_group(title)
    for dial in settings.dials():
        bare = not prefix or (plain is not None and dial.name in plain)
        option = ("" if bare else f"{prefix}-") + dial.name.replace("_", "-")
        group.add_argument(f"--{option}", dest=_place(settings, dial), default=argparse.SUPPRESS, **_argument(dial))


def given_settings(options: argparse.Namespace, settings: type[Settings]) -> dict[str, Any]:
    """The settings that were given on the command line, by name."""
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
