"""Do these methods help?: the shipped experiment, and one of one's own."""

from __future__ import annotations

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.experiments import compare_tools, results, usefulness_answer
from core.flaws import info
from pages.parts.usefulness import compute

from .conftest import problems

PAGE = "pages/usefulness.py"
SMALL = {
    "useful_train": "20", "useful_epochs": "1", "useful_filters": "4", "useful_pictures": "1", "useful_tried": "20",
    "useful_seeds": "1", "useful_tools": ["Test accuracy", "Gradient"], "useful_flaws": [info("imbalance").title],
}  # fmt: skip


@pytest.fixture
def own(visit) -> AppTest:
    """The screen with the dials of a quick experiment."""
    return visit(PAGE, **SMALL)


def _texts(app: AppTest) -> str:
    return " ".join(str(item.value) for item in [*app.markdown, *app.header])


def _press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def _tools(app: AppTest) -> list[str]:
    return list(next(box for box in app.selectbox if box.key == "useful_tool").options)


def test_the_shipped_answer_comes_first_with_its_figures(visit) -> None:
    app = visit(PAGE)
    found = usefulness_answer(compare_tools(results()[0]))
    assert not problems(app)
    assert app.header[0].value == found.verdict
    assert found.sentence in _texts(app)


def test_each_flaw_has_a_row_that_names_a_tool(visit) -> None:
    shown: pd.DataFrame = visit(PAGE).dataframe[0].value
    table = compare_tools(results()[0])
    assert len(shown) == table["flaw"].nunique()
    assert shown["use"].ne("").all()


def test_every_tool_on_every_flaw_can_be_looked_at(visit) -> None:
    app = visit(PAGE)
    for key in ("useful_flaw", "useful_tool"):
        box = next(box for box in app.selectbox if box.key == key)
        app = box.select_index(len(box.options) - 1).run()
        assert not problems(app)


def test_ones_own_experiment_takes_the_place_of_the_shipped_one_and_goes_back(own) -> None:
    shipped = _tools(own)
    app = _press(own, "usefulness_run")
    assert not problems(app)
    assert "Your own experiment." in _texts(app)
    assert _tools(app) == ["Test accuracy", "Gradient"]
    back = set(_tools(_press(app, "usefulness_back")))
    assert len(back) > 2
    assert back <= set(shipped)


def test_nothing_chosen_is_told(own) -> None:
    app = next(box for box in own.multiselect if box.key == "useful_tools").set_value([]).run()
    assert not problems(app)
    assert "Choose at least one flaw and one tool." in _texts(app)


def test_networks_that_did_not_learn_their_flaw_are_told(own, monkeypatch) -> None:
    monkeypatch.setattr(compute, "run_experiment", lambda *_, **__: results()[0].assign(took=False))
    app = _press(own, "usefulness_run")
    assert not problems(app)
    assert any("learned its flaw" in str(item.value) for item in app.info)
