"""Do drivers and concepts find what was planted, and leave alone what was not? Run it as a module.

    python -m tests.benchmarks.insight [--seeds 3] [--concepts 100] [--size 32] [--epochs 12]

Trains networks with a background flaw at strengths 0, .5 and 1 (or loads them from the store) and prints how long the
drivers of a thousand pictures take, where the scene is ranked and how strong it is, how often groups seem to differ
where that was planted and where it was not, and how often the concept test raises an alarm for planted and for random
concepts.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from scipy.stats import binomtest

from core import datasets, flaws
from core.datasets import Dataset
from core.insight import compare_groups, find_drivers, gather, known_concepts, score_concepts
from core.insight.settings import DriverSettings
from core.networks import NetworkSpec, TrainingSpec, train

STRENGTHS = (0.0, 0.5, 1.0)


def main() -> None:
    """Print everything."""
    arguments = _arguments()
    models: dict[float, list[tuple[Any, Any]]] = {strength: [] for strength in STRENGTHS}
    print("| strength | seed | pictures | seconds | first | scene's strength | next | its largest effect | p |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for seed in range(arguments.seeds):
        for strength in STRENGTHS:
            model, planted = _trained(strength, seed, arguments)
            models[strength].append((model, planted))
            for name, data in (("test", planted.splits.test), ("judge", planted.judge)):
                _print_drivers(model, data, name, strength, seed)
    _print_own(*models[1.0][0])
    _print_groups(models)
    _print_concepts(models, arguments.concepts)


def _trained(strength: float, seed: int, arguments: argparse.Namespace) -> tuple[Any, Any]:
    pictures = datasets.load("wardrobe", size=arguments.size, train=300, validation=60, test=200, seed=seed)
    planted = flaws.plant(pictures, "background" if strength else "none", strength=strength, seed=seed)
    spec = NetworkSpec(blocks=3, filters=12)
    run = train(planted.splits, spec, TrainingSpec(epochs=arguments.epochs, seed=seed))
    return run.model, planted


def _print_drivers(model: Any, data: Dataset, name: str, strength: float, seed: int) -> None:
    began = time.perf_counter()
    found = find_drivers(model, data)
    seconds = time.perf_counter() - began
    ranked = found.strengths[found.strengths["attribute"] != "class"].set_index("attribute")
    scene = found.table[(found.table["attribute"] == "scene") & (found.table["subgroup"] == "everyone")]
    row = scene.loc[scene["effect"].abs().idxmax()]
    others = ranked.drop(index="scene")["strength"]
    print(
        f"| {strength} | {seed} | {len(data)} {name} | {seconds:.1f} | {found.table['attribute'].iloc[0]} | "
        f"{ranked.loc['scene', 'strength']:.1f} | {others.idxmax()} {others.max():.1f} | "
        f"{row['effect']:.1f} ({row['low']:.1f} to {row['high']:.1f}) | {ranked.loc['scene', 'p_value']:.2g} |"
    )


def _print_own(model: Any, planted: Any) -> None:
    """The same with nothing known of the pictures but the pictures."""
    bare = replace(planted.judge, attributes=None, masks=None)
    began = time.perf_counter()
    found = find_drivers(model, bare)
    print(f"\nNothing known, {len(bare)} pictures: {time.perf_counter() - began:.1f} s. {found.sentence}")


def _print_groups(models: dict[float, list[tuple[Any, Any]]]) -> None:
    """With a tied background a scene helps one class and hurts another; without, its effect is the same for both."""
    counts: dict[float, list[bool]] = {}
    for strength, trained in models.items():
        for model, planted in trained:
            names = planted.judge.class_names
            sample = gather(model, planted.judge, DriverSettings(check=False))
            for first, second in pairwise(names):
                table = compare_groups(sample, "class", first, second)
                clear = table[(table["attribute"] == "scene") & table["clear"]]
                counts.setdefault(strength, []).append(len(clear) > 0)
    print("\nPairs of classes for which some scene's effect differs:")
    for strength, found in counts.items():
        print(f"- strength {strength}: {sum(found)} of {len(found)}")


def _print_concepts(models: dict[float, list[tuple[Any, Any]]], count: int) -> None:
    model, planted = models[1.0][0]
    data = planted.judge
    scenes = [concept for concept in known_concepts(data) if concept.attribute == "scene"]
    began = time.perf_counter()
    table = score_concepts(model, data, scenes)
    seconds = time.perf_counter() - began
    print(f"\nConcepts at strength 1, {len(scenes)} scenes on {len(data.class_names)} classes in {seconds:.1f} s:")
    strongest = table.sort_values("sensitivity", ascending=False).drop_duplicates("concept")
    print(strongest[["concept", "class", "score", "sensitivity", "low", "high", "p_value", "separable"]].to_string())
    for strength in (0.0, 1.0):
        model, planted = models[strength][0]
        alarms = tries = 0
        for seed in range(count):
            rng = np.random.default_rng(10_000 + seed)
            shown = rng.permutation(len(planted.judge))[:30]
            found = score_concepts(
                model, planted.judge, {"random": shown}, classes=[planted.judge.class_names[seed % 5]], seed=seed
            )
            alarms, tries = alarms + int(found["clear"].iloc[0]), tries + 1
        low, high = binomtest(alarms, tries).proportion_ci(method="wilson")
        print(
            f"Random concepts at strength {strength}: {alarms} alarms in {tries} ({low:.1%} to {high:.1%}; nominal 5%)"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--concepts", type=int, default=100)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=12)
    return parser.parse_args()


if __name__ == "__main__":
    main()
