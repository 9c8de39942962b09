"""Which image donates its background, colour or position to which.

The change uses a donor of another class, the control a donor of the same class. If what is donated has nothing to do
with the class, the two are alike by construction, whatever damage the transfer does; so a difference is due to what it
reveals about the class.

Donors are assigned so that a sign-flip test is exact. In a small sample, backgrounds correlate with classes a little by
chance, and a test that uses each donor several times would count that as many agreeing observations. So four images
form a block: i and j of one class, k and l of another. The unit {i, l} receives from k and j: i has k for the change
and j for the control, l has j for the change and k for the control. Exchanging what k and j donate flips the sign of
both differences at once and affects no other unit; likewise the unit {j, k} receives from i and l. Units, not images,
are what the test flips and the bootstrap draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NO_DONORS = "Only classes with at least two pictures count, and there must be another class to swap with."


@dataclass(frozen=True)
class Donors:
    """For each image, the row of an image of another class and of another image of its own class.

    Args:
        other, own: int (N,); an image without donors has itself.
        units: int (N,), equal for the two images that share their donors.
        able: bool (N,), whether it has donors. At most one image per class is left over, plus those that one class has
            in excess of all others together.
    """

    other: np.ndarray
    own: np.ndarray
    units: np.ndarray
    able: np.ndarray


def draw_donors(labels: np.ndarray, rng: np.random.Generator, nearness: np.ndarray | None = None) -> Donors:
    """Random blocks of two images from each of two classes, starting with the classes that have the most images left.

    Args:
        labels: int (N,).
        rng: source of the random choice.
        nearness: (K, K), how often a class shares a block with each other one, relative to the rest of its row; a few
            more images may then be left over. None for the class that has the most images left.
    """
    everyone = np.arange(len(labels))
    other, own, units = everyone.copy(), everyone.copy(), everyone.copy()
    able = np.zeros(len(labels), bool)
    waiting = [list(rng.permutation(np.flatnonzero(labels == label))) for label in np.unique(labels)]
    while len(ready := [members for members in waiting if len(members) > 1]) > 1:
        longest = np.lexsort((rng.random(len(ready)), np.array([-len(members) for members in ready])))
        partner = longest[1] if nearness is None else _near(longest, labels[[each[0] for each in ready]], nearness, rng)
        first, second = ready[longest[0]], ready[partner]
        i, j, k, l = first.pop(), first.pop(), second.pop(), second.pop()  # noqa: E741 - named as in the text above
        other[[i, l, j, k]], own[[i, l, j, k]] = [k, j, l, i], [j, k, i, l]
        units[[l, k]] = i, j
        able[[i, j, k, l]] = True
    return Donors(other, own, units, able)


def _near(order: np.ndarray, classes: np.ndarray, nearness: np.ndarray, rng: np.random.Generator) -> int:
    """Of all places of `order` but its first, one at random, by how near its class is to the first one's."""
    weights = nearness[classes[order[0]], classes[order[1:]]]
    return int(rng.choice(order[1:], p=weights / weights.sum()))


def rows_of_others(labels: np.ndarray, label: int, *, seed: int = 0) -> np.ndarray:
    """The rows of every picture of another class, in a random order that the seed decides: int (M,)."""
    rows = np.flatnonzero(np.asarray(labels) != label)
    return np.random.default_rng(seed).permutation(rows)
