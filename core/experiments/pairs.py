"""A flawed network and a healthy one, with what a team would have of each: images and labels, and no answer key."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.datasets import Dataset, Splits, load
from core.diagnosis.context import DiagnosisContext
from core.experiments.base import ExperimentSettings
from core.flaws import Planted, info, plant
from core.networks import NetworkSpec, Run, TrainingSpec, train
from core.progress import OnStep, silent
from core.store import Store

TOOK = 0.15  # of the worst group's accuracy: a shortcut that costs less was not learned


@dataclass(frozen=True, eq=False)
class Pair:
    """Two networks of one seed.

    Args:
        flawed, healthy: the networks, each with the pictures that tools may look at.
        cost: how much less the flawed one gets right of the worst group of the judge; NaN where data are wrong as such.
        took: whether the flaw was learned.
    """

    flawed: DiagnosisContext
    healthy: DiagnosisContext
    cost: float
    took: bool


def train_pair(
    flaw: str, seed: int, settings: ExperimentSettings, store: Store | None = None, on_step: OnStep | None = None
) -> Pair:
    """Train a flawed and a healthy network, or open them if they were trained before.

    A healthy network is shown the same pictures, artefact and all, so that no tool is praised for finding what merely
    lies in the picture. Where labels or counts are what is wrong, it has its own.

    Args:
        flaw: name of the flaw.
        seed: seed of the data, the planting and both networks.
        settings: size of the networks and of the data.
        store: where runs are kept; None for `default_store()`.
        on_step: reports progress; stops the work when it raises.
    """
    on_step = on_step or silent
    planted = plant(load("wardrobe", seed=seed, train=settings.train), flaw, seed=seed)
    flawed = _trained(planted, planted.splits, seed, settings, store, on_step)
    healthy = _trained(planted, planted.clean, seed, settings, store, on_step)
    shortcut = info(flaw).shortcut
    shown = planted.splits.unannotated, (planted.splits if shortcut else planted.clean).unannotated
    one, other = (
        DiagnosisContext(run.model, splits, history=run.history, seed=seed, on_step=on_step)
        for run, splits in zip((flawed, healthy), shown, strict=True)
    )
    cost = (
        worst_group_accuracy(other, planted.judge) - worst_group_accuracy(one, planted.judge)
        if shortcut
        else float("nan")
    )
    return Pair(one, other, cost, not shortcut or cost >= TOOK)


def worst_group_accuracy(context: DiagnosisContext, judge: Dataset) -> float:
    """Accuracy of the judge's worst group."""
    assert judge.attributes is not None
    right = pd.Series(context.answers(judge.images).argmax(axis=1) == judge.labels)
    return float(right.groupby(judge.attributes["group"].to_numpy()).mean().min())


def _trained(
    planted: Planted, splits: Splits, seed: int, settings: ExperimentSettings, store: Store | None, on_step: OnStep
) -> Run:
    network = NetworkSpec.of(planted.network_spec, seed=seed, filters=settings.filters)
    training = TrainingSpec.of(planted.training_spec, seed=seed, epochs=settings.epochs)
    return train(splits, network, training, store=store, on_step=on_step)
