"""Asking a network about pictures as they are, and about the same pictures with things changed on purpose."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np

from core.datasets.base import Dataset
from core.errors import DataError, ModelError
from core.insight.attributes import collect_attributes
from core.insight.image_measures import image_batch_of
from core.insight.interventions import run_trials
from core.insight.sample import Sample, network_logits
from core.insight.settings import DriverSettings
from core.networks.evaluator import ModelEvaluator, checked_images
from core.progress import OnStep, silent


def gather(
    model: keras.Model, dataset: Dataset, settings: DriverSettings | None = None, *, on_step: OnStep = silent
) -> Sample:
    """Ask the network about the pictures as they are and, where the settings say so, about changed ones.

    Args:
        model: any Keras classifier whose classes are the data set's. Not changed.
        dataset: labelled pictures, best ones it has not learned from.
        settings: see `DriverSettings`.
        on_step: called as pictures are done; stops the work when it raises.

    Raises:
        DataError: when there are no pictures, they do not fit the network, or nothing varies among them.
        ModelError: for a network with other classes, or whose answers are not numbers.
    """
    chosen = settings or DriverSettings()
    network = ModelEvaluator.of(model)
    if network.graph.classes != len(dataset.class_names):
        raise ModelError(
            f"The network should tell the data's {len(dataset.class_names)} classes apart",
            f"one of {network.graph.classes}",
        )
    rng = np.random.default_rng(chosen.seed)
    picked = np.sort(rng.permutation(len(dataset))[: chosen.pictures])
    part = dataset.take(picked)
    checked_images(network.graph, part.images)
    batch = image_batch_of(part)
    known = collect_attributes(part, measured=chosen.measured, batch=batch)
    if not known.columns:
        raise DataError(
            "Something should differ from picture to picture",
            f"{len(part)} pictures that are alike in all that is known",
            "Give the pictures attributes, or more variety.",
        )  # fmt: skip
    if known.measured:
        part = replace(part, masks={**(part.masks or {}), "object": batch.objects})
    part, indices = part.take(known.rows), picked[known.rows]
    logits = network_logits(network, part.images)
    sample = Sample(indices, part.labels, part.class_names, known, logits, notes=known.notes)
    on_step(len(part), 2 * len(part), "pictures as they are")
    if not chosen.check:
        return sample
    return replace(sample, trials=run_trials(network, part, sample, rng, on_step))
