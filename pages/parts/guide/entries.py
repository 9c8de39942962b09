"""What the guide says: one page for each method and flaw, in that entry's own words, each technique and each HOWTO."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parents[3] / "assets"
TECHNIQUES = ASSETS / "guide" / "techniques.toml"
HOWTO = ASSETS / "howto"
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

    found = attribution.methods().items()
    return [Entry(name, info.title, METHODS, info.text, info.misleads) for name, info in found]


def _flaws() -> list[Entry]:
    from core import flaws

    # The clean control is called "none" there, which says little among other names.
    found = (flaws.info(name) for name in flaws.names())
    return [Entry(_linked(info.name), info.title, FLAWS, info.text, info.misleads) for info in found]


def _linked(flaw: str) -> str:
    return f"flaw_{flaw}"


def flaw_of(entry: Entry) -> str:
    """The flaw that an entry is about, as `core.flaws` calls it."""
    return entry.name.removeprefix("flaw_")


def _techniques() -> list[Entry]:
    words = tomllib.loads(TECHNIQUES.read_text(encoding="utf-8"))
    return [Entry(name, **fields) for name, fields in words.items()]


def _howtos() -> list[Entry]:
    return [Entry(path.stem, howto_title(path), HOWTOS) for path in sorted(HOWTO.glob("*.py"))]


def howto_title(path: Path) -> str:
    """The heading with which a way of fixing begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("# # ") for line in lines if line.startswith("# # "))
