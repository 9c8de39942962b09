"""The guide: complete, short, plain, and with examples that work."""

from __future__ import annotations

import pytest

from core import attribution, flaws
from core.experiments.study.conclusions.advice_file import read_advice
from core.experiments.study.conclusions.recommend import on_method, recommend
from core.glossary import TERMS
from pages.parts.guide import entries, inside, proof
from pages.parts.guide.entries import FLAWS, GLOSSARY, HOWTOS, METHODS
from pages.parts.markdown import literal
from tests.reading import NEWSPAPER, reading_ease, words

from .conftest import parameter, problems

GUIDE = "pages/guide.py"
ENTRIES = entries.entries()
WRITTEN = [entry for entry in ENTRIES.values() if entry.text]
TECHNIQUES = [entry for entry in WRITTEN if entry.section not in (METHODS, FLAWS)]


def test_every_method_and_every_flaw_has_its_entry_and_no_other_has():
    assert {entry.name for entry in WRITTEN if entry.section == METHODS} == set(attribution.methods())
    assert {entries.flaw_of(entry) for entry in WRITTEN if entry.section == FLAWS} == set(flaws.names())


def test_every_technique_has_a_live_example():
    assert {entry.name for entry in TECHNIQUES} == {*inside.EXAMPLES_OF, *proof.EXAMPLES_OF}


@pytest.mark.parametrize("entry", WRITTEN, ids=lambda entry: entry.name)
def test_an_entry_is_short_plain_and_says_when_it_misleads(entry):
    assert words(entry.text) > 20
    assert words(entry.misleads) > 15
    assert words(f"{entry.text} {entry.misleads}") <= 120
    assert reading_ease(f"{entry.text} {entry.misleads}") >= NEWSPAPER


def test_the_guide_begins_with_all_its_entries_as_links(visit):
    app = visit(GUIDE)
    assert not problems(app)
    labels = [item.proto.label for item in app.get("page_link")]
    assert {entry.title for entry in ENTRIES.values()} <= set(labels)


def test_an_entry_is_found_by_the_search_box_and_stands_in_the_link(visit):
    app = visit(GUIDE)
    app.selectbox(key="_entry").set_value("flaw_tint").run()
    assert not problems(app)
    assert parameter(app, "entry") == "flaw_tint"
    assert app.header[0].value == flaws.info("tint").title


def test_a_name_that_the_guide_does_not_have_is_told(visit):
    app = visit(GUIDE, entry="phrenology")
    assert not problems(app)
    assert "phrenology" in app.info[0].value


def test_the_glossary_tells_every_term(visit):
    app = visit(GUIDE, entry=GLOSSARY)
    told = " ".join(item.value for item in app.markdown)
    assert all(meaning in told for meaning in TERMS.values())


def test_every_flaw_is_shown(visit):
    app = visit(GUIDE)
    for name in flaws.names():
        app.query_params["entry"] = f"flaw_{name}"
        app.run()
        assert not problems(app), name
        # Pictures, counts or settings: something that one can look at.
        assert app.get("image") or app.get("vega_lite_chart") or app.dataframe, name


@pytest.mark.parametrize("name", ["sticker", "none", "too_short"])
def test_a_flaw_is_told_with_what_the_study_says_of_it(visit, name):
    app = visit(GUIDE, entry=f"flaw_{name}")
    assert not problems(app)
    advice = recommend(name, read_advice())
    text = " ".join(item.value for item in app.markdown)
    assert literal(advice.text) in text
    assert literal(advice.note) in text
    labels = [item.proto.label for item in app.get("page_link")]
    # The menu has a link to the study on every screen.
    assert labels.count("Do these methods help?") == (2 if advice.note else 1)
    assert any(label.startswith("Look with") for label in labels) == bool(advice.heatmap)


def test_a_method_is_told_with_what_the_study_says_of_it(visit):
    app = visit(GUIDE, entry="gradient")
    assert literal(on_method("gradient", read_advice()).text) in " ".join(item.value for item in app.markdown)


@pytest.mark.parametrize("name", ["gradient", "guided_backprop"])
def test_a_method_is_shown_on_the_network_and_on_one_that_forgot(visit, name):
    app = visit(GUIDE, entry=name)
    assert not problems(app)
    assert len(app.get("image")) == 3
    assert any("Similarity of the two maps" in item.value for item in app.markdown)


def test_every_technique_is_shown(visit):
    app = visit(GUIDE)
    for entry in TECHNIQUES:
        app.query_params["entry"] = entry.name
        app.run()
        assert not problems(app), entry.name


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES.values() if entry.section == HOWTOS], ids=lambda e: e.name
)
def test_every_way_of_fixing_is_told(visit, entry):
    app = visit(GUIDE, entry=entry.name)
    assert not problems(app)
    assert app.header[0].value == entry.title
    linked = [item.proto.label for item in app.get("page_link")]
    assert {"Do it under “Train”", "Do it under “Fix and prove”"} <= set(linked)
    assert any("repair.ladder(" in item.value for item in app.code)
