"""Flaws of network and training."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest

from core.diagnosis.base import Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.detectors import dead_units, over_trained, too_few, too_short
from tests.core.diagnosis.conftest import SIDE, subject_of


def _with_silent_units(silent: int) -> keras.Model:
    """Eight rectified units, of which some lie below zero for every picture."""
    picture = keras.Input((SIDE, SIDE, 3))
    hidden = keras.layers.Conv2D(8, 1, name="hidden")
    value = keras.layers.ReLU(name="rectifier")(hidden(picture))
    answer = keras.layers.Dense(3, activation="softmax", name="answer")(keras.layers.GlobalAveragePooling2D()(value))
    rng = np.random.default_rng(0)
    bias = np.where(np.arange(8) < silent, -1e4, 1e3).astype(np.float32)
    hidden.set_weights([rng.normal(0, 0.01, (1, 1, 3, 8)).astype(np.float32), bias])
    return keras.Model(picture, answer)


def test_the_share_of_dead_units_is_exact(honest) -> None:
    for silent in (0, 3):
        found = dead_units.measure(subject_of(_with_silent_units(silent), honest))
        assert isinstance(found, Finding)
        assert found.statistic == silent / 8


def test_a_gap_between_learned_and_new_pictures_is_measured(honest, object_reader) -> None:
    rng = np.random.default_rng(0)
    strangers = replace(honest.validation, labels=rng.permutation(honest.validation.labels))
    history = pd.DataFrame({"val_loss": [1.0, 0.5, 0.9], "accuracy": [0.5, 0.9, 1.0]})
    context = DiagnosisContext(object_reader, replace(honest, validation=strangers), history=history, seed=0)
    found = over_trained.measure(context)
    assert isinstance(found, Finding)
    np.testing.assert_allclose(found.statistic, 1 - context.accuracy("validation"), atol=0.1)
    assert "lowest after 2 of 3 epochs" in found.evidence
    kept = over_trained.measure(subject_of(object_reader, honest))
    assert isinstance(kept, Finding)
    assert kept.statistic <= 0


@pytest.mark.parametrize(
    ("accuracies", "worse"), [([0.5, 0.7, 0.8, 0.8, 0.8, 0.8], False), ([0.5, 0.8, 0.8, 0.8, 0.7, 0.7, 0.7], True)]
)
def test_training_on_is_a_flaw_where_new_pictures_fared_better_before(
    honest, object_reader, accuracies: list[float], worse: bool
) -> None:
    losses = np.linspace(1, 3, len(accuracies))
    history = pd.DataFrame({"val_loss": losses, "val_accuracy": accuracies})
    found = over_trained.measure(DiagnosisContext(object_reader, honest, history=history, seed=0))
    assert isinstance(found, Finding)
    assert found.leaning is not worse


def test_few_pictures_that_suffice_are_no_flaw(honest, object_reader) -> None:
    found = too_few.measure(subject_of(object_reader, honest))
    assert isinstance(found, Finding)
    assert found.statistic == 0


def test_a_network_that_has_just_begun_gains_and_one_that_is_done_is_left_alone(honest, object_reader) -> None:
    from core.networks.training.build import build
    from core.networks.training.specs import NetworkSpec

    fresh = build(NetworkSpec(blocks=1, convolutions=1, filters=8), (SIDE, SIDE, 3), honest.class_names)
    begun = subject_of(fresh, honest)
    before = [weights.copy() for weights in fresh.get_weights()]
    found, done = too_short.measure(begun), too_short.measure(subject_of(object_reader, honest))
    assert isinstance(found, Finding)
    assert isinstance(done, Finding)
    assert found.statistic > 0.1
    assert done.statistic == 0
    assert all(np.array_equal(was, now) for was, now in zip(before, fresh.get_weights(), strict=True))
