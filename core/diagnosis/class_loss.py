"""What a class loses, and what it draws from others, when part of a picture comes from a picture of another class.

Part R of a picture of another class is put into picture i; then part R of another picture of i's own class. What i's
own class loses by the first beyond the second is its loss; what the donor's class gains is its draw. Where R has
nothing to do with the class, both are zero by construction, whatever damage pasting does. A tie of one class only
shows as that class's loss; a class that is drawn to whenever R is there shows as a draw.

Donors are dealt in blocks (`core.images.donors`), so that exchanging the two donors of a unit turns the sign of all its
differences at once. So p-values are exact: each is the share of random sign flips under which the largest statistic of
all places, classes and directions is as large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

FLIPS = 4999
FEWEST = 6  # pictures of a class without which nothing is said of it
TINY = 1e-6  # differences of sums up to which they are equal
SURE = 1.0  # standard errors off the mean of what is taken for sure

LOSS, DRAW = 0, 1


@dataclass(frozen=True, eq=False)
class Exchange:
    """What an exchange did to each picture.

    Args:
        loss: (n,), fall of the picture's own class, from its own class's donor to another's.
        draw: (n,), rise of the other donor's class.
        cost: (n,), right answers lost: 1, 0 or -1.
        caught: (n,), answers of the donor's class gained: 1, 0 or -1.
        labels, towards: int (n,), the picture's class and the donor's.
        units: int (n,), equal for the two pictures that share donors.
        rows, sources: int (n,), rows of the probed pictures.
        damage: right answers that the own class's donor costs, a share; NaN where unknown.
        first_look: whether it was left at some of the pictures, as they showed nothing beyond chance.
    """

    loss: np.ndarray
    draw: np.ndarray
    cost: np.ndarray
    caught: np.ndarray
    labels: np.ndarray
    towards: np.ndarray
    units: np.ndarray
    rows: np.ndarray
    sources: np.ndarray
    classes: int
    damage: float = float("nan")
    first_look: bool = False

    @staticmethod
    def of(
        changed: np.ndarray,
        control: np.ndarray,
        labels: np.ndarray,
        towards: np.ndarray,
        units: np.ndarray,
        rows: np.ndarray,
        sources: np.ndarray,
        damage: float = float("nan"),
    ) -> Exchange:
        """From answers (n, K) to the changed and the control pictures."""
        index = np.arange(len(labels))
        said, before = changed.argmax(axis=1), control.argmax(axis=1)
        return Exchange(
            loss=control[index, labels] - changed[index, labels],
            draw=changed[index, towards] - control[index, towards],
            cost=(before == labels).astype(float) - (said == labels),
            caught=(said == towards).astype(float) - (before == towards),
            labels=labels,
            towards=towards,
            units=units,
            rows=rows,
            sources=sources,
            classes=changed.shape[1],
            damage=damage,
        )

    def mean(self, direction: int) -> np.ndarray:
        """Mean effect by class, (K,); NaN for classes of too few pictures."""
        return self._by_class(*self._of(direction))[0]

    def error(self, direction: int) -> np.ndarray:
        """Its standard error, (K,)."""
        return self._by_class(*self._of(direction))[1]

    def harm(self, direction: int) -> tuple[np.ndarray, np.ndarray]:
        """Answers lost, or caught, by class as shares, and standard errors, (K,) each."""
        values = self.cost if direction == LOSS else self.caught
        return self._by_class(values, self._of(direction)[1])

    def sure(self) -> np.ndarray:
        """The larger of both directions, a standard error below its mean, (K,); 0 where nothing is known."""
        return np.fmax(self.sure_of(LOSS), self.sure_of(DRAW))

    def sure_of(self, direction: int) -> np.ndarray:
        """One direction, a standard error below its mean, (K,); 0 where nothing is known."""
        return np.nan_to_num(self.mean(direction) - SURE * self.error(direction), nan=0.0)

    def effects(self) -> np.ndarray:
        """The larger of both directions' means, (K,); 0 where nothing is known."""
        return np.nan_to_num(np.fmax(self.mean(LOSS), self.mean(DRAW)), nan=0.0)

    def direction(self, label: int) -> int:
        """In which direction the effect on a class is surer."""
        both = [self.mean(way)[label] - SURE * self.error(way)[label] for way in (LOSS, DRAW)]
        return int(np.nanargmax(both)) if np.isfinite(both).any() else LOSS

    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each class and direction: sums by unit (units, 2K), and root sums of squares (2K,)."""
        names, unit = np.unique(self.units, return_inverse=True)
        found = np.zeros((len(names), 2 * self.classes))
        np.add.at(found, (unit, self.labels), self.loss)
        np.add.at(found, (unit, self.classes + self.towards), self.draw)
        counts = np.concatenate([np.bincount(each, minlength=self.classes) for each in (self.labels, self.towards)])
        found[:, counts < FEWEST] = 0.0
        return found, np.sqrt(np.square(found).sum(axis=0))

    def overall(self) -> np.ndarray:
        """Of each unit, what all its pictures lose and draw together, (units,)."""
        _, unit = np.unique(self.units, return_inverse=True)
        return np.bincount(unit, self.loss + self.draw)

    def _of(self, direction: int) -> tuple[np.ndarray, np.ndarray]:
        return (self.loss, self.labels) if direction == LOSS else (self.draw, self.towards)

    def _by_class(self, values: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean, error = np.full(self.classes, np.nan), np.full(self.classes, np.nan)
        for label in range(self.classes):
            mine = values[labels == label]
            if len(mine) >= FEWEST:
                mean[label] = mine.mean()
                error[label] = max(mine.std(ddof=1), 0.02) / np.sqrt(len(mine))
        return mean, error


def p_values(exchanges: Mapping[str, Exchange] | Sequence[Exchange], rng: np.random.Generator) -> list[np.ndarray]:
    """Of each exchange and class (K,): share of sign flips under which any exchange, class and direction is as extreme.

    One-sided: large effects count. The observed signs are one of the flips, so that no p-value is zero.

    Source: Westfall and Young 1993, Resampling-Based Multiple Testing (the single-step maximum).
    """
    made = list(exchanges.values()) if isinstance(exchanges, Mapping) else list(exchanges)
    if not made:
        return []
    everyone = np.unique(np.concatenate([each.units for each in made]))
    signs = rng.choice(np.array([-1.0, 1.0], np.float32), (FLIPS, len(everyone)))
    largest, observed = np.full(FLIPS, -np.inf), []
    for each in made:
        sums, scale = each.sums()
        able = scale > 1e-9
        mine = np.searchsorted(everyone, np.unique(each.units))
        scaled = np.where(able, sums / np.where(able, scale, 1.0), 0.0).astype(np.float32)
        observed.append(np.where(able, scaled.sum(axis=0), -np.inf))
        if able.any():
            largest = np.maximum(largest, (signs[:, mine] @ scaled[:, able]).max(axis=1))
    found = []
    for each, statistic in zip(made, observed, strict=True):
        best = np.maximum(statistic[: each.classes], statistic[each.classes :])
        beyond = (largest[:, None] >= best[None] - TINY).sum(axis=0)
        found.append(np.where(np.isfinite(best), (1 + beyond) / (1 + FLIPS), 1.0))
    return found


def overall_p_value(exchange: Exchange, rng: np.random.Generator) -> float:
    """Share of sign flips under which all classes together lose and draw as much.

    One-sided and one single test, so that nothing is corrected: a small effect on each of many classes, none of which
    shows by itself, shows here. It says that there is an effect, and not on which class.
    """
    values = exchange.overall()
    if not len(values) or not np.abs(values).max() > TINY:
        return 1.0
    signs = rng.choice(np.array([-1.0, 1.0], np.float32), (FLIPS, len(values)))
    beyond = (signs @ values.astype(np.float32) >= values.sum() - TINY).sum()
    return float((1 + beyond) / (1 + FLIPS))
