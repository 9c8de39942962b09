"""What the benchmarks of the screens share: Chromium, waiting until a page is quiet, runs to look at, and rows."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.elsewhere_data import REAL
from tests.browser.serving import FLAGS, chromium_program

LARGE = 227  # pixels a side of SqueezeNet's pictures
LEARNED = 60  # photographs of a class that its head learns from
LAPTOP: Any = {"width": 1440, "height": 900}
LONGEST = 20_000  # milliseconds after which a change on the page is taken for one that never comes


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; the program ends with a sentence where there is none."""
    program = chromium_program()
    if program is None:
        sys.exit("There is no Chromium on this machine: on Debian, apt-get install chromium.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def settle(tab: Any, milliseconds: int = 400) -> None:
    """Wait until the page is quiet."""
    tab.wait_for_timeout(milliseconds)
    tab.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=90_000)


def awaited(tab: Any, promise: str) -> float:
    """Seconds that a promise of the page gives in milliseconds; an error where it does not come in time."""
    late = f"new Promise((_, fail) => setTimeout(() => fail(new Error('nothing changed')), {LONGEST}))"
    seconds: float = tab.evaluate(f"Promise.race([{promise}, {late}])") / 1000
    return seconds


def bring_squeezenet(tab: Any, address: str, folder: Path) -> float:
    """Brings a frozen SqueezeNet with a head for PlantVillage's tomato leaves, and their photographs, on Home.

    Returns:
        seconds from the first file to the open run, which is the current one then. No time to read is in it.
    """
    from tests.benchmarks.own import photographs, transfer_network

    transfer_network(photographs(LARGE, LEARNED)).save(folder / "squeezenet.keras")
    tab.goto(address)
    tab.get_by_text("Bring your own network and pictures").click()
    files = tab.locator("input[type=file]")
    begun = time.perf_counter()
    files.nth(0).set_input_files(folder / "squeezenet.keras")
    tab.get_by_text(f"It takes {LARGE} by {LARGE} pixels").wait_for(timeout=90_000)
    files.nth(1).set_input_files(REAL / "plantvillage_tomato.zip")
    tab.get_by_role("button", name="Open it").click(timeout=180_000)
    tab.get_by_text("It is open.").wait_for(timeout=180_000)
    seconds = time.perf_counter() - begun
    settle(tab)
    return seconds


def run_of(tab: Any) -> str:
    """The key of the run that the page's address names."""
    return parse_qs(urlsplit(tab.url).query)["run"][0]


def report(what: str, seconds: Sequence[float], told: str = "") -> None:
    """One row."""
    middle, slowest = statistics.median(seconds), max(seconds)
    print(f"{what:<48}{middle:>8.3f} s median{slowest:>8.3f} s slowest of {len(seconds)}{told}", flush=True)
