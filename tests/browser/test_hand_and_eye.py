"""What a person does with a hand and sees with an eye: thumbnails are pressed, a phone shows the answer first."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import watched
from .test_browser import CASE, assert_healthy, link, open_page, settled
from .test_every_screen import serious


def test_a_thumbnail_is_the_button_that_opens_its_picture_by_mouse_and_by_keyboard(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&methods=Gradient&picture=12")
    first, second = (tab.get_by_role("button", name=re.compile("^Open: ")).nth(place) for place in (0, 1))
    first.scroll_into_view_if_needed()
    # The page may draw its thumbnails anew; the button grows to its picture once that and the style have arrived.
    tab.wait_for_function(
        """() => {
            const card = document.querySelector("[class*=st-key-thumbnail_]");
            const [image, button] = [card?.querySelector("img"), card?.querySelector(".stButton button")];
            return image && button && Math.abs(image.offsetHeight - button.offsetHeight) < 4;
        }"""
    )
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


@pytest.fixture
def phone(chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield watched(context)
    context.close()


def test_a_phone_shows_the_answer_and_the_first_picture_and_folds_the_dials_away(server, phone):
    open_page(phone, f"{server}/attribution?run={CASE['run']}&methods=Gradient")
    # The browser may lay the page out anew, with its style, a moment after the script has ended.
    phone.wait_for_function("document.querySelector('.st-key-answer')?.getBoundingClientRect().bottom < innerHeight")
    expect(phone.get_by_role("link", name="Test a hunch about it")).to_be_in_viewport()
    expect(phone.get_by_label("The picture as the network sees it")).to_be_in_viewport()
    expect(phone.get_by_role("combobox", name="Pictures from")).not_to_be_visible()
    assert_healthy(phone)


def test_a_phone_moves_the_dials_in_a_sheet_under_the_result(server, phone):
    open_page(phone, f"{server}/attribution?run={CASE['run']}&methods=Gradient")
    phone.get_by_label("Settings", exact=True).check()
    dial = phone.get_by_role("spinbutton", name="Picture")
    dial.fill("12")
    dial.press("Enter")
    phone.wait_for_url("**picture=12**")
    settled(phone)
    expect(dial).to_be_in_viewport()
    expect(phone.locator(".st-key-answer")).to_be_in_viewport()
    assert not serious(phone)
    phone.get_by_label("Settings", exact=True).uncheck()
    expect(dial).not_to_be_visible()
    assert_healthy(phone)
