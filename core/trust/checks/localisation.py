"""Localisation: does the evidence lie on the object more than a uniform map's would?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.attribution.relevance_mass import mask_share, pointing_game, relevance_mass, relevance_rank
from core.errors import DataError
from core.intervals import Estimate, estimate
from core.trust.explainer import CheckInput
from core.trust.settings import TrustSettings

Masks = np.ndarray | Mapping[str, np.ndarray]
OBJECT = "object"


@dataclass(frozen=True, eq=False)
class Localisation:
    """How much of the evidence lies on the object.

    A network that goes by the background has an honest map off the object: a low value is a finding about the network
    and no fault of the map, so it has no say in the badge.

    Args:
        value: relevance mass on the object, 0..1, mean over pictures.
        low: lower end of its interval over pictures.
        high: upper end.
        chance: what a uniform map scores: the object's share of the picture.
        passes: whether the evidence lies on the object more than a uniform map's, beyond doubt.
        multiple: relevance mass as a multiple of the object's share, mean over pictures; 1 for a uniform map.
        rank: the share of the strongest pixels that lie on the object, beside the same chance.
        pointing: how often the strongest pixel lies on the object, beside the same chance.
    """

    value: float
    low: float
    high: float
    chance: float
    passes: bool
    multiple: Estimate
    rank: Estimate
    pointing: Estimate


def localisation(question: CheckInput, masks: Masks, settings: TrustSettings, *, seed: int = 0) -> Localisation | None:
    """Measure the maps against the object's mask.

    Args:
        question: the pictures and maps.
        masks: bool (N, H, W), or a data set's masks by name, of which "object" is taken.
        settings: the intervals.
        seed: of the intervals' draws.

    Returns:
        None where no picture has a mask.

    Raises:
        DataError: when the masks do not fit the pictures.

    Source: Arras et al. 2022, arXiv 2003.07258; Zhang et al. 2016, arXiv 1608.00507.
    """
    mask = object_mask(masks)
    if mask is None or not mask.any():
        return None
    if mask.shape != question.maps.shape:
        raise DataError(f"Masks should have the shape {question.maps.shape}", f"{mask.shape}")
    share = mask_share(mask)
    chance = float(np.nanmean(share))

    def measured(values: np.ndarray, chance: float) -> Estimate:
        confidence, resamples = settings.confidence, settings.resamples
        return estimate(values, chance=chance, confidence=confidence, resamples=resamples, seed=seed)

    masses = relevance_mass(question.maps, mask)
    mass, multiple = measured(masses, chance), measured(masses / share, 1.0)
    return Localisation(
        value=mass.value,
        low=mass.low,
        high=mass.high,
        chance=chance,
        passes=multiple.above(1),
        multiple=multiple,
        rank=measured(relevance_rank(question.maps, mask), chance),
        pointing=measured(pointing_game(question.maps, mask), chance),
    )


def object_mask(masks: Masks) -> np.ndarray | None:
    """The object's mask, bool (N, H, W); None where it is not among the masks."""
    if isinstance(masks, Mapping):
        return np.asarray(masks[OBJECT], bool) if OBJECT in masks else None
    return np.asarray(masks, bool)
