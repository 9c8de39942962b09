from __future__ import annotations

from itertools import pairwise

import pytest

from core.networks.training.schedule import rate_at
from core.networks.training.specs import TrainingSpec


def spec(**values) -> TrainingSpec:
    return TrainingSpec(**{"rate": 0.1, "warm_up": 0.2, "final_rate": 0.0, **values})


@pytest.mark.parametrize("schedule", ["constant", "cosine", "linear", "step", "exponential"])
def test_the_rate_rises_in_a_straight_line_to_its_largest(schedule):
    chosen = spec(schedule=schedule)
    assert rate_at(chosen, 0.05) == pytest.approx(0.025)
    assert rate_at(chosen, 0.1) == pytest.approx(0.05)
    assert rate_at(chosen, 0.2) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("schedule", "halfway", "end"),
    [
        ("constant", 0.1, 0.1),
        ("cosine", 0.055, 0.01),
        ("linear", 0.055, 0.01),
        ("exponential", 0.1 * 0.1**0.5, 0.01),
    ],
)
def test_closed_forms(schedule, halfway, end):
    chosen = spec(schedule=schedule, final_rate=0.1)
    assert rate_at(chosen, 0.6) == pytest.approx(halfway)
    assert rate_at(chosen, 1.0) == pytest.approx(end)


def test_steps_fall_by_ten_at_half_and_three_quarters_and_stop_at_the_floor():
    chosen = spec(schedule="step", final_rate=0.05)
    rates = [rate_at(chosen, 0.2 + 0.8 * share) for share in (0.49, 0.51, 0.74, 0.76)]
    assert rates == pytest.approx([0.1, 0.01, 0.01, 0.005])


@pytest.mark.parametrize("schedule", ["constant", "cosine", "linear", "step", "exponential"])
def test_after_the_warm_up_the_rate_never_rises_and_never_leaves_its_bounds(schedule):
    chosen = spec(schedule=schedule, final_rate=0.05)
    rates = [rate_at(chosen, 0.2 + 0.8 * step / 100) for step in range(101)]
    assert all(after <= before for before, after in pairwise(rates))
    assert max(rates) == pytest.approx(0.1)
    assert min(rates) >= 0.005 - 1e-12


def test_without_a_warm_up_it_starts_at_its_largest():
    assert rate_at(spec(warm_up=0.0), 0.0) == pytest.approx(0.1)
