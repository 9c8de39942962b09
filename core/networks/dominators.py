"""What every path through a network passes."""

from __future__ import annotations

from collections.abc import Sequence

from core.networks.steps import Step


def dominators(steps: Sequence[Step], output: int) -> list[Step]:
    """The steps that lie on every path from the pictures to a value, in the order in which they run.

    Args:
        steps: in the order in which they run; slot 0 holds the pictures.
        output: the slot of the value.

    Source: Cooper, Harvey and Kennedy 2001, "A simple, fast dominance algorithm"; one pass is enough without loops.
    """
    above: dict[int, int] = {}
    depth = {0: 0}
    for step in steps:
        reached = [slot for slot in step.inputs if slot in depth]
        if not reached:
            continue
        place = reached[0]
        for slot in reached[1:]:
            place = _common(place, slot, above, depth)
        above[step.output], depth[step.output] = place, depth[place] + 1
    by_slot = {step.output: step for step in steps}
    chain = []
    slot = output
    while slot in above:
        chain.append(by_slot[slot])
        slot = above[slot]
    return chain[::-1]


def _common(first: int, second: int, above: dict[int, int], depth: dict[int, int]) -> int:
    """The last slot that every path to either passes."""
    while first != second:
        if depth[first] >= depth[second]:
            first = above[first]
        else:
            second = above[second]
    return first


def ancestors(steps: Sequence[Step], output: int) -> list[Step]:
    """The steps that a value is made of, itself included, in the order in which they run."""
    wanted = {output}
    found = []
    for step in reversed(steps):
        if step.output in wanted:
            wanted.update(step.inputs)
            found.append(step)
    return found[::-1]
