"""Match typed hunches, such as "it's the blue background", to interventions and their settings.

There is no language model. Words are looked up in the tables of `vocabulary`, spelling mistakes are tolerated
(difflib), and each hunch is scored by the fraction of the recognised words that its own phrases explain; rare words
weigh more. Everything that was and was not recognised is returned, so that a person can see why, and correct it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from itertools import chain
from typing import Any

from core.errors import InputError
from core.hunches.base import HunchInfo
from core.hunches.registry import HUNCHES
from core.hunches.vocabulary import COLOURS, CONCEPTS, DENIALS, ENDS, FILLERS, GENERAL, PLACE_WORDS, PLACES
from core.settings import Dial

COLOUR, PLACE, NUMBER = "{colour}", "{place}", "{number}"
CLOSE, SHORTEST = 0.84, 4  # how alike a misspelt word must be, and how long
HALF = 0.5  # part of a phrase that must be there
LEAST = 0.25  # score, as a share of the best one's, that is still returned
ENDINGS = ("s", "ed", "ing", "es")
LONGEST = 4  # words in the longest entry of the tables
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)?|[%°,.;]")
_UNITS = {"degrees": "degrees", "degree": "degrees", "°": "degrees", "%": "%", "percent": "%", "times": "times"}
_FIELDS: dict[str, tuple[str, ...]] = {
    "degrees": ("degrees",),
    "%": ("share", "width", "strength", "radius", "quality"),
    "times": ("factor",),
    "": ("degrees", "quality", "patches", "cycles", "factor", "amount"),
}
"""Which settings a number can set, by its unit."""


@dataclass(frozen=True)
class UnderstoodWord:
    """One recognised piece of the typed text.

    Args:
        typed: the word or words as typed.
        meant: what they were recognised as, in plain words.
        guessed: whether the spelling was corrected.
    """

    typed: str
    meant: str
    guessed: bool = False


@dataclass(frozen=True)
class ParsedHunch:
    """One interpretation of a typed text.

    Args:
        hunch: name of the hunch.
        title: its title.
        settings: the settings that the words set; all others keep their defaults.
        score: 0 to 1, the fraction of the recognised words that this hunch explains, with rare words weighing more.
        matched: the words that support it.
        unused: words that it does not use.
        sentence: what was understood, in plain words.
    """

    hunch: str
    title: str
    settings: Mapping[str, Any]
    score: float
    matched: tuple[UnderstoodWord, ...]
    unused: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class _Unit:
    """A piece of the text: the concepts that it may stand for, and the value of a colour, place or number."""

    typed: str
    concepts: frozenset[str]
    value: Any = None
    guessed: bool = False
    denied: bool = False


def parse_hunches(text: str, *, limit: int = 5) -> list[ParsedHunch]:
    """The hunches that a text may mean, most likely first; empty if no word is recognised.

    Args:
        text: free text in English.
        limit: largest number of hunches to return, at least 1.

    Raises:
        InputError: for a limit below 1.
    """
    if limit < 1:
        raise InputError("The limit should be at least 1", f"{limit}")
    units = _units(text)
    heard = [unit for unit in units if unit.concepts and not unit.denied]
    total = sum(_weight(unit) for unit in heard)
    if total == 0:
        return []
    found = [_parse_as(info, units, heard, total) for info in HUNCHES.entries().values()]
    ranked = sorted((reading for reading in found if reading is not None), key=lambda reading: -reading.score)
    return [reading for reading in ranked if reading.score >= LEAST * ranked[0].score][:limit]


def asks_in_general(text: str) -> bool:
    """Whether a text asks if anything is wrong at all, such as "is it cheating?", and names nothing to change.

    Args:
        text: what somebody typed, in English.
    """
    plain = f" {' '.join(_words(text))} "
    return not parse_hunches(text) and any(f" {phrase} " in plain for phrase in GENERAL)


def _parse_as(info: HunchInfo, units: list[_Unit], heard: list[_Unit], total: float) -> ParsedHunch | None:
    used, together = _explained_units(info, heard)
    if not used:
        return None
    settings, turned = _settings(info, heard, used)
    explained = [unit for unit in heard if unit in used or unit in turned]
    weight = sum(_weight(unit) for unit in explained)
    matched = tuple(_understood_word(unit, info) for unit in explained)
    unused = tuple(f"{unit.typed} (denied)" if unit.denied else unit.typed for unit in units if unit not in explained)
    reading = ParsedHunch(info.name, info.title, settings, together * weight / total, matched, unused, "")
    return replace(reading, sentence=_sentence(reading))


def _explained_units(info: HunchInfo, heard: list[_Unit]) -> tuple[list[_Unit], float]:
    """The units that the hunch's phrases explain, and how well: 1 where one whole phrase explains all of them.

    A phrase of which less than half is missing counts by the square of the part that is present.
    """
    best, everything = 0.0, set[str]()
    for phrase in (*info.says, *info.means):
        there = [concept for concept in _concepts(phrase) if any(_stands_for(unit, concept, info) for unit in heard)]
        part = _worth(there) / _worth(_concepts(phrase))
        if part >= HALF:
            everything.update(there)
            best = max(best, part * part * _worth(there))
    together = best / max(_worth(everything), 1e-9)
    return [unit for unit in heard if any(_stands_for(unit, concept, info) for concept in everything)], together


def _worth(concepts: Iterable[str]) -> float:
    weights = _lexicon().weights
    return sum(weights[concept] for concept in concepts)


def _units_of_phrase(phrase: str, info: HunchInfo, heard: list[_Unit]) -> list[_Unit]:
    """The units that stand for the words of one phrase; empty unless all of its words are present."""
    found = [next((unit for unit in heard if _stands_for(unit, concept, info)), None) for concept in _concepts(phrase)]
    return [] if None in found else [unit for unit in found if unit is not None]


def _stands_for(unit: _Unit, concept: str, info: HunchInfo) -> bool:
    if concept not in unit.concepts:
        return False
    return concept != COLOUR or unit.value in _dial(info, "colour").options


def _settings(info: HunchInfo, heard: list[_Unit], used: list[_Unit]) -> tuple[dict[str, Any], list[_Unit]]:
    """The settings that the words set, and the units that set them. A value out of bounds sets nothing."""
    settings: dict[str, Any] = {}
    turned: list[_Unit] = []
    for phrase, meaning in sorted(info.means.items(), key=lambda item: len(_concepts(item[0]))):
        units = _units_of_phrase(phrase, info, heard)
        if units:
            settings.update(meaning)
            turned += units
    for unit in heard:
        found = _unit_settings(info, unit, unit in used)
        if found and _valid(info, {**settings, **found}):
            settings.update(found)
            turned.append(unit)
    return settings, turned


def _unit_settings(info: HunchInfo, unit: _Unit, used: bool) -> dict[str, Any]:
    names = info.Settings.model_fields
    if COLOUR in unit.concepts and "colour" in names and unit.value in _dial(info, "colour").options:
        return {"colour": unit.value}
    if PLACE in unit.concepts and {"x", "y", "width", "height"} <= set(names) and used:
        return dict(PLACES[unit.value])
    if PLACE in unit.concepts and "way" in names:
        way = {"top": "up", "bottom": "down"}.get(unit.value, unit.value)
        return {"way": way} if way in _dial(info, "way").options else {}
    if NUMBER in unit.concepts:
        return _number_settings(info, *unit.value)
    return {}


def _number_settings(info: HunchInfo, number: float, kind: str) -> dict[str, Any]:
    for name in _FIELDS[kind]:
        if name in info.Settings.model_fields:
            whole = _dial(info, name).kind == "whole"
            return {name: round(number) if whole else number / 100 if kind == "%" else number}
    return {}


def _valid(info: HunchInfo, settings: Mapping[str, Any]) -> bool:
    try:
        info.Settings.of(**settings)
    except InputError:
        return False
    return True


def _dial(info: HunchInfo, name: str) -> Dial:
    return next((dial for dial in info.Settings.dials() if dial.name == name), _NO_DIAL)


_NO_DIAL = Dial("", "", "", "text", None, None, None, None, "", (), False, False, False)


def _understood_word(unit: _Unit, info: HunchInfo) -> UnderstoodWord:
    return UnderstoodWord(unit.typed, _meant(unit, info), unit.guessed)


def _meant(unit: _Unit, info: HunchInfo) -> str:
    if COLOUR in unit.concepts:
        return f"the colour {unit.value}"
    if PLACE in unit.concepts and unit.value is not None:
        return f"the place {unit.value}"
    if NUMBER in unit.concepts:
        return f"the number {unit.value[0]:g}{'' if unit.value[1] in ('', 'times') else ' ' + unit.value[1]}"
    own = {concept for phrase in (*info.says, *info.means) for concept in _concepts(phrase)}
    return min(unit.concepts & own or unit.concepts)


def _sentence(reading: ParsedHunch) -> str:
    pairs = [f"“{item.typed}” as {item.meant}" for item in reading.matched]
    unused = f" Not used: {', '.join(reading.unused)}." if reading.unused else ""
    return f"{reading.title}: understood {', '.join(pairs)}.{unused}"


def _weight(unit: _Unit) -> float:
    """How informative a piece of text is: more so if few hunches use it. Numbers and unknown words count nothing."""
    weights = _lexicon().weights
    return max((weights.get(concept, 0.0) for concept in unit.concepts), default=0.0)


@dataclass(frozen=True, eq=False)
class _Lexicon:
    """What all hunches together give a reader to go by.

    Args:
        synonyms: concept -> the words that mean it: the shared vocabulary, and each hunch's own.
        phrases: every phrase of every hunch -> its concepts.
        weights: concept -> log(1 + hunches / hunches that speak of it).
        table: every word and group of words that is known -> the concepts that it may stand for, and its value.
    """

    synonyms: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, float]
    table: Mapping[str, tuple[frozenset[str], Any]]


def _lexicon() -> _Lexicon:
    return _lexicon_of(tuple(HUNCHES.entries()))


@cache
def _lexicon_of(names: tuple[str, ...]) -> _Lexicon:
    infos = [HUNCHES.get(name) for name in names]
    synonyms = dict(CONCEPTS)
    for info in infos:
        for concept, words in info.vocabulary.items():
            synonyms[concept] = (*synonyms.get(concept, ()), *words)
    spoken = [{phrase: _split(phrase, synonyms) for phrase in (*info.says, *info.means)} for info in infos]
    counts = Counter(concept for phrases in spoken for concept in dict.fromkeys(chain.from_iterable(phrases.values())))
    return _Lexicon(
        synonyms,
        {phrase: concepts for phrases in spoken for phrase, concepts in phrases.items()},
        {concept: math.log(1 + len(infos) / count) for concept, count in counts.items()},
        _table(synonyms, counts),
    )


def _concepts(phrase: str) -> tuple[str, ...]:
    """A hunch's own phrase as concepts."""
    return _lexicon().phrases[phrase]


def _split(phrase: str, synonyms: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """A phrase as concepts: those of the vocabulary where they are, single words where they are not."""
    if phrase in synonyms:
        return (phrase,)
    words, found = phrase.split(), []
    while words:
        size = next((n for n in range(min(LONGEST, len(words)), 1, -1) if " ".join(words[:n]) in synonyms), 1)
        found.append(" ".join(words[:size]))
        words = words[size:]
    return tuple(concept for concept in found if concept in synonyms or concept not in FILLERS)


def _table(synonyms: Mapping[str, tuple[str, ...]], spoken: Iterable[str]) -> dict[str, tuple[frozenset[str], Any]]:
    table: dict[str, tuple[frozenset[str], Any]] = {}

    def add(words: str, concept: str, value: Any = None) -> None:
        known, old = table.get(words, (frozenset(), None))
        table[words] = known | {concept}, value if value is not None else old

    for concept in spoken:
        if not concept.startswith("{"):
            add(concept, concept)
    for concept, others in synonyms.items():
        for words in (concept, *others):
            add(words, concept)
    for colour, others in COLOURS.items():
        for words in (colour, *others):
            add(words, COLOUR, colour)
    for place, others in PLACE_WORDS.items():
        for words in (place, *others):
            add(words, PLACE, place)
    return table


@dataclass
class _Reader:
    """Cuts a text into units, the longest known group of words first."""

    words: list[str]
    at: int = 0
    denied: bool = False
    units: list[_Unit] = field(default_factory=list)

    def read(self) -> list[_Unit]:
        while self.at < len(self.words):
            self._next()
        return self.units

    def _next(self) -> None:
        for size in range(LONGEST, 0, -1):
            group = " ".join(self.words[self.at : self.at + size])
            if self._denial(group) or self._known(group, size):
                self.at += size
                return
        word = self.words[self.at]
        self.at += 1
        if word in ENDS:
            self.denied = False
        elif word[0].isdigit() and math.isfinite(float(word)):
            self._number(float(word))
        elif word[0].isalnum() and word not in FILLERS:
            self._unknown(word)

    def _denial(self, group: str) -> bool:
        if group in DENIALS:
            self.denied = True
            return True
        return False

    def _known(self, group: str, size: int) -> bool:
        table = _lexicon().table
        entry = next((form for form in (group, group.removesuffix("s")) if form in table), None)
        if entry is None or len(group.split()) < size or (size == 1 and group in FILLERS):
            return False
        concepts, value = table[entry]
        self.units.append(_Unit(group, concepts, value, denied=self.denied))
        return True

    def _number(self, number: float) -> None:
        unit = self.words[self.at] if self.at < len(self.words) else ""
        kind = _UNITS.get(unit, "")
        if kind:
            self.at += 1
        typed = f"{number:g} {unit}".strip() if kind else f"{number:g}"
        self.units.append(_Unit(typed, frozenset({NUMBER}), (number, kind), denied=self.denied))

    def _unknown(self, word: str) -> None:
        near = _nearest(word)
        concepts, value = _lexicon().table[near] if near else (frozenset[str](), None)
        self.units.append(_Unit(word, concepts, value, bool(near), self.denied))


def _units(text: str) -> list[_Unit]:
    return _Reader(_words(text)).read()


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("’", "'").replace("-", " "))


def _nearest(word: str) -> str | None:
    """The known single word that a misspelt or inflected one is closest to; None where none is close."""
    known = [entry for entry in _lexicon().table if " " not in entry and len(entry) >= SHORTEST and entry[0] == word[0]]
    for form in (word, *(word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending))):
        if len(form) < SHORTEST:
            continue
        mixed = [entry for entry in known if sorted(entry) == sorted(form)]
        near = mixed or get_close_matches(form, known, n=1, cutoff=CLOSE)
        if near:
            return near[0]
    return None
