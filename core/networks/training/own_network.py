"""Somebody's own network as a run like any other: listed, linked, explained, tested, diagnosed, fixed, reported."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset, Splits
from core.errors import DataError
from core.networks.interface import Interface, interface, prepared_for, probabilities
from core.networks.predictor import is_black_box
from core.networks.prepared import Prepared, standalone
from core.networks.training.run import OWN_NETWORK, PREPROCESSING, Run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.settings import digest
from core.store import Store, default_store

SMALLEST = 1e-7
HISTORY = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "rate", "seconds", "pictures_per_second")


def open_network(
    model: keras.Model,
    splits: Splits,
    *,
    interface: Interface | None = None,
    training_spec: TrainingSpec | None = None,
    store: Store | None = None,
    about: Mapping[str, Any] | None = None,
) -> Run:
    """Make a run of a network that was trained elsewhere.

    The run's network is a copy with the preprocessing built in, so that it takes pictures of 0 to 255 as every run
    does; weights are as they came, and what was frozen stays frozen. An ONNX network stays as it is, with the
    preprocessing before it; it can be explained by its answers and diagnosed, and not trained.

    Args:
        model: any Keras 3 classifier; it is not changed.
        splits: its images, 0 to 255, their classes in the network's order.
        interface: how the network is read; None to read it from the training part.
        training_spec: how it was trained, which "keep training" and fixes use, such as what
            `core.networks.training_spec_in(file)` reads; the defaults where None.
        store: where the run is kept; `default_store()` where None.
        about: kept with the run; no part of its key.

    Returns:
        The run; it is in the store. `about["kind"]` is "own network", `about["notes"]` says how it was read, and
        `about["trained"]` whether it is known how it was trained.

    Raises:
        DataError: when the classes do not fit the network, or come in another order.
        ModelError: when the network cannot be read.
        InputError: for a function, which no file can keep.
    """
    interface = interface or _read(model, splits)
    if interface.classes != len(splits.class_names):
        raise DataError(
            f"The images should have the network's {interface.classes} classes", f"{len(splits.class_names)} classes"
        )
    prepared_for(model, interface, splits.class_names)
    black_box = is_black_box(model)
    copy = Prepared(model, interface.transform) if black_box else standalone(model, interface.transform)
    spec = training_spec or TrainingSpec()
    run = Run(
        key=digest(
            [OWN_NETWORK, _content(model, copy), splits.key, interface.transform.name, spec.model_dump(mode="json")]
        ),
        model=copy,
        history=pd.DataFrame(columns=list(HISTORY)),
        network_spec=NetworkSpec(),
        training_spec=spec,
        class_names=splits.class_names,
        input_shape=splits.train.shape,
        metrics=_metrics(copy, splits),
        about={
            **(about or {}),
            "kind": OWN_NETWORK,
            "notes": list(dict.fromkeys([*getattr(model, "notes", ()), *interface.notes])),
            "trained": training_spec is not None,
            PREPROCESSING: interface.transform.name,
        },
        made=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    run.save(store or default_store())
    return run


def _read(model: keras.Model, splits: Splits) -> Interface:
    train = splits.train
    return interface(model, train.images, train.labels, class_names=train.class_names)


def _content(model: keras.Model, copy: keras.Model) -> str:
    """A hash of what the network is made of and of its weights."""
    if is_black_box(model):
        return hashlib.blake2b(getattr(model, "file", b""), digest_size=8).hexdigest()
    hasher = hashlib.blake2b(copy.to_json().encode(), digest_size=8)
    for weights in copy.get_weights():
        hasher.update(np.ascontiguousarray(weights).data)
    return hasher.hexdigest()


def _metrics(model: keras.Model, splits: Splits) -> dict[str, Any]:
    """What a training would have measured, on the test and validation parts."""
    test, validation = splits.test, splits.validation
    answers = probabilities(model, test.images) if len(test) else np.zeros((0, len(splits.class_names)))
    right = answers.argmax(axis=1) == test.labels
    true = answers[np.arange(len(test)), test.labels]
    return {
        "accuracy": float(right.mean()) if len(test) else float("nan"),
        "loss": float(-np.log(np.maximum(true, SMALLEST)).mean()) if len(test) else float("nan"),
        "correct": int(right.sum()),
        "n": len(test),
        "recall": {
            name: [int(right[test.labels == label].sum()), int((test.labels == label).sum())]
            for label, name in enumerate(splits.class_names)
        },
        "validation_accuracy": _accuracy(model, validation),
        "epoch": 0,
        "epochs": 0,
        "seconds": 0.0,
        "weights": int(model.count_params()),
    }


def _accuracy(model: keras.Model, dataset: Dataset) -> float:
    if not len(dataset):
        return float("nan")
    return float((probabilities(model, dataset.images).argmax(axis=1) == dataset.labels).mean())
