"""What flaws in the network and its training share: they change specs and leave the images as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.errors import InputError
from core.flaws.base import Answer, Planted, follow_with
from core.networks.training.specs import NetworkSpec, TrainingSpec


def with_specs(
    before: Planted, answer: Answer, *, network: dict[str, Any] | None = None, training: dict[str, Any] | None = None
) -> Planted:
    """What was planted before, with these fields of its specs (or of the default specs) replaced.

    Args:
        before: what was planted before.
        answer: the answer key of this flaw.
        network: fields of the network specification.
        training: fields of the training specification.
    """
    planted = follow_with(before, answer)
    if network:
        planted = replace(planted, network_spec=NetworkSpec.of(before.network_spec, **network))
    if training:
        planted = replace(planted, training_spec=TrainingSpec.of(before.training_spec, **training))
    return planted


def check_has_blocks(flawed: NetworkSpec | None, chosen: NetworkSpec) -> None:
    """InputError where a flaw lies in a network's blocks and the chosen network has a backbone in their place.

    Args:
        flawed: the network specification of a planted flaw; None where the flaw lies elsewhere.
        chosen: the specification that it is to be merged with.
    """
    if flawed is not None and chosen.backbone:
        raise InputError(
            "This flaw lies in the blocks of the network",
            f"a network with the backbone {chosen.backbone} in their place",
            "Train without a backbone, or choose another flaw.",
        )


def towards(start: float, end: float, strength: float) -> float:
    """Geometric interpolation: start^(1-strength) · end^strength.

    Args:
        start: value at strength 0, above 0.
        end: value at strength 1, above 0.
        strength: 0..1.
    """
    return start ** (1 - strength) * end**strength
