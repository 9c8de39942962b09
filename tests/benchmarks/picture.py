"""How long it takes from the end of a stroke to the new answer on the page, and how much travels for it.

Run: python -m tests.benchmarks.picture
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.serving import FLAGS, ROOT, chromium_program, serving

STROKES = 12
CASE = json.loads((ROOT / "assets" / "home" / "story.json").read_text(encoding="utf-8"))
FILLINGS = ("inpainted", "blurred", "grey", "another")
# From lifting the pointer to the first frame in which the answer on the page is another one.
WATCH = """
(canvas) => {
  const root = canvas.getRootNode();
  const told = () => root.querySelector(".bars").textContent + root.querySelector(".note").textContent;
  const before = told();
  window.answered = new Promise((done) => {
    canvas.addEventListener("pointerup", (event) => {
      const look = () => (told() !== before ? done(performance.now() - event.timeStamp) : requestAnimationFrame(look));
      look();
    }, { once: true });
  });
}
"""


def main() -> None:
    """Print medians and the slowest for each thing that a part may become."""
    program = chromium_program()
    if program is None:
        sys.exit("There is no Chromium on this machine: on Debian, apt-get install chromium.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as store, serving(Path(store)) as address:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        received: list[int] = []
        tab.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
        tab.goto(f"{address}/attribution?run={CASE['run']}&methods=Grad-CAM&picture=10&show=erase")
        canvas = tab.get_by_label("The picture, to paint on")
        canvas.wait_for(timeout=90_000)
        settle(tab)
        for becomes in FILLINGS:
            tab.get_by_role("combobox", name="It becomes").select_option(becomes)
            settle(tab)
            received.clear()
            times = [stroke(tab, canvas, number) for number in range(STROKES)]
            report(f"stroke to answer, {becomes}", times, sum(received) / STROKES)
        browser.close()


def stroke(tab: Any, canvas: Any, number: int) -> float:
    """Seconds from the end of one short stroke to its answer."""
    box = canvas.bounding_box()
    x = box["x"] + box["width"] * (0.08 + 0.07 * number)
    y = box["y"] + box["height"] * (0.3 + 0.04 * (number % 4))
    canvas.evaluate(WATCH.strip())
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 20, y + 30, steps=4)
    tab.mouse.up()
    seconds: float = tab.evaluate("window.answered") / 1000
    settle(tab)
    return seconds


def settle(tab: Any) -> None:
    """Wait until the page is quiet."""
    tab.wait_for_timeout(300)
    tab.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=90_000)


def report(what: str, seconds: list[float], bytes_each: float) -> None:
    """One row."""
    print(
        f"{what:<30}{statistics.median(seconds):>8.3f} s median{max(seconds):>8.3f} s slowest of {len(seconds)}"
        f"{bytes_each / 1000:>8.0f} kB each"
    )


if __name__ == "__main__":
    main()
