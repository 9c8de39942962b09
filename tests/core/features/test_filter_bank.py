from __future__ import annotations

import numpy as np
import pytest

from core.features.filter_bank import PATCH, FilterBank, explained_variance, patches_at


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Noise with some smoothness, as pictures have: (60, 32, 32, 3) in 0..1."""
    noise = np.random.default_rng(0).random((60, 32, 32, 3)).astype(np.float32)
    return (noise + np.roll(noise, 1, axis=1) + np.roll(noise, 1, axis=2)) / 3


def sampled(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    pictures = np.sort(rng.integers(0, len(images), 1200))
    rows, columns = rng.integers(0, 32, 1200), rng.integers(0, 32, 1200)
    return patches_at(images, pictures, rows, columns), pictures


def test_filters_have_length_one_and_edge_filters_see_nothing_in_a_plain_wall():
    bank = FilterBank()
    np.testing.assert_allclose((bank.kernels**2).sum(axis=(1, 2, 3)), 1, rtol=1e-5)
    edges = bank.kernels[: 3 * bank.orientations * 2 * len(bank.wavelengths)]
    np.testing.assert_allclose(edges.sum(axis=(1, 2)), 0, atol=1e-4)
    assert bank.answers(np.zeros((2, PATCH, PATCH, 3))).max() == 0


def test_a_grating_is_answered_most_by_the_filter_of_its_own_direction():
    bank = FilterBank(channels=1)
    rows, columns = np.mgrid[:PATCH, :PATCH] - PATCH // 2
    for turn in range(bank.orientations):
        angle = np.pi * turn / bank.orientations
        wave = np.cos(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / 6)
        answer = np.abs((bank.kernels[..., 0] * wave).sum(axis=(1, 2)))
        even = answer[: 3 * bank.orientations * 2].reshape(3, bank.orientations, 2)[1, :, 0]
        assert even.argmax() == turn


def test_patches_are_centred_and_mirrored_at_the_border(images):
    patch = patches_at(images, np.array([3, 4]), np.array([15, 0]), np.array([16, 5]))
    np.testing.assert_allclose(patch[0, PATCH // 2, PATCH // 2], images[3, 15, 16])
    np.testing.assert_allclose(patch[0, 0, 0], images[3, 15 - PATCH // 2, 16 - PATCH // 2])
    np.testing.assert_allclose(patch[1, PATCH // 2 - 1], patch[1, PATCH // 2])


def test_units_made_of_the_bank_are_explained_wholly_noise_not_at_all_and_constants_have_no_answer(images):
    patches, pictures = sampled(images)
    bank = FilterBank()
    features = bank.answers(patches)
    rng = np.random.default_rng(2)
    mixed = features[:, :12] @ rng.normal(size=12)
    values = np.stack([features[:, 5], mixed, rng.normal(size=len(features)), np.full(len(features), 3.0)], axis=1)
    share = explained_variance(features, values, pictures)
    assert (share[:2] > 0.98).all()
    assert share[2] < 0.02
    assert np.isnan(share[3])


def test_a_unit_that_is_half_noise_is_explained_by_half(images):
    patches, pictures = sampled(images)
    features = FilterBank().answers(patches)
    signal = features[:, :12].sum(axis=1)
    noise = np.random.default_rng(3).normal(0, signal.std(), len(signal))
    assert explained_variance(features, (signal + noise)[:, None], pictures)[0] == pytest.approx(0.5, abs=0.12)


def test_knowing_the_picture_alone_explains_nothing():
    """Were a picture on both sides, its own constant could be learned by heart."""
    rng = np.random.default_rng(4)
    pictures = np.repeat(np.arange(100), 8)
    features = np.eye(100)[pictures]
    values = rng.normal(size=100)[pictures][:, None]
    assert explained_variance(features, values, pictures)[0] < 0.05
