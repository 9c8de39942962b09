"""What others published, and what this study finds: each claim with the rule, written before the runs, that settles it.

The rules stand in PROTOCOL.md, "Published findings".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import mannwhitneyu

from core.experiments.study.actions import LAST_LAYER, ORACLE, RIGHT_REASONS
from core.experiments.study.block_intervals import mean_interval
from core.experiments.study.conclusions.advice import LEVEL, is_heatmap
from core.experiments.study.design import HEALTHY, SHORTCUTS
from core.experiments.study.detection import detection
from core.experiments.study.maps import BADGE
from core.experiments.study.tables import ANY_FLAW, naming
from core.hypothesis_tests import holm
from core.intervals import wilson

Verdict = Literal["agrees", "contradicts", "not settled", "not measured"]
GUIDED, PLAIN = ("guided_backprop", "guided_grad_cam"), ("gradient", "grad_cam")
HALF = 0.5
FEWEST = 6  # networks with a flaw, without which no finding about them is settled


@dataclass(frozen=True)
class Evidence:
    """The study's tables that claims are held against.

    Args:
        readings: all of them, badges too.
        rows: as `comparable` gives them.
        named: as `names` gives it.
        policies: as `policy_outcomes` gives them.
    """

    readings: pd.DataFrame
    rows: pd.DataFrame
    named: pd.DataFrame
    policies: pd.DataFrame


@dataclass(frozen=True)
class Held:
    """What the study says to a claim.

    Args:
        verdict: by the claim's rule.
        figures: what it rests on, in a sentence.
    """

    verdict: Verdict
    figures: str


@dataclass(frozen=True)
class Claim:
    """A published finding.

    Args:
        source: authors, year and where to read it.
        said: what they found, in a sentence.
        hold: what the study says to it.
    """

    source: str
    said: str
    hold: Callable[[Evidence], Held]


NOT_MEASURED = Held("not measured", "Too few of these networks have been run yet.")


def _guided_maps_ignore_the_weights(evidence: Evidence) -> Held:
    badges = evidence.readings[evidence.readings["reading"] == BADGE]
    passed = {
        kind: badges.loc[badges["tool"].isin([f"{BADGE}_{name}" for name in names]), "value"].astype(float)
        for kind, names in (("guided", GUIDED), ("plain", PLAIN))
    }
    if not all(map(len, passed.values())):
        return NOT_MEASURED
    ends = {kind: wilson(int(values.sum()), len(values)) for kind, values in passed.items()}
    figures = (
        f"Guided maps pass the check {_count(passed['guided'])} times, gradients and Grad-CAM "
        f"{_count(passed['plain'])} times."
    )
    if ends["guided"][1] < ends["plain"][0]:
        return Held("agrees", figures)
    return Held("contradicts" if ends["guided"][0] > ends["plain"][1] else "not settled", figures)


def _maps_show_a_background(evidence: Evidence) -> Held:
    told, tried, able = _maps_that_tell(evidence, "background")
    if not tried:
        return NOT_MEASURED
    figures = f"{told} of {tried} heatmaps tell networks that rest on the background from healthy ones beyond doubt."
    if told > HALF * tried and able:
        return Held("agrees", figures)
    return Held("contradicts" if not told and able else "not settled", figures)


def _maps_do_not_show_wrong_labels(evidence: Evidence) -> Held:
    told, tried, able = _maps_that_tell(evidence, "label_noise")
    others = _confident_learning_tells(evidence)
    if not tried or others is None:
        return NOT_MEASURED
    figures = (
        f"{told} of {tried} heatmaps tell networks that learned wrong labels from healthy ones beyond doubt; confident "
        f"learning {'does' if others else 'does not'}."
    )
    if not told and others and able:
        return Held("agrees", figures)
    return Held("contradicts" if told > HALF * tried else "not settled", figures)


def _maps_do_not_name_what_is_unknown(evidence: Evidence) -> Held:
    named = naming(evidence.named)
    maps = named[is_heatmap(named)]
    flawed = maps[maps["condition"] == ANY_FLAW]
    if flawed.empty:
        return NOT_MEASURED
    shown = maps.loc[maps["condition"] == "tied_shown", "top1"]
    blind = int((flawed["high"] < HALF).sum())
    figures = (
        f"{blind} of {len(flawed)} heatmaps, read by fixed rules, name fewer than half of the flaws unprompted; the "
        f"middle one names {100 * flawed['top1'].median():.0f} of 100."
    )
    if len(shown):
        figures += f" On healthy networks that are shown a tied mark, it says something {_alarms(shown)} times of 100."
    if blind > HALF * len(flawed):
        return Held("agrees", figures)
    able = int((flawed["low"] > HALF).sum())
    return Held("contradicts" if able > HALF * len(flawed) else "not settled", figures)


def _right_reasons_help(evidence: Evidence) -> Held:
    return _helps(evidence, RIGHT_REASONS, "Being held to the object")


def _the_last_layer_is_enough(evidence: Evidence) -> Held:
    return _helps(evidence, LAST_LAYER, "Retraining the last layer")


def _helps(evidence: Evidence, policy: str, words: str) -> Held:
    rows = evidence.policies[evidence.policies["condition"].isin(SHORTCUTS) & evidence.policies["took"].astype(bool)]
    mine, oracle = (rows[rows["policy"] == name] for name in (policy, ORACLE))
    if len(mine) < FEWEST:
        return NOT_MEASURED
    low, high = mean_interval(mine, mine["gain"])
    figures = (
        f"{words} changes the worst group by {_points(mine['gain'].mean())} of 100 ({_points(low)} to {_points(high)}) "
        f"on {len(mine)} networks with a shortcut; the right fix, told by an oracle, by "
        f"{_points(oracle['gain'].mean())}."
    )
    if low > 0:
        return Held("agrees", figures)
    return Held("contradicts" if high <= 0 else "not settled", figures)


def _maps_that_tell(evidence: Evidence, flaw: str) -> tuple[int, int, bool]:
    """How many heatmaps tell a flaw beyond doubt, by any reading; how many were tried; and whether any could.

    Corrected (Holm) for all readings of all heatmaps. None can with fewer than FEWEST flawed networks, or where even
    one that tells every network would not be beyond doubt after that.
    """
    maps = _told(evidence, flaw)
    maps = maps[is_heatmap(maps)]
    maps = maps[maps["n"] == maps["n"].max()]  # slow ones may have been tried on few
    if maps.empty:
        return 0, 0, False
    sure = (holm(maps["auc_p"].to_numpy()) <= LEVEL) & (maps["auc_low"] > HALF).to_numpy()
    flawed, healthy = int(maps["n"].min()), int(maps["n_healthy"].min())
    least = float(mannwhitneyu(np.arange(flawed) + healthy, np.arange(healthy)).pvalue)
    able = flawed >= FEWEST and least * len(maps) <= LEVEL
    return maps[sure]["tool"].nunique(), maps["tool"].nunique(), able


def _confident_learning_tells(evidence: Evidence) -> bool | None:
    """Whether cleanlab's share of wrong labels tells networks that learned some; None where it was not tried."""
    found = _told(evidence, "label_noise")
    mine = found[found["tool"] == "label_issues"]
    return bool(((mine["auc_p"] <= LEVEL) & (mine["auc_low"] > HALF)).any()) if len(mine) else None


def _told(evidence: Evidence, flaw: str) -> pd.DataFrame:
    """How well each reading tells one flaw, where it took."""
    return detection(evidence.rows[evidence.rows["condition"].isin([flaw, *HEALTHY])], took_only=True)


def _count(values: pd.Series) -> str:
    return f"{int(values.sum())} of {len(values)}"


def _alarms(silent: pd.Series) -> str:
    return f"{100 * (1 - silent.median()):.0f}"


def _points(share: float) -> str:
    return f"{100 * share:+.0f}"


CLAIMS = (
    Claim(
        "Adebayo et al. 2018, Sanity checks for saliency maps (arXiv 1810.03292)",
        "Guided backprop and guided Grad-CAM hardly change when the network's weights are randomised; gradients and "
        "Grad-CAM do.",
        _guided_maps_ignore_the_weights,
    ),
    Claim(
        "Adebayo et al. 2020, Debugging tests for model explanations (arXiv 2011.05429)",
        "Heatmaps reveal that a network rests on the background.",
        _maps_show_a_background,
    ),
    Claim(
        "Adebayo et al. 2020, Debugging tests for model explanations (arXiv 2011.05429)",
        "Heatmaps do not reveal that training labels are wrong.",
        _maps_do_not_show_wrong_labels,
    ),
    Claim(
        "Adebayo et al. 2022, Post hoc explanations may be ineffective for detecting unknown spurious correlation "
        "(ICLR 2022)",
        "Heatmaps do not tell somebody who does not know what to look for what a network wrongly rests on.",
        _maps_do_not_name_what_is_unknown,
    ),
    Claim(
        "Ross et al. 2017, Right for the right reasons (arXiv 1703.03717)",
        "A network that is penalised for evidence off the object recovers what a shortcut costs.",
        _right_reasons_help,
    ),
    Claim(
        "Kirichenko et al. 2022, Last layer re-training is sufficient (arXiv 2204.02937)",
        "Retraining the last layer on balanced groups recovers the worst group.",
        _the_last_layer_is_enough,
    ),
)


def hold_all(evidence: Evidence) -> list[tuple[Claim, Held]]:
    """Every claim, and what the study says to it."""
    return [(claim, claim.hold(evidence)) for claim in CLAIMS]
