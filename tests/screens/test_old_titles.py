"""Links that were made before a title was reworded still choose the same thing."""

from __future__ import annotations

import pytest

from core import attribution, flaws
from core.hunches import hunches
from core.repair import fixes
from pages.parts.state import old_titles

from .conftest import problems

TODAY = {
    "FLAWS": set(flaws.names()),
    "HUNCHES": set(hunches()),
    "FIXES": set(fixes()),
    "METHODS": set(attribution.methods()),
}


@pytest.mark.parametrize("kind", TODAY)
def test_every_old_title_names_something_that_there_is(kind):
    assert set(getattr(old_titles, kind).values()) <= TODAY[kind]


def test_a_link_in_old_words_chooses_the_same(visit, monkeypatch):
    monkeypatch.setitem(old_titles.FLAWS, "Sticker, as it was called", "sticker")
    app = visit("pages/data.py", flaw="Sticker, as it was called", wardrobe_size="32", wardrobe_train="40")
    assert not problems(app)
    assert app.selectbox(key="flaw").value == "sticker"


def test_several_of_which_one_was_reworded_are_all_chosen(visit, small_run, monkeypatch):
    monkeypatch.setitem(old_titles.METHODS, "Gradients of old", "gradient")
    app = visit("pages/attribution.py", run=small_run, methods=["Gradients of old", "Grad-CAM"])
    assert not problems(app)
    assert set(app.multiselect(key="methods").value) == {"gradient", "grad_cam"}
