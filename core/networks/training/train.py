"""Training a network, once for each set of inputs."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Splits
from core.errors import DataError, HunchError, ModelError
from core.networks.graph import graph_of
from core.networks.predictor import require_layers
from core.networks.training.backbone import files_of
from core.networks.training.build import build
from core.networks.training.loop import Loop, Watch
from core.networks.training.progress import OnPoint
from core.networks.training.run import Run, has_run, open_run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.progress import OnStep, silent
from core.settings import digest
from core.store import Store, default_store

# Raise it when the same inputs would give another network, so that no run of the old code is taken for one of the new.
VERSION = 1


def train(
    splits: Splits,
    network_spec: NetworkSpec | None = None,
    training_spec: TrainingSpec | None = None,
    *,
    store: Store | None = None,
    on_step: OnStep | None = None,
    on_point: OnPoint | None = None,
    watch: Watch | None = None,
    start: Run | keras.Model | None = None,
    about: Mapping[str, Any] | None = None,
    again: bool = False,
) -> Run:
    """Train a network on splits, or load the run that the same inputs gave before.

    Args:
        splits: training data, validation data that selects the epoch, and test data.
        network_spec: the architecture; None for the default. Not used with `start`.
        training_spec: how it is trained; None for the default.
        store: where runs are kept; None for `default_store()`.
        on_step: called some ten times a second with the batches done, the total, and a note. A `Cancelled` raised by
            it,
            or by the other two callbacks, ends the training: the best epoch so far is returned with `cancelled` set,
                and
            stored under its own key. Before the first epoch has ended, `Cancelled` is passed on to the caller.
        on_point: called as often with a `Point` of the live curves, and at the end of each epoch.
        watch: called with the network, read only, and the number of epochs done: 0 before the first, then after each.
            Not
            called when the run is loaded; see `again`.
        start: a run or model to continue from; a copy of it is trained.
        about: stored with the run; not part of its key.
        again: train even if the run is in the store.

    Returns:
        the run; it is in the store, or a warning says why not.

    Raises:
        DataError: when there is no training data.
        InputError: when the network does not suit the images, or training diverges before an epoch has ended.
    """
    store, network_spec = store or default_store(), _network_spec(network_spec, start)
    training_spec = training_spec or TrainingSpec()
    key = run_key(splits, network_spec, training_spec, start)
    known = None if again else _known(key, store)
    if known is not None:
        return known
    _check(splits)
    model = _fresh(splits, network_spec, start)
    loop = Loop(model, splits, training_spec, on_step or silent, on_point, watch)
    ending = loop.go()
    run = Run(
        key=digest([key, "cancelled", len(loop.rows)]) if ending == "cancelled" else key,
        model=model,
        history=pd.DataFrame(loop.rows),
        network_spec=network_spec,
        training_spec=training_spec,
        class_names=splits.class_names,
        input_shape=splits.train.shape,
        metrics=loop.metrics(),
        ending=ending,
        parent=start.key if isinstance(start, Run) else "",
        about=dict(about or {}),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    _save(run, store)
    return run


def run_key(
    splits: Splits,
    network_spec: NetworkSpec | None = None,
    training_spec: TrainingSpec | None = None,
    start: Run | keras.Model | None = None,
) -> str:
    """The key that `train` gives to the run of these inputs, without training.

    Args:
        splits: as for `train`.
        network_spec: as for `train`.
        training_spec: as for `train`.
        start: as for `train`.
    """
    network_spec, training_spec = _network_spec(network_spec, start), training_spec or TrainingSpec()
    return digest(
        [
            VERSION,
            splits.key,
            network_spec.model_dump(mode="json"),
            training_spec.model_dump(mode="json"),
            _print(start),
            *(files_of(network_spec) if start is None else []),
        ]
    )


def _network_spec(given: NetworkSpec | None, start: Run | keras.Model | None) -> NetworkSpec:
    if isinstance(start, Run):
        return start.network_spec
    return given or NetworkSpec()


def _print(start: Run | keras.Model | None) -> str:
    """A hash of the architecture and weights of a start; "" for a fresh one."""
    if start is None:
        return ""
    model = start.model if isinstance(start, Run) else start
    hasher = hashlib.blake2b(model.to_json().encode(), digest_size=8)
    for weights in model.get_weights():
        hasher.update(np.ascontiguousarray(weights).data)
    return hasher.hexdigest()


def _known(key: str, store: Store) -> Run | None:
    """The run of a key; None where there is none that can be opened."""
    try:
        return open_run(key, store) if has_run(key, store) else None
    except HunchError:
        return None


def _save(run: Run, store: Store) -> None:
    """Keep the run. A store that fails now must not cost the training."""
    problem = run.save_or_retry(store)
    if problem:
        warnings.warn(f"The run is not in the store yet. {problem}", stacklevel=3)


def _check(splits: Splits) -> None:
    if not len(splits.train):
        raise DataError("There should be training pictures", "none", "Add pictures to the training part.")
    shapes = {part.shape for part in splits.parts.values() if len(part)}
    if len(shapes) > 1:
        raise DataError("All pictures should have the same size", f"{sorted(shapes)}")


def _fresh(splits: Splits, spec: NetworkSpec, start: Run | keras.Model | None) -> keras.Model:
    """A network that belongs to this training alone."""
    if start is None:
        return build(spec, splits.train.shape, splits.class_names)
    old = start.model if isinstance(start, Run) else start
    require_layers(old, "Training")
    classes, shape = graph_of(old).classes, tuple(old.input_shape[1:])
    fits = all(side in (None, given) for side, given in zip(shape, splits.train.shape, strict=True))
    if classes != len(splits.class_names) or not fits:
        raise ModelError(
            f"The network should suit pictures of {splits.train.shape} and {len(splits.class_names)} classes",
            f"one for {shape} and {classes}",
        )
    model = keras.models.clone_model(old)
    model.set_weights(old.get_weights())
    return model
