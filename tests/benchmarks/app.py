"""How long home takes to paint after a cold start, and a moved slider to redraw.

Run: python -m tests.benchmarks.app
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.serving import FLAGS, ROOT, chromium_program, serving

STARTS, MOVES = 5, 8
CASE = json.loads((ROOT / "assets" / "home" / "story.json").read_text(encoding="utf-8"))
PAINTED = "[...document.images].filter(image => image.complete && image.naturalWidth > 200).length >= 3"
# From the key press or click to the first frame in which the map's drawing is another one.
WATCH = """
(canvas) => {
  const drawing = () => {
    const now = canvas.isConnected ? canvas : window.mapOf();
    return now ? now.toDataURL() : '';
  };
  const before = drawing();
  window.redrawn = new Promise((done) => {
    const begin = (event) => {
      const look = () => {
        const now = drawing();
        if (now && now !== before) done(performance.now() - event.timeStamp);
        else requestAnimationFrame(look);
      };
      look();
    };
    for (const kind of ['keydown', 'click']) document.addEventListener(kind, begin, {once: true, capture: true});
  });
}
"""
# The component's host, and in it the map's canvas, wherever the page has put them since.
FIND = """
() => {
  window.mapOf = () => {
    for (const host of document.querySelectorAll('*'))
      if (host.shadowRoot) {
        const found = host.shadowRoot.querySelector('canvas[aria-label="Grad-CAM over the picture"]');
        if (found) return found;
      }
    return null;
  };
}
"""
MAP = "Grad-CAM over the picture"


def main() -> None:
    """Print medians and the slowest of several."""
    program = chromium_program()
    if program is None:
        sys.exit("There is no Chromium on this machine: on Debian, apt-get install chromium.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        starts = [cold_start(browser) for _ in range(STARTS)]
        report("server start to answering", [start[0] for start in starts])
        report("first visit to painted home", [start[1] for start in starts])
        report("cold start to painted home", [sum(start) for start in starts])
        with tempfile.TemporaryDirectory() as store, serving(Path(store)) as address:
            tab = browser.new_page(viewport={"width": 1440, "height": 900})
            tab.goto(f"{address}/attribution?run={CASE['run']}&methods=Grad-CAM&picture=10")
            tab.get_by_label(MAP).wait_for(timeout=90_000)
            settle(tab)
            tab.evaluate(FIND.strip())
            report(
                "overlay slider to picture",
                moves(tab, lambda: tab.get_by_role("slider", name="Overlay").press("ArrowRight")),
            )
            report("next picture's Grad-CAM", moves(tab, tab.get_by_test_id("stNumberInputStepUp").first.click))
        browser.close()


def cold_start(browser: Any) -> tuple[float, float]:
    """Seconds from starting the server until it answers, and from there until home is painted."""
    context = browser.new_context()
    tab = context.new_page()
    with tempfile.TemporaryDirectory() as store:
        begun = time.perf_counter()
        with serving(Path(store)) as address:
            up = time.perf_counter()
            tab.goto(address)
            tab.get_by_text(f"It says {CASE['answer']}.").wait_for()
            tab.wait_for_function(PAINTED)
            painted = time.perf_counter()
    context.close()
    return up - begun, painted - up


def moves(tab: Any, move: Callable[[], None]) -> list[float]:
    """Seconds from each move to the redrawn map."""
    times = []
    for _ in range(MOVES):
        tab.get_by_label(MAP).evaluate(WATCH.strip())
        move()
        times.append(tab.evaluate("window.redrawn") / 1000)
        settle(tab)
    return times


def settle(tab: Any) -> None:
    """Wait until the page is quiet."""
    tab.wait_for_timeout(400)
    tab.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=90_000)


def report(what: str, seconds: list[float]) -> None:
    """One row."""
    print(f"{what:<30}{statistics.median(seconds):>8.2f} s median{max(seconds):>8.2f} s slowest of {len(seconds)}")


if __name__ == "__main__":
    main()
