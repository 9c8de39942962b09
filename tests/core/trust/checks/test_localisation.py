from __future__ import annotations

import numpy as np
import pytest

from core.datasets import Dataset
from core.errors import DataError
from core.trust.checks.localisation import localisation
from core.trust.settings import TrustSettings
from tests.core.trust.conftest import question

SETTINGS = TrustSettings(resamples=200)


def asked(maps: np.ndarray, data: Dataset):
    return question(maps, data.images, np.eye(3, dtype=np.float32)[data.labels])


def test_a_uniform_map_scores_the_objects_share_and_does_not_pass(data: Dataset) -> None:
    found = localisation(asked(np.ones(data.images.shape[:3]), data), data.masks, SETTINGS)
    share = data.masks["object"].mean()
    assert found.chance == pytest.approx(share)
    for part in (found.rank, found.pointing):
        assert (part.value, part.chance) == pytest.approx((share, share))
    assert found.value == pytest.approx(share)
    assert found.multiple.value == pytest.approx(1)
    assert not found.passes


def test_the_object_itself_scores_one(data: Dataset) -> None:
    mask = data.masks["object"]
    found = localisation(asked(mask, data), mask, SETTINGS)
    assert (found.value, found.rank.value, found.pointing.value) == pytest.approx((1, 1, 1))
    assert found.multiple.value == pytest.approx((1 / mask.mean(axis=(1, 2))).mean(), rel=1e-6)
    assert found.passes


def test_everything_but_the_object_scores_nought(data: Dataset) -> None:
    mask = data.masks["object"]
    found = localisation(asked(~mask, data), mask, SETTINGS)
    assert (found.value, found.rank.value, found.pointing.value) == pytest.approx((0, 0, 0))
    assert not found.passes


def test_noise_is_not_on_the_object_beyond_doubt(data: Dataset) -> None:
    maps = np.random.default_rng(0).random(data.images.shape[:3])
    found = localisation(asked(maps, data), data.masks, SETTINGS)
    assert found.multiple.low < 1.05
    assert found.multiple.value == pytest.approx(1, abs=0.05)


def test_pictures_without_an_object_are_left_out(data: Dataset) -> None:
    mask = data.masks["object"].copy()
    mask[:10] = False
    found = localisation(asked(mask, data), mask, SETTINGS)
    assert found.multiple.n == 6
    assert found.value == pytest.approx(1)


def test_no_mask_no_answer(data: Dataset) -> None:
    uniform = asked(np.ones(data.images.shape[:3]), data)
    assert localisation(uniform, {"sticker": data.masks["object"]}, SETTINGS) is None
    assert localisation(uniform, np.zeros(data.images.shape[:3], bool), SETTINGS) is None


def test_masks_of_another_size_are_refused(data: Dataset) -> None:
    with pytest.raises(DataError, match="Masks"):
        localisation(asked(np.ones(data.images.shape[:3]), data), np.ones((16, 8, 8), bool), SETTINGS)
