"""What the guide has to say, as assets/guide holds it: one entry for each method, technique, flaw and way of fixing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GUIDE = Path(__file__).parents[3] / "assets" / "guide"
HOWTO = Path(__file__).parents[3] / "assets" / "howto"
METHODS, FLAWS, HOWTOS = "Attribution methods", "Flaws", "From a wrong answer to a proven fix"
GLOSSARY = "glossary"


@dataclass(frozen=True)
class Entry:
    """One page of the guide.

    Args:
        name: what a link calls it: ?entry=name.
        title: what a person calls it.
        section: under which it is listed.
        text: what it is, in plain words.
        misleads: when not to believe it, in plain words; empty for ways of fixing and the glossary.
    """

    name: str
    title: str
    section: str
    text: str = ""
    misleads: str = ""


@cache
def entries() -> dict[str, Entry]:
    """Every entry by name, section by section."""
    found = [*_howtos(), *_techniques(), *_methods(), *_flaws(), Entry(GLOSSARY, "Glossary", "Words")]
    return {entry.name: entry for entry in found}


def sections() -> dict[str, list[Entry]]:
    """The entries of each section, in order."""
    found: dict[str, list[Entry]] = {}
    for entry in entries().values():
        found.setdefault(entry.section, []).append(entry)
    return found


def _methods() -> list[Entry]:
    from core import attribution

    known = attribution.methods()
    return [Entry(name, known[name].title, METHODS, **words) for name, words in _read("methods").items()]


def _flaws() -> list[Entry]:
    from core import flaws

    # The clean control is called "none" there, which says little among other names.
    return [Entry(_linked(name), flaws.info(name).title, FLAWS, **words) for name, words in _read("flaws").items()]


def _linked(flaw: str) -> str:
    return f"flaw_{flaw}"


def flaw_of(entry: Entry) -> str:
    """The flaw that an entry is about, as `core.flaws` calls it."""
    return entry.name.removeprefix("flaw_")


def _techniques() -> list[Entry]:
    return [Entry(name, **words) for name, words in _read("techniques").items()]


def _howtos() -> list[Entry]:
    return [Entry(path.stem, howto_title(path), HOWTOS) for path in sorted(HOWTO.glob("*.py"))]


def howto_title(path: Path) -> str:
    """The heading with which a way of fixing begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("# # ") for line in lines if line.startswith("# # "))


def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((GUIDE / f"{name}.toml").read_text(encoding="utf-8"))
