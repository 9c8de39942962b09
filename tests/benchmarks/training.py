"""Training beside a bare `model.fit` of the same network, and the default network's score. Run it as a module.

    python -m tests.benchmarks.training [--epochs 3] [--repeats 5] [--seeds 3]

Wall time is what a person waits; processor time divided by the number of cores is what it would be on a machine with
nothing else to do. Ours and Keras' take turns within one process, and the ratio is the median of the pairs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from core.datasets import Splits, load
from core.networks import NetworkSpec, TrainingSpec, build, train
from core.networks.training.train_step import optimiser_of
from core.store import Store

SCRATCH = Store("memory://benchmark")


def main() -> None:
    """Print the two tables."""
    options = _parser().parse_args()
    splits = load()
    _speed(splits, options.epochs, options.repeats)
    _score(splits, options.seeds)


def _speed(splits: Splits, epochs: int, repeats: int) -> None:
    spec = TrainingSpec(epochs=epochs)
    pairs = [(_timed(lambda: _ours(splits, spec)), _timed(lambda: _bare(splits, spec))) for _ in range(repeats)]
    pictures = epochs * len(splits.train)
    print(f"{epochs} epochs of {len(splits.train)} pictures, compilation and validation included; {repeats} pairs")
    print(f"{'':<12}{'wall':>9}{'processor':>12}{'pictures/s':>13}")
    for name, place in (("ours", 0), ("model.fit", 1)):
        wall, processor = (statistics.median(pair[place][kind] for pair in pairs) for kind in (0, 1))
        print(f"{name:<12}{wall:>7.1f} s{processor:>10.1f} s{pictures / processor:>13,.0f}")
    wall, processor = (statistics.median(ours[kind] / bare[kind] for ours, bare in pairs) for kind in (0, 1))
    print(f"ours ÷ model.fit: {wall:.2f} of its wall time, {processor:.2f} of its processor time\n")


def _score(splits: Splits, seeds: int) -> None:
    widths = {
        "seed": -6,
        "test accuracy": 15,
        "validation": 12,
        "wall": 9,
        "processor": 12,
        "weights": 10,
        "loaded": 10,
    }
    print("".join(name.ljust(-width) if width < 0 else name.rjust(width) for name, width in widths.items()))
    scores = []
    for seed in range(seeds):
        specs = NetworkSpec(seed=seed), TrainingSpec(seed=seed)
        runs = []
        wall, processor = _timed(lambda specs=specs, runs=runs: runs.append(train(splits, *specs, store=SCRATCH)))
        loaded, _ = _timed(lambda specs=specs: train(splits, *specs, store=SCRATCH))
        metrics = runs[0].metrics
        scores.append(metrics["accuracy"])
        print(
            f"{seed:<6}{metrics['accuracy']:>15.2%}{metrics['validation_accuracy']:>12.2%}{wall:>7.1f} s"
            f"{processor:>10.1f} s{metrics['weights']:>10,}{loaded:>8.2f} s"
        )
    print(f"mean {np.mean(scores):.2%}, lowest {min(scores):.2%}")


def _ours(splits: Splits, spec: TrainingSpec) -> None:
    train(splits, NetworkSpec(), spec, store=SCRATCH, again=True)


def _bare(splits: Splits, spec: TrainingSpec) -> None:
    model = build(NetworkSpec(), splits.train.shape, splits.class_names)
    optimiser = optimiser_of(spec)
    model.compile(optimiser, "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    held = (splits.validation.images, splits.validation.labels)
    keras.utils.set_random_seed(0)
    model.fit(splits.train.images, splits.train.labels, spec.batch, spec.epochs, validation_data=held, verbose=0)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall time, and of processor time shared among all cores."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, (time.process_time() - processor) / (os.cpu_count() or 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    return parser


if __name__ == "__main__":
    main()
