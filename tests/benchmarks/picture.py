"""How long it takes from the end of a stroke to the new answer on the page, and how much travels for it.

Run: python -m tests.benchmarks.picture

On the shipped run, and on a SqueezeNet of 227 pixels with photographs, which is brought on Home as a person would.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.chromium import LAPTOP, awaited, bring_squeezenet, chromium, report, run_of, settle
from tests.browser.serving import ROOT, serving

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
    """Print medians and the slowest for each network and each thing that a part may become."""
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        store.mkdir()
        with serving(store) as address:
            tab = browser.new_page(viewport=LAPTOP)
            received: list[int] = []
            tab.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
            strokes(tab, f"{address}/attribution?run={CASE['run']}&picture=10", "the shipped network", received)
            seconds = bring_squeezenet(tab, address, Path(folder))
            report("SqueezeNet and photographs to a run", [seconds])
            strokes(tab, f"{address}/attribution?run={run_of(tab)}&picture=10", "SqueezeNet", received)


def strokes(tab: Any, address: str, network: str, received: list[int]) -> None:
    """A row for each thing that a part may become; each begins on the whole picture."""
    tab.goto(f"{address}&methods=Grad-CAM&show=erase")
    canvas = tab.get_by_label("The picture, to paint on")
    canvas.wait_for(timeout=90_000)
    settle(tab)
    for becomes in FILLINGS:
        tab.get_by_role("button", name="Start again").click()
        tab.get_by_role("combobox", name="It becomes").select_option(becomes)
        settle(tab)
        received.clear()
        times = [stroke(tab, canvas, number) for number in range(STROKES)]
        report(f"stroke to answer, {network}, {becomes}", times, f"{sum(received) / STROKES / 1000:>8.0f} kB each")


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
    seconds = awaited(tab, "window.answered")
    settle(tab)
    return seconds


if __name__ == "__main__":
    main()
