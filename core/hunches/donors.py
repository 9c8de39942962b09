"""Which picture gives its background, its colour or its place to which.

The change takes it from a picture of another class, the control from another picture of the same class. Where what is
given has nothing to do with the class, the two are alike by construction, whatever damage the giving does; so the
difference is due to what it says about the class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NO_DONORS = "Only classes of two pictures or more count, and there must be another class to swap with."


@dataclass(frozen=True)
class Donors:
    """For each picture the row of a picture of another class, and of another picture of its own.

    Args:
        other, own: int (N,); a picture without one has itself.
        able: bool (N,), whether it has both.
    """

    other: np.ndarray
    own: np.ndarray
    able: np.ndarray


def donors(labels: np.ndarray, rng: np.random.Generator) -> Donors:
    """Random donors, each used as evenly as the classes allow, nobody its own."""
    other, own = np.arange(len(labels)), np.arange(len(labels))
    able = np.ones(len(labels), bool)
    for label in np.unique(labels):
        members, strangers = np.flatnonzero(labels == label), np.flatnonzero(labels != label)
        able[members] = len(members) > 1 and len(strangers) > 0
        shuffled = rng.permutation(members)
        own[shuffled] = np.roll(shuffled, 1)
        if len(strangers):
            other[members] = np.resize(rng.permutation(strangers), len(members))
    return Donors(other, own, able)
