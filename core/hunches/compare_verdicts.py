"""Does a hunch hold for one network more than for another? Their verdicts on the same pictures, picture by picture."""

from __future__ import annotations

from core.errors import InputError
from core.hunches.base import Verdict
from core.hypothesis_tests import sum_by_unit
from core.intervals import Estimate, estimate


def compare_effects(first: Verdict, second: Verdict, *, confidence: float = 0.95, seed: int = 0) -> Estimate:
    """The effect of a change on the second network minus that on the first, over the pictures that both were tested on.

    A picture's effect is the drop of the true class's probability under the change, less its drop under the control, as
    in `test_hunch`. The changes are the same for both where both were tested with one seed.

    Args:
        first: verdict on one network.
        second: verdict on the other: the same hunch with the same settings, on the same pictures.
        confidence: of the interval, such as 0.95.
        seed: of the bootstrap.

    Raises:
        InputError: where the verdicts are about different hunches, settings or pictures.
    """
    one, other = first.evidence, second.evidence
    same = first.hunch == second.hunch and dict(first.settings) == dict(second.settings)
    if not same or len(one.indices) != len(other.indices) or (one.indices != other.indices).any():
        raise InputError(
            "Two verdicts can be compared where both tested the same change on the same pictures",
            f"{first.title} on {len(one.indices)} pictures and {second.title} on {len(other.indices)}",
            "Test both with the same settings and the same seed.",
        )
    effects = [evidence.falls - evidence.control_falls for evidence in (one, other)]
    return estimate(sum_by_unit(effects[1] - effects[0], one.units), confidence=confidence, seed=seed)
