"""What several maps of one image say together about where the evidence lies, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.attribution.relevance_mass import mask_share, relevance_mass


def conclude_evidence(maps: Sequence[np.ndarray], mask: np.ndarray | None, answer: str, *, given: bool = True) -> str:
    """Whether the maps agree that the evidence for an answer lies on the object.

    A map counts as on the object if the object holds more of its evidence than its fraction of the image: that is what
    a uniform map would give it.

    Args:
        maps: maps (H, W) of one image, for the same answer.
        mask: bool (H, W), where the object is; None or empty if that is not known.
        answer: the answer that the maps explain, such as "boot".
        given: whether the mask came with the data; otherwise GrabCut found it, and the sentence says so.

    Returns:
        one sentence; empty if there is no map.
    """
    if not maps:
        return ""
    if mask is None or not np.any(mask):
        return f"Where the object is in this picture is not known, so look at the maps for what speaks for {answer}."
    stacked = np.stack([np.asarray(each, np.float64) for each in maps])
    masks = np.broadcast_to(np.asarray(mask, bool), stacked.shape)
    mass, share = relevance_mass(stacked, masks), float(mask_share(masks)[0])
    inside = int((mass > share).sum())
    found = "" if given else ", by the outline that GrabCut found"
    figures = f"{_range(mass)} of the evidence, in {share:.0%} of the picture{found}"
    if inside == len(stacked):
        return f"The evidence for {answer} lies mostly on the object: it holds {figures}."
    if inside == 0:
        return (
            f"The evidence for {answer} lies mostly off the object: the object holds only {figures}. The network may "
            "rely on something else, which a hunch can test."
        )
    return (
        f"The maps disagree on whether the evidence for {answer} lies on the object: by {inside} of {len(stacked)} it "
        "does. A hunch can test it."
    )


def _range(mass: np.ndarray) -> str:
    low, high = f"{mass.min():.0%}", f"{mass.max():.0%}"
    return low if low == high else f"{low} to {high}"
