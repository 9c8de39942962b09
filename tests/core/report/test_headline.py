"""What stands at the top follows from what was found, and never says more."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.report import adapters, compose
from core.report.headline import headline

from .conftest import Ladder, Suspect, scored


@pytest.fixture
def good(facts):
    """The same network as if it did well on many pictures."""
    return replace(facts, overall=scored(940, 1000), second=None)


def test_a_network_that_nobody_examined_is_said_to_be_unexamined(good):
    found = headline(good)
    assert found.verdict == "Not examined yet"
    assert "not examined" in found.sentence
    assert "about 94 right, give or take 2" in found.sentence


def test_an_unfixed_shortcut_stands_at_the_top(good, verdict):
    found = headline(replace(good, tested=adapters.tested_hunches([verdict])))
    assert (found.verdict, found.tone) == ("Do not trust it yet", "bad")
    assert "The network uses the background." in found.sentence
    assert "71 of 100" in found.sentence


def test_a_shortcut_that_diagnosis_accuses_stands_there_too(good):
    suspects = [Suspect("blurred", False, ""), Suspect("sticker", True, "A label pulls 40 of 100 answers.")]
    found = headline(replace(good, suspects=adapters.suspected_flaws(suspects)))
    assert (found.verdict, found.tone) == ("Do not trust it yet", "bad")
    assert "A label pulls 40 of 100 answers." in found.sentence


def test_other_flaws_ask_for_care(good):
    suspects = [Suspect("label_noise", True, "About 20 of 100 labels look wrong."), Suspect("imbalance", True, "x")]
    found = headline(replace(good, suspects=adapters.suspected_flaws(suspects)))
    assert (found.verdict, found.tone) == ("Use it with care", "bad")
    assert "1 more flaw is suspected." in found.sentence


def test_a_fall_on_the_second_exam_is_told_at_the_top(good):
    found = headline(replace(good, second=scored(600, 1000)))
    assert (found.verdict, found.tone) == ("Do not trust it yet", "bad")
    assert "about 60 of 100 right" in found.sentence


def test_the_good_verdict_needs_a_search_that_found_nothing(good, verdict):
    fine = {**verdict, "conclusion": "not supported"}
    found = headline(
        replace(
            good,
            tested=adapters.tested_hunches([fine]),
            suspects=adapters.suspected_flaws([Suspect("tint", False, "")]),
        )
    )
    assert (found.verdict, found.tone) == ("No flaw found", "good")
    assert "no proof" in found.sentence


def test_a_test_that_left_it_open_gives_no_good_verdict(good, verdict):
    found = headline(replace(good, tested=adapters.tested_hunches([{**verdict, "conclusion": "inconclusive"}])))
    assert (found.verdict, found.tone) == ("Not settled", "plain")


def test_a_test_that_found_no_picture_to_try_is_none(good, verdict):
    """Where no picture has a label, the label is neither cleared nor suspected, and nobody has examined anything."""
    empty = {**verdict, "hunch": "labels_removed", "conclusion": "inconclusive", "n": 0}
    assert headline(replace(good, tested=adapters.tested_hunches([empty]))).verdict == "Not examined yet"
    fine = {**verdict, "conclusion": "not supported"}
    assert headline(replace(good, tested=adapters.tested_hunches([empty, fine]))).verdict == "No flaw found"


def test_a_test_of_something_else_is_no_examination(good, verdict):
    other = {**verdict, "hunch": "blur", "kind": "robustness", "conclusion": "not supported"}
    assert headline(replace(good, tested=adapters.tested_hunches([other]))).verdict == "Not examined yet"


def test_few_pictures_give_no_good_verdict(good, verdict):
    fine = adapters.tested_hunches([{**verdict, "conclusion": "not supported"}])
    found = headline(replace(good, overall=scored(11, 12), tested=fine))
    assert found.verdict == "Too few pictures to say"


def test_guessing_comes_before_everything(good, verdict):
    found = headline(replace(good, overall=scored(500, 1000), tested=adapters.tested_hunches([verdict])))
    assert found.verdict == "Do not use it"


def test_a_fix_of_another_network_does_not_clear_this_one(good, verdict, run):
    table = pd.DataFrame({"title": ["As it is", "Backgrounds mixed"], "worst_group": [0.1, 0.7]})
    ladder = Ladder(table, "It helps.", "background_randomised", {"background_randomised": run})
    before = replace(good, tested=adapters.tested_hunches([verdict]), repaired=adapters.repair_proof(ladder, "another"))
    assert "from before it" in headline(before).sentence
    after = replace(
        good,
        tested=adapters.tested_hunches([{**verdict, "conclusion": "not supported"}]),
        repaired=adapters.repair_proof(ladder, run.key),
    )
    assert headline(after).tone == "good"
    assert "with the fix" in headline(after).sentence


def test_a_bare_control_is_no_fix(run):
    ladder = Ladder(pd.DataFrame({"fix": ["as it is"]}), "Nothing helps.", "as it is", {"as it is": run})
    found = adapters.repair_proof(ladder, run.key)
    assert found is not None
    assert not found.this


def test_every_report_says_what_was_not_shown(good, verdict):
    bare = compose(good).section("gaps").points
    assert any("not searched for flaws" in point for point in bare)
    assert any("what is behind the object" in point for point in bare)
    everything = replace(
        good,
        tested=adapters.tested_hunches([verdict]),
        suspects=adapters.suspected_flaws([Suspect("tint", False, "")]),
        second=scored(930, 1000),
    )
    full = compose(everything).section("gaps").points
    assert not any("not searched for flaws" in point or "what is behind the object" in point for point in full)
    assert any("not fixed" in point for point in full)
    assert len(full) >= 3


def test_the_shortcut_that_changes_most_answers_stands_at_the_top(good, verdict):
    narrow = {**verdict, "n": 10, "flips": 1.0, "control_flips": 0.0, "reading": "It uses the hue."}
    found = headline(replace(good, tested=adapters.tested_hunches([narrow, verdict])))
    assert "uses the background" in found.sentence
