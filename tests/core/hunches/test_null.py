"""How often a verdict cries wolf: networks that use everything, data in which nothing is tied to the class."""

import numpy as np
import pytest

from core import hunches as library
from core.datasets.base import Dataset
from tests.core.hunches.conftest import linear_network

SIDE, COUNT, RUNS = 12, 48, 240


def _untied(rng) -> Dataset:
    """Object and ground with colours that have nothing to do with the label."""
    labels = np.arange(COUNT) % 2
    mask = np.zeros((COUNT, SIDE, SIDE), bool)
    mask[:, 4:8, 4:8] = True
    thing, ground = rng.uniform(40, 220, (2, COUNT, 1, 1, 3))
    images = np.where(mask[..., None], thing, ground) + rng.normal(0, 10, (COUNT, SIDE, SIDE, 3))
    return Dataset(np.clip(images, 0, 255).astype(np.uint8), labels, ("a", "b"), {"object": mask})


@pytest.mark.parametrize("hunch", ["background_swapped", "object_recoloured"])
def test_false_alarms_are_at_the_nominal_rate_and_none_where_size_is_asked_for(hunch):
    weights = np.random.default_rng(0).normal(0, 0.004, (SIDE, SIDE, 3, 2)).astype(np.float32)
    model = linear_network(weights)
    p_values, alarms, strict = [], 0, 0
    for run in range(RUNS):
        data = _untied(np.random.default_rng([run, 5]))
        verdict = library.test_hunch(
            model, data, hunch, seed=run, threshold=0.0, class_threshold=0.0, within_classes=False, resamples=299
        )
        p_values.append(verdict.p_value)
        alarms += verdict.conclusion == "supported"
        verdict = library.test_hunch(model, data, hunch, seed=run, resamples=299)
        strict += verdict.conclusion == "supported"
    # A two-sided test at 5% that must also point the right way: 2.5% of 240 are 6, with a standard error of 2.4.
    assert alarms <= 6 + 3 * 2.4
    assert strict <= 2
    assert np.mean(np.array(p_values) < 0.5) > 0.2  # the test is not merely blind
