"""Learning rate schedules."""

from __future__ import annotations

import math

from core.networks.training.specs import TrainingSpec

STEP_FACTOR = 0.1


def rate_at(spec: TrainingSpec, progress: float) -> float:
    """The learning rate at a fraction of the training.

    A linear rise from 0 to `rate` over the fraction `warm_up`, then with x going from 0 to 1 over the rest, and
    f = `final_rate`, the rate times

        constant: 1
        cosine: f + (1 - f)(1 + cos πx) / 2        (Loshchilov and Hutter 2016, arXiv 1608.03983)
        linear: f + (1 - f)(1 - x)
        exponential: f^x
        step: 1, then 0.1 from x = 1/2 on, then 0.01 from x = 3/4 on, never below f

    Args:
        spec: names the schedule.
        progress: fraction of all steps that are done, 0 to 1.
    """
    if progress < spec.warm_up:
        return spec.rate * progress / spec.warm_up
    left = min(1.0, (progress - spec.warm_up) / (1.0 - spec.warm_up))
    return spec.rate * _factor(spec, left)


def _factor(spec: TrainingSpec, left: float) -> float:
    final = spec.final_rate
    if spec.schedule == "cosine":
        return final + (1 - final) * (1 + math.cos(math.pi * left)) / 2
    if spec.schedule == "linear":
        return final + (1 - final) * (1 - left)
    if spec.schedule == "exponential":
        return max(final, 1e-6) ** left
    if spec.schedule == "step":
        return max(final, STEP_FACTOR ** ((left >= 0.5) + (left >= 0.75)))
    return 1.0
