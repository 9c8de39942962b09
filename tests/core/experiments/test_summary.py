"""The answer in words, from made tables."""

from __future__ import annotations

import pandas as pd

from core.experiments import by_flaw, usefulness_answer


def table(**shares: dict[str, float]) -> pd.DataFrame:
    """Flaw -> tool -> share."""
    rows = [
        {
            "tool": tool,
            "flaw": flaw,
            "n": 6,
            "share": share,
            "seconds": 1.0,
            "conclusion": "tells" if share > 0.9 else "-",
        }
        for flaw, tools in shares.items()
        for tool, share in tools.items()
    ]
    return pd.DataFrame(rows)


def test_tests_that_tell_more_are_said_to() -> None:
    found = usefulness_answer(
        table(
            tint={"accuracy": 0.1, "gradient": 0.5, "grad_cam": 0.6, "diagnosis": 1.0},
            border={"accuracy": 0.3, "gradient": 0.9, "grad_cam": 0.8, "diagnosis": 0.9},
        )
    )
    assert found.verdict == "Tests detect more than heatmaps"
    assert "95 times by the search for the flaw" in found.sentence
    assert "70 times by a middling heatmap" in found.sentence
    assert "20 times by the test accuracy" in found.sentence
    assert "picked afterwards" in found.small


def test_heatmaps_may_win_and_may_draw() -> None:
    assert (
        usefulness_answer(table(tint={"gradient": 0.95, "diagnosis": 0.5})).verdict == "Heatmaps detect more than tests"
    )
    assert (
        usefulness_answer(table(tint={"gradient": 0.95, "diagnosis": 0.95})).verdict
        == "Heatmaps detect about as much as tests"
    )


def test_where_nothing_is_beyond_doubt_the_verdict_is_one_so_far() -> None:
    found = usefulness_answer(table(tint={"gradient": 0.2, "diagnosis": 0.8}))
    assert found.verdict == "So far: tests detect more than heatmaps"
    assert "0 of 2" in found.small


def test_a_table_without_either_still_gives_its_figures() -> None:
    found = usefulness_answer(table(tint={"accuracy": 0.2}))
    assert found.verdict == "So far: how often each tool detects it"
    assert "20 times" in found.sentence


def test_of_equals_the_tool_that_tells_more_flaws_is_taken() -> None:
    rows = by_flaw(
        table(
            tint={"worst_class": 1.0, "diagnosis": 1.0, "gradient": 0.4},
            border={"worst_class": 0.2, "diagnosis": 1.0, "gradient": 0.95},
        )
    ).set_index("flaw")
    assert rows["tool"].tolist() == ["diagnosis", "diagnosis"]
    assert rows.loc["border", "heatmap"] == "gradient"
    assert rows["told"].tolist() == [0, 1]
    assert rows["accuracy"].isna().all()
