"""The ladder on a network that took a shortcut, and on a healthy one."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from core.errors import Cancelled, DataError, InputError
from core.networks.training.run import runs
from core.repair import by_group, changed_answers, ladder, plan_training
from core.repair.ladder import Ladder
from core.repair.sentences import ladder_sentence
from core.repair.training import make_run, stored_run
from core.store import Store

BOX = {"where": "box", "left": 0.0, "top": 0.0, "right": 0.32, "bottom": 0.32}
CHOSEN = {"region_removed": {**BOX, "effort": 5.0}, "last_layer_retrained": {}}


@pytest.fixture(scope="module")
def climbed(run, splits, judge, kept) -> Ladder:
    return ladder(run, splits, CHOSEN, seeds=1, judge=judge, store=kept)


def test_the_controls_are_always_there_and_come_first(climbed):
    assert climbed.table["fix"].tolist() == ["as it is", "keep training", "region_removed", "last_layer_retrained"]
    assert climbed.complete


def test_the_fix_that_breaks_the_tie_is_found(climbed):
    rows = climbed.table.set_index("fix")
    assert rows.loc["as it is", "worst_group"] < 0.2
    assert rows.loc["keep training", "worst_group"] < 0.2
    assert rows.loc["region_removed", "worst_group"] > rows.loc["keep training", "worst_group"] + 0.5
    assert climbed.best == "region_removed"
    assert climbed.symptoms[0].name == "groups"


def test_one_training_is_never_said_to_be_beyond_doubt_and_three_never_to_be_luck(climbed):
    assert "One training cannot tell" in climbed.sentence
    assert "beyond doubt" not in climbed.sentence
    three = ladder_sentence(climbed.table.assign(seeds=3), climbed.symptoms, "worst_group", climbed.best)
    assert "helps beyond doubt" in three
    assert "cannot tell" not in three


def test_the_sentence_compares_one_named_group_with_itself_and_names_the_worst_before_and_after(climbed):
    groups = by_group(climbed, "region_removed").set_index("group")
    name, before, after = re.search(
        r"In “(.+?)”, its worst group before, .*?right in (\d+) of 100; it is now right in (\d+)", climbed.sentence
    ).groups()
    assert name == groups["before"].idxmin()
    assert (int(before), int(after)) == tuple(round(100 * groups.loc[name, when]) for when in ("before", "after"))
    now = re.search(r"is now “(.+?)” with (\d+) of 100", climbed.sentence)
    if now is None:
        assert groups.loc[name, "after"] == groups["after"].min()
        assert "still its worst group" in climbed.sentence
    else:
        assert groups.loc[now[1], "after"] == groups["after"].min()
        assert int(now[2]) == round(100 * groups["after"].min())


def test_intervals_hold_their_values(climbed):
    for name in ("accuracy", "worst_group", "reversed", "mass", "ece", "gain"):
        part = climbed.table[[f"{name}_low", name, f"{name}_high"]].dropna().to_numpy()
        assert len(part)
        assert (part[:, 0] <= part[:, 1] + 0.05).all()
        assert (part[:, 1] <= part[:, 2] + 0.05).all()


def test_the_reversed_test_is_what_the_shortcut_gets_wrong(climbed, judge):
    before = climbed.table.set_index("fix").loc["as it is"]
    right = climbed.answers["as it is"][0].argmax(axis=1) == judge.labels
    marked = judge.attributes["marked"].to_numpy()
    assert before["reversed"] == pytest.approx(right[marked != (judge.labels == 1)].mean())


def test_the_same_ladder_twice_gives_the_same_table_without_training(run, splits, judge, kept, climbed, monkeypatch):
    monkeypatch.setattr(import_module("core.repair.rung_training"), "make_run", lambda *_: pytest.fail("trained again"))
    again = ladder(run, splits, CHOSEN, seeds=1, judge=judge, store=kept)
    assert again.table.equals(climbed.table)
    assert again.sentence == climbed.sentence


def test_the_plan_says_what_is_left_to_do(run, splits, kept, climbed):
    done = plan_training(run, splits, CHOSEN, seeds=1, store=kept)
    assert done["done"].tolist() == done["trainings"].tolist() == [0, 1, 1, 1]
    assert done["seconds"].sum() == 0
    more = plan_training(run, splits, CHOSEN, seeds=3, store=kept)
    assert (more["seconds"] > 0).tolist() == [False, True, True, True]


def test_a_stopped_ladder_goes_on_without_repeating_what_was_finished(run, splits, judge, tmp_path):
    store, made = Store(str(tmp_path)), []

    def stop(done: int, total: int, note: str = "") -> None:
        if "Stopped early" in note:
            raise Cancelled("Enough.")

    chosen = {"last_layer_retrained": {}, "stopped_early": {}}
    with pytest.raises(Cancelled):
        ladder(run, splits, chosen, seeds=1, judge=judge, store=store, on_step=stop)
    assert [info.ending for info in runs(store)] == ["finished"] * 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            import_module("core.repair.rung_training"),
            "make_run",
            lambda *given: made.append(given[1]) or make_run(*given),
        )
        found = ladder(run, splits, chosen, seeds=1, judge=judge, store=store)
    assert found.complete
    assert len(made) == 1


def test_a_healthy_network_is_not_said_to_be_fixed(healthy, fair, judge, kept):
    found = ladder(healthy, fair, ["last_layer_retrained"], seeds=1, judge=judge, store=kept)
    assert not found.symptoms
    assert found.best is None
    assert not found.table["better"].any()
    assert "nothing that needs fixing" in found.sentence


def test_without_a_judge_one_is_built_from_test_pictures(run, splits, kept):
    chosen = {"last_layer_retrained": {}, "region_removed": BOX}
    found = ladder(run, splits, chosen, seeds=1, store=kept)
    assert found.judge.built
    assert "cutting and pasting" in found.judge.limits
    assert {name.split(" ", 1)[1] for name in found.judge.counted_groups} == {
        "as it is",
        "on another class's background",
        "with that region of another class",
    }
    assert found.symptoms


def test_runs_say_where_they_come_from(climbed, run):
    about = climbed.runs["region_removed"].about
    assert about["repaired"] == run.key
    assert about["fixes"][0]["name"] == "region_removed"
    assert about["fixes"][0]["settings"]["where"] == "box"


def test_the_origin_is_never_changed(run, climbed, kept):
    from core.networks.training.run import open_run

    for now, then in zip(run.model.get_weights(), open_run(run.key, kept).model.get_weights(), strict=True):
        assert np.array_equal(now, then)


def test_a_model_without_a_run_can_be_repaired(run, splits, judge, kept):
    found = ladder(
        run.model, splits, ["last_layer_retrained"], seeds=1, judge=judge, store=kept, training_spec=run.training_spec
    )
    assert found.table["fix"].tolist()[0] == "as it is"
    assert found.runs["as it is"].model is run.model


def test_what_was_kept_can_be_lost_without_harm(splits, tmp_path):
    store = Store(str(tmp_path))
    store.write("repair/0123.json", b'{"run": "4567"}')
    assert stored_run("0123", store) is None
    store.write("repair/0123.json", b"broken")
    assert stored_run("0123", store) is None


def test_bad_questions_are_refused(run, splits, judge):
    with pytest.raises(InputError, match="seeds"):
        ladder(run, splits, ["regularised"], seeds=0)
    with pytest.raises(DataError, match='column "group"'):
        ladder(run, splits, ["regularised"], judge=replace(judge, attributes=None))


def test_healed_and_broken_pictures_account_for_the_change(climbed, judge):
    found = changed_answers(climbed, "region_removed")
    before, after = (shares.argmax(axis=1) == judge.labels for shares in (found.before, found.after))
    assert after.sum() - before.sum() == len(found.healed) - len(found.broken)
    assert not before[found.healed].any()
    assert after[found.healed].all()
    assert before[found.broken].all()
    assert not after[found.broken].any()


def test_groups_before_and_after_add_up(climbed, judge):
    table = by_group(climbed, "region_removed")
    assert table["pictures"].sum() == len(judge)
    assert table["before"].is_monotonic_increasing
    right = climbed.answers["as it is"][0].argmax(axis=1) == judge.labels
    assert (table["before"] * table["pictures"]).sum() == pytest.approx(right.sum())
    assert (table["after_low"] <= table["after"]).all()


def test_figures_come_before_the_first_training(run, splits, judge, kept, climbed):
    seen: list[Ladder] = []
    ladder(run, splits, CHOSEN, seeds=1, judge=judge, store=kept, on_ladder=seen.append)
    assert seen[0].table["fix"].tolist() == ["as it is"]
    assert not seen[0].complete
    assert [len(found.table) for found in seen] == [1, 2, 3, 4]
    assert seen[-1].table.equals(climbed.table)


def test_from_two_seeds_a_gain_is_seldom_proof_and_the_sentence_says_what_would_be(climbed):
    table = climbed.table.assign(seeds=2, better=False)
    assert "with three or more it can" in ladder_sentence(table, climbed.symptoms, "worst_group", None)
    assert "with three or more" not in ladder_sentence(table.assign(seeds=3), climbed.symptoms, "worst_group", None)
