"""Flaws of the data: wrong labels, rare classes and copies are found, and nothing where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.datasets.base import Dataset, Splits
from core.diagnosis.base import Finding
from core.diagnosis.detectors import duplicates, imbalance, label_confusion, label_noise
from core.diagnosis.label_evidence import CROWDED, LEAST, Contradictions, contradictions
from tests.core.diagnosis.conftest import splits_of, subject_of
from tests.core.hunches.conftest import coloured


def _relabelled(part: Dataset, rate: float, seed: int, pair: tuple[int, int] | None = None) -> Dataset:
    rng = np.random.default_rng(seed)
    labels = part.labels.copy()
    if pair is not None:
        mine = np.flatnonzero(labels == pair[0])
        labels[rng.permutation(mine)[: round(rate * len(mine))]] = pair[1]
    else:
        rows = rng.permutation(len(labels))[: round(rate * len(labels))]
        labels[rows] = (labels[rows] + rng.integers(1, 3, len(rows))) % 3
    return replace(part, labels=labels)


def _spoiled(rate: float, pair: tuple[int, int] | None = None) -> Splits:
    made = splits_of(lambda seed: coloured(300, seed, object_tied=True))
    return Splits(_relabelled(made.train, rate, 5, pair), _relabelled(made.validation, rate, 6, pair), made.test)


def _measured(module, context) -> Finding:
    found = module.measure(context)
    assert isinstance(found, Finding)
    return found


@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_the_rate_of_wrong_labels_is_measured(rate: float, object_reader) -> None:
    found = _measured(label_noise, subject_of(object_reader, _spoiled(rate)))
    assert abs(found.statistic - rate) <= (0.06 if rate else 0)
    assert found.p_value is not None
    assert (found.p_value < 0.01) is bool(rate)


def test_only_the_least_likely_classes_of_a_picture_are_counted() -> None:
    """Ten pictures of three classes, surest first: 20 pairs with a class that is not the answer, of which 6 count."""
    rest = np.linspace(0.01, 0.1, 10)
    answers = np.stack([1 - 3 * rest, 2 * rest, rest], axis=1)
    labels = np.zeros(10, int)
    labels[0] = labels[-1] = 2
    found = contradictions(answers, labels)
    assert (found.classes, found.total, found.pairs) == (3, 2, 6)
    np.testing.assert_allclose(found.places, [0.5 / 6])
    assert found.share == pytest.approx(2 / 6)


def test_pictures_and_classes_without_an_answer_are_left_out() -> None:
    answers = np.array([[0.8, 0.2, np.nan], [0.1, 0.9, np.nan], [np.nan] * 3])
    assert contradictions(answers, np.array([0, 1, 2])).classes == 2
    assert contradictions(np.full((3, 3), np.nan), np.array([0, 1, 2])).pairs == 0


def _chance(contradicted: int, unlikely: int) -> float:
    """That so many contradictions among the least likely pairs of 2000 pictures of ten classes are a network's own."""
    return label_noise.p_value(Contradictions(10, contradicted, 5400, np.linspace(0, 1, unlikely)))


def test_contradictions_that_crowd_in_likely_pairs_are_the_networks_own() -> None:
    """One label in ten wrong, and as many in the least likely pairs of a network that is often mistaken."""
    assert _chance(contradicted=400, unlikely=60) < 1e-6
    assert _chance(contradicted=1200, unlikely=60) > 0.3


def test_no_more_contradictions_than_any_data_have_are_no_wrong_labels() -> None:
    assert _chance(contradicted=20, unlikely=6) > 0.3
    assert _chance(contradicted=0, unlikely=0) == 1


def test_chance_calls_right_labels_wrong_no_oftener_than_it_says() -> None:
    rng = np.random.default_rng(0)
    draws = rng.binomial(400, CROWDED, 2000)
    assert np.mean([_chance(400, int(count)) <= 0.01 for count in draws]) <= 0.012


def test_a_judge_that_knows_nothing_does_not_call_labels_wrong() -> None:
    """Classes that cannot be told apart: contradictions lie in all pairs alike, and say nothing of the labels."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, 1500)
    blind = contradictions(rng.dirichlet(np.ones(5), 1500), labels)
    assert blind.skill == pytest.approx(0, abs=0.05)
    assert blind.crowding == pytest.approx(LEAST, abs=0.03)
    assert blind.share > 0.5
    assert label_noise.p_value(blind) > 0.01
    wrong = rng.random(1500) < 0.2
    able = np.full((1500, 5), 0.02) + rng.random((1500, 5)) / 100
    able[np.arange(1500), np.where(wrong, rng.integers(0, 5, 1500), labels)] = 0.9
    found = contradictions(able, labels)
    assert found.crowding == CROWDED
    assert label_noise.p_value(found) < 1e-6


def test_wrong_labels_themselves_are_named(object_reader) -> None:
    spoiled, clean = _spoiled(0.1), _spoiled(0.0)
    wrong = np.flatnonzero(spoiled.train.labels != clean.train.labels)
    found = _measured(label_noise, subject_of(object_reader, spoiled))
    assert len(np.intersect1d(found.indices, wrong)) >= 0.7 * len(wrong)
    assert np.isin(found.indices[:15], wrong).mean() >= 0.8


def test_a_mix_up_of_two_classes_is_no_random_noise(object_reader) -> None:
    context = subject_of(object_reader, _spoiled(0.3, (1, 2)))
    mixed = _measured(label_confusion, context)
    assert {mixed.class_index, mixed.other} == {1, 2}
    assert mixed.statistic > 0.15
    random = _measured(label_noise, context)
    assert random.statistic < 0.05
    assert random.p_value is not None
    assert random.p_value > 0.1


def test_labels_that_say_nothing_of_the_pictures_may_be_wrong_or_alike_and_that_is_said(object_reader) -> None:
    rng = np.random.default_rng(7)
    made = splits_of(lambda seed: coloured(300, seed, object_tied=True))
    mixed = Splits(*(replace(part, labels=rng.permutation(part.labels)) for part in made.parts.values()))
    assert label_noise.measure(subject_of(object_reader, mixed)) == label_noise.UNRELATED


def test_a_handful_of_pictures_is_too_few_to_tell(object_reader) -> None:
    few = Splits(*(part.take(np.arange(45)) for part in _spoiled(0.2).parts.values()))
    assert label_noise.measure(subject_of(object_reader, few)) == label_noise.TOO_FEW


def test_classes_that_are_alike_have_no_wrong_labels(object_reader) -> None:
    """Two classes of three whose objects share a colour in half of the pictures: wrong answers, but right labels."""
    made = splits_of(lambda seed: _alike(coloured(300, seed, object_tied=True), seed))
    context = subject_of(object_reader, made)
    found = _measured(label_noise, context)
    assert context.accuracy("validation") < 0.9
    assert found.statistic < 0.02


def _alike(part: Dataset, seed: int) -> Dataset:
    """Some pictures of the last two classes exchanged for pictures between the two, of either."""
    rng = np.random.default_rng(seed)
    one, other = (np.flatnonzero(part.labels == label) for label in (1, 2))
    count = min(len(one), len(other)) // 2
    images = part.images.astype(float)
    share = rng.uniform(0.3, 0.7, count)[:, None, None, None]
    between = images[one[:count]] * share + images[other[:count]] * (1 - share)
    images[one[:count]] = between
    images[other[:count]] = rng.permutation(between)
    return replace(part, images=images.astype(np.uint8))


def test_a_rare_class_that_is_missed_counts_and_one_that_is_known_does_not(honest, object_reader) -> None:
    train = honest.train
    rare = train.take(np.flatnonzero((train.labels != 2) | (np.arange(len(train)) % 15 == 2)))
    known = _measured(imbalance, subject_of(object_reader, replace(honest, train=rare)))
    assert known.statistic == 0
    found = _measured(
        imbalance, subject_of(object_reader, Splits(rare, _faded(honest.validation), _faded(honest.test)))
    )
    assert found.class_index == 2
    assert found.statistic > 0.3


def _faded(part: Dataset) -> Dataset:
    """The third class without its colour, so that it is missed."""
    images = np.where(part.labels[:, None, None, None] == 2, 90, part.images)
    return replace(part, images=images.astype(np.uint8))


def test_an_even_data_set_has_no_rare_class(honest, object_reader) -> None:
    assert _measured(imbalance, subject_of(object_reader, honest)).statistic == 0


def test_copies_among_test_pictures_are_counted(object_reader) -> None:
    rng = np.random.default_rng(0)
    parts = [np.stack([_smooth(rng) for _ in range(count)]) for count in (60, 40, 40)]
    parts[2][:10] = np.roll(parts[0][:10], 1, axis=2)
    names = ("coat", "bag", "boot")
    splits = Splits(*(Dataset(images, np.arange(len(images)) % 3, names) for images in parts))
    found = _measured(duplicates, subject_of(object_reader, splits))
    assert found.statistic == 10 / 40
    assert sorted(found.indices) == list(range(10))
    assert found.p_value is not None
    assert found.p_value < 1e-6
    assert found.harm is not None
    assert found.harm.low < 0.25 < found.harm.high
    without = replace(splits, test=splits.test.take(np.arange(10, 40)))
    assert _measured(duplicates, subject_of(object_reader, without)).statistic == 0


def _smooth(rng: np.random.Generator) -> np.ndarray:
    import cv2

    small = rng.integers(0, 256, (9, 9, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(small, (24, 24), interpolation=cv2.INTER_CUBIC))
