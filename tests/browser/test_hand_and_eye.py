"""What a person does with a hand and sees with an eye: thumbnails are pressed, and a phone shows the answer first."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import watched
from .test_browser import CASE, assert_healthy, link, open_page, settled


def test_a_thumbnail_is_the_button_that_opens_its_picture_by_mouse_and_by_keyboard(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&methods=Gradient&picture=12")
    first, second = (tab.get_by_role("button", name=re.compile("^Open: ")).nth(place) for place in (0, 1))
    first.scroll_into_view_if_needed()
    image = tab.locator("[class*=st-key-thumbnail_] img").first.bounding_box()
    pressed = first.bounding_box()
    assert abs(pressed["width"] - image["width"]) < 4
    assert abs(pressed["height"] - image["height"]) < 4
    tab.mouse.click(image["x"] + image["width"] / 2, image["y"] + image["height"] / 2)
    tab.wait_for_function("!location.search.includes('picture=12')")
    settled(tab)
    opened = re.search(r"picture=(\d+)", link(tab)).group(1)
    second.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"!/picture={opened}(&|$)/.test(location.search)")
    settled(tab)
    assert_healthy(tab)


def test_a_phone_shows_the_answer_and_the_first_picture_before_the_dials(server, chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    try:
        page = watched(context)
        open_page(page, f"{server}/attribution?run={CASE['run']}&methods=Gradient")
        answer = page.locator(".st-key-answer").bounding_box()
        dial = page.get_by_label("Pictures from").first.bounding_box()
        assert answer["y"] + answer["height"] < 844
        assert answer["y"] < dial["y"]
        expect(page.get_by_role("link", name="Test a hunch about it")).to_be_visible()
        assert page.get_by_role("link", name="Test a hunch about it").bounding_box()["y"] < dial["y"]
        assert_healthy(page)
    finally:
        context.close()
