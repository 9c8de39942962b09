"""A network that is asked about no picture twice answers as one that is."""

from __future__ import annotations

import numpy as np

from core.asked_once import AskedOnce


def test_each_picture_is_asked_about_once_and_answered_every_time() -> None:
    asked: list[int] = []

    def mean(images: np.ndarray) -> np.ndarray:
        asked.append(len(images))
        return images.mean(axis=(1, 2))

    images = np.random.default_rng(0).integers(0, 255, (6, 4, 4, 3)).astype(np.uint8)
    network, doubled = AskedOnce(mean), images[[0, 1, 1, 0, 2]]
    np.testing.assert_array_equal(network(doubled), mean(doubled))
    np.testing.assert_array_equal(network(images[::-1].astype(np.float32)), mean(images[::-1]))
    assert asked == [3, 5, 3, 6]
    assert len(network) == 6
