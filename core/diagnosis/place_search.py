"""Which of many places does most: all of them are tried, or a coarse choice first and then those round the best.

The coarse search makes one change of a picture and no control, for it only has to choose: what the chosen place does is
measured on other pictures, with its control.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from core.diagnosis.class_loss import Exchange

WINDOW, STEP = 1 / 3, 1 / 6  # side and step of the windows, as shares of the picture's side
SMALL, SMALL_STEP = 0.25, 0.125  # of those that are searched in each picture for itself
STRIP, STRIP_STEP = 1 / 8, 1 / 12  # width and step of the strips across the picture
APART = 0.1  # share of a box that another one may cover, and the two still do not overlap


@dataclass(frozen=True, eq=False)
class Search:
    """What a search among boxes found.

    Args:
        index: of the box that does most.
        asked: which boxes were tried, bool (n,).
        effects: of each box and class, (n, K); 0 where it was not tried.
    """

    index: int
    asked: np.ndarray
    effects: np.ndarray


def search_coarsely(boxes: np.ndarray, classes: int, pull: Callable[[int], Exchange]) -> Search:
    """Try boxes that do not overlap, then those of the same shape that overlap the best one.

    Args:
        boxes: top, left, bottom, right in pixels, int (n, 4).
        classes: how many there are.
        pull: what a box does on the pictures of the search.
    """
    asked, strength = np.zeros(len(boxes), bool), np.full(len(boxes), -np.inf)
    effects = np.zeros((len(boxes), classes))

    def ask(indices: np.ndarray) -> None:
        for index in indices:
            found = pull(int(index))
            asked[index], strength[index], effects[index] = True, _strength(found), _effects(found)

    ask(coarse(boxes))
    ask(np.flatnonzero(around(boxes, int(strength.argmax())) & ~asked))
    return Search(int(strength.argmax()), asked, effects)


def search_each(
    boxes: np.ndarray, count: int, fall: Callable[[int, np.ndarray], np.ndarray], *, sparing: bool
) -> np.ndarray:
    """Try boxes in each picture for itself.

    Args:
        boxes: as in `search_coarsely`.
        count: how many pictures there are.
        fall: a box's row and which pictures are wanted, bool (count,) -> what it does to each, (count,); -inf where it
            was not wanted, or cannot be tried.
        sparing: whether boxes that do not overlap are tried first, and then those that overlap a picture's best one.

    Returns:
        what each box does to each picture, (n, count); -inf where it was not tried.
    """
    if not sparing:
        return np.stack([fall(index, np.ones(count, bool)) for index in range(len(boxes))])
    falls = np.full((len(boxes), count), -np.inf)
    for index in coarse(boxes):
        falls[index] = fall(int(index), np.ones(count, bool))
    tried = np.isfinite(falls)
    near = np.stack([around(boxes, int(best)) for best in falls.argmax(axis=0)], axis=1)
    wanted = near & ~tried & tried.any(axis=0)
    for index in np.flatnonzero(wanted.any(axis=1)):
        falls[index] = np.where(wanted[index], fall(int(index), wanted[index]), falls[index])
    return falls


def coarse(boxes: np.ndarray) -> np.ndarray:
    """Of boxes (n, 4), the rows of as many as do not overlap others of their shape, in their order."""
    chosen: list[int] = []
    for row, box in enumerate(boxes):
        if not any(_covers(boxes[other], box) for other in chosen if _alike(boxes[other], box)):
            chosen.append(row)
    return np.array(chosen, int)


def around(boxes: np.ndarray, index: int) -> np.ndarray:
    """Which of the boxes (n, 4) have the shape of one of them and overlap it, bool (n,)."""
    return np.array([_alike(box, boxes[index]) and _covers(box, boxes[index]) for box in boxes])


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    return bool((one[2:] - one[:2] == other[2:] - other[:2]).all())


def _covers(one: np.ndarray, other: np.ndarray) -> bool:
    both = np.maximum(0, np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]))
    return float(both.prod()) > APART * float((one[2:] - one[:2]).prod())


def _strength(exchange: Exchange) -> float:
    """The largest sum of one class, in one direction, or of all together, in units of its spread by chance."""
    sums, counts = _sums(exchange)
    each = sums / np.sqrt(np.maximum(counts, 1))
    return float(max(each.max(initial=0.0), sums.sum() / np.sqrt(max(counts.sum(), 1))))


def _effects(exchange: Exchange) -> np.ndarray:
    """The larger of both directions' means, (K,), however few pictures there are."""
    sums, counts = _sums(exchange)
    found: np.ndarray = (sums / np.maximum(counts, 1)).max(axis=0)
    return found


def _sums(exchange: Exchange) -> tuple[np.ndarray, np.ndarray]:
    """Sums and numbers of pictures of both directions and each class, (2, K)."""
    kinds = ((exchange.labels, exchange.loss), (exchange.towards, exchange.draw))
    sums = np.stack([np.bincount(whose, values, exchange.classes) for whose, values in kinds])
    counts = np.stack([np.bincount(whose, minlength=exchange.classes) for whose, _ in kinds])
    return sums, counts


def quantile_apart(boxes: np.ndarray, values: np.ndarray, box: np.ndarray, share: float) -> float:
    """Quantile `share` of the values (n,) of those boxes (n, 4) that do not touch one of them; 0 of none."""
    top, left, bottom, right = box
    apart = (boxes[:, 2] <= top) | (boxes[:, 0] >= bottom) | (boxes[:, 3] <= left) | (boxes[:, 1] >= right)
    return float(np.quantile(values[apart], share)) if apart.any() else 0.0


def windows(shape: tuple[int, int], side: float, step: float) -> np.ndarray:
    """Windows that cover the picture: top, left, bottom, right in pixels, int (n, 4)."""
    height, width = shape
    tall, wide = max(3, round(side * height)), max(3, round(side * width))
    return np.array(
        [
            (top, left, top + tall, left + wide)
            for top in starts(height, tall, step)
            for left in starts(width, wide, step)
        ]
    )


def strips(shape: tuple[int, int]) -> np.ndarray:
    """Boxes of top, left, bottom, right in pixels, int (n, 4): strips across the picture, then strips down it."""
    height, width = shape
    tall, wide = max(3, round(STRIP * height)), max(3, round(STRIP * width))
    across = [(top, 0, top + tall, width) for top in starts(height, tall, STRIP_STEP)]
    down = [(0, left, height, left + wide) for left in starts(width, wide, STRIP_STEP)]
    return np.array(across + down)


def starts(length: int, window: int, step: float) -> Iterable[int]:
    """Where windows of this length begin that cover a side evenly, `step` of it apart, the first and last included."""
    count = max(1, round((length - window) / max(1, step * length))) + 1
    return np.unique(np.round(np.linspace(0, length - window, count)).astype(int)).tolist()


def window_mask(shape: tuple[int, int], box: np.ndarray) -> np.ndarray:
    """A box of top, left, bottom, right as a mask (H, W)."""
    mask = np.zeros(shape, bool)
    mask[box[0] : box[2], box[1] : box[3]] = True
    return mask
