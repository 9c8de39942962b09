"""Shares, intervals and conclusions of made readings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.experiments import compare_tools
from core.experiments.compare import interval, rank_probability


def readings(flawed, healthy, *, tool: str = "tool", flaw: str = "tint", took: bool = True) -> pd.DataFrame:
    n = len(flawed)
    return pd.DataFrame(
        {
            "tool": tool,
            "flaw": flaw,
            "seed": np.arange(n),
            "flawed": flawed,
            "healthy": healthy,
            "seconds": 2.0,
            "cost": 0.5,
            "took": took,
        }
    )


def test_the_share_is_the_area_under_the_roc_curve() -> None:
    rng = np.random.default_rng(0)
    flawed, healthy = rng.integers(0, 6, 30).astype(float), rng.integers(0, 4, 20).astype(float)
    truth = np.r_[np.ones(30), np.zeros(20)]
    assert rank_probability(flawed, healthy)[0] == pytest.approx(roc_auc_score(truth, np.r_[flawed, healthy]))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.8, 1.0])
def test_an_interval_holds_its_share_and_mirrors_it(share: float) -> None:
    low, high = interval(share, 6, 6)
    assert 0 <= low <= share <= high <= 1
    assert interval(1 - share, 6, 6) == pytest.approx((1 - high, 1 - low), abs=1e-6)


def test_more_networks_narrow_it_and_few_that_agree_are_no_proof() -> None:
    wide, narrow = interval(0.7, 5, 5), interval(0.7, 50, 50)
    assert narrow[1] - narrow[0] < 0.5 * (wide[1] - wide[0])
    assert interval(1.0, 2, 2)[0] < 0.5
    assert interval(1.0, 30, 30)[0] > 0.85


def test_the_interval_covers_what_it_should() -> None:
    """Normal readings one standard deviation apart: the true share is Phi(1 / sqrt 2) = .760."""
    rng, hits = np.random.default_rng(1), 0
    for _ in range(300):
        low, high = interval(rank_probability(rng.normal(1, 1, 10), rng.normal(0, 1, 10))[0], 10, 10)
        hits += low <= 0.7602 <= high
    assert 0.91 <= hits / 300 <= 0.99


def test_a_tool_that_always_tells_and_one_that_never_does() -> None:
    n = 12
    clear = readings(np.arange(n) + 100.0, np.arange(n), tool="clear")
    blind = readings(np.arange(n), np.arange(n) + 100.0, tool="blind")
    table = compare_tools(pd.concat([clear, blind])).set_index("tool")
    assert table.loc["clear", "share"] == 1
    assert table.loc["clear", "conclusion"] == "tells"
    assert table.loc["blind", "share"] == 0
    assert table.loc["blind", "conclusion"] == "does not tell"
    assert table.loc["clear", "seconds"] == 1
    assert table.loc["clear", "p_corrected"] == pytest.approx(2 * table.loc["clear", "p_value"])


def test_two_pairs_are_not_enough_to_say_anything() -> None:
    table = compare_tools(readings(np.array([5.0, 6.0]), np.array([1.0, 2.0])))
    assert table["conclusion"].tolist() == ["inconclusive"]


def test_flaws_that_did_not_take_do_not_count() -> None:
    both = pd.concat([readings(np.arange(4.0), np.arange(4.0)), readings(np.ones(3), np.zeros(3), took=False)])
    assert compare_tools(both)["n"].tolist() == [4]
    assert compare_tools(readings(np.ones(3), np.zeros(3), took=False)).empty
