"""How many pictures of Wardrobe are composed in a second of one core. Run: python -m tests.benchmarks.composition."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import cv2

from core.datasets.recipe import compose
from core.datasets.scenes import SCENES, bank
from core.datasets.sources.wardrobe import WardrobeSettings, load

SIDES = (32, 48, 64, 96)
REPEATS = 5


def main() -> None:
    """Print one row a size: composition alone (processor time, median), and the scenes that are drawn once before."""
    cv2.setNumThreads(1)
    print(f"{'side':>6}{'pictures/s':>12}{'scenes once':>14}{'whole load':>12}")
    for side in SIDES:
        bank.cache_clear()
        drawing = _seconds(lambda side=side: [bank(scene, side) for scene in SCENES])
        loading = _seconds(lambda side=side: load(WardrobeSettings(size=side)))
        recipe = load(WardrobeSettings(size=side)).train.attributes
        names = WardrobeSettings().classes
        times = [
            _seconds(lambda side=side, recipe=recipe, names=names: compose(recipe, names, side)) for _ in range(REPEATS)
        ]
        speed = len(recipe) / statistics.median(times)
        print(f"{side:>6}{speed:>12,.0f}{drawing:>12.2f} s{loading:>10.2f} s")


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
