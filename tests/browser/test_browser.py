"""What only a real browser can tell."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
PAGES = ["", *sorted(path.stem for path in (ROOT / "pages").glob("[!_]*.py"))]
CASE = json.loads((ROOT / "assets" / "home" / "story.json").read_text())
SMALL = {"material": {"flaw": "background", "settings": {"size": 32, "train": 40, "validation": 20, "test": 20}}}
DONE = "[data-testid=stApp][data-test-script-state=notRunning]"


def settled(tab) -> None:
    """Wait until the script of the page has run to its end."""
    tab.wait_for_timeout(300)
    tab.wait_for_selector(DONE, timeout=90_000)


def open_page(tab, address: str) -> None:
    tab.goto(address)
    tab.get_by_role("heading", level=1).wait_for(timeout=60_000)
    settled(tab)


def link(tab) -> str:
    return tab.evaluate("location.href")


def assert_healthy(tab) -> None:
    assert tab.get_by_test_id("stException").count() == 0
    assert tab.get_by_role("dialog").count() == 0
    # Streamlit looks for its server beside the page before it looks at the root, and Chromium notes the miss.
    serious = [text for text in tab.complaints if "404" not in text]
    assert not serious
    assert_asks_no_other_host(tab)


def assert_asks_no_other_host(tab) -> None:
    asked = [urlsplit(url) for url in tab.asked]
    over_the_network = {url.hostname for url in asked if url.scheme in ("http", "https", "ws", "wss")}
    assert over_the_network <= {"127.0.0.1", "localhost"}


def test_home_paints_for_the_first_visitor_after_a_start(cold_server, tab):
    tab.goto(cold_server)
    tab.get_by_text(f"It says {CASE['answer']}.").wait_for(timeout=30_000)
    tab.wait_for_function("[...document.images].filter(i => i.complete && i.naturalWidth > 200).length >= 3")
    assert_healthy(tab)


def test_a_deep_link_opens_right_for_the_first_visitor_after_a_start(cold_server, tab):
    open_page(tab, f"{cold_server}/attribution?run={CASE['run']}&picture=12&overlay=0.3&methods=Grad-CAM")
    assert tab.get_by_role("heading", level=1).inner_text() == "Why this answer?"
    expect(tab.get_by_role("spinbutton", name="Picture")).to_have_value("12")
    expect(tab.get_by_role("slider", name="Overlay")).to_have_value("0.3")
    tab.get_by_label("Grad-CAM over the picture").wait_for()
    assert tab.get_by_label("Occlusion over the picture").count() == 0
    assert "picture=12" in link(tab)
    assert_healthy(tab)


def test_dials_in_a_link_are_those_on_the_screen(server, tab):
    open_page(tab, f"{server}/data?wardrobe_size=32&wardrobe_train=40&wardrobe_test=10&wardrobe_validation=10")
    expect(tab.get_by_role("slider", name="Size")).to_have_value("32")
    assert "32 by 32 pixels" in tab.get_by_test_id("stMain").inner_text()
    assert_healthy(tab)


def test_the_case_is_followed_from_home_to_the_pixels_and_back(server, tab):
    open_page(tab, server)
    tab.get_by_role("link", name="Look inside this network").click()
    tab.get_by_role("heading", name="Why this answer?").wait_for()
    settled(tab)
    assert f"picture={CASE['row']}" in link(tab)
    assert f"run={CASE['run']}" in link(tab)
    tab.get_by_role("slider", name="Overlay").press("ArrowRight")
    tab.wait_for_url("**overlay=0.6**")
    assert f"run={CASE['run']}" in link(tab)
    assert_healthy(tab)


def test_what_is_chosen_goes_along_and_comes_back(server, tab):
    open_page(tab, f"{server}/data?wardrobe_train=40&wardrobe_test=10&wardrobe_validation=10")
    tab.get_by_role("slider", name="Size").press("ArrowLeft")
    # Streamlit waits a moment before it sends a slider's value, so the script's rest is no sign of its arrival.
    onward = tab.get_by_role("link", name="Train a network on these")
    expect(onward).to_have_attribute("href", re.compile(re.escape(quote('"size":32', safe=""))), timeout=60_000)
    onward.click()
    tab.get_by_role("heading", name="Can it learn this?").wait_for()
    settled(tab)
    assert quote('"size":32', safe="") in link(tab)
    tab.go_back()
    tab.get_by_role("heading", name="What does it learn from?").wait_for()
    settled(tab)
    expect(tab.get_by_role("slider", name="Size")).to_have_value("32")
    assert_healthy(tab)


def test_a_recipe_in_a_link_becomes_dials_in_the_link(server, tab):
    recipe = {"material": {**SMALL["material"], "flaw": "sticker"}, "training": {"epochs": 3, "optimiser": "sgd"}}
    open_page(tab, f"{server}/train?recipe={quote(json.dumps(recipe))}")
    tab.wait_for_url("**training_epochs=3**")
    tab.reload()
    settled(tab)
    expect(tab.get_by_role("slider", name="Epochs").first).to_have_value("3")
    assert "training_optimiser=sgd" in link(tab)
    open_page(tab, f"{server}/data?recipe={quote(json.dumps(recipe))}")
    tab.wait_for_url("**flaw=Label*")
    assert "wardrobe_size=32" in link(tab)
    assert "recipe" not in link(tab)
    assert_healthy(tab)


def test_a_training_is_watched_to_its_end_and_its_link_opens_it(server, tab):
    recipe = {**SMALL, "network": {"blocks": 2, "filters": 8}, "training": {"epochs": 3}}
    open_page(tab, f"{server}/train?recipe={quote(json.dumps(recipe))}")
    tab.get_by_role("button", name="Train", exact=True).click()
    tab.get_by_text("Which classes it mixes up").wait_for(timeout=90_000)
    settled(tab)
    tab.wait_for_url("**run=*")
    made = link(tab)
    assert_healthy(tab)
    open_page(tab, made)
    tab.get_by_text("Which classes it mixes up").wait_for()
    assert_healthy(tab)


def test_the_link_can_be_copied(server, tab):
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(tab, f"{server}/data?wardrobe_train=40&wardrobe_test=10&wardrobe_validation=10")
    tab.get_by_role("button", name="Copy link").click()
    tab.get_by_role("button", name="Copied").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()") == link(tab)


def test_a_moved_slider_redraws_without_a_visible_error(server, tab):
    open_page(tab, f"{server}/attribution?run={CASE['run']}&methods=Grad-CAM")
    slider = tab.get_by_role("slider", name="Overlay")
    for _ in range(6):
        slider.press("ArrowLeft")
        time.sleep(0.05)
    tab.wait_for_url("**overlay=0.25**")
    settled(tab)
    expect(slider).to_have_value("0.25")
    assert_healthy(tab)
