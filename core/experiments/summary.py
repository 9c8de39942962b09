"""The result in plain words: which tools distinguish a flawed network from a healthy one, flaw by flaw and overall."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.experiments.compare import TELLS
from core.experiments.registry import tools
from core.text import join_words

CLEARLY = 0.1  # difference of two mean shares that is called more
SEARCH, ACCURACY = "diagnosis", "accuracy"


@dataclass(frozen=True)
class UsefulnessAnswer:
    """What the comparison says.

    Args:
        verdict: a few words.
        sentence: with the figures that matter.
        small: what they are means of, and what flatters.
    """

    verdict: str
    sentence: str
    small: str


def usefulness_answer(table: pd.DataFrame) -> UsefulnessAnswer:
    """Over all flaws of a table as `compare_tools` gives it, which may lack any tool."""
    means = table.groupby("tool", sort=False)["share"].mean()
    heatmaps = means[[name for name in means.index if tools()[name].family == "heatmap"]]
    told = {
        "the search for the flaw": means.get(SEARCH),
        "a middling heatmap": heatmaps.median() if len(heatmaps) else None,
        "the test accuracy": means.get(ACCURACY),
    }
    known = {name: share for name, share in told.items() if share is not None}
    known = known or {title(str(name)): share for name, share in means.items()}
    counts = [f"{frequency(share)} times by {name}" for name, share in known.items()]
    small = f"Means over flaws ({table['flaw'].nunique()}); pairs of networks for each flaw: {_range(table['n'])}."
    if len(heatmaps) > 1:
        best = str(heatmaps.idxmax())
        small += f" The best heatmap, {title(best)}, gets {frequency(heatmaps[best])}; it was picked afterwards, which "
        small += "flatters it."
    sure = int((table["conclusion"] == TELLS).sum())
    small += f" Beyond doubt, tool by tool and flaw by flaw: {sure} of {len(table)}."
    sentence = (
        f"Of 100 times, the flawed network was told from a healthy one {join_words(counts)}. A coin toss gives 50."
    )
    verdict = _verdict(means.get(SEARCH), heatmaps)
    return UsefulnessAnswer(verdict if sure else f"So far: {verdict[0].lower()}{verdict[1:]}", sentence, small)


def by_flaw(table: pd.DataFrame) -> pd.DataFrame:
    """One row a flaw: the tool to use, and how the others do.

    Returns:
        flaw; tool, the one that tells best, of equals the one that tells more of all flaws, then the quicker one; share
        and seconds of it; heatmap, the best of them, and heatmap_share; accuracy, the share of the plain figure; told,
        how many heatmaps tell beyond doubt, and heatmaps, of how many. NaN or "" where no such tool was tried.
    """
    general = table.groupby("tool")["share"].mean()
    ranked = table.assign(general=table["tool"].map(general))
    return pd.DataFrame([_row(str(flaw), group) for flaw, group in ranked.groupby("flaw", sort=False)])


def frequency(share: float) -> str:
    """A share as so many of 100."""
    return f"{100 * share:.0f}"


def title(tool: str) -> str:
    """What a person calls a tool."""
    return tools()[tool].title


def _row(flaw: str, group: pd.DataFrame) -> dict[str, object]:
    best = _best(group)
    maps = group[[tools()[name].family == "heatmap" for name in group["tool"]]]
    figure = group.loc[group["tool"] == ACCURACY, "share"]
    top = _best(maps) if len(maps) else None
    return {
        "flaw": flaw,
        "tool": best["tool"],
        "share": best["share"],
        "seconds": best["seconds"],
        "heatmap": top["tool"] if top is not None else "",
        "heatmap_share": top["share"] if top is not None else float("nan"),
        "accuracy": float(figure.iloc[0]) if len(figure) else float("nan"),
        "told": int((maps["conclusion"] == TELLS).sum()),
        "heatmaps": len(maps),
    }


def _range(counts: pd.Series) -> str:
    low, high = int(counts.min()), int(counts.max())
    return str(low) if low == high else f"{low} to {high}"


def _best(group: pd.DataFrame) -> pd.Series:
    order = group.sort_values(["share", "general", "seconds"], ascending=[False, False, True], kind="stable")
    return order.iloc[0]


def _verdict(search: float | None, heatmaps: pd.Series) -> str:
    if search is None or not len(heatmaps):
        return "How often each tool detects it"
    ahead = search - float(heatmaps.median())
    if ahead >= CLEARLY:
        return "Tests detect more than heatmaps"
    return "Heatmaps detect more than tests" if ahead <= -CLEARLY else "Heatmaps detect about as much as tests"
