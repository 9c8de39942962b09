"""Scores under masks, whatever the number of masks and regions of each picture."""

from __future__ import annotations

import numpy as np
import pytest

from core.attribution.engines.masking import masked_scores
from core.networks.evaluator import ModelEvaluator
from tests.core import nets

SIDE = 6
WEIGHTS = nets.random_weights(SIDE)
PICTURES = nets.small_pictures(3, SIDE)
RNG = np.random.default_rng(5)
REGIONS = np.stack([np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % count for count in (4, 7, 2)]).astype(np.int32)
MASKS = [RNG.random((masks, regions)) for masks, regions in ((5, 4), (1, 7), (9, 2))]
FILLS = RNG.uniform(0, 255, (3, 1, 1, 3)).astype(np.float32)
TARGETS = np.array([[1, 0], [0, 1], [1, -1]], np.float32)


@pytest.mark.parametrize("together", [1, 2, 4, 100])
def test_each_mask_leaves_its_share_of_each_region(together, monkeypatch):
    monkeypatch.setattr("core.networks.evaluator.BATCH_VALUES", together * PICTURES[0].size)
    network = ModelEvaluator.of(nets.linear(WEIGHTS))
    found = masked_scores(network, PICTURES, TARGETS, FILLS, REGIONS, MASKS, "logit")
    for picture, target, fill, regions, masks, scores in zip(
        PICTURES, TARGETS, FILLS, REGIONS, MASKS, found, strict=True
    ):
        left = masks[:, regions][..., None]
        wanted = np.einsum("mhwc,hwck,k->m", fill + left * (picture - fill), WEIGHTS, target)
        np.testing.assert_allclose(scores, wanted, rtol=1e-4, atol=0.05)


def test_no_batch_holds_more_than_the_limit(monkeypatch):
    monkeypatch.setattr("core.networks.evaluator.BATCH_VALUES", 4 * PICTURES[0].size)
    steps: list[int] = []
    network = ModelEvaluator.of(nets.linear(WEIGHTS))
    masked_scores(
        network,
        PICTURES,
        TARGETS,
        FILLS,
        REGIONS,
        MASKS,
        "logit",
        on_step=lambda done, total, note="": steps.append(done),
    )
    sizes = np.diff([0, *steps])
    assert sizes.sum() == 15
    assert sizes.max() <= 4
    assert len(sizes) == 4


def test_probabilities_are_watched_where_asked():
    network = ModelEvaluator.of(nets.linear(WEIGHTS / 1e4))
    whole = [np.ones((1, 4)), np.ones((1, 7)), np.ones((1, 2))]
    found = masked_scores(network, PICTURES, TARGETS, FILLS, REGIONS, whole, "probability")
    wanted = (network.probabilities(PICTURES) * TARGETS).sum(axis=1)
    np.testing.assert_allclose(np.concatenate(found), wanted, atol=1e-5)
