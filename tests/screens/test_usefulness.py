"""Do these methods help?: the shipped study, and an experiment of one's own."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.experiments.study.conclusions import titles
from core.experiments.study.conclusions.advice import summarise
from core.experiments.study.conclusions.answer import study_answer
from core.experiments.study.conclusions.claims import CLAIMS
from core.experiments.study.conclusions.shipped import shipped
from core.experiments.study.tables import comparable
from core.flaws import info
from pages.parts.usefulness import compute, study_charts

from .conftest import problems

PAGE = "pages/usefulness.py"
SMALL = {
    "useful_train": "20", "useful_epochs": "1", "useful_filters": "4", "useful_pictures": "1", "useful_tried": "20",
    "useful_seeds": "1", "useful_tools": ["Test accuracy", "Gradient"], "useful_flaws": [info("imbalance").title],
}  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return comparable(shipped().readings)


@pytest.fixture
def own(visit) -> AppTest:
    """The screen with the dials of a quick experiment."""
    return visit(PAGE, **SMALL)


def _texts(app: AppTest) -> str:
    return " ".join(str(item.value) for item in [*app.markdown, *app.header, *app.info])


def _press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def _options(app: AppTest, key: str) -> list[str]:
    return list(next(box for box in app.selectbox if box.key == key).options)


def test_the_answer_comes_first_with_its_figures_and_says_what_is_missing(visit, rows) -> None:
    app = visit(PAGE)
    found = study_answer(summarise(rows).named)
    assert not problems(app)
    assert app.header[0].value == found.verdict
    assert found.sentence in _texts(app)
    assert titles.coverage(shipped().manifest) in _texts(app)


def test_each_flaw_has_a_row_that_names_a_tool_and_says_how_sure_it_is(visit, rows) -> None:
    shown: pd.DataFrame = visit(PAGE).dataframe[0].value
    advice = summarise(rows).advice
    assert list(shown["use"]) == [titles.tool_title(name) for name in advice["tool"]]
    assert list(shown["how sure"] == "beyond doubt") == list(advice["sure"])


def test_less_time_leaves_slow_tools_out_and_one_data_set_alone_can_be_asked_about(visit, rows) -> None:
    app = visit(PAGE, useful_seconds="1 s")
    assert not problems(app)
    quick = summarise(rows, most_seconds=1.0).advice
    assert list(app.dataframe[0].value["use"]) == [titles.tool_title(name) for name in quick["tool"]]
    app = visit(PAGE, useful_data=titles.DATA["cifar10"])
    assert not problems(app)
    alone = summarise(rows, within={"data": "cifar10"}).advice
    assert list(app.dataframe[0].value["networks"]) == list(alone["n"])


@pytest.mark.parametrize("measure", study_charts.MEASURES)
def test_every_measure_is_drawn(visit, measure) -> None:
    app = visit(PAGE, useful_measure=study_charts.MEASURES[measure])
    assert not problems(app)
    assert next(group for group in app.button_group if group.key == "useful_measure").value == measure


def test_every_tool_on_every_flaw_can_be_looked_at(visit) -> None:
    app = visit(PAGE)
    for key in ("useful_flaw", "useful_tool", "useful_reading"):
        box = next(box for box in app.selectbox if box.key == key)
        app = box.select_index(len(box.options) - 1).run()
        assert not problems(app)


def test_published_findings_stand_with_their_verdicts(visit) -> None:
    text = _texts(visit(PAGE))
    assert all(claim.said in text and claim.source in text for claim in CLAIMS)


def test_networks_that_no_tool_was_tried_on_are_told(visit) -> None:
    app = visit(
        PAGE, useful_data=titles.DATA["fashion_mnist"], useful_took="true", useful_network=titles.NETWORKS["plain"],
        useful_seconds="1 s",
    )  # fmt: skip
    assert not problems(app)
    assert next(box for box in app.toggle if box.key == "useful_took").value


def test_ones_own_experiment_takes_the_place_of_the_study_and_goes_back(own) -> None:
    shipped_tools = _options(own, "useful_tool")
    app = _press(own, "usefulness_run")
    assert not problems(app)
    assert "Your own experiment." in _texts(app)
    assert _options(app, "useful_tool") == ["Test accuracy", "Gradient"]
    assert _options(_press(app, "usefulness_back"), "useful_tool") == shipped_tools


def test_nothing_chosen_is_told(own) -> None:
    app = next(box for box in own.multiselect if box.key == "useful_tools").set_value([]).run()
    assert not problems(app)
    assert "Choose at least one flaw and one tool." in _texts(app)


def test_networks_that_did_not_learn_their_flaw_are_told(own, monkeypatch) -> None:
    run = compute.run_experiment
    monkeypatch.setattr(compute, "run_experiment", lambda *args, **options: run(*args, **options).assign(took=False))
    app = _press(own, "usefulness_run")
    assert not problems(app)
    assert any("learned its flaw" in str(item.value) for item in app.info)
