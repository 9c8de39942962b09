"""How long home takes to paint after a cold start, a moved dial to redraw its map, and a screen to open.

Run: python -m tests.benchmarks.app [--parts start,dials,screens]

Dials and screens are measured on the shipped run, and on a SqueezeNet of 227 pixels with photographs, which is brought
on Home as a person would. There a map that takes long is drawn coarsely first: the first that is drawn counts. A screen
is open when its title stands and its script has ended, or shows how far its work is; each is opened by the menu, after
a first visit.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.chromium import LAPTOP, awaited, bring_squeezenet, chromium, report, run_of, settle
from tests.browser.serving import ROOT, serving

PARTS = ("start", "dials", "screens")
STARTS, MOVES, VISITS = 5, 8, 5
CASE = json.loads((ROOT / "assets" / "home" / "story.json").read_text(encoding="utf-8"))
PAINTED = "[...document.images].filter(image => image.complete && image.naturalWidth > 200).length >= 3"
# From the last key press or click to the first frame in which the map's drawing is another one.
WATCH = """
(title) => {
  const find = () => {
    for (const host of document.querySelectorAll('*')) {
      const found = host.shadowRoot?.querySelector(`canvas[aria-label^="${title}"][aria-label$="over the picture"]`);
      if (found) return found;
    }
    return null;
  };
  const drawing = () => {
    const map = find();
    if (!map) return 0;
    // A sum that each pixel changes by its place; encoding the drawing as text would take a core of its own.
    const pixels = new Uint32Array(map.getContext('2d').getImageData(0, 0, map.width, map.height).data.buffer);
    return pixels.reduce((sum, pixel, place) => (sum + Math.imul(pixel, 2 * place + 1)) | 0, 1);
  };
  const before = drawing();
  let begun = performance.now();
  const begin = (event) => { begun = event.timeStamp; };
  for (const kind of ['keydown', 'click']) document.addEventListener(kind, begin, {capture: true});
  window.redrawn = new Promise((done) => {
    const look = () => {
      const now = drawing();
      if (!now || now === before) return requestAnimationFrame(look);
      for (const kind of ['keydown', 'click']) document.removeEventListener(kind, begin, {capture: true});
      done(performance.now() - begun);
    };
    look();
  });
}
"""
# From the click to the first frame in which the screen's own title stands and its script has ended, or shows progress.
OPENING = """
(link) => {
  const title = () => document.querySelector('h1')?.innerText;
  const before = title();
  window.opened = new Promise((done) => {
    link.addEventListener('click', (event) => {
      const look = () => {
        const quiet = document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning';
        const ended = quiet && !document.querySelector('.stMain [data-stale=true]');
        const told = document.querySelector('.stMain [data-testid=stProgress]');
        if (title() && title() !== before && (ended || told)) done(performance.now() - event.timeStamp);
        else requestAnimationFrame(look);
      };
      look();
    }, {once: true, capture: true});
  });
}
"""


def main() -> None:
    """Print medians and the slowest of several."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--parts", default=",".join(PARTS), help="which parts, with commas between")
    parts = asked.parse_args().parts.split(",")
    with chromium() as browser:
        if "start" in parts:
            starts = [cold_start(browser) for _ in range(STARTS)]
            report("server start to answering", [start[0] for start in starts])
            report("first visit to painted home", [start[1] for start in starts])
            report("cold start to painted home", [sum(start) for start in starts])
        if set(parts) - {"start"}:
            warm_server(browser, parts)


def warm_server(browser: Any, parts: list[str]) -> None:
    """Dials and screens, first of the shipped run, then of a network that is brought."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        store.mkdir()
        with serving(store) as address:
            tab = browser.new_page(viewport=LAPTOP)
            visit(tab, address, CASE["run"], "the shipped network", parts)
            report("SqueezeNet and photographs to a run", [bring_squeezenet(tab, address, Path(folder))])
            visit(tab, address, run_of(tab), "SqueezeNet", parts)


def visit(tab: Any, address: str, run: str, network: str, parts: list[str]) -> None:
    """What is asked for of one run."""
    if "dials" in parts:
        dials(tab, f"{address}/attribution?run={run}&picture=10", network)
    if "screens" in parts:
        screens(tab, f"{address}/?run={run}", network)


def dials(tab: Any, address: str, network: str) -> None:
    """A row for each dial that is moved."""

    def measure(what: str, title: str, move: Callable[[int], None]) -> None:
        report(f"{what}, {network}", moves(tab, title, move))

    def step_up(label: str) -> Callable[[int], None]:
        number = tab.get_by_test_id("stNumberInput").filter(has=tab.get_by_role("spinbutton", name=label)).first
        return lambda _: number.get_by_test_id("stNumberInputStepUp").click()

    def choose(label: str) -> Callable[[int], None]:
        box = tab.get_by_role("combobox", name=label, exact=True)

        def pick(number: int) -> None:
            box.click()
            tab.get_by_role("option").nth(1 + number).click()

        return pick

    show(tab, f"{address}&methods=Grad-CAM", "Grad-CAM")
    measure("overlay", "Grad-CAM", lambda _: tab.get_by_role("slider", name="Overlay").press("ArrowRight"))
    measure("next picture's Grad-CAM", "Grad-CAM", step_up("Picture"))
    measure("another layer's Grad-CAM", "Grad-CAM", choose("Layer"))
    show(tab, f"{address}&methods=Occlusion&occlusion_patch=8", "Occlusion")
    tab.get_by_text("Occlusion: settings").click()
    measure("a larger patch of occlusion", "Occlusion", step_up("Patch"))
    show(tab, f"{address}&methods=RISE", "RISE")
    measure("next picture's RISE", "RISE", step_up("Picture"))


def show(tab: Any, address: str, title: str) -> None:
    """Open a page and wait for its map; the map after it finds everything compiled."""
    tab.goto(address)
    tab.get_by_label(f"{title} over the picture").wait_for(timeout=90_000)
    settle(tab)


def screens(tab: Any, address: str, network: str) -> None:
    """One row for all screens of the menu, and one for the screen that is slowest in the middle of its visits."""
    tab.goto(address)
    settle(tab, 3000)
    links = tab.get_by_test_id("stSidebar").get_by_test_id("stPageLink-NavLink")
    links.first.wait_for()
    names = links.evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    found: dict[str, list[float]] = {}
    for round_ in range(VISITS + 1):
        # Home, which is open at first, comes last.
        for number, name in [*[*enumerate(names)][1:], (0, names[0])]:
            seconds = opened(tab, links.nth(number))
            if round_:
                found.setdefault(name, []).append(seconds)
    every = [seconds for times in found.values() for seconds in times]
    report(f"opening a screen, {network}", every, f"{np.quantile(every, 0.95):>8.3f} s p95")
    for name, times in sorted(found.items(), key=lambda item: -float(np.median(item[1]))):
        report(f"  {name}", times)


def opened(tab: Any, link: Any) -> float:
    """Seconds from a click on a link in the menu to the open screen."""
    link.evaluate(OPENING.strip())
    link.click()
    seconds = awaited(tab, "window.opened")
    tab.wait_for_timeout(1000)  # not until it is quiet: what takes long may go on while another screen is opened
    return seconds


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


def moves(tab: Any, title: str, move: Callable[[int], None]) -> list[float]:
    """Seconds from each move to the redrawn map of a method."""
    times = []
    for number in range(MOVES):
        tab.evaluate(WATCH.strip(), title)
        move(number)
        times.append(awaited(tab, "window.redrawn"))
        settle(tab)
    return times


if __name__ == "__main__":
    main()
