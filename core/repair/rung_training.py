"""Training one rung with one seed: of a ladder, or by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import pandas as pd

from core.datasets.base import Splits
from core.networks.training.run import REPAIRED, Run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.progress import OnStep, silent
from core.repair.base import TrainingRecipe
from core.repair.run_keys import origin_key, rung_key, specs_of
from core.repair.rungs import KEEP_TRAINING, Rung
from core.repair.training import evaluate_model, make_run, stored_run
from core.store import Store


@dataclass(frozen=True, eq=False)
class Origin:
    """The network to repair, as a run, however it was given.

    Args:
        given: what the caller has.
        run: the same as a run.
        network: what it is made of; None where unknown.
        training: how it was trained.
        splits: the data it was trained on.
    """

    given: Run | keras.Model
    run: Run
    network: NetworkSpec | None
    training: TrainingSpec
    splits: Splits

    @staticmethod
    def of(
        given: Run | keras.Model,
        splits: Splits,
        network: NetworkSpec | None = None,
        training: TrainingSpec | None = None,
    ) -> Origin:
        """The network of a run or a model, with the specifications that are given in place of its own."""
        if isinstance(given, Run):
            return Origin(given, given, network or specs_of(given), training or given.training_spec, splits)
        run = Run(
            key=origin_key(given, splits),
            model=given,
            history=pd.DataFrame(),
            network_spec=network or NetworkSpec(),
            training_spec=training or TrainingSpec(),
            class_names=splits.class_names,
            input_shape=splits.train.shape,
            metrics={**evaluate_model(given, splits.test), "seconds": 0.0},
        )
        return Origin(given, run, network, run.training_spec, splits)


def train_rung(
    origin: Origin,
    rung: Rung,
    *,
    effort: float,
    seed: int,
    store: Store,
    on_step: OnStep = silent,
    preparing: OnStep = silent,
) -> Run:
    """The network after one rung, from the store where it is there.

    Args:
        origin: the network to repair; never changed.
        rung: a fix, several in sequence, or the control that keeps training.
        effort: training steps, as a multiple of the original training's.
        seed: of every random draw.
        store: where runs are kept.
        on_step: reports training; `Cancelled` raised from it stops it.
        preparing: reports what fixes do before training.

    Raises:
        DataError, ModelError: where a fix cannot be used on these pictures or this network.
        Cancelled: when `on_step` or `preparing` raised it.
    """
    key = rung_key(origin.splits, origin.run.key, origin.network, origin.training, rung, effort, seed)
    known = stored_run(key, store)
    if known is not None:
        return known
    return make_run(_recipe(origin, rung, effort, seed, preparing), key, store, on_step, _about(origin, rung, seed))


def _recipe(origin: Origin, rung: Rung, effort: float, seed: int, on_step: OnStep) -> TrainingRecipe:
    network = None if origin.network is None else NetworkSpec.of(origin.network, seed=origin.network.seed + seed)
    recipe = TrainingRecipe(
        origin=origin.given,
        splits=origin.splits,
        network=network,
        training=TrainingSpec.of(origin.training, seed=origin.training.seed + seed + 1),
        seed=seed,
        base=len(origin.splits.train),
        origin_splits=origin.splits,
        on_step=on_step,
    )
    if rung.name == KEEP_TRAINING:
        return recipe.with_training(effort)
    for fix, settings in rung.steps:
        recipe = fix.apply(recipe, settings)
    return recipe


def _about(origin: Origin, rung: Rung, seed: int) -> Mapping[str, Any]:
    """The provenance of a repaired run: the data of the network it came from, and how it was made."""
    return {
        **origin.run.about,
        "title": rung.title,
        "fixes": rung.plain(),
        REPAIRED: origin.run.key,
        "repair_seed": seed,
    }
