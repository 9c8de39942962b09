from __future__ import annotations

import numpy as np
import pytest

from core.datasets import Splits
from core.errors import Cancelled, DataError, InputError
from core.report import ReportSettings, write
from core.report.settings import ReportSettings as Settings

NOTHING = ReportSettings(methods=(), examples=1)


def test_a_bare_network_gets_a_report_too_and_stays_as_it_is(run, splits, tmp_path):
    before = [weight.copy() for weight in run.model.get_weights()]
    steps: list[tuple[int, int]] = []
    path = write(
        tmp_path / "report.html",
        run.model,
        splits,
        title="Bags",
        settings=NOTHING,
        on_step=lambda done, total, note="": steps.append((done, total)),
    )
    page = path.read_text(encoding="utf-8")
    assert "Not examined yet" in page
    assert "No heatmap was tested" in page
    assert steps[-1] == (100, 100)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert all(np.array_equal(one, other) for one, other in zip(before, run.model.get_weights(), strict=True))


def test_work_that_is_stopped_leaves_no_file(run, splits, tmp_path):
    def stop(done: int, total: int, note: str = "") -> None:
        if done >= 20:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        write(tmp_path / "report.html", run, splits, title="Bags", settings=NOTHING, on_step=stop)
    assert not list(tmp_path.glob("*.html"))


def test_bad_input_is_told_before_the_work_begins(run, splits, tmp_path):
    def never(*_: object) -> None:
        raise AssertionError("it began")

    with pytest.raises(InputError, match=r"\.html"):
        write(tmp_path / "report.pdf", run, splits, title="Bags", on_step=never)
    with pytest.raises(InputError, match="Create it first"):
        write(tmp_path / "no" / "report.html", run, splits, title="Bags", on_step=never)
    with pytest.raises(InputError, match="title"):
        write(tmp_path / "report.html", run, splits, title=" ", on_step=never)


def test_data_that_does_not_fit_is_told_in_a_sentence(run, splits, tmp_path):
    empty = Splits(splits.train, splits.validation, splits.test.take(slice(0, 0)))
    with pytest.raises(DataError, match="test pictures"):
        write(tmp_path / "report.html", run, empty, title="Bags", settings=NOTHING)
    with pytest.raises(InputError, match="attribution methods"):
        write(tmp_path / "report.html", run, splits, title="Bags", settings=Settings(methods=("crystal_ball",)))


def test_a_few_pictures_make_a_cautious_report(run, splits, tmp_path):
    few = Splits(splits.train, splits.validation.take(slice(0, 4)), splits.test.take(slice(0, 6)))
    page = write(tmp_path / "report.html", run, few, title="Bags", settings=NOTHING).read_text(encoding="utf-8")
    assert "rough guess" in page
    assert "Check every answer" in page
    assert "give or take" not in page
