"""Where a map's evidence lies, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.attribution.relevance_mass import positive_relevance

EVERYWHERE = "the whole picture"
LEAST = 0.15  # how much more than its share a place must hold to be named
RING = 1 / 8  # width of the border, as a share of the side


@dataclass(frozen=True)
class MapLocation:
    """The place with the most evidence in excess of its area.

    Args:
        words: such as "the lower left corner"; `EVERYWHERE` if no place stands out.
        mass: fraction of the evidence there, 0..1.
        share: its fraction of the image, 0..1.
    """

    words: str
    mass: float
    share: float

    @property
    def stands_out(self) -> bool:
        """Whether one place stands out."""
        return self.words != EVERYWHERE


def locate(map: np.ndarray) -> MapLocation:
    """Name the place of a map's evidence, by the excess of evidence over area.

    Corners, sides, bands and the centre are thirds of the image; the border is a ring of an eighth.

    Args:
        map: (H, W).
    """
    values = positive_relevance(np.asarray(map)[None])[0]
    found = [(float(values[mask].sum()), float(mask.mean()), words) for words, mask in _places(*values.shape).items()]
    mass, share, words = max(found, key=lambda item: item[0] - item[1])
    return MapLocation(words, mass, share) if mass - share >= LEAST else MapLocation(EVERYWHERE, 1.0, 1.0)


@lru_cache(maxsize=16)
def _places(height: int, width: int) -> dict[str, np.ndarray]:
    """Name -> bool (height, width)."""
    down, across = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
    rows = {"upper": down < 1 / 3, "middle": (down >= 1 / 3) & (down < 2 / 3), "lower": down >= 2 / 3}
    columns = {"left": across < 1 / 3, "middle": (across >= 1 / 3) & (across < 2 / 3), "right": across >= 2 / 3}
    inner = [np.abs(side - 0.5) < 0.5 - RING for side in (down, across)]
    central = [np.abs(side - 0.5) < 1 / 4 for side in (down, across)]
    whole = np.ones((height, width), bool)
    return {
        **{
            f"the {row} {column} corner": rows[row][:, None] & columns[column]
            for row in ("upper", "lower")
            for column in ("left", "right")
        },
        "the top": whole & rows["upper"][:, None],
        "the bottom": whole & rows["lower"][:, None],
        "the left side": whole & columns["left"],
        "the right side": whole & columns["right"],
        "a band across the middle": whole & rows["middle"][:, None],
        "a band down the middle": whole & columns["middle"],
        "the very centre": rows["middle"][:, None] & columns["middle"],
        "the centre": central[0][:, None] & central[1],
        "the border all around": ~(inner[0][:, None] & inner[1]),
    }
