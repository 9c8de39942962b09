"""What only a real browser can tell of the screen about attribution: a press on a button while a map is computed."""

from __future__ import annotations

from .test_browser import CASE, assert_healthy, settled


def test_a_map_is_stopped_while_it_is_computed_and_goes_on_when_asked(server, tab):
    tab.goto(f"{server}/attribution?run={CASE['run']}&methods=Gradient&methods=RISE&rise_samples=20000")
    tab.get_by_role("button", name="Stop").click(timeout=90_000)
    tab.get_by_text("RISE was stopped.").wait_for(timeout=30_000)
    settled(tab)
    tab.get_by_label("Gradient over the picture").wait_for()
    tab.get_by_role("button", name="Continue").click()
    tab.get_by_role("button", name="Stop").wait_for(timeout=30_000)
    assert_healthy(tab)
