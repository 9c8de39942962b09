"""The advice that is kept beside the study agrees with the study's tables, and its sentences with both."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from core.cli import main
from core.diagnosis.history import VERSION
from core.errors import InputError, Unavailable
from core.experiments.study import tables
from core.experiments.study.base import NOTHING
from core.experiments.study.cells import study_tools
from core.experiments.study.conclusions import advice, advice_file, recommend, titles
from core.experiments.study.conclusions.advice_file import FILE, MATTERED, SILENT, TOLD, StudyAdvice
from core.experiments.study.conclusions.advice_file import read_advice as kept_advice
from core.experiments.study.conclusions.shipped import ADDRESS, ShippedStudy, shipped
from core.experiments.study.design import FLAWED
from core.experiments.study.files import MANIFEST, READINGS
from core.experiments.summary import frequency
from core.flaws import names as flaw_names

CLOSE = 1e-5  # figures are kept with six digits


@pytest.fixture(scope="module")
def study() -> ShippedStudy:
    return shipped()


@pytest.fixture(scope="module")
def named(study) -> pd.DataFrame:
    return tables.names(tables.comparable(study.readings))


@pytest.fixture(scope="module")
def summary(study, named) -> advice.Summary:
    return advice.summarise(tables.comparable(study.readings), named=named)


@pytest.fixture(scope="module")
def kept() -> StudyAdvice:
    return kept_advice()


def test_what_is_kept_is_what_the_tables_say_today(kept, summary) -> None:
    pd.testing.assert_frame_equal(
        kept.told, summary.detected[list(TOLD)], check_dtype=False, check_column_type=False, atol=CLOSE
    )
    chosen = ["flaw", "tool", "n", "sure", "picked_from", "heatmap", "heatmap_auc", "auc", "auc_low", "auc_high"]
    pd.testing.assert_frame_equal(
        kept.advice[chosen], summary.advice[chosen], check_dtype=False, check_column_type=False, atol=CLOSE
    )


def test_silence_is_counted_as_the_tables_count_it(kept, summary, named) -> None:
    silent = kept.silent.set_index("networks")
    search = summary.named[summary.named["tool"] == "diagnosis"].set_index("condition")
    for figure, column in (("n", "n"), ("silent", "top1"), ("low", "low"), ("high", "high")):
        assert silent.loc[tables.ANY_HEALTHY, figure] == pytest.approx(
            search.loc[tables.ANY_HEALTHY, column], abs=CLOSE
        )
    mine = named[(named["tool"] == "diagnosis") & named["condition"].isin(FLAWED)]
    quiet = mine["names"] == frozenset({NOTHING})
    took = mine["took"].astype(bool)
    assert silent.loc[tables.ANY_FLAW, ["n", "silent"]].tolist() == pytest.approx([len(mine), quiet.mean()], abs=CLOSE)
    assert silent.loc[MATTERED, ["n", "silent"]].tolist() == pytest.approx([took.sum(), quiet[took].mean()], abs=CLOSE)


def test_each_flaw_is_told_with_the_figures_of_the_tables(kept, summary, study) -> None:
    for row in summary.advice.to_dict("records"):
        found = recommend.recommend(row["flaw"], kept)
        cell = summary.detected.set_index(["tool", "flaw"])
        wanted = [cell.loc[("diagnosis", row["flaw"])]]
        if row["auc"] > wanted[0]["auc"]:
            wanted.append(row)
        if row["heatmap"]:
            wanted.append(cell.loc[(row["heatmap"], row["flaw"])])
            assert titles.tool_title(row["heatmap"]) in found.text
        if row["tool"] != "diagnosis":
            assert titles.tool_title(row["tool"]) in found.text
        for each in wanted:
            assert f"{frequency(each['auc'])} of 100 pairs" in found.text
            if each["auc_high"] > each["auc_low"]:
                assert f"({frequency(each['auc_low'])} to {frequency(each['auc_high'])}" in found.text
        assert found.heatmap == row["heatmap"]
        assert (recommend.EARLIER in found.note) == (study.manifest["diagnosis"] != VERSION)


def test_no_figure_is_told_that_the_tables_do_not_have(kept, summary) -> None:
    for row in summary.advice.to_dict("records"):
        mine = summary.detected[summary.detected["flaw"] == row["flaw"]]
        known = {frequency(value) for name in ("auc", "auc_low", "auc_high") for value in mine[name].dropna()}
        told = re.findall(r"(?<!of )\b\d+\b", recommend.recommend(row["flaw"], kept).text.replace("Of the ", "of "))
        assert set(told) <= known


def test_flaws_that_the_study_did_not_plant_are_said_not_to_be_tested(kept) -> None:
    planted = set(kept.told["flaw"])
    for name in (*flaw_names(), "shortcut"):
        found = recommend.recommend(name, kept)
        if name != "none":
            assert (found.text == recommend.NOT_PLANTED) == (name not in planted)
    assert recommend.recommend("none", kept) == recommend.on_silence(kept)


def test_silence_is_told_with_its_counts(kept) -> None:
    found = recommend.on_silence(kept)
    told = re.findall(r"in (\d+) \((\d+) to (\d+)\)", found.text)
    assert told == [
        tuple(frequency(row[name]) for name in ("silent", "low", "high")) for row in kept.silent.to_dict("records")
    ]


def test_every_heatmap_is_told_with_all_its_flaws(kept, summary) -> None:
    for name, tool in study_tools().items():
        if tool.family != "map":
            continue
        rows, text = summary.detected[summary.detected["tool"] == name], recommend.on_method(name, kept).text
        for row in rows.to_dict("records"):
            title = titles.condition_title(row["flaw"])
            assert f"{title[1:]}” {frequency(row['auc'])} (" in text
    assert recommend.on_method("of a later version", kept).text == recommend.NOT_READ


def _study(*rows: dict, silent: pd.DataFrame | None = None, earlier: bool = False) -> StudyAdvice:
    usual = {"flaw": "sticker", "reading": "", "n": 10, "n_healthy": 40, "power": 1.0, "auc_low": 0.6,
             "auc_high": 1.0, "p_corrected": 0.01, "of": 1, "seconds": 5.0}  # fmt: skip
    told = pd.DataFrame([usual | row for row in rows], columns=list(TOLD))
    silent = pd.DataFrame(columns=list(SILENT)) if silent is None else silent
    return StudyAdvice(told, advice.advise(told), silent, earlier)


def test_the_best_tool_is_named_unless_it_is_the_search_itself() -> None:
    search, other = {"tool": "diagnosis", "auc": 0.8}, {"tool": "hunches", "auc": 0.9}
    title = titles.tool_title("hunches")
    assert title in recommend.recommend("sticker", _study(search, other)).text
    assert "90 of 100 pairs" in recommend.recommend("sticker", _study(search, other)).text
    assert title not in recommend.recommend("sticker", _study(search, other | {"auc": 0.7})).text
    tied = recommend.recommend("sticker", _study(search, other | {"auc": 0.8, "seconds": 1.0})).text
    assert title in tied
    assert "quicker" in tied
    assert "quicker" not in recommend.recommend("sticker", _study(search, other | {"auc": 0.8})).text
    assert recommend.recommend("sticker", _study(other)).text.startswith(recommend.NOT_RUN)


def test_a_heatmap_that_tells_best_is_told_once_and_one_that_does_not_is_told_beside() -> None:
    search, heatmap = {"tool": "diagnosis", "auc": 0.8}, {"tool": "grad_cam", "auc": 0.9}
    title = titles.tool_title("grad_cam")
    for auc in (0.7, 0.8, 0.9):
        found = recommend.recommend("sticker", _study(search, heatmap | {"auc": auc}))
        assert found.text.count(title) == 1
        assert found.heatmap == "grad_cam"
    assert recommend.recommend("sticker", _study(search)).heatmap == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "(60 to 100, beyond doubt)"),
        ({"p_corrected": 0.2}, "(60 to 100, may be chance)"),
        ({"auc_low": 0.4}, "(40 to 100, may be chance)"),
        ({"auc_low": float("nan"), "auc_high": float("nan")}, "(may be chance)"),
        ({"auc": 1.0, "auc_low": 1.0}, "(beyond doubt)"),
        ({"auc": 0.1, "auc_low": 0.0, "auc_high": 0.3}, "(0 to 30, worse than chance)"),
    ],
)
def test_how_sure_it_is_stands_in_brackets(changes, said) -> None:
    study = _study({"tool": "diagnosis", "auc": 0.8, **changes})
    assert f"of 100 pairs {said}" in recommend.recommend("sticker", study).text


def test_a_search_that_was_not_run_is_told_and_an_earlier_one_is_dated() -> None:
    assert recommend.on_silence(_study()).text == recommend.NOT_RUN
    row = {"tool": "diagnosis", "auc": 0.8}
    for earlier in (False, True):
        note = recommend.recommend("sticker", _study(row, earlier=earlier)).note
        assert (recommend.EARLIER in note) == earlier


def _copy(folder: Path, *files: str) -> str:
    for name in files:
        shutil.copy(Path(ADDRESS) / name, folder / name)
    return str(folder)


def test_one_command_works_it_out_again_from_the_readings(tmp_path, kept, capsys) -> None:
    address = _copy(tmp_path, READINGS, MANIFEST)
    with pytest.raises(Unavailable):
        kept_advice(address)
    assert main(["experiments", "advice", "--out", address]) == 0
    assert FILE in capsys.readouterr().out
    found = kept_advice(address)
    pd.testing.assert_frame_equal(found.told, kept.told, atol=CLOSE)
    pd.testing.assert_frame_equal(found.silent, kept.silent, atol=CLOSE)


def test_advice_of_another_run_and_damaged_advice_are_refused(tmp_path) -> None:
    address = _copy(tmp_path, FILE, MANIFEST)
    assert len(kept_advice(address).told)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps({**manifest, "made": "another day"}))
    with pytest.raises(InputError, match="experiments advice"):
        kept_advice(address)
    (tmp_path / FILE).write_text("{}")
    with pytest.raises(InputError, match="experiments advice"):
        kept_advice(address)


def test_a_run_writes_it_with_the_study(tmp_path) -> None:
    out = str(tmp_path / "out")
    asked = ["--data", "wardrobe", "--conditions", "healthy", "sticker", "--tools", "accuracy", "gradient", "--fixes"]
    # All of it ships; were it not so, the hours would stop the work at its first cell.
    main(["experiments", "run", "--out", out, "--store", str(tmp_path / "store"), "--hours", "0", *asked])
    found, manifest = kept_advice(out), json.loads((tmp_path / "out" / MANIFEST).read_text())
    assert found.earlier == (manifest["diagnosis"] != VERSION)
    assert set(found.told["tool"]) == {"accuracy", "gradient"}
    assert set(found.told["flaw"]) == {"sticker"}


def test_readings_of_nothing_give_no_advice(study) -> None:
    found = advice_file.work_out(study.readings[:0])
    assert found.told.empty
    assert found.advice.empty
    assert found.silent.empty
    assert recommend.recommend("sticker", found).text == recommend.NOT_PLANTED
