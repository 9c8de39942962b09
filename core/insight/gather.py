"""A network's answers to images as they are, and to the same images with things changed on purpose."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np

from core.datasets.base import Dataset
from core.errors import DataError, ModelError
from core.insight.attributes import collect_attributes, needs_measuring
from core.insight.image_measures import image_batch_of
from core.insight.interventions import run_trials
from core.insight.sample import Sample
from core.insight.settings import DriverSettings
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared_for, require_one_class
from core.progress import OnStep, silent


def gather(
    model: keras.Model,
    dataset: Dataset,
    settings: DriverSettings | None = None,
    *,
    interface: Interface | None = None,
    on_step: OnStep = silent,
) -> Sample:
    """Collect the network's answers to the images and, if the settings say so, to changed ones.

    Args:
        model: any Keras classifier with the data set's classes. Not changed.
        dataset: labelled images, ideally not used in training.
        settings: see `DriverSettings`; None for the defaults.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: reports progress; stops the work when it raises.

    Raises:
        DataError: when there are no images, they do not fit the network, or nothing varies among them.
        ModelError: for a network with other classes, or with outputs that are not finite.
    """
    chosen = settings or DriverSettings()
    model = prepared_for(model, interface, dataset.class_names)
    network = ModelEvaluator.of(model)
    require_one_class(model, "Drivers")
    if network.graph.classes != len(dataset.class_names):
        raise ModelError(
            f"The network should have the data's {len(dataset.class_names)} classes",
            f"one of {network.graph.classes}",
        )
    rng = np.random.default_rng(chosen.seed)
    picked = np.sort(rng.permutation(len(dataset))[: chosen.pictures])
    part = dataset.take(picked)
    checked_images(network.graph, part.images)
    measured = chosen.measured or needs_measuring(part)
    batch = image_batch_of(part, find_objects=measured, on_step=_third(on_step, 0))
    known = collect_attributes(part, measured=measured, batch=batch)
    if not known.columns:
        raise DataError(
            "Something should vary between the pictures",
            f"{len(part)} pictures that are alike in everything that is known",
            "Add attributes, or use more varied pictures.",
        )  # fmt: skip
    if known.measured:
        part = replace(part, masks={**(part.masks or {}), "object": batch.objects})
    part, indices = part.take(known.rows), picked[known.rows]
    logits = network.logits(part.images, on_step=_third(on_step, 1))
    sample = Sample(indices, part.labels, part.class_names, known, logits, notes=known.notes)
    if not chosen.check:
        return sample
    return replace(sample, trials=run_trials(network, part, sample, rng, _third(on_step, 2)))


def _third(on_step: OnStep, number: int) -> OnStep:
    """Reports one of three parts that are taken to be of equal length: objects, pictures as they are, changed ones."""

    def step(done: int, total: int, note: str = "") -> None:
        on_step(number * total + done, 3 * total, note)

    return step
