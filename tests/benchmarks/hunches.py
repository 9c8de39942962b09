"""Which hunches are supported on which planted flaws, how often an honest network is accused, and how long it takes.

    python -m tests.benchmarks.hunches [--seeds 0,1,2] [--flaws none,background] [--train 1000] [--epochs 12]

Trains a network for each flaw and seed (or loads it from the store), tries every hunch on its test pictures, and
prints for each hunch and flaw how many verdicts were "supported", with the mean effect. A case counts only where the
flaw took: where the worst group on the judge is at least .15 below the clean twin's. Below the table: the share of true
hunches that were supported, of unrelated shortcuts that were, of shortcuts on clean networks, each with Wilson's
interval, and the seconds a verdict takes.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import defaultdict
from dataclasses import dataclass

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from core import flaws
from core import hunches as library
from core.datasets import Dataset, load
from core.hunches import Verdict
from core.intervals import wilson
from core.networks import NetworkSpec, TrainingSpec, train
from core.networks.evaluator import ModelEvaluator

TRUE: dict[str, tuple[str, ...]] = {
    "none": (),
    "background": ("background_swapped", "background_flat", "background_hue"),
    "sticker": ("labels_removed",),
    "border": ("border_covered", "border_cropped"),
    "tint": ("object_recoloured",),
    "place": ("object_moved",),
    "channels_swapped": ("channels_swapped",),
    "wrong_scale": ("values_rescaled",),
    "darkened": ("brightness",),
    "blurred": ("sharpening",),
}
"""The hunches that say what is wrong; one at serving must also say that the change helps."""

RELATED: dict[str, tuple[str, ...]] = {
    "background": ("background_grey", "background_blurred"),
    "sticker": ("rectangle_covered", "border_cropped"),
    "border": ("rectangle_covered",),
}
"""Hunches that touch the artefact too, and are counted neither way."""

SERVING = ("channels_swapped", "wrong_scale", "darkened", "blurred")
TOOK = 0.15


@dataclass(frozen=True)
class Case:
    """One network with its verdicts."""

    flaw: str
    seed: int
    accuracy: float
    worst: float
    verdicts: list[Verdict]
    seconds: float


def main() -> None:
    """Print the table and the rates."""
    arguments = _arguments()
    cases: list[Case] = []
    clean: dict[int, float] = {}
    for seed in arguments.seeds:
        for flaw in arguments.flaws:
            case = _case(flaw, seed, arguments)
            if flaw == "none":
                clean[seed] = case.worst
            took = flaw == "none" or _took(case, clean)
            print(
                f"{flaw} {seed}: test {case.accuracy:.3f}, judge's worst group {case.worst:.3f}"
                f"{'' if took else ', did not take'}; {case.seconds:.2f} s a verdict",
                flush=True,
            )
            if took:
                cases.append(case)
    _table(cases)
    _rates(cases)


def _took(case: Case, clean: dict[int, float]) -> bool:
    """Against the clean twin of the same seed, or any other where there is none."""
    if case.flaw in SERVING:
        return True
    twin = clean.get(case.seed, np.mean(list(clean.values())) if clean else 1.0)
    return bool(case.worst <= twin - TOOK)


def _case(flaw: str, seed: int, arguments: argparse.Namespace) -> Case:
    splits = load("wardrobe", seed=seed, train=arguments.train, size=arguments.size)
    planted = flaws.plant(splits, flaw, seed=seed)
    network_spec = planted.network_spec or NetworkSpec(seed=seed)
    training_spec = planted.training_spec or TrainingSpec(seed=seed, epochs=arguments.epochs)
    model = train(planted.splits, network_spec, training_spec).model
    test = planted.splits.test
    started = time.perf_counter()
    verdicts = library.test_hunches(model, test, n=arguments.pictures, seed=seed)
    seconds = (time.perf_counter() - started) / len(verdicts)
    right = ModelEvaluator.of(model).probabilities(test.images).argmax(1) == test.labels
    return Case(flaw, seed, float(right.mean()), _worst(model, planted.judge), verdicts, seconds)


def _worst(model: keras.Model, judge: Dataset) -> float:
    """Accuracy of the worst of the judge's groups of ten pictures or more."""
    right = ModelEvaluator.of(model).probabilities(judge.images).argmax(1) == judge.labels
    assert judge.attributes is not None
    groups = judge.attributes["group"].to_numpy()
    return float(min(right[groups == group].mean() for group in np.unique(groups) if (groups == group).sum() >= 10))


def _table(cases: list[Case]) -> None:
    names = list(dict.fromkeys(case.flaw for case in cases))
    print("\nsupported of tried, with the mean effect; * true, ~ related; + the change helps\n")
    print(f"{'':20}" + "".join(f"{name:>18}" for name in names))
    for info in library.hunches().values():
        cells = [_cell(info.name, [case for case in cases if case.flaw == name]) for name in names]
        print(f"{info.name:20}" + "".join(f"{cell:>18}" for cell in cells) + f"  {info.kind}")


def _cell(hunch: str, cases: list[Case]) -> str:
    found = [verdict for case in cases for verdict in case.verdicts if verdict.hunch == hunch and verdict.n]
    if not found:
        return "-"
    supported = [verdict for verdict in found if verdict.conclusion == "supported"]
    flaw = cases[0].flaw
    mark = "*" if hunch in TRUE.get(flaw, ()) else "~" if hunch in RELATED.get(flaw, ()) else ""
    helps = "+" if any(verdict.helps for verdict in supported) else ""
    return f"{mark}{len(supported)}/{len(found)}{helps} {np.mean([verdict.effect for verdict in found]):+.2f}"


def _rates(cases: list[Case]) -> None:
    counts: dict[str, list[bool]] = defaultdict(list)
    inconclusive: list[bool] = []
    for case in cases:
        true, related = TRUE.get(case.flaw, ()), RELATED.get(case.flaw, ())
        for name in true:
            said = [verdict for verdict in case.verdicts if verdict.hunch == name and verdict.conclusion == "supported"]
            counts["true hunches supported"].append(any(v.helps or case.flaw not in SERVING for v in said))
        for verdict in case.verdicts:
            if verdict.kind != "shortcut" or not verdict.n or verdict.hunch in (*true, *related):
                continue
            group = "shortcuts supported on clean networks" if case.flaw == "none" else "unrelated shortcuts supported"
            counts[group].append(verdict.conclusion == "supported")
            inconclusive.append(verdict.conclusion == "inconclusive")
    print()
    for label, hits in {**counts, "unrelated shortcuts left inconclusive": inconclusive}.items():
        low, high = wilson(sum(hits), len(hits))
        print(f"{label}: {sum(hits)} of {len(hits)} ({np.mean(hits):.3f}, {low:.3f} to {high:.3f})")
    clean = [case for case in cases if case.flaw == "none"]
    accused = sum(any(v.kind == "shortcut" and v.conclusion == "supported" for v in case.verdicts) for case in clean)
    if clean:
        print(f"clean networks with any shortcut supported, all hunches at once: {accused} of {len(clean)}")
    print(f"seconds a verdict, median over networks: {np.median([case.seconds for case in cases]):.2f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0,1,2", type=lambda text: [int(seed) for seed in text.split(",")])
    parser.add_argument("--flaws", default=",".join(TRUE), type=lambda text: text.split(","))
    parser.add_argument("--train", default=1000, type=int, help="pictures of each class to learn from")
    parser.add_argument("--epochs", default=12, type=int)
    parser.add_argument("--size", default=48, type=int)
    parser.add_argument("--pictures", default=200, type=int, help="pictures each hunch is tried on")
    return parser.parse_args()


if __name__ == "__main__":
    main()
