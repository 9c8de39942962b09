"""Occlusion that recomputes only what a window can change, beside whole forward passes. Run it as a module.

    python -m tests.benchmarks.occlusion [--sides 64,128] [--patch 8] [--stride 4] [--pictures 32] [--repeats 5]

The dense floor is the number of windows times the bare network's best cost of a forward pass, over all batch sizes
tried: what whole passes would take if covering pictures cost nothing. Everything takes turns within one process, and
each figure is the median of its turns. The difference is the largest over all pixels and compared pictures, between
the map as recomputed and the map from whole passes, in logits.

On a machine that others use too, `--clock processor` counts processor time, shared among all cores, in place of what a
person waits.
"""

from __future__ import annotations

import argparse
import statistics
from functools import partial

import numpy as np

from core.attribution import explain
from core.attribution.base import Cost
from core.attribution.engines.windows import window_corners
from tests.benchmarks import attribution as bench

COMPARED = 4
"""How many pictures the slow way is timed and compared on."""


def main() -> None:
    """Print a line for each size."""
    options = _parser().parse_args()
    bench.CLOCK.processor = options.clock == "processor"
    print("convolutions 32-64-128; milliseconds a picture")
    heads = ("windows", "dense floor", "ours, dense", "recomputed", "faster", "difference")
    print(f"{'side':>6}" + "".join(f"{head:>13}" for head in heads))
    for side in map(int, options.sides.split(",")):
        _line(side, options)


def _line(side: int, options: argparse.Namespace) -> None:
    model, pictures = bench.network(side), bench.pictures(options.pictures, side)
    windows = len(window_corners(side, side, options.patch, options.stride))
    ask = partial(explain, model, targets=bench.TARGET, method="occlusion", patch=options.patch, stride=options.stride)
    bare = bench.floor(model, side)
    few = pictures[:COMPARED]
    difference = np.abs(ask(few) - ask(few, engine="dense")).max()
    turns = []
    for _ in range(options.repeats):
        floor = bare.seconds(Cost(forwards=windows))
        dense = bench._seconds(lambda: ask(few, engine="dense")) / len(few)
        floor = (floor + bare.seconds(Cost(forwards=windows))) / 2
        turns.append((floor, dense, bench._seconds(lambda: ask(pictures)) / len(pictures)))
    floor, dense, ours = (statistics.median(column) * 1e3 for column in zip(*turns, strict=True))
    faster = statistics.median(floor / ours for floor, _, ours in turns)
    said = (f"{windows}", f"{floor:.1f}", f"{dense:.1f}", f"{ours:.2f}", f"{faster:.1f}x", f"{difference:.1e}")
    print(f"{side:>6}" + "".join(f"{one:>13}" for one in said), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", default="64,128", help="sides of the pictures in pixels, with commas between")
    parser.add_argument("--patch", type=int, default=8, help="side of the covered square in pixels")
    parser.add_argument("--stride", type=int, default=4, help="how far it moves each time, in pixels")
    parser.add_argument("--pictures", type=int, default=32, help="how many are explained in a call")
    parser.add_argument("--repeats", type=int, default=5, help="turns")
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall", help="which time is compared")
    return parser


if __name__ == "__main__":
    main()
