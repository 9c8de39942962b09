"""Penalise the network for looking where it should not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.images.compositing import ObjectSettings
from core.images.masks import dilate_masks
from core.repair.base import FixInfo, Penalty, TrainingRecipe
from core.repair.engines.foreground import object_masks
from core.repair.engines.region_edits import box_mask, frame_mask
from core.repair.engines.suspect_region import border_settings, box_settings
from core.settings import setting

if TYPE_CHECKING:
    from core.diagnosis.base import Suspect

COST = 3.0  # how many times longer a step takes, since gradients are differentiated once more
SIDE: dict[str, Any] = {"low": 0.0, "high": 1.0, "step": 0.01, "common": False}


class RightReasonsSettings(ObjectSettings):
    """Where it should not look, and the weight of the penalty."""

    weight: float = setting(1.0, "Weight of the penalty, relative to wrong answers.", low=0.0001, high=1000, log=True)
    where: Literal["background", "box", "border"] = setting(
        "background", "Where it should not look: outside the object, in the box below, or at the border."
    )
    left: float = setting(0.0, "Left edge of the box, as a fraction of the width.", **SIDE)
    top: float = setting(0.0, "Upper edge of the box, as a fraction of the height.", **SIDE)
    right: float = setting(0.3, "Right edge of the box, as a fraction of the width.", **SIDE)
    bottom: float = setting(0.3, "Lower edge of the box, as a fraction of the height.", **SIDE)
    width: float = setting(
        0.085, "Width of the border, as a fraction of the shorter side.", low=0.01, high=0.4, step=0.005, common=False
    )
    effort: float = setting(
        1.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(True, "Start from new weights.", title="New weights", common=False)


def apply(recipe: TrainingRecipe, settings: RightReasonsSettings) -> TrainingRecipe:
    """Add the penalty to the loss."""
    masks = forbidden_masks(recipe, settings)
    made = replace(recipe, penalty=Penalty(masks, settings.weight))
    return made.with_training(settings.effort, fresh=settings.weights)


def forbidden_masks(recipe: TrainingRecipe, settings: RightReasonsSettings) -> np.ndarray:
    """Where the network should not look in each training image, bool (N, H, W).

    Args:
        recipe: its training images.
        settings: where it should not look.
    """
    train = recipe.splits.train
    shape = train.images.shape[1:3]
    if settings.where == "background":
        return ~dilate_masks(object_masks(train, settings.masks), 0.02)
    region = (
        frame_mask(shape, settings.width)
        if settings.where == "border"
        else box_mask(shape, settings.left, settings.top, settings.right, settings.bottom)
    )
    return np.broadcast_to(region, train.images.shape[:3])


def settings_for(suspect: Suspect) -> dict[str, Any]:
    """The border or box of the suspect; the background if it has neither.

    Args:
        suspect: an entry of `diagnose`.
    """
    if suspect.flaw == "border":
        return {"where": "border", **border_settings(suspect)}
    return box_settings(suspect) if suspect.flaw == "sticker" else {}


FIX = FixInfo(
    name="right_reasons",
    title="Right for the right reasons",
    plain="Penalises the network, during training, for every pixel outside the object that could change its answer.",
    family="training",
    Settings=RightReasonsSettings,
    flaws=("background", "sticker", "border"),
    apply=apply,
    settings_for=settings_for,
    effort=lambda settings: settings.effort,
    cost=lambda _: COST,
    source="Ross, Hughes and Doshi-Velez 2017, arXiv 1703.03717",
    order=120,
)
