"""The study in a few words: how often tools name what is wrong, unprompted, and how often they rightly say nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.experiments.study.conclusions.advice import is_heatmap
from core.experiments.study.tables import ANY_FLAW, ANY_HEALTHY
from core.experiments.summary import frequency
from core.text import join_words

CLEARLY = 0.1  # difference of two shares that is called more
SEARCH, HUNCHES = "diagnosis", "hunches"
MIDDLING = "a middling heatmap"
WORDS = {SEARCH: "the search for the flaw", HUNCHES: "testing every hunch"}


@dataclass(frozen=True)
class StudyAnswer:
    """The study in a few words.

    Args:
        verdict: a few words.
        sentence: with the figures that matter.
        small: their intervals, and over how many networks.
    """

    verdict: str
    sentence: str
    small: str


@dataclass(frozen=True)
class _Told:
    """How often one tool names the right flaw, with its interval, and nothing on healthy networks; shares."""

    words: str
    share: float
    low: float
    high: float
    quiet: float


def study_answer(named: pd.DataFrame) -> StudyAnswer:
    """Whether tools name what is wrong, unprompted.

    Args:
        named: as `naming` gives it.
    """
    flawed, healthy = (named[named["condition"] == kind].set_index("tool") for kind in (ANY_FLAW, ANY_HEALTHY))
    maps = flawed["top1"][is_heatmap(flawed.reset_index()).to_numpy()].sort_values(kind="stable")
    wanted = {words: name for name, words in WORDS.items() if name in flawed.index}
    if len(maps):
        wanted[MIDDLING] = str(maps.index[len(maps) // 2])
    told = [
        _told(words, flawed[flawed.index == name].iloc[0], healthy["top1"].get(name)) for words, name in wanted.items()
    ]
    if not told:
        return StudyAnswer("Too few networks to tell", "No tool has been tried on enough networks yet.", "")
    first, *rest = told
    counts = [f"{first.words} named the right one {frequency(first.share)} times"]
    counts += [f"{each.words} {frequency(each.share)} times" for each in rest]
    sentence = f"Of 100 networks with a flaw, {join_words(counts)}, without a hint."
    quiet = [f"{each.words} on {frequency(each.quiet)}" for each in told if each.quiet == each.quiet]
    if quiet:
        sentence += f" Of 100 healthy networks, they rightly named nothing: {join_words(quiet)}."
    ranges = join_words(
        [f"{each.words} {frequency(each.low)} to {frequency(each.high)}" for each in told if each.low == each.low]
    )
    small = (
        f"Networks with a flaw: {int(flawed['n'].max())}; healthy: {int(healthy['n'].max()) if len(healthy) else 0}."
    )
    if ranges:
        small += f" 95% intervals, by groups of networks that share pictures: {ranges}."
    return StudyAnswer(_verdict(told), sentence, small)


def _told(words: str, row: pd.Series, quiet: float | None) -> _Told:
    return _Told(words, row["top1"], row["low"], row["high"], float("nan") if quiet is None else quiet)


def _verdict(told: list[_Told]) -> str:
    shares = {each.words: each.share for each in told}
    if WORDS[SEARCH] not in shares or MIDDLING not in shares:
        return "How often each tool names the flaw"
    ahead = shares[WORDS[SEARCH]] - shares[MIDDLING]
    if ahead >= CLEARLY:
        return "Tests name more flaws than heatmaps"
    return "Heatmaps name more flaws than tests" if ahead <= -CLEARLY else "Heatmaps name as many flaws as tests"
