"""What only a real browser can tell of the screen about features: a press on a button while a picture is painted."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import press_until
from .test_browser import CASE, assert_healthy, link, open_page, settled


def test_a_painting_is_stopped_while_it_runs_and_what_there_is_stays(server, tab):
    tab.goto(f"{server}/features?run={CASE['run']}&feature_unit=5&made_steps=4000")
    tab.get_by_text("of 4000 steps").wait_for(timeout=300_000)
    press_until(tab, "Stop", "Continue")
    settled(tab)
    made = tab.locator("img[alt*='Picture that activates unit 5']")
    expect(made).to_have_count(1)
    assert "after 4000 steps" not in made.get_attribute("alt")
    assert_healthy(tab)


def test_pointing_at_a_unit_shows_its_pictures_and_asks_no_server(server, tab):
    sent: list[object] = []
    tab.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_page(tab, f"{server}/features?run={CASE['run']}&feature_unit=5&feature_at_once=false")
    thumbnail = tab.locator("[class*=st-key-thumbnail_feature_others]").first
    thumbnail.scroll_into_view_if_needed()
    shown = thumbnail.locator(".under-pointer")
    expect(shown).to_be_hidden()
    settled(tab)
    before = len(sent)
    thumbnail.hover()
    expect(shown).to_be_visible()
    expect(shown.locator("img")).to_have_count(6)
    tab.mouse.move(0, 0)
    expect(shown).to_be_hidden()
    thumbnail.get_by_role("button", name="Open: ").focus()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Shift+Tab")
    expect(shown).to_be_visible()
    assert len(sent) == before
    assert_healthy(tab)


def test_dials_of_a_view_come_back_with_it(server, tab):
    open_page(tab, f"{server}/features?run={CASE['run']}&feature_unit=5&made_steps=16")
    views = tab.get_by_test_id("stButtonGroup")
    views.get_by_text("Edges first?", exact=True).click()
    tab.get_by_role("button", name="Measure it").wait_for()
    settled(tab)
    views.get_by_text("One unit", exact=True).click()
    tab.get_by_role("spinbutton", name="Unit").first.wait_for()
    settled(tab)
    expect(tab.get_by_role("spinbutton", name="Unit").first).to_have_value("5")
    assert "feature_unit=5" in link(tab)
    assert "made_steps=16" in link(tab)
    assert_healthy(tab)
