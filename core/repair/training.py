"""From a recipe to a run: training, the finishing steps, and the layers in front of the network."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import Cancelled, HunchError, StoreError
from core.networks.training.build import build
from core.networks.training.new_weights import draw_new_weights
from core.networks.training.run import Run, has_run, open_run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.networks.training.train import train
from core.progress import OnStep
from core.repair.base import TrainingRecipe
from core.repair.engines.gradient_penalty import train_with_penalty
from core.repair.engines.model_copies import copy_model, prepend_layers
from core.repair.run_keys import CORRECTED, made_elsewhere
from core.repair.training_plan import FOLDER, run_named
from core.store import Store, write_or_retry


class _Stopped(Exception):
    """A cancelled step on its way through `train`, which would otherwise store half of a training."""


def stored_run(key: str, store: Store) -> Run | None:
    """The run stored under this key of a ladder; None if there is none that can be opened.

    Args:
        key: see `rung_key`.
        store: where runs are kept.
    """
    try:
        name = store.load(f"{FOLDER}/{key}.json", run_named)
        return open_run(name, store) if has_run(name, store) else None
    except (HunchError, KeyError):
        return None


def make_run(recipe: TrainingRecipe, key: str, store: Store, on_step: OnStep, about: Mapping[str, Any]) -> Run:
    """Train a recipe and store the run; a partial run is never stored.

    Args:
        recipe: what to train.
        key: store key, see `rung_key`; `stored_run` looks for a run under it first.
        store: where runs are kept.
        on_step: reports progress.
        about: provenance to keep with the run.

    Raises:
        Cancelled: when `on_step` raised it.
    """
    run = _train_recipe(recipe, store, on_step, about)
    run = _finish(run, recipe, key, about)
    _keep(run, key, store)
    return run


def _train_recipe(recipe: TrainingRecipe, store: Store, on_step: OnStep, about: Mapping[str, Any]) -> Run:
    if not recipe.effort:
        return _keep_weights(recipe, about)
    if recipe.penalty is not None:
        return _train_penalised(recipe, on_step, about)
    return _train_whole(recipe, store, on_step, about)


def interim_model(recipe: TrainingRecipe) -> keras.Model:
    """The trained network of a recipe, for a fix that needs its predictions; it is not stored.

    Args:
        recipe: what to train.

    Raises:
        Cancelled: when the recipe's `on_step` raised it.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _train_whole(recipe, Store(folder), recipe.on_step, {}).model


def _train_whole(recipe: TrainingRecipe, store: Store, on_step: OnStep, about: Mapping[str, Any]) -> Run:
    """A training that finishes or raises `Cancelled`."""
    network, start = _starting_point(recipe)

    def watched(done: int, total: int, note: str = "") -> None:
        try:
            on_step(done, total, note)
        except Cancelled as error:
            raise _Stopped from error

    try:
        return train(recipe.splits, network, _spec(recipe), store=store, start=start, on_step=watched, about=about)
    except _Stopped as stopped:
        raise Cancelled("The ladder was stopped; finished trainings are kept.") from stopped


def _spec(recipe: TrainingRecipe) -> TrainingSpec:
    return TrainingSpec.of(recipe.training, epochs=recipe.epochs)


def _starting_point(recipe: TrainingRecipe) -> tuple[NetworkSpec | None, Run | keras.Model | None]:
    if not recipe.fresh:
        return None, recipe.origin
    if recipe.network is not None:
        return recipe.network, None
    made = copy_model(recipe.model)
    if not made_elsewhere(recipe.origin) or has_frozen_weights(made):
        draw_new_weights(made, recipe.seed)
    return None, made


def has_frozen_weights(model: keras.Model) -> bool:
    """Whether some of a network's layers are trained and others, with kernels of their own, are frozen.

    Args:
        model: any model.
    """
    layers = [layer for layer in model._flatten_layers() if not isinstance(layer, keras.Model) and layer.weights]
    return bool(model.trainable_variables) and any(not layer.trainable for layer in layers)


def _keep_weights(recipe: TrainingRecipe, about: Mapping[str, Any]) -> Run:
    history = recipe.origin.history if isinstance(recipe.origin, Run) else pd.DataFrame()
    return _run(recipe, recipe.model, history, recipe.training, about, seconds=0.0)


def _train_penalised(recipe: TrainingRecipe, on_step: OnStep, about: Mapping[str, Any]) -> Run:
    assert recipe.penalty is not None
    network, start = _starting_point(recipe)
    spec = _spec(recipe)
    if start is None:
        assert network is not None
        model = build(network, recipe.splits.train.shape, recipe.splits.class_names)
    else:
        model = copy_model(getattr(start, "model", start))
    rows = train_with_penalty(model, recipe.splits, spec, recipe.penalty, on_step)
    history = pd.DataFrame(rows)
    return _run(recipe, model, history, spec, about, seconds=float(history["seconds"].sum()))


def _finish(run: Run, recipe: TrainingRecipe, key: str, about: Mapping[str, Any]) -> Run:
    """The run after the finishing steps, behind its front layers."""
    if not recipe.finish and not recipe.front:
        return run if run.key else replace(run, key=key)
    model = copy_model(run.model)
    for step in recipe.finish:
        model = step(model, recipe)
    if recipe.front:
        model = prepend_layers(model, [layer for make in recipe.front for layer in make(recipe.splits.train.shape)])
    origin = recipe.origin_splits or recipe.splits
    metrics = {**run.metrics, **evaluate_model(model, origin.test), "weights": model.count_params()}
    return replace(run, key=key, model=model, metrics=metrics, about={**about, CORRECTED: bool(recipe.front)})


def evaluate_model(model: keras.Model, data: Dataset) -> dict[str, Any]:
    """Accuracy, loss and recall of a network.

    Args:
        model: any classifier.
        data: labelled images; may be empty.
    """
    from core.networks.evaluator import ModelEvaluator

    if not len(data):
        return {"accuracy": float("nan"), "loss": float("nan"), "correct": 0, "n": 0, "recall": {}}
    shares = ModelEvaluator.of(model).probabilities(data.images)
    right = shares.argmax(axis=1) == data.labels
    names = enumerate(data.class_names)
    return {
        "accuracy": float(right.mean()),
        "loss": float(-np.log(np.maximum(shares[np.arange(len(data)), data.labels], 1e-12)).mean()),
        "correct": int(right.sum()),
        "n": len(data),
        "recall": {
            name: [int(right[data.labels == label].sum()), int((data.labels == label).sum())] for label, name in names
        },
    }


def _run(
    recipe: TrainingRecipe,
    model: keras.Model,
    history: pd.DataFrame,
    spec: TrainingSpec,
    about: Mapping[str, Any],
    seconds: float,
) -> Run:
    """A run that `train` did not make; it gets its key when it is stored."""
    origin = recipe.origin
    validation = evaluate_model(model, recipe.splits.validation)["accuracy"]
    return Run(
        key="",
        model=model,
        history=history,
        network_spec=recipe.network or NetworkSpec(),
        training_spec=spec,
        class_names=recipe.splits.class_names,
        input_shape=recipe.splits.train.shape,
        metrics={
            **evaluate_model(model, recipe.splits.test),
            "validation_accuracy": validation,
            "epoch": len(history),
            "epochs": len(history),
            "seconds": seconds,
            "weights": model.count_params(),
        },
        parent=origin.key if isinstance(origin, Run) else "",
        about=dict(about),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _keep(run: Run, key: str, store: Store) -> None:
    """Store a run and its location. A store that fails now must not cost the training."""
    problem = "" if _is_kept(run.key, store) else run.save_or_retry(store)
    problem = write_or_retry(store, f"{FOLDER}/{key}.json", json.dumps({"run": run.key}).encode()) or problem
    if problem:
        warnings.warn(f"The run is not in the store yet. {problem}", stacklevel=3)


def _is_kept(key: str, store: Store) -> bool:
    try:
        return has_run(key, store)
    except StoreError:
        return False
