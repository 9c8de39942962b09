"""Which picture gives its background, its colour or its place to which.

The change takes it from a picture of another class, the control from another picture of the same class. Where what is
given has nothing to do with the class, the two are alike by construction, whatever damage the giving does; so the
difference is due to what it says about the class.

Donors are dealt so that a sign-flip test is exact. In a few pictures, backgrounds go with classes a little by mere
chance, and a test that uses each donor in several places takes that for many agreeing observations. So four pictures
make a block: i and j of one class, k and l of another. The unit {i, l} takes from k and j: i has k for the change and
j for the control, l has j for the change and k for the control. Exchanging what k and j give turns the sign of both
differences at once, and touches no other unit; the unit {j, k} takes from i and l likewise. Units, not pictures, are
what the test flips and the bootstrap draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NO_DONORS = "Only classes of two pictures or more count, and there must be another class to swap with."


@dataclass(frozen=True)
class Donors:
    """For each picture the row of a picture of another class, and of another picture of its own.

    Args:
        other, own: int (N,); a picture without them has itself.
        units: int (N,), equal for the two pictures that share their donors.
        able: bool (N,), whether it has donors. At most one picture a class is left over, and what one class has more
            than all others together.
    """

    other: np.ndarray
    own: np.ndarray
    units: np.ndarray
    able: np.ndarray


def draw_donors(labels: np.ndarray, rng: np.random.Generator) -> Donors:
    """Random blocks of two pictures each of two classes, those with the most pictures left first."""
    everyone = np.arange(len(labels))
    other, own, units = everyone.copy(), everyone.copy(), everyone.copy()
    able = np.zeros(len(labels), bool)
    waiting = [list(rng.permutation(np.flatnonzero(labels == label))) for label in np.unique(labels)]
    while len(ready := [members for members in waiting if len(members) > 1]) > 1:
        longest = np.lexsort((rng.random(len(ready)), np.array([-len(members) for members in ready])))
        first, second = (ready[index] for index in longest[:2])
        i, j, k, l = first.pop(), first.pop(), second.pop(), second.pop()  # noqa: E741 - named as in the text above
        other[[i, l, j, k]], own[[i, l, j, k]] = [k, j, l, i], [j, k, i, l]
        units[[l, k]] = i, j
        able[[i, j, k, l]] = True
    return Donors(other, own, units, able)
