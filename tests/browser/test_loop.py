"""The loop of the whole product: a flawed network, the flaw by its name, the fix, and the proof."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from playwright.sync_api import Locator, expect

from .test_browser import assert_healthy, link, settled

RECIPE = {
    "material": {
        "flaw": "border",
        "settings": {"size": 32, "classes": ["trouser", "bag", "boot"], "train": 250, "validation": 100, "test": 100},
    },
    "network": {"filters": 8, "blocks": 2},
    "training": {"epochs": 12},
}
PATIENCE = 400_000
"""Milliseconds: seven small networks are trained on the way. Two seeds a fix would be quicker, but seldom proof."""


def heading(tab, name: str) -> None:
    tab.get_by_role("heading", name=name, exact=True).first.wait_for(timeout=PATIENCE)


def test_the_main_buttons_lead_to_a_fix_that_is_proved_in_eight_clicks(server, tab):
    tab.goto(server)
    heading(tab, "What is it really looking at?")
    expect(main_button(tab)).to_have_text(re.compile("Look inside this network"))
    # Where the finished case goes on with one's own network.
    tab.goto(f"{server}/train?recipe={quote(json.dumps(RECIPE))}")
    clicks = [press(tab, "Train")]
    tab.get_by_text("Which classes it mixes up").wait_for(timeout=PATIENCE)
    settled(tab)
    flawed = run_of(link(tab))
    for words, title in (
        ("See why it answers as it does", "Why this answer?"),
        ("Test a hunch about it", re.compile("Is it")),
        ("Let Hunch search for the flaw", "What is wrong with it?"),
    ):
        clicks.append(press(tab, words))
        tab.get_by_role("heading", name=title, level=1).wait_for(timeout=PATIENCE)
        settled(tab)
    clicks.append(press(tab, "Search for flaws"))
    heading(tab, "Frame tied to a class")
    settled(tab)
    clicks.append(press(tab, "Fix it"))

    heading(tab, "Did it help?")
    settled(tab)
    expect(tab.get_by_text(re.compile("^6 trainings"))).to_be_visible(timeout=PATIENCE)
    clicks.append(press(tab, "Try it"))
    heading(tab, "It helped")
    assert len(clicks) <= 8
    told = tab.get_by_text("helps beyond doubt").first.inner_text()
    before, after = re.search(r"right in (\d+) of 100; it is now right in (\d+) of 100", told).groups()
    assert int(after) > int(before) + 50
    settled(tab)

    press(tab, "Adopt this network")
    tab.wait_for_url(lambda address: run_of(address) not in ("", flawed), timeout=PATIENCE)
    settled(tab)
    tab.get_by_role("link", name="Compare before and after").click()
    heading(tab, "This network is right more often")
    assert f"with={flawed}" in tab.url
    assert_healthy(tab)


def main_button(tab) -> Locator:
    """The one button or link of a screen that looks like the main one and can be pressed."""
    return tab.locator("[data-testid=stMain]").locator(
        "[class*=st-key-main_] a:visible, [kind=primary]:not([disabled]):visible"
    )


def press(tab, words: str) -> str:
    """Press the main button with these words."""
    main_button(tab).filter(has_text=re.compile(words)).first.click(timeout=PATIENCE)
    return words


def run_of(address: str) -> str:
    found = re.search(r"[?&]run=([0-9a-f]+)", address)
    return found.group(1) if found else ""
