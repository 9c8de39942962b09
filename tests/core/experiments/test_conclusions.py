"""What the study tells a person: the tool for each flaw, the answer in words, and published findings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.experiments.study import detection, policies, tables
from core.experiments.study.cells import study_tools
from core.experiments.study.conclusions import advice, answer, claims, markdown, titles
from core.experiments.study.conclusions.shipped import ADDRESS, shipped
from core.experiments.study.design import CASE, FLAWED, HEALTHY, PAIRS, subset
from core.experiments.study.files import adopt
from core.store import Store

ROOT = Path(__file__).parents[3]
DATA, BLOCKS = ("one", "other"), 12
FLAWS = ("background", "sticker", "label_noise")


def _rows(shifts: dict[tuple[str, str], dict[str, float]], cpu: dict[str, float] | None = None) -> pd.DataFrame:
    """Readings of tools: (tool, reading) -> flaw -> how much higher its networks read than healthy ones."""
    rng = np.random.default_rng(0)
    found = []
    for (tool, reading), shift in shifts.items():
        for data in DATA:
            for block in range(BLOCKS):
                for condition in ("healthy", "decoy", *FLAWS):
                    found.append({
                        "data": data, "network": "default", "condition": condition, "strength": 1.0, "block": block,
                        "tool": tool, "reading": reading, "pictures": 5, "evaluations": 5.0,
                        "value": rng.normal() + shift.get(condition, 0.0), "fits": " ".join(shift), "named": "",
                        "seconds": 1.0, "cpu": (cpu or {}).get(tool, 1.0), "reason": "", "took": True,
                    })  # fmt: skip
    return tables.comparable(pd.DataFrame(found))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """A map that sees backgrounds, one that sees nothing, confident learning, and plain accuracy."""
    blind = {"background": 0.0, "sticker": 0.0}
    return _rows(
        {
            ("grad_cam", "off_object"): {"background": 50.0, "sticker": 0.0},
            ("gradient", "off_object"): blind,
            ("gradient", "one_place"): blind,
            ("label_issues", "issues"): {"label_noise": 50.0},
            ("accuracy", "errors"): {},
        },
        {"grad_cam": 20.0},
    )


def test_the_tool_that_tells_is_advised_and_what_tells_nothing_is_not_called_sure(rows) -> None:
    found = advice.summarise(rows).advice.set_index("flaw")
    assert found["tool"].to_dict() | {"sticker": ""} == {
        "background": "grad_cam", "sticker": "", "label_noise": "label_issues",
    }  # fmt: skip
    assert found["sure"].to_dict() == {"background": True, "sticker": False, "label_noise": True}
    assert found.loc["background", ["heatmap", "heatmap_auc", "picked_from"]].tolist() == ["grad_cam", 1.0, 2]
    assert found.loc["label_noise", "heatmap"] == ""


def test_a_tool_with_many_readings_says_how_many_it_was_picked_from(rows) -> None:
    found = advice.summarise(rows).detected.set_index(["tool", "flaw"])
    assert found.loc[("gradient", "sticker"), "of"] == 2
    assert found.loc[("grad_cam", "sticker"), "of"] == 1
    alone = detection.detection(rows)
    mine = alone[(alone["tool"] == "gradient") & (alone["flaw"] == "sticker")]
    assert found.loc[("gradient", "sticker"), "auc"] == mine["auc"].max()
    assert (found["p_corrected"] >= found["auc_p"]).all()


def test_a_tool_that_takes_too_long_is_left_out(rows) -> None:
    found = advice.summarise(rows, most_seconds=10).advice.set_index("flaw")
    assert found.loc["background", "tool"] == "gradient"
    assert not found.loc["background", "sure"]
    assert advice.summarise(rows, most_seconds=0.1).advice.empty


def test_one_data_set_alone_keeps_the_thresholds_of_the_others(rows) -> None:
    both, one = (advice.summarise(rows, within=each).detected for each in (None, {"data": "one"}))
    assert set(one["n"]) == {BLOCKS}
    assert set(both["n"]) == {2 * BLOCKS}
    assert one["power"].notna().all()  # 24 healthy networks of other data set them
    assert advice.summarise(rows, within={"data": "neither"}).detected.empty


def test_the_answer_counts_what_was_named_and_what_was_rightly_left_unnamed() -> None:
    named = pd.DataFrame(
        [
            {"tool": tool, "condition": condition, "n": 20, "top1": share, "low": share - 0.1, "high": share + 0.1}
            for tool, shares in {"diagnosis": (0.8, 0.9), "grad_cam": (0.2, 0.7), "gradient": (0.1, 0.7)}.items()
            for condition, share in zip((tables.ANY_FLAW, tables.ANY_HEALTHY), shares, strict=True)
        ]
    )
    found = answer.study_answer(named)
    assert found.verdict == "Tests name more flaws than heatmaps"
    assert all(figure in found.sentence for figure in ("80 times", "20 times", "90"))
    assert "70 to 90" in found.small
    flipped = named.assign(top1=1 - named["top1"])
    assert answer.study_answer(flipped).verdict == "Heatmaps name more flaws than tests"
    assert answer.study_answer(named[:0]).verdict == "Too few networks to tell"


def _evidence(rows: pd.DataFrame, gain: float = 0.3) -> claims.Evidence:
    rng = np.random.default_rng(1)
    acted = pd.DataFrame(
        [
            {"data": data, "network": "default", "condition": "sticker", "strength": 1.0, "block": block, "took": True,
             "policy": policy, "gain": gain + rng.normal(0, 0.02)}
            for data in DATA for block in range(BLOCKS)
            for policy in ("right_reasons", "last_layer_retrained", "oracle")
        ]
    )  # fmt: skip
    badges = pd.concat(
        [
            rows[rows["tool"] == "accuracy"].assign(tool=f"badge_{name}", reading="badge", value=value)
            for name, value in (("guided_backprop", 0.0), ("gradient", 1.0))
        ]
    )
    return claims.Evidence(pd.concat([rows, badges]), rows, tables.names(rows), acted)


def _verdicts(evidence: claims.Evidence) -> list[str]:
    return [held.verdict for _, held in claims.hold_all(evidence)]


def test_published_findings_agree_where_the_study_shows_what_they_say(rows) -> None:
    evidence = _evidence(rows)
    guided, background, labels, unknown, reasons, last = _verdicts(evidence)
    assert (guided, labels, reasons, last) == ("agrees",) * 4
    assert background == "not settled"  # one of two maps
    assert unknown in ("agrees", "not settled")
    assert all(held.figures for _, held in claims.hold_all(evidence))


def test_published_findings_are_contradicted_where_it_shows_the_opposite(rows) -> None:
    evidence = _evidence(rows, gain=-0.3)
    swapped = evidence.readings.assign(
        value=evidence.readings["value"].where(evidence.readings["reading"] != "badge", 1 - evidence.readings["value"])
    )
    blind = rows[rows["tool"] != "grad_cam"]
    found = _verdicts(claims.Evidence(swapped, blind, tables.names(blind), evidence.policies))
    assert found[0] == found[1] == found[4] == found[5] == "contradicts"


def test_findings_without_networks_are_not_settled_by_anything(rows) -> None:
    empty = claims.Evidence(
        rows[:0], rows[:0], tables.names(rows[:0]), pd.DataFrame(columns=["condition", "took", "policy", "gain"])
    )
    assert set(_verdicts(empty)) == {"not measured"}


def test_everything_that_the_study_has_is_called_by_a_title() -> None:
    assert set(titles.DATA) == set(PAIRS)
    for name in (*FLAWED, *HEALTHY, tables.ANY_FLAW, tables.ANY_HEALTHY):
        assert titles.condition_title(name)
    for tool in study_tools():
        assert titles.tool_title(tool) != tool
    assert titles.tool_title("of a later version") == "of a later version"


def test_the_readme_says_what_the_shipped_study_shows() -> None:
    found = shipped()
    rows = tables.comparable(found.readings)
    named = tables.names(rows)
    held = claims.hold_all(
        claims.Evidence(found.readings, rows, named, policies.policy_outcomes(found.outcomes, named))
    )
    lines = markdown.advice_lines(advice.summarise(rows, named=named), held, found.manifest)
    assert lines in (ROOT / "README.md").read_text()


def test_what_ships_counts_what_it_lacks_and_can_be_gone_on_from(tmp_path) -> None:
    found, store = shipped(), Store(str(tmp_path))
    missing = sum(found.manifest["cells_not_done_yet"].values())
    assert adopt(ADDRESS, store) == found.manifest["cells"] - missing
    networks = found.readings[list(CASE)].drop_duplicates()
    assert len(networks) == found.manifest["networks"]
    assert len(networks) + sum(found.manifest["left_out"].values()) == len(subset())
