"""Where a map's evidence lies relative to a mask: relevance mass, relevance rank, the pointing game.

Only evidence for the class counts: negative values are treated as zero. A constant map scores exactly the mask's
fraction of the image on all three, which is therefore the reference for each.
"""

from __future__ import annotations

import numpy as np

from core.errors import DataError


def positive_relevance(maps: np.ndarray) -> np.ndarray:
    """Each map's positive values as fractions of their sum, float64 (N, H, W); a map without any is spread evenly."""
    positive: np.ndarray = np.maximum(np.asarray(maps, np.float64), 0)
    total = positive.sum(axis=(1, 2), keepdims=True)
    even = 1 / positive[0].size if len(positive) else 0.0
    return np.where(total > 0, positive / np.where(total > 0, total, 1), even)


def mask_share(masks: np.ndarray) -> np.ndarray:
    """The mask's fraction of each image, (N,); NaN if the mask is empty."""
    share = np.asarray(masks, bool).mean(axis=(1, 2))
    return np.where(share > 0, share, np.nan)


def relevance_mass(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    r"""The fraction of the evidence inside the mask, $\sum_{i \in M} R_i^+ / \sum_i R_i^+$, for each image.

    Args:
        maps: (N, H, W).
        masks: bool (N, H, W).

    Returns:
        (N,) in 0..1; NaN if the mask is empty.

    Source: Arras et al. 2022, arXiv 2003.07258.
    """
    masks = _fitting(maps, masks)
    return np.where(masks.any(axis=(1, 2)), (positive_relevance(maps) * masks).sum(axis=(1, 2)), np.nan)


def relevance_rank(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The fraction of the K strongest pixels that lie in a mask of K pixels, for each image.

    Pixels tied for the last places count by their fraction of these places.

    Args:
        maps: (N, H, W).
        masks: bool (N, H, W).

    Returns:
        (N,) in 0..1; NaN if the mask is empty.

    Source: Arras et al. 2022, arXiv 2003.07258.
    """
    masks = _fitting(maps, masks)
    pairs = zip(positive_relevance(maps), masks, strict=True)
    return np.array([_rank(values.ravel(), mask.ravel()) for values, mask in pairs])


def pointing_game(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Whether each map's strongest pixel lies in the mask: 1 or 0, or the fraction of tied pixels that do.

    Args:
        maps: (N, H, W).
        masks: bool (N, H, W).

    Returns:
        (N,) in 0..1; NaN if the mask is empty.

    Source: Zhang et al. 2016, arXiv 1608.00507.
    """
    masks = _fitting(maps, masks)
    values = positive_relevance(maps)
    strongest = values == values.max(axis=(1, 2), keepdims=True)
    hits = (strongest & masks).sum(axis=(1, 2)) / strongest.sum(axis=(1, 2))
    return np.where(masks.any(axis=(1, 2)), hits, np.nan)


def _rank(values: np.ndarray, mask: np.ndarray) -> float:
    size = int(mask.sum())
    if size == 0:
        return np.nan
    last = np.partition(values, -size)[-size]
    above, tied = values > last, values == last
    places = size - above.sum()
    return float((mask[above].sum() + places * mask[tied].mean()) / size)


def _fitting(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    masks = np.asarray(masks, bool)
    if masks.shape != np.shape(maps):
        raise DataError(
            "Masks should have the shape of the maps", f"{masks.shape}, with maps of shape {np.shape(maps)}"
        )
    return masks


def mass_in_words(map: np.ndarray, mask: np.ndarray, *, given: bool = True) -> str:
    """How much of a map's evidence lies on the object, as a sentence; empty where the mask is empty.

    Args:
        map: (H, W).
        mask: bool (H, W), where the object is.
        given: whether the mask came with the data; otherwise GrabCut found it, and the sentence says so.
    """
    if not np.any(mask):
        return ""
    if not np.any(np.asarray(map) > 0):
        return "No pixel speaks for it."
    mass, share = relevance_mass(map[None], mask[None])[0], mask_share(mask[None])[0]
    said = f"{mass:.0%} of the evidence lies on the object, which fills {share:.0%} of the picture"
    return f"{said}." if given else f"{said}, by the outline that GrabCut found."
