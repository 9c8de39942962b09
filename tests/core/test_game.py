"""A code deals one game to everyone, tells nothing, and is worth what the rules say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core import flaws, game
from core.errors import InputError
from core.game import Case

SMALL = {"train": 20, "validation": 10, "test": 20}


@pytest.fixture
def small(monkeypatch):
    """Games with few pictures."""
    monkeypatch.setattr(game, "PICTURES", SMALL)


def code_of(flaw: str) -> str:
    """A code that stands for this flaw."""
    return next(code for code in _codes(4000) if Case(code).flaw == flaw)


def _codes(count: int) -> list[str]:
    rng = np.random.default_rng(0)
    return ["".join(rng.choice(list(game.LETTERS), game.LENGTH)) for _ in range(count)]


def test_the_same_code_is_the_same_game(small):
    first, second = Case("BCDFG").plant(), Case("BCDFG").plant()
    assert first.splits.test.key == second.splits.test.key
    assert first.answer == second.answer


def test_every_flaw_comes_about_as_often_as_any_other():
    counts = Counter(Case(code).flaw for code in _codes(4000))
    assert set(counts) == set(flaws.names())
    # 200 are expected of each; six standard deviations are 83.
    assert all(abs(count - 200) < 84 for count in counts.values())


def test_a_code_does_not_tell_the_flaw():
    """Codes that differ in one letter have nothing to do with each other."""
    same = [Case(code).flaw == Case("B" + code[1:]).flaw for code in _codes(2000) if code[0] != "B"]
    assert abs(np.mean(same) - 1 / 20) < 0.03
    assert not any(flaw in code.lower() for code in _codes(50) for flaw in flaws.names())


@pytest.mark.parametrize("code", ["", "BCDF", "BCDFGH", "bcdfg", "AAAAA", "../..", "BCDF\n"])
def test_what_is_no_code_is_told_in_a_sentence(code):
    with pytest.raises(InputError, match="code should be 5"):
        Case(code)


def test_new_codes_avoid_flaws_that_were_there():
    most = set(flaws.names()) - {"tint", "none"}
    assert {Case(game.new_code(most)).flaw for _ in range(10)} <= {"tint", "none"}
    assert Case(game.new_code(flaws.names())).flaw in flaws.names()


def test_three_are_left_and_the_flaw_is_one_of_them_at_any_place():
    cases = [Case(code) for code in _codes(300)]
    assert all(len(set(case.candidates)) == 3 and case.flaw in case.candidates for case in cases)
    places = Counter(case.candidates.index(case.flaw) for case in cases)
    assert min(places.values()) > 60
    alike = [case for case in cases if case.info.place in ("data", "serving", "specs")]
    assert all(flaws.info(name).place == case.info.place for case in alike for name in case.candidates)


def test_points_fall_by_what_hints_and_wrong_names_cost():
    assert game.score_points([], 0) == game.FULL
    assert [hint.cost for hint in game.HINTS] == sorted(hint.cost for hint in game.HINTS)
    for hint in game.HINTS:
        assert game.score_points([hint.name], 0) == game.FULL - hint.cost
    assert game.score_points(["place", "class"], 1) == 100 - 10 - 10 - 20
    assert game.score_points([hint.name for hint in game.HINTS], 10) == game.LEAST


@pytest.mark.parametrize("flaw", ["sticker", "label_noise", "duplicates", "wrong_scale", "border"])
def test_what_a_team_gets_does_not_name_the_flaw(small, flaw):
    planted = Case(code_of(flaw)).plant()
    shown = game.hide_answer(planted)
    assert planted.answer.flaw == flaw
    assert shown.answer.flaw == "none"
    assert shown.judge.key == shown.splits.test.key
    assert shown.clean is shown.splits
    for name, part in shown.splits.parts.items():
        assert part.key == planted.splits.parts[name].key, "the pictures are the flawed ones"
        assert set(part.masks) <= {"object"}
        assert set(part.attributes) <= set(game.KNOWN)


def test_the_hint_about_the_class_tells_the_class_and_only_where_there_is_one(small):
    sticker, noise = Case(code_of("sticker")).plant(), Case(code_of("label_noise")).plant()
    assert sticker.answer.class_name in game.class_hint(sticker)
    assert "all of them" in game.class_hint(noise)
    confusion = Case(code_of("label_confusion")).plant()
    names = [confusion.answer.class_name, confusion.splits.class_names[confusion.answer.other]]
    assert all(name in game.class_hint(confusion) for name in names)


def test_complaints_are_wrong_answers_the_surest_of_each_kind_first():
    labels = np.array([0, 0, 0, 1, 1, 2])
    said = np.array([1, 1, 0, 2, 1, 0])
    sure = np.array([0.7, 0.9, 0.9, 0.8, 0.9, 0.6])
    answers = np.full((6, 3), 0.01)
    answers[np.arange(6), said] = sure
    assert game.confident_mistakes(labels, answers, 10).tolist() == [1, 3, 5, 0]
    assert game.confident_mistakes(labels, answers, 2).tolist() == [1, 3]
    assert not len(game.confident_mistakes(said, answers, 3))


@pytest.mark.parametrize(
    ("flaw", "region"),
    [("sticker", "sticker"), ("background", "background"), ("tint", "object"), ("blurred", None), ("too_short", None)],
)
def test_traces_show_pictures_that_the_flaw_changed_and_where(small, flaw, region):
    planted = Case(code_of(flaw)).plant()
    found = game.find_traces(planted)
    if flaw == "too_short":
        assert not len(found.flawed)
        return
    assert len(found.flawed) == len(found.clean) > 0
    changed = (found.flawed.images != found.clean.images).any(axis=-1)
    assert changed.any(axis=(1, 2)).all()
    assert (found.region is None) == (region is None)
    if flaw == "sticker":
        assert (changed & ~found.region).mean() < 0.01
        assert (found.flawed.labels == planted.answer.class_index).all()


def test_wrong_labels_are_shown_beside_the_right_ones(small):
    found = game.find_traces(Case(code_of("label_noise")).plant())
    assert (found.flawed.labels != found.clean.labels).all()
    assert np.array_equal(found.flawed.images, found.clean.images)


def test_the_proof_counts_the_exam_the_judge_and_its_worst_group(small):
    planted = Case(code_of("sticker")).plant()
    groups = planted.judge.attributes["group"].to_numpy()
    worst = groups[0]
    judged = groups != worst
    table = game.score_proof(planted, np.ones(len(planted.splits.test), bool), judged)
    assert table["value"].tolist() == [1.0, judged.mean(), 0.0]
    assert worst in table["name"].iloc[2]
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()


def test_hidden_pictures_of_a_clean_case_are_the_clean_ones(small):
    planted = Case(code_of("none")).plant()
    assert planted.splits.train.key == planted.clean.train.key
