from __future__ import annotations

import numpy as np
import pytest

from core.attribution.relevance_mass import (
    mask_share,
    pointing_game,
    positive_relevance,
    relevance_mass,
    relevance_rank,
)
from core.errors import DataError

MEASURES = (relevance_mass, relevance_rank, pointing_game)


@pytest.fixture(scope="module")
def masks() -> np.ndarray:
    """Regions of many sizes, bool (20, 8, 8)."""
    rng = np.random.default_rng(0)
    return rng.random((20, 8, 8)) < np.linspace(0.05, 0.95, 20)[:, None, None]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_uniform_map_scores_exactly_the_masks_share(measure, masks: np.ndarray) -> None:
    np.testing.assert_allclose(measure(np.full(masks.shape, 3.0), masks), mask_share(masks), rtol=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
def test_an_empty_map_counts_as_uniform(measure, masks: np.ndarray) -> None:
    np.testing.assert_allclose(measure(np.zeros(masks.shape), masks), mask_share(masks), rtol=1e-12)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_mask_itself_scores_one_and_its_opposite_nought(measure, masks: np.ndarray) -> None:
    np.testing.assert_allclose(measure(masks.astype(float), masks), 1)
    half = np.zeros((1, 4, 4), bool)
    half[:, :2] = True
    assert measure((~half).astype(float), half)[0] == 0


@pytest.mark.parametrize("measure", MEASURES)
def test_an_empty_mask_says_nothing(measure) -> None:
    assert np.isnan(measure(np.ones((1, 4, 4)), np.zeros((1, 4, 4), bool))[0])


def test_by_hand() -> None:
    values = np.array([[[4.0, 3.0], [2.0, -5.0]]])
    mask = np.array([[[True, False], [True, True]]])
    assert relevance_mass(values, mask)[0] == pytest.approx(6 / 9)
    assert relevance_rank(values, mask)[0] == pytest.approx(2 / 3)
    assert pointing_game(values, mask)[0] == 1


def test_ties_for_the_last_places_count_by_their_share() -> None:
    values = np.array([[[2.0, 1.0, 1.0, 0.0]]])
    mask = np.array([[[True, True, False, False]]])
    assert relevance_rank(values, mask)[0] == pytest.approx((1 + 0.5) / 2)
    tied = np.array([[[2.0, 2.0, 2.0, 0.0]]])
    assert pointing_game(tied, mask)[0] == pytest.approx(2 / 3)


def test_evidence_against_the_class_does_not_count() -> None:
    values = np.array([[[1.0, -9.0], [3.0, -1.0]]])
    np.testing.assert_allclose(positive_relevance(values), [[[0.25, 0.0], [0.75, 0.0]]])


def test_scale_does_not_matter(masks: np.ndarray) -> None:
    maps = np.random.default_rng(1).normal(0, 1, masks.shape)
    for measure in MEASURES:
        np.testing.assert_allclose(measure(maps, masks), measure(maps * 1e-20, masks), rtol=1e-9)


def test_masks_of_another_shape_are_refused() -> None:
    with pytest.raises(DataError, match="shape of the maps"):
        relevance_mass(np.ones((2, 4, 4)), np.ones((2, 5, 5), bool))
