"""The network of a case, and what tools may see beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import Splits
from core.diagnosis.context import DiagnosisContext
from core.experiments.study.design import FLAWED, SHORTCUTS, Case, StudySettings
from core.experiments.study.pictures import healthy_pictures
from core.flaws import Planted, plant
from core.networks import NetworkSpec, Run, TrainingSpec, train
from core.store import Store

TOOK = 0.15  # of the worst group's accuracy: a shortcut that costs less was not learned
NETWORKS: dict[str, dict[str, Any]] = {
    "default": {},
    "plain": {"batch_norm": False, "head": "flatten", "convolutions": 1, "blocks": 3},
}
RATES = {"default": 0.01, "plain": 0.001}  # without batch norm, the default rate diverges


@dataclass(frozen=True, eq=False)
class Look:
    """What tools see of a case.

    Args:
        run: the network and its history.
        shown: the pictures that come with it, without masks and attributes.
        settings: sizes of the samples.
        seed: of every random draw.
    """

    run: Run
    shown: Splits
    settings: StudySettings
    seed: int

    @cached_property
    def context(self) -> DiagnosisContext:
        """The network and its pictures as detectors see them."""
        return DiagnosisContext(self.run.model, self.shown, history=self.run.history, seed=self.seed)


@dataclass(frozen=True, eq=False)
class _Made:
    learned: Splits
    shown: Splits
    planted: Planted


@lru_cache(maxsize=2)
def look_at(case: Case, settings: StudySettings, sources: tuple[tuple[str, str], ...], root: str) -> Look:
    """The network of a case, trained where the store does not have it, and what tools may see.

    Args:
        case: which network.
        settings: sizes.
        sources: pairs of a data set and the folder or zip of its pictures.
        root: address of the store.
    """
    made = _made(case, settings, sources)
    return Look(_trained(case, made, settings, root), made.shown.unannotated, settings, case.block)


def outcome(
    case: Case, settings: StudySettings, sources: tuple[tuple[str, str], ...], root: str
) -> dict[str, float | bool]:
    """What the flaw costs.

    Returns:
        accuracy: of the team's own test pictures; worst_group: accuracy of the judge's worst group; twin: the same of
        the healthy network; took: whether a shortcut was learned (True for what is no shortcut).
    """
    made = _made(case, settings, sources)
    run = _trained(case, made, settings, root)
    found: dict[str, float | bool] = {"accuracy": run.accuracy, "took": True}
    if case.condition not in SHORTCUTS:
        return found
    twin = look_at(case.twin, settings, sources, root).run
    mine, healthy = (judged(each, made.planted)["worst_group"] for each in (run, twin))
    return {**found, "worst_group": mine, "twin": healthy, "took": healthy - mine >= TOOK}


def planted_in(case: Case, settings: StudySettings, sources: tuple[tuple[str, str], ...]) -> Planted:
    """What was planted in a case, with the truth and the judge, which no tool sees."""
    return _made(case, settings, sources).planted


def judged(run: Run, planted: Planted) -> dict[str, float]:
    """Accuracy on the judge: accuracy, of all its pictures, and worst_group, of the group with the lowest."""
    from core.networks.interface import probabilities

    judge = planted.judge
    assert judge.attributes is not None
    right = pd.Series(np.asarray(probabilities(run.model, judge.images)).argmax(axis=1) == judge.labels)
    groups = right.groupby(judge.attributes["group"].to_numpy())
    return {"accuracy": float(right.mean()), "worst_group": float(groups.mean().min())}


@lru_cache(maxsize=2)
def _made(case: Case, settings: StudySettings, sources: tuple[tuple[str, str], ...]) -> _Made:
    clean = healthy_pictures(case, settings, dict(sources))
    if case.condition == "decoy":
        planted = plant(clean, "sticker", strength=0.5, seed=case.block, sticker={"others": 1.0})
    elif case.condition == "tied_shown":
        flaw = "background" if case.data == "wardrobe" else "sticker"
        planted = plant(clean, flaw, strength=case.strength, seed=case.block)
        return _Made(clean, planted.splits, planted)
    else:
        flaw = case.condition if case.condition in FLAWED else "none"
        planted = plant(clean, flaw, strength=case.strength, seed=case.block)
    return _Made(planted.splits, planted.splits, planted)


def _trained(case: Case, made: _Made, settings: StudySettings, root: str) -> Run:
    network = NetworkSpec.of(
        made.planted.network_spec, seed=case.block, filters=settings.filters, **NETWORKS[case.network]
    )
    training = TrainingSpec.of(
        made.planted.training_spec, seed=case.block, epochs=settings.epochs, rate=RATES[case.network]
    )
    return train(made.learned, network, training, store=Store(root), about={"study": case.title})
