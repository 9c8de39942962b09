"""What a ladder will train, and how long that takes, before it starts. Does not import TensorFlow for a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from core.datasets.base import Splits
from core.errors import HunchError
from core.networks.training.run import RunInfo, has_run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.repair.run_keys import origin_key, rung_key, specs_of, training_effort
from core.repair.rungs import AS_IT_IS, Fixes, rungs_for
from core.store import Store, default_store

if TYPE_CHECKING:
    import keras

FOLDER = "repair"
PACE = 800.0  # pictures a second, where no training of this network is known
PREPARING = 0.004  # seconds that a training picture takes to be cut out and pasted
UNTRAINED = 2.0  # seconds of a fix without training


def plan_training(
    origin: RunInfo | keras.Model,
    splits: Splits,
    fixes: Fixes,
    *,
    seeds: int = 3,
    store: Store | None = None,
    network_spec: NetworkSpec | None = None,
    training_spec: TrainingSpec | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """What a ladder will train.

    Args:
        origin: the network to repair, or what is known of its run.
        splits: as for `ladder`.
        fixes: as for `ladder`.
        seeds: as for `ladder`.
        store: as for `ladder`.
        network_spec: as for `ladder`.
        training_spec: as for `ladder`.
        seed: as for `ladder`.

    Returns:
        one row per rung: fix, title, control, plain (what it does), trainings (how many), done (how many of them are
            already
        stored) and seconds (estimate for the remaining ones, from the original training).
    """
    store, rungs = store or default_store(), rungs_for(fixes)
    info = origin if isinstance(origin, RunInfo) else None
    network = network_spec or (specs_of(info) if info else None)
    training = training_spec or (info.training_spec if info else TrainingSpec())
    key, once = origin_key(origin, splits), _seconds_once(info, splits, training)
    rows = []
    for rung in rungs:
        effort = training_effort(rung, rungs)
        count = 0 if rung.name == AS_IT_IS else seeds
        keys = [rung_key(splits, key, network, training, rung, effort, seed + number) for number in range(count)]
        done = sum(is_kept(each, store) for each in keys)
        preparing = PREPARING * len(splits.train) if rung.steps and effort else 0.0
        each = once * effort * rung.cost + preparing if effort else UNTRAINED
        rows.append(
            {
                "fix": rung.name,
                "title": rung.title,
                "control": rung.control,
                "plain": " ".join(fix.plain for fix, _ in rung.steps),
                "trainings": count,
                "done": done,
                "seconds": (count - done) * each,
            }
        )
    return pd.DataFrame(rows)


def is_kept(key: str, store: Store) -> bool:
    """Whether a ladder's training is in the store, without opening it.

    Args:
        key: see `rung_key`.
        store: where runs are kept.
    """
    try:
        return has_run(store.load(f"{FOLDER}/{key}.json", run_named), store)
    except (HunchError, KeyError):
        return False


def run_named(content: bytes) -> str:
    """The key of the run that a ladder's training gave, from what is kept of it."""
    return str(json.loads(content)["run"])


def _seconds_once(info: RunInfo | None, splits: Splits, training: TrainingSpec) -> float:
    """Seconds that one training as long as the original takes."""
    known = float(info.metrics.get("seconds", 0.0)) if info else 0.0
    epochs = int(info.metrics.get("epochs", 0)) if info else 0
    if known > 0 and epochs > 0:
        return known * training.epochs / epochs
    return len(splits.train) * training.epochs / PACE
