"""What only a real browser can tell of the screen about attribution: its maps, erasing, a press while it computes."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import press_until
from .test_browser import CASE, assert_healthy, link, open_page, settled
from .test_picture import canvas, drag

PAINT = "The picture, to paint on"


def test_a_map_is_stopped_while_it_is_computed_and_goes_on_when_asked(server, tab):
    tab.goto(f"{server}/attribution?run={CASE['run']}&methods=Gradient&methods=RISE&rise_samples=20000")
    tab.get_by_label("RISE, coarse over the picture").wait_for(timeout=120_000)
    expect(tab.get_by_text("fine map follows", exact=True)).to_have_attribute(
        "title", re.compile(r"of 20,000 evaluations")
    )
    press_until(tab, "Stop", "Continue")
    tab.get_by_text("Fine map by RISE was stopped.").wait_for()
    settled(tab)
    tab.get_by_label("Gradient over the picture").wait_for()
    tab.get_by_label("RISE, coarse over the picture").wait_for()
    expect(tab.get_by_text("fine map stopped", exact=True)).to_be_visible()
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("button", name="Stop").wait_for(timeout=30_000)
    assert_healthy(tab)
    press_until(tab, "Stop", "Continue")  # or the next test would share the cores with it


def test_every_map_says_what_it_means_and_how_much_lies_on_the_object(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&picture={CASE['row']}")
    for words in ("Bright: what mattered most for boot.", "Orange: evidence for boot."):
        expect(tab.get_by_text(words)).to_be_visible()
    expect(tab.get_by_text(re.compile(r"\d+% of the evidence lies on the object, which fills \d+%"))).to_have_count(2)
    assert_healthy(tab)


def test_the_background_is_painted_over_the_answer_changes_and_holds_for_the_others(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&from=judge&picture={CASE['row']}&show=erase")
    tab.get_by_role("radio", name="Object or background").check()
    tab.get_by_role("combobox", name="It becomes").select_option("grey")
    surface = canvas(tab, PAINT)
    surface.click(position={"x": 4, "y": 4})
    expect(tab.get_by_text(re.compile(f"^Now it says {CASE['truth']}"))).to_be_visible(timeout=30_000)
    tab.get_by_role("link", name="Does this hold for the others too?").click()
    tab.get_by_role("heading", name="Supported", exact=True).wait_for(timeout=90_000)
    settled(tab)
    assert re.search(r"tested=[0-9a-f]{16}", link(tab))
    assert_healthy(tab)


def test_a_rectangle_becomes_the_hunch_about_that_rectangle(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&show=erase")
    tab.get_by_role("radio", name="Rectangle").check()
    drag(tab, PAINT, (0.0, 0.75), (0.25, 1.0))
    tab.get_by_role("link", name="Does this hold for the others too?").click(timeout=30_000)
    tab.wait_for_url(re.compile("hunches.*tested=[0-9a-f]{16}"), timeout=90_000)
    settled(tab)
    spans = {name: re.findall(rf"rectangle_covered_{name}=([\d.]+)", link(tab)) for name in ("across", "down")}
    assert [float(end) for end in spans["across"]] == [0, 0.25]
    assert [float(end) for end in spans["down"]] == [0.75, 1]
    assert_healthy(tab)
