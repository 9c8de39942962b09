"""Whether every flaw takes effect as its answer key says. Run: python -m tests.benchmarks.flaws [--flaws a b].

For each flaw and strength a network is trained on the flawed splits and judged on the judge, beside a clean twin of
the same seed, which gets its pictures as they were where the flaw is at serving. Costs are what it loses against the
twin, in accuracy and in that of the worst group: means over seeds, with the least and the most. "Grows" says on how
many seeds the cost rose with each step of strength, in accuracy and in that of the worst group. Copies of training
pictures among the test pictures cost nothing: the network is as it was, and its own test flatters it. Trained networks
are kept in the store, so that a second run is quick.
"""

from __future__ import annotations

import argparse

import numpy as np

from core.datasets import Dataset, load
from core.flaws import info, names, plant
from core.networks import NetworkSpec, TrainingSpec, train
from tests.benchmarks.judged import all_and_worst

COLUMNS = ("own test", "judge", "worst", "cost", "least", "most", "worst cost", "least", "most")


def main() -> None:
    """Print one row a flaw and strength."""
    options = _options()
    print(f"{'flaw':<18}{'strength':>9}" + "".join(f"{title:>11}" for title in COLUMNS) + f"{'grows':>13}")
    for flaw in options.flaws:
        cases = {
            strength: np.array([_case(flaw, strength, seed, options.pictures) for seed in range(options.seeds)])
            for strength in options.strengths
        }
        costs = np.stack([rows[:, 3:] for rows in cases.values()])
        accuracy, worst = (np.diff(costs, axis=0) > 0).all(axis=0).sum(axis=0)
        grows = f"{accuracy}, {worst} of {options.seeds}"
        for strength, rows in cases.items():
            last = grows if strength == options.strengths[-1] else ""
            print(f"{flaw:<18}{strength:>9.2f}{_row(rows)}{last:>13}", flush=True)


def _row(rows: np.ndarray) -> str:
    own, judge, worst, cost, worst_cost = rows.mean(axis=0)
    least, most = rows.min(axis=0), rows.max(axis=0)
    values = (own, judge, worst, cost, least[3], most[3], worst_cost, least[4], most[4])
    return "".join(f"{value:>11.3f}" for value in values)


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
    healthy = planted.clean.test if info(flaw).place == "serving" else planted.judge
    judge, worst = all_and_worst(_right(flawed, planted.judge), planted.judge)
    other, other_worst = all_and_worst(_right(twin, healthy), healthy)
    return _right(flawed, planted.splits.test).mean(), judge, worst, other - judge, other_worst - worst


def _right(model: object, data: Dataset) -> np.ndarray:
    """Which answers are right, bool (N,)."""
    scores = model.predict(data.images.astype(np.float32), batch_size=256, verbose=0)  # type: ignore[attr-defined]
    return scores.argmax(1) == data.labels


if __name__ == "__main__":
    main()
