"""Traces of JPEG: which pictures show them, and that only a network that goes by them is pulled."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.datasets.base import Dataset
from core.diagnosis.base import Finding
from core.diagnosis.detectors import shortcut
from core.diagnosis.exchanges import Exchanges
from core.diagnosis.jpeg_artefacts import QUALITIES, coded, excess, marked_class, quality_of
from core.hunches.changes.jpeg import compress
from tests.core.diagnosis.conftest import splits_of, subject_of

SIDE = 48


def rough(n: int, seed: int) -> np.ndarray:
    """Grey noise, float32 (n, 48, 48, 3)."""
    return np.clip(np.random.default_rng(seed).normal(128, 25, (n, SIDE, SIDE, 3)), 0, 255).astype(np.float32)


def noisy(seed: int, quality: int | None) -> Dataset:
    """Three classes of noise; pictures of the first are JPEG of some quality."""
    labels = np.repeat(np.arange(3), 30)
    images = rough(90, seed)
    if quality is not None:
        images[labels == 0] = compress(images[labels == 0], quality)
    return Dataset((images + 0.5).astype(np.uint8), labels, ("one", "two", "three"))


@pytest.fixture(scope="module")
def roughness_reader() -> keras.Model:
    """Takes pictures whose neighbouring pixels differ little for the first class: JPEG smooths noise."""
    inputs = keras.Input((SIDE, SIDE, 3))
    difference = keras.layers.Conv2D(2, (1, 2), activation="relu", use_bias=False)
    scores = keras.layers.Dense(3, activation="softmax")
    model = keras.Model(inputs, scores(keras.layers.GlobalAveragePooling2D()(difference(inputs))))
    kernel = np.zeros((1, 2, 3, 2), np.float32)
    kernel[0, :, 0] = [[1, -1], [-1, 1]]
    difference.set_weights([kernel])
    weights = np.zeros((2, 3), np.float32)
    weights[:, 0] = -0.5
    usual = 25 * 2 / np.sqrt(np.pi)  # mean absolute difference of two pixels
    scores.set_weights([weights, np.array([0.5 * usual * 0.8, 0, 0], np.float32)])
    return model


def test_blocks_are_seen_where_they_begin_and_nowhere_else() -> None:
    pictures = rough(20, 0)
    written = compress(pictures, 12)
    assert not coded(pictures).any()
    assert coded(written).all()
    assert not coded(np.roll(written, (4, 4), axis=(1, 2))).any()


def test_grey_small_and_no_pictures_are_borne() -> None:
    pictures = rough(6, 0)
    assert coded(compress(pictures[..., :1], 12)).all()
    assert not coded(compress(pictures[:, :15, :15], 12)).any()
    assert coded(compress(pictures[:, :21, :37], 12)).all()
    assert excess(pictures[:0]).shape == (0,)


@pytest.mark.parametrize("quality", QUALITIES[:3])
def test_the_quality_is_recovered(quality: int) -> None:
    pictures = rough(30, 1)
    marked = np.arange(30) < 10
    pictures[marked] = compress(pictures[marked], quality)
    assert quality_of(pictures, marked) == quality


def test_only_a_class_that_is_marked_much_oftener_counts() -> None:
    labels = np.repeat([0, 2], 20)
    alike = np.arange(40) % 2 == 0
    assert marked_class(alike, labels) is None
    assert marked_class(alike | (labels == 2), labels) == 2
    assert marked_class(np.zeros(0, bool), labels[:0]) is None


def test_a_network_that_goes_by_the_traces_is_drawn_to_their_class(roughness_reader) -> None:
    finding = shortcut.measure(subject_of(roughness_reader, splits_of(lambda seed: noisy(seed, 12))))
    assert isinstance(finding, Finding)
    assert finding.statistic > 0.3
    assert finding.class_index == 0
    assert "JPEG" in finding.evidence
    assert finding.mask is not None
    assert finding.mask.all()


def test_without_traces_nothing_is_tried(roughness_reader) -> None:
    assert Exchanges(subject_of(roughness_reader, splits_of(lambda seed: noisy(seed, None)))).jpeg is None


def test_a_network_that_does_not_see_the_traces_is_not_drawn() -> None:
    inputs = keras.Input((SIDE, SIDE, 3))
    blind = keras.Model(
        inputs, keras.layers.Dense(3, activation="softmax")(keras.layers.GlobalAveragePooling2D()(inputs))
    )
    blind.layers[-1].set_weights([np.eye(3, dtype=np.float32) * 0.02, np.zeros(3, np.float32)])
    found = Exchanges(subject_of(blind, splits_of(lambda seed: noisy(seed, 12)))).jpeg
    assert found is not None
    np.testing.assert_allclose(found.effects(), 0, atol=0.05)
