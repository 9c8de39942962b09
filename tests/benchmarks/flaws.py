"""Whether every flaw takes effect as its answer key says. Run: python -m tests.benchmarks.flaws [--flaws a b].

For each flaw and strength a network is trained on the flawed splits and judged on the judge, beside a clean twin of
the same seed. Trained networks are kept in the store, so that a second run is quick.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from core.datasets import Dataset, load
from core.flaws import names, plant
from core.networks import NetworkSpec, TrainingSpec, train


def main() -> None:
    """Print one row a flaw and strength: accuracies, means over seeds."""
    options = _options()
    print(f"{'flaw':<18}{'strength':>9}{'own test':>10}{'judge':>8}{'worst':>8}{'twin judge':>12}{'twin worst':>12}")
    for flaw in options.flaws:
        for strength in options.strengths:
            rows = [_case(flaw, strength, seed, options.pictures) for seed in range(options.seeds)]
            own, judge, worst, twin, twin_worst = np.mean(rows, axis=0)
            print(f"{flaw:<18}{strength:>9.2f}{own:>10.3f}{judge:>8.3f}{worst:>8.3f}{twin:>12.3f}{twin_worst:>12.3f}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flaws", nargs="+", choices=names(), default=names())
    parser.add_argument("--strengths", nargs="+", type=float, default=[0.0, 0.5, 1.0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=600, help="training pictures of each class")
    return parser.parse_args()


def _case(flaw: str, strength: float, seed: int, pictures: int) -> tuple[float, ...]:
    splits = load(train=pictures, seed=seed)
    planted = plant(splits, flaw, strength=strength, seed=seed)
    network = NetworkSpec.of(planted.network_spec, seed=seed)
    training = TrainingSpec.of(planted.training_spec, seed=seed)
    flawed = train(planted.splits, network, training).model
    twin = train(splits, NetworkSpec(seed=seed), TrainingSpec(seed=seed)).model
    return (
        _right(flawed, planted.splits.test).mean(),
        *_judged(flawed, planted.judge),
        *_judged(twin, planted.judge),
    )


def _right(model: object, data: Dataset) -> np.ndarray:
    """Which answers are right, bool (N,)."""
    scores = model.predict(data.images.astype(np.float32), batch_size=256, verbose=0)  # type: ignore[attr-defined]
    return scores.argmax(1) == data.labels


def _judged(model: object, judge: Dataset) -> tuple[float, float]:
    """Accuracy, and that of the worst group."""
    assert judge.attributes is not None
    right = pd.Series(_right(model, judge))
    return float(right.mean()), float(right.groupby(judge.attributes["group"].to_numpy()).mean().min())


if __name__ == "__main__":
    main()
