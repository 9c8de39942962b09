"""A coarse map to look at first, where the fine one takes long on the network at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.attribution.base import Cost, MethodInfo
from core.settings import Settings

QUICK = 0.6
"""Seconds of evaluations within which a fine map needs no coarse one before it: with what is compiled, 0.8 and more."""

BUDGET = 0.35
"""Seconds of evaluations that a coarse map may take, so that with all that comes around them it is there in 0.8."""

FEWEST = 16
"""Evaluations below which a map says next to nothing, however slow the network."""

GRADIENT = 3.0
"""What a gradient costs, in forward passes: the same forward and about twice as much back."""

MOST = 0.5
"""The largest share of the fine map's evaluations for which a coarse map before it is worth the wait."""


@dataclass(frozen=True)
class CoarsePlan:
    """How a coarse map is made. `explain` with its settings makes it: it is that method's map, with less behind it.

    Args:
        settings: the method's, cut down.
        evaluations: of the network, for one picture.
        fine: evaluations of the map that was asked for.
    """

    settings: Settings
    evaluations: int
    fine: int

    @property
    def sentence(self) -> str:
        """How much less it is than the map that was asked for."""
        return f"Coarse: {self.evaluations:,} of {self.fine:,} evaluations of the network."


def plan_coarse(
    info: MethodInfo, settings: Any, shape: tuple[int, int, int], maps: int, seconds: float
) -> CoarsePlan | None:
    """How to draw a coarse map first.

    Args:
        info: the method.
        settings: its settings.
        shape: (H, W, C) of the picture, in pixels.
        maps: how many maps the layer has that the method reads; 1 for methods without a layer.
        seconds: what one forward pass takes, as `ModelEvaluator.seconds_per_image` measures it; above 0.

    Returns:
        the plan; None where the fine map is quick, or the method does not say how to make a coarse one.
    """
    if info.cost is None or info.coarse is None:
        return None
    fine = info.cost(settings, shape, maps)
    if _forwards(fine) * seconds <= QUICK:
        return None
    each = _forwards(fine) / fine.evaluations * seconds
    chosen = info.coarse(settings, shape, max(FEWEST, int(BUDGET / each)))
    evaluations = info.cost(chosen, shape, maps).evaluations
    if evaluations > MOST * fine.evaluations:
        return None
    return CoarsePlan(chosen, evaluations, fine.evaluations)


def _forwards(cost: Cost) -> float:
    """The cost in forward passes."""
    return cost.forwards + GRADIENT * cost.gradients
