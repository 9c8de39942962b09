"""The whole diagnosis: its promises, and honest answers where there is little to go by."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.datasets.base import Dataset, Splits
from core.diagnosis import benchmark, detect, detectors, diagnose, summary
from core.diagnosis.base import Finding, Harm, Suspect, bars, box_of
from core.diagnosis.diagnose import judged, ranked, suspected
from core.diagnosis.explaining_away import explained
from core.errors import Cancelled, DataError, InputError, ModelError
from core.flaws import names as flaw_names
from core.hunches import hunches
from tests.core.diagnosis.conftest import (
    biased_reader,
    light_and_dark,
    linear_network,
    marked,
    reader,
    splits_of,
    varied,
)
from tests.core.hunches.conftest import coloured


@pytest.fixture(scope="module")
def healthy(honest, object_reader) -> list[Suspect]:
    return diagnose(object_reader, honest)


def _checked(suspects: list[Suspect]) -> None:
    assert {suspect.flaw for suspect in suspects} == set(detectors())
    for suspect in suspects:
        assert 0 <= suspect.score <= 1
        assert suspect.p_value is None or 0 <= suspect.p_value <= 1
        assert suspect.raised == (suspect.level == "flaw")
        assert suspect.examined or suspect.looked.startswith("Not looked for")
        assert np.isfinite(suspect.statistic)
        assert suspect.evidence.endswith(".")
        assert suspect.looked.endswith(".")
    raised = [suspect.raised for suspect in suspects]
    assert raised == sorted(raised, reverse=True)


def test_every_flaw_has_a_detector_with_fixes_and_hunches_that_exist() -> None:
    assert set(detectors()) == {*flaw_names(), "shortcut"} - {"none"}
    for info in detectors().values():
        assert info.calibrated
        assert {*info.explained, *info.silenced} <= set(detectors())
        assert info.fixes
        assert not info.hunch or info.hunch in hunches()


def test_fixes_are_ones_that_can_be_tried() -> None:
    from core.repair.registry import fixes

    assert {name for info in detectors().values() for name in info.fixes} <= set(fixes())


def test_a_network_that_reads_the_corner_is_accused_of_that_first() -> None:
    made = splits_of(lambda seed: marked(varied(coloured(90, seed), seed), "corner"))
    suspects = diagnose(reader("corner"), made)
    _checked(suspects)
    assert suspects[0].flaw == "sticker"
    assert suspects[0].raised
    assert suspects[0].box is not None
    assert summary(suspects).startswith("The likeliest flaw: label tied to a class.")


def test_the_same_seed_gives_the_same_diagnosis(honest, object_reader, healthy) -> None:
    again = diagnose(object_reader, honest)
    assert [(suspect.flaw, suspect.statistic) for suspect in again] == [
        (suspect.flaw, suspect.statistic) for suspect in healthy
    ]


def test_only_the_tie_between_colour_and_class_is_found_where_nothing_else_is(healthy) -> None:
    """In these pictures the object's colour is the class, so to go by it is right, and yet it is said."""
    assert {suspect.flaw for suspect in healthy if suspect.raised} <= {"tint", "shortcut"}


def _grey() -> tuple[Splits, object]:
    made = splits_of(lambda seed: light_and_dark(14, seed))
    parts = {name: replace(part, images=part.images[..., :1]) for name, part in made.parts.items()}
    weights = np.zeros((24, 24, 1, 2), np.float32)
    weights[9:15, 9:15, :, 1] = 1 / 36
    return Splits(**parts), linear_network(weights, np.array([110.0, 0.0], np.float32))


def _class_missing() -> tuple[Splits, object]:
    made = splits_of(lambda seed: coloured(60, seed, object_tied=True))
    return replace(made, test=made.test.take(np.flatnonzero(made.test.labels != 1))), reader("object")


def _train_alone() -> tuple[Splits, object]:
    made = splits_of(lambda seed: coloured(30, seed, object_tied=True))
    return replace(made, validation=made.validation.take([]), test=made.test.take([])), reader("object")


def _one_picture() -> tuple[Splits, object]:
    made = splits_of(lambda seed: coloured(30, seed, object_tied=True))
    return Splits(*(part.take([0]) for part in made.parts.values())), reader("object")


def _floats() -> tuple[Splits, object]:
    made = splits_of(lambda seed: light_and_dark(40, seed))
    parts = {name: replace(part, images=(part.images / 255).astype(np.float32)) for name, part in made.parts.items()}
    return Splits(**parts), biased_reader()


CASES = {"grey": _grey, "class missing": _class_missing, "train alone": _train_alone, "one picture": _one_picture}


@pytest.mark.parametrize("case", list(CASES))
def test_little_to_go_by_gives_an_honest_answer(case: str) -> None:
    splits, model = CASES[case]()
    bare = Splits(**{name: replace(part, masks=None) for name, part in splits.parts.items()})
    _checked(diagnose(model, bare))  # type: ignore[arg-type]


def test_a_network_at_chance_level_is_not_diagnosed_and_it_is_said() -> None:
    splits, model = _floats()
    with pytest.raises(ModelError, match="better than chance"):
        diagnose(model, splits)  # type: ignore[arg-type]


def test_one_detector_alone_measures_what_it_measures_among_all(honest, object_reader, healthy) -> None:
    together = {suspect.flaw: suspect for suspect in healthy}
    for flaw in ("tint", "imbalance"):
        alone = detect(object_reader, honest, flaw)
        assert (alone.flaw, alone.statistic) == (flaw, together[flaw].statistic)
        assert alone.evidence == together[flaw].evidence


def test_a_detector_that_does_not_exist_is_said_and_those_that_do(honest, object_reader) -> None:
    with pytest.raises(InputError, match="label_noise"):
        detect(object_reader, honest, "gremlins")


def test_what_does_not_fit_is_said(honest, object_reader) -> None:
    with pytest.raises(DataError):
        diagnose(object_reader, replace(honest, train=honest.train.take([])))
    other = splits_of(lambda seed: light_and_dark(20, seed))
    with pytest.raises(ModelError):
        diagnose(object_reader, other)


def test_it_stops_when_its_owner_says_so(honest, object_reader) -> None:
    seen = []

    def stop(done: int, total: int, note: str = "") -> None:
        seen.append((done, total, note))
        if done == 2:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        diagnose(object_reader, honest, on_step=stop)
    assert seen[-1][:2] == (2, len(detectors()))


def test_scores_rise_with_the_statistic_and_pass_one_half_at_the_floor() -> None:
    for info in detectors().values():
        values = np.linspace(-0.2, 1.5, 60)
        assert (np.diff([info.score(value) for value in values]) >= 0).all()
        assert info.floor is not None
        assert info.score(info.floor) == 0.5
        assert info.score(info.full) == 1


def _finding(statistic: float, **given: Any) -> Finding:
    return Finding(statistic, "Something was seen.", bars([], []), "", **given)


NAMES = ("coat", "bag")


def test_a_flaw_is_raised_where_it_is_large_beyond_doubt_and_costly() -> None:
    info, costly = detectors()["border"], Harm(0.5, 0.3, 0.7, "of the answers")
    assert suspected(info, _finding(0.5, harm=costly), NAMES, 0.001).level == "flaw"
    assert suspected(info, _finding(0.5, harm=costly), NAMES, 0.02).level == "silent"
    assert suspected(info, _finding(0.01, harm=costly), NAMES, 0.001).level == "silent"
    assert suspected(info, _finding(0.5, harm=Harm(0.1, -0.1, 0.3, "")), NAMES, 0.001).level == "silent"
    assert suspected(info, _finding(0.5, harm=costly, doubt="It may be the mask."), NAMES, 0.001).level == "silent"


def test_a_leaning_is_told_and_never_raised_and_explains_nothing() -> None:
    tint = suspected(detectors()["tint"], _finding(0.9, leaning=True), NAMES, 0.001)
    assert tint.level == "leaning"
    assert not tint.raised
    assert [each.flaw for each in ranked([_suspect("border", 0.0, raised=False), tint])] == ["tint", "border"]


def test_a_detector_that_nobody_calibrated_says_so_and_raises_nothing() -> None:
    bare = replace(detectors()["border"], floor=None)
    found = suspected(bare, _finding(0.9), NAMES, 0.0001)
    assert found.level == "silent"
    assert "not calibrated yet" in found.evidence
    assert found.score == 0


def test_p_values_are_corrected_for_the_number_of_detectors() -> None:
    measured = {name: _finding(0.5, p_value=0.004) for name in ("border", "sticker", "place")}
    assert {suspect.p_value for suspect in judged(measured, NAMES)} == {0.012}
    assert judged({"border": "There was nothing to see."}, NAMES)[0].examined is False


def _suspect(flaw: str, statistic: float, raised: bool = True, label: int | None = None) -> Suspect:
    empty = bars([], [])
    level = "flaw" if raised else "silent"
    return Suspect(
        flaw, flaw, raised, 0.8, None, statistic, 0.1, "", "", empty, "", (), "", {}, class_index=label, level=level
    )


def test_a_small_thing_that_an_exchanged_background_carries_along_is_explained_by_it() -> None:
    by = {each.flaw: each for each in _explained(_suspect("background", 0.9), _suspect("border", 0.3))}
    assert by["background"].raised
    assert not by["border"].raised
    assert by["border"].explained_by == "background"
    both = _explained(_suspect("background", 0.5), _suspect("border", 0.6))
    assert all(suspect.raised for suspect in both)


def test_suspects_about_different_classes_do_not_explain_each_other() -> None:
    both = _explained(_suspect("background", 0.9, label=0), _suspect("border", 0.3, label=1))
    assert all(suspect.raised for suspect in both)


def test_a_suspect_that_is_not_raised_explains_nothing() -> None:
    by = _explained(_suspect("background", 0.9, raised=False), _suspect("border", 0.3))
    assert by[1].raised


def _explained(*suspects: Suspect) -> list[Suspect]:
    return explained(list(suspects), detectors())


def test_training_curves_may_come_with_a_run_or_beside_a_network(honest, object_reader) -> None:
    history = pd.DataFrame({"val_loss": [1.0, 0.5], "accuracy": [0.5, 0.9]})
    assert diagnose(object_reader, honest, history=history, budget=20000)


def test_the_box_of_a_mask_is_in_shares() -> None:
    mask = np.zeros((10, 20), bool)
    mask[2:4, 5:10] = True
    assert box_of(mask) == (0.25, 0.2, 0.5, 0.4)
    assert box_of(np.zeros((4, 4), bool)) is None


def test_nothing_found_says_what_was_looked_for() -> None:
    silent = [replace(_suspect(name, 0.0), raised=False, looked="Looked.") for name in detectors()]
    assert summary(silent) == f"Nothing found. {len(detectors())} kinds of flaw were looked for."


def test_the_shipped_benchmark_states_its_counts_and_intervals() -> None:
    shipped = benchmark()
    assert shipped["sections"]
    for line in shipped["sections"]:
        assert line["low"] <= line["right"] / line["n"] <= line["high"]
    assert sum(row["count"] for row in shipped["confusion"]) > 0
    assert all(min(seeds) >= 0 and max(seeds) < 100 for seeds in shipped["seeds"].values())


def test_the_command_line_writes_suspects() -> None:
    from core.cli.commands.diagnose import plain

    assert json.loads(json.dumps(plain(_suspect("border", 0.3))))["flaw"] == "border"


def test_a_subject_never_sees_attributes(honest, object_reader) -> None:
    """The answer key of planted flaws lies in the attributes; taking them away changes nothing."""
    bare: dict[str, Dataset] = {name: replace(part, attributes=None) for name, part in honest.parts.items()}
    found = diagnose(object_reader, Splits(**bare))
    known = diagnose(object_reader, honest)
    assert [suspect.statistic for suspect in found] == [suspect.statistic for suspect in known]
