"""What acting on a tool's word brings, on outcomes that are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.datasets import load
from core.experiments.study import detection, policies, tables
from core.experiments.study.actions import (
    LONGER,
    ORACLE,
    actions,
    actions_on,
    fix_for,
    fix_named,
    flaw_fixes,
    times_as_long,
    true_fix,
)
from core.experiments.study.base import NOTHING, OTHER
from core.experiments.study.design import AS_FOUND, FLAWED, Case, subset
from core.flaws import plant
from core.repair import fixes

DATA, BLOCKS = ("one", "other"), 12
GAIN, LOSS, UNDONE = 0.4, -0.2, "could not be done"


def _networks(blocks: int = BLOCKS) -> list[dict[str, object]]:
    return [
        {"data": data, "network": "default", "condition": condition, "strength": 1.0, "block": block}
        for data in DATA
        for block in range(blocks)
        for condition in ("healthy", "sticker")
    ]


def _readings(blocks: int = BLOCKS) -> pd.DataFrame:
    """A tool that is always right, one that cries "border", and one that only says that something is wrong."""
    rows = []
    for case in _networks(blocks):
        words = {
            "right": NOTHING if case["condition"] == "healthy" else "sticker",
            "wolf": "border",
            "vague": OTHER,
        }
        for tool, named in words.items():
            rows.append({
                **case, "tool": tool, "reading": "r", "pictures": 5, "evaluations": 5.0, "value": 1.0, "fits": "",
                "named": named, "seconds": 60.0, "cpu": 60.0, "reason": "", "took": case["block"] % 2 == 0,
            })  # fmt: skip
    return pd.DataFrame(rows)


def _outcomes() -> pd.DataFrame:
    """The right fix helps flawed networks; every fix harms healthy ones; colours cannot be changed."""
    rows = []
    for case in _networks():
        right = fix_for(str(case["condition"]))
        for action in actions():
            if action == ORACLE and case["condition"] == "healthy":
                continue
            flawed, undone = case["condition"] != "healthy", action == fix_for("tint")
            helps = action in (right, ORACLE)
            gain = (GAIN if helps else 0.0) if flawed else LOSS
            rows.append({
                **case, "action": action, "fix": right if action == ORACLE else action, "settings": "{}",
                "accuracy_before": None if undone else 0.7, "accuracy": None if undone else 0.7 + gain / 2,
                "worst_group_before": None if undone else 0.3, "worst_group": None if undone else 0.3 + gain,
                "seconds": 120.0, "cpu": 120.0, "reason": UNDONE if undone else "", "took": case["block"] % 2 == 0,
            })  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    return policies.policy_outcomes(_outcomes(), tables.names(tables.comparable(_readings())))


@pytest.fixture(scope="module")
def found(outcomes) -> pd.DataFrame:
    return policies.helpfulness(outcomes).set_index(["policy", "condition"])


def test_a_tool_that_is_always_right_brings_what_the_oracle_brings_and_harms_nobody(found) -> None:
    for policy in ("right", ORACLE):
        assert found.loc[(policy, "sticker"), ["gain", "low", "high"]].tolist() == pytest.approx([GAIN] * 3)
        assert found.loc[(policy, tables.ANY_HEALTHY), ["gain", "fixed", "harmed"]].tolist() == [0, 0, 0]
    assert found.loc[("right", "sticker"), "accuracy"] == pytest.approx(GAIN / 2)


def test_false_alarms_harm_healthy_networks(found) -> None:
    assert found.loc[("wolf", tables.ANY_HEALTHY), ["gain", "harmed", "fixed"]].tolist() == pytest.approx([LOSS, 1, 1])
    assert found.loc[("wolf", "sticker"), "gain"] == 0


def test_the_tools_own_minutes_count(found) -> None:
    assert found.loc[("right", "sticker"), "minutes"] == pytest.approx(3)
    assert found.loc[(ORACLE, "sticker"), "minutes"] == pytest.approx(2)
    assert found.loc[("right", "sticker"), "per_minute"] == pytest.approx(GAIN / 3)
    assert found.loc[("right", tables.ANY_HEALTHY), "minutes"] == pytest.approx(1)


def test_a_tool_that_only_says_that_something_is_wrong_is_as_good_as_accuracy_alone(found) -> None:
    columns = ["gain", "fixed", "harmed"]
    for condition in ("sticker", "healthy"):
        vague, alone = (found.loc[(policy, condition), columns] for policy in ("vague", policies.ACCURACY_ALONE))
        assert vague.tolist() == alone.tolist()


def test_a_random_fix_lies_between_and_what_cannot_be_done_is_counted(found) -> None:
    row = found.loc[(policies.RANDOM, "sticker")]
    assert 0 < row["gain"] < GAIN
    assert 0 < row["undone"] < 0.5
    assert row["fixed"] + row["undone"] == pytest.approx(1)
    assert row["low"] < row["gain"] < row["high"]


def test_a_reading_that_fits_two_flaws_brings_the_mean_of_their_fixes() -> None:
    rows = _readings(detection.FEWEST)
    rows = rows[rows["tool"] == "right"].assign(named="", fits="sticker border")
    rows["value"] = (rows["condition"] == "sticker") * 100.0
    table = policies.helpfulness(policies.policy_outcomes(_outcomes(), tables.names(tables.comparable(rows))))
    assert table.set_index(["policy", "condition"]).loc[("right", "sticker"), "gain"] == pytest.approx(GAIN / 2)


def test_flaws_that_did_not_take_can_be_left_out(outcomes) -> None:
    counts = [
        policies.helpfulness(outcomes, took_only=only).set_index(["policy", "condition"])["n"] for only in (False, True)
    ]
    assert [int(each[(ORACLE, "sticker")]) for each in counts] == [2 * BLOCKS, BLOCKS]


def test_every_flaw_of_the_study_has_a_fix_of_its_own_and_every_action_exists() -> None:
    assert len(flaw_fixes()) == len(FLAWED)
    assert {fix_for(flaw) for flaw in FLAWED} <= set(fixes())
    assert fix_for(OTHER) == LONGER
    assert all(times_as_long(action) > 0 for action in actions())


def test_actions_are_for_every_third_network_and_the_oracle_for_flawed_ones() -> None:
    case = Case("wardrobe", "default", "healthy", 1.0, 0, sparse=True)
    assert ORACLE not in actions_on(case)
    assert actions_on(Case("wardrobe", "default", "healthy", 1.0, 0)) == ()
    assert actions_on(Case("plantvillage", "default", AS_FOUND, 1.0, 0, sparse=True)) == ()
    assert {flaw for each in subset() if ORACLE in actions_on(each) for flaw in [each.condition]} == set(FLAWED)


def test_the_true_fix_is_told_the_place_that_was_planted() -> None:
    pictures = load("wardrobe", classes=("trouser", "bag"), size=32, train=10, validation=10, test=10)
    planted = plant(pictures, "sticker", seed=1, corner="lower right")
    name, box = true_fix(planted)
    assert name == "region_removed"
    told = np.array([box[side] for side in ("left", "top", "right", "bottom")])
    assert np.abs(told - np.array(planted.answer.box)).max() <= 1 / 32 + 1e-6
    name, ring = true_fix(plant(pictures, "border", seed=1, width=0.125))
    assert name == "border_cropped"
    assert ring["width"] == pytest.approx(0.125 + 0.02, abs=1 / 32)
    assert true_fix(plant(pictures, "background", seed=1)) == ("background_randomised", {})


def test_what_a_tool_names_decides_the_fix_and_silence_leaves_the_network_alone() -> None:
    assert fix_named(NOTHING, {}) == fix_named("", {}) == ("", {})
    assert fix_named("sticker", {"where": "box"}) == ("region_removed", {"where": "box"})
    assert fix_named("darkened", {}) == ("preprocessing_corrected", {"fault": "another light"})
