"""Presentation mode as a room sees it."""

from __future__ import annotations

from playwright.sync_api import expect

from .test_browser import CASE, assert_healthy, link, open_page, settled


def test_dials_go_out_of_sight_pictures_grow_and_all_come_back(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&methods=Gradient&overlay=0.3&present=1")
    picture = tab.get_by_label("The picture as the network sees it")
    picture.wait_for()
    dials = tab.locator(".stMain .stSlider:visible, .stMain .stSelectbox:visible")
    dials.first.wait_for(state="hidden")  # on a busy machine the picture may be drawn before they are gone
    assert dials.count() == 0
    assert "overlay=0.3" in link(tab)
    wide = picture.bounding_box()["width"]
    tab.get_by_test_id("stExpandSidebarButton").click()
    tab.get_by_text("Presentation").click()
    settled(tab)
    assert "present" not in link(tab)
    assert "overlay=0.3" in link(tab)
    tab.get_by_role("slider", name="Overlay").wait_for()
    assert wide > 1.4 * picture.bounding_box()["width"]
    assert_healthy(tab)


def test_the_dials_that_are_picked_stay_in_a_row_above_pictures_as_wide_as_the_page(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&methods=Gradient&present=1&keep=layer,picture")
    layer, picture = tab.get_by_role("combobox", name="Layer"), tab.get_by_role("spinbutton", name="Picture")
    expect(layer).to_be_visible()
    expect(picture).to_be_visible()
    expect(tab.get_by_role("combobox", name="Explain")).not_to_be_visible()
    answer = tab.locator(".st-key-answer")
    tab.wait_for_function("document.querySelector('.st-key-answer')?.offsetWidth > 1000")
    assert layer.bounding_box()["y"] < answer.bounding_box()["y"]
    picture.fill("12")
    picture.press("Enter")
    tab.wait_for_url("**picture=12**")
    assert "keep=layer" in link(tab)
    assert_healthy(tab)


def test_the_search_box_of_the_guide_stays(server, tab):
    open_page(tab, f"{server}/guide?present=1&entry=flaw_sticker")
    tab.get_by_role("heading", name="When it misleads you").wait_for()
    expect(tab.locator(".stMain .stSelectbox:visible")).to_have_count(1)
