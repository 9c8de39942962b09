"""What flaws in the network and its training share: they change specs, and leave the pictures as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.flaws.base import Answer, Planted, follow_with
from core.networks.training.specs import NetworkSpec, TrainingSpec


def with_specs(
    before: Planted, answer: Answer, *, network: dict[str, Any] | None = None, training: dict[str, Any] | None = None
) -> Planted:
    """What was planted before, with these fields of its specs (or of the default ones) set to other values."""
    planted = follow_with(before, answer)
    if network:
        planted = replace(planted, network_spec=NetworkSpec.of(before.network_spec, **network))
    if training:
        planted = replace(planted, training_spec=TrainingSpec.of(before.training_spec, **training))
    return planted


def towards(start: float, end: float, strength: float) -> float:
    """start^(1-strength) · end^strength: equal steps of the dial are equal ratios."""
    return start ** (1 - strength) * end**strength
