"""How far apart the trust badge holds what it should pass and what it should fail. Run it as a module.

    python -m tests.benchmarks.trust [--networks default,deep] [--methods gradient,guided_backprop] [--pictures 16]

Trains networks of several shapes and seeds (or loads them from the store), gives every method a badge on each, and
prints one row a method and network, then the margin between known passes and known fails for each statistic.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from core.attribution import methods
from core.datasets import Dataset, load
from core.networks import NetworkSpec, TrainingSpec, train
from core.trust import Badge, badge, edge_detector

NETWORKS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "default": ({}, {"seed": 0}),
    "default seed 1": ({}, {"seed": 1}),
    "default seed 2": ({}, {"seed": 2}),
    "deep": ({"convolutions": 2, "filters": 16}, {"seed": 3}),
    "no norm": ({"batch_norm": False}, {"seed": 4}),
    "shallow": ({"blocks": 2}, {"seed": 5}),
    "three blocks": ({"blocks": 3}, {"seed": 6}),
    "flat head": ({"blocks": 3, "head": "flatten"}, {"seed": 7}),
    "dense head": ({"dense": 64}, {"seed": 8}),
    "strides": ({"downsample": "stride"}, {"seed": 9}),
    "narrow": ({"filters": 8}, {"seed": 10}),
}
"""Network and training dials; each has its own scenes and its own first weights."""

PASS = ("gradient", "grad_cam")
FAIL = ("guided_backprop", "edge_detector")


@dataclass(frozen=True)
class Row:
    """One badge."""

    network: str
    method: str
    seconds: float
    badge: Badge


def main() -> None:
    """Print the table and the margins."""
    arguments = _arguments()
    rows = []
    print(_HEAD)
    for name in arguments.networks.split(","):
        model, data = _trained(name.strip(), arguments.pictures)
        for method in _methods(arguments.methods):
            rows.append(_judged(name.strip(), model, data, method, arguments.seed))
            print(_line(rows[-1]), flush=True)
    _margins(rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--networks", default=",".join(NETWORKS), help="names, with commas between them")
    parser.add_argument("--methods", default="", help="names, with commas between them; all where empty")
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _methods(names: str) -> list[str | Callable[..., np.ndarray]]:
    chosen = names.split(",") if names else [*methods(), edge_detector.__name__]
    return [edge_detector if name == edge_detector.__name__ else name for name in chosen]


def _trained(name: str, pictures: int) -> tuple[keras.Model, Dataset]:
    network, training = NETWORKS[name]
    splits = load("wardrobe", seed=training["seed"], train=600, validation=50, test=60)
    run = train(splits, NetworkSpec.of(**network, **training), TrainingSpec.of(epochs=10, **training))
    print(f"# {name}: {run.accuracy:.1%} on test", flush=True)
    return run.model, splits.test.take(slice(0, pictures))


def _judged(name: str, model: keras.Model, data: Dataset, method: str | Callable[..., np.ndarray], seed: int) -> Row:
    start = time.perf_counter()
    result = badge(model, data.images, method=method, masks=data.masks, seed=seed)
    seconds = time.perf_counter() - start
    return Row(name, method if isinstance(method, str) else method.__name__, seconds, result)


_HEAD = (
    f"{'network':<16}{'method':<27}{'s':>6}  {'badge':<6}{'kept':>6}{'rank':>6}{'end':>6}{'rank':>6}"
    f"{'deletion':>10}{'insertion':>10}{'stable':>8}{'on object':>11}"
)


def _line(row: Row) -> str:
    part = row.badge
    check, end = part.randomisation, part.randomisation.full
    localisation = f"{part.localisation.multiple.value:.1f}x" if part.localisation else "-"
    marks = [_mark(part.deletion.value, part.deletion.passes), _mark(part.insertion.value, part.insertion.passes)]
    return (
        f"{row.network:<16}{row.method:<27}{row.seconds:>6.1f}  {'pass' if part.passes else 'FAIL':<6}"
        f"{_mark(check.value, check.passes, ''):>6}{check.spearman.value:>6.2f}{end.ssim.value:>6.2f}"
        f"{end.spearman.value:>6.2f}{marks[0]:>10}{marks[1]:>10}"
        f"{_mark(part.stability.value, part.stability.passes, ''):>8}{localisation:>11}"
    )


def _mark(value: float, passes: bool, sign: str = "+") -> str:
    return f"{value:{sign}.2f}{' ' if passes else '!'}"


def _margins(rows: list[Row]) -> None:
    statistics: dict[str, Callable[[Badge], float]] = {
        "structure kept over the cascade": lambda part: part.randomisation.value,
        "rank kept over the cascade": lambda part: part.randomisation.spearman.value,
        "structure kept at the end": lambda part: part.randomisation.full.ssim.value,
        "rank kept at the end": lambda part: part.randomisation.full.spearman.value,
    }
    for title, statistic in statistics.items():
        passes = [statistic(row.badge) for row in rows if row.method in PASS]
        fails = [statistic(row.badge) for row in rows if row.method in FAIL]
        if passes and fails:
            print(f"{title}: known passes at most {max(passes):.2f}, known fails at least {min(fails):.2f}")
    wrong = [
        row for row in rows if row.badge.randomisation.passes != (row.method not in FAIL) and row.method in PASS + FAIL
    ]
    print(f"{len(wrong)} wrong of {sum(row.method in PASS + FAIL for row in rows)} known cases")


if __name__ == "__main__":
    main()
