"""The study's advice in sentences: which tool tells a flaw, which heatmap, and how sure that is.

The diagnosis screen and the guide show these, and say nothing of their own. `advice_file` has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.experiments.study.conclusions import titles
from core.experiments.study.conclusions.advice import CHANCE, is_sure
from core.experiments.study.conclusions.advice_file import MATTERED, StudyAdvice
from core.experiments.study.conclusions.answer import SEARCH
from core.experiments.study.tables import ANY_FLAW, ANY_HEALTHY
from core.experiments.summary import frequency
from core.text import join_words, lower_first

EARLIER = "The search for the flaw has changed since: its figures here are of an earlier version."
NOT_PLANTED = "Not tested: Hunch’s study has no networks with this flaw."
NOT_RUN = "Hunch’s study has not run the search for the flaw yet."
NOT_READ = "Hunch’s study has not tried this method yet."
INTERVALS = "In brackets, 95% intervals."
SURENESS = "In brackets, 95% intervals, and whether it is beyond doubt better than a coin toss, which gives 50."
BY_RULE = "Maps were read by fixed rules; what a person sees in them may be more, or less."
FLATTERED = "What does best was picked afterwards, which flatters it."


@dataclass(frozen=True)
class Recommendation:
    """What the study advises.

    Args:
        text: one or two sentences with the figures that matter.
        note: what they rest on, and what flatters or dates them; "" for nothing to add.
        heatmap: name of the attribution method that tells the flaw best; "" where none was tried.
    """

    text: str
    note: str = ""
    heatmap: str = ""


def recommend(flaw: str, study: StudyAdvice) -> Recommendation:
    """How well the search tells a flaw, which tool tells it best, and which heatmap does.

    Args:
        flaw: a name of `core.flaws` or of a detector; "none" where there is no flaw.
        study: as `read_advice` gives it.
    """
    if flaw == "none":
        return on_silence(study)
    chosen = study.advice[study.advice["flaw"] == flaw]
    if chosen.empty:
        return Recommendation(NOT_PLANTED)
    mine = study.told[study.told["flaw"] == flaw]
    rows = {str(row["tool"]): row for row in mine.to_dict("records")}
    best, search = chosen.iloc[0].to_dict(), rows.get(SEARCH)
    text = [_search(search), f"{_best(best, search)}{_heatmap(best, rows)}."]
    basis = f"Up to {mine['n'].max():.0f} networks with the flaw and {mine['n_healthy'].max():.0f} healthy ones."
    note = [basis, SURENESS, FLATTERED, _earlier(study)]
    return Recommendation(_joined(text), _joined(note), str(best["heatmap"]))


def on_silence(study: StudyAdvice) -> Recommendation:
    """How often the search rightly finds nothing, and how often it does so although there is a flaw.

    Args:
        study: as `read_advice` gives it.
    """
    found = {str(row["networks"]): row for row in study.silent.to_dict("records")}
    if ANY_HEALTHY not in found or ANY_FLAW not in found:
        return Recommendation(NOT_RUN)
    missed = f"of 100 with a flaw, it finds nothing either in {_share(found[ANY_FLAW])}"
    if MATTERED in found:
        missed += f", and of 100 whose flaw did harm, in {_share(found[MATTERED])}"
    text = (
        "Of 100 healthy networks in Hunch’s study, the search for the flaw rightly finds nothing in "
        f"{_share(found[ANY_HEALTHY])}; {missed}."
    )
    basis = f"{found[ANY_HEALTHY]['n']:.0f} healthy networks and {found[ANY_FLAW]['n']:.0f} with a flaw."
    return Recommendation(text, _joined([basis, INTERVALS, _earlier(study)]))


def on_method(method: str, study: StudyAdvice) -> Recommendation:
    """Which flaws the maps of an attribution method detect.

    Args:
        method: name of the method.
        study: as `read_advice` gives it.
    """
    rows = study.told[study.told["tool"] == method].sort_values("auc", ascending=False, kind="stable")
    if rows.empty:
        return Recommendation(NOT_READ)
    told = [
        f"“{lower_first(titles.condition_title(str(row['flaw'])))}” {frequency(row['auc'])}{_brackets(row)}"
        for row in rows.to_dict("records")
    ]
    text = (
        "In Hunch’s study, of 100 pairs of a flawed and a healthy network, its maps rank the flawed one higher this "
        f"often: {join_words(told)}."
    )
    fewest, most = rows["n"].min(), rows["n"].max()
    count = f"{fewest:.0f} to {most:.0f}" if fewest < most else f"{most:.0f}"
    return Recommendation(text, _joined([f"{count} networks with each flaw.", SURENESS, BY_RULE]))


def _search(row: Mapping[Any, Any] | None) -> str:
    if row is None:
        return NOT_RUN
    return (
        "In Hunch’s study, the search for the flaw ranks a network with this flaw above a healthy one in "
        f"{_pairs(row)}."
    )


def _best(best: Mapping[Any, Any], search: Mapping[Any, Any] | None) -> str:
    """The tool that tells the flaw best, without a full stop."""
    tried = f"Of the {best['picked_from']:.0f} tools that could point to it,"
    title = f"“{titles.tool_title(str(best['tool']))}”{', a heatmap,' if best['tool'] == best['heatmap'] else ''}"
    if best["tool"] == SEARCH:
        return f"{tried} none does better"
    if search is not None and search["auc"] == best["auc"]:
        return f"{tried} {title} does as well{', and is quicker' if best['seconds'] < search['seconds'] else ''}"
    return f"{tried} {title} does best, in {_pairs(best)}"


def _heatmap(best: Mapping[Any, Any], rows: Mapping[str, Mapping[Any, Any]]) -> str:
    """The heatmap that tells the flaw best, where that has not been said: the sentence goes on with it."""
    name = str(best["heatmap"])
    if not name:
        return "; no heatmap was among them"
    if name == best["tool"]:
        return ""
    return f"; of heatmaps, “{titles.tool_title(name)}” does best, in {_pairs(rows[name])}"


def _pairs(row: Mapping[Any, Any]) -> str:
    return f"{frequency(row['auc'])} of 100 pairs{_brackets(row)}"


def _brackets(row: Mapping[Any, Any]) -> str:
    """The interval of an area under the ROC curve, and whether it is beyond doubt."""
    return f" ({', '.join(filter(None, (_ends(row['auc_low'], row['auc_high']), _sureness(row))))})"


def _sureness(row: Mapping[Any, Any]) -> str:
    if is_sure(row):
        return "beyond doubt"
    return "worse than chance" if row["auc_high"] < CHANCE else "may be chance"


def _share(row: Mapping[Any, Any]) -> str:
    ends = _ends(row["low"], row["high"])
    return f"{frequency(row['silent'])}{f' ({ends})' if ends else ''}"


def _ends(low: float, high: float) -> str:
    """An interval; "" where every group of networks gave the same, or there are too few groups."""
    return f"{frequency(low)} to {frequency(high)}" if high > low else ""


def _earlier(study: StudyAdvice) -> str:
    return EARLIER if study.earlier else ""


def _joined(parts: list[str]) -> str:
    return " ".join(part for part in parts if part)
