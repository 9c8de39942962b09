"""Each object on the backgrounds of other pictures, whatever their class."""

from __future__ import annotations

import numpy as np

from core.images.compositing import ObjectSettings
from core.images.image_batch import ImageBatch
from core.images.masks import feather_masks
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.cross_class_donors import donors_of_any_class
from core.repair.engines.foreground import add_variants
from core.settings import setting


class BackgroundRandomisedSettings(ObjectSettings):
    """How many backgrounds each object gets, and how long is trained on them."""

    copies: int = setting(3, "On how many backgrounds each object is set.", low=1, high=8, step=1, unit="backgrounds")
    effort: float = setting(
        2.0, "How long to train, in multiples of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(
        True, "Start from new weights. From the old ones, the shortcut mostly stays.", title="New weights", common=False
    )


def on_backgrounds(batch: ImageBatch, donors: np.ndarray) -> np.ndarray:
    """Each object on the background of another picture, its mask eroded and feathered: float32 (N, H, W, C)."""
    share = feather_masks(batch.objects)[..., None]
    return batch.pictures * share + batch.emptied[donors] * (1 - share)


def apply(recipe: TrainingRecipe, settings: BackgroundRandomisedSettings) -> TrainingRecipe:
    """Set each object on several backgrounds."""
    made = add_variants(
        recipe,
        settings.copies,
        settings.masks,
        lambda batch, rng: on_backgrounds(batch, donors_of_any_class(batch.labels, rng)),
        "background_randomised",
    )
    return made.taught(settings.effort, fresh=settings.weights)


FIX = FixInfo(
    name="background_randomised",
    title="Backgrounds exchanged",
    plain="Cuts each object out and sets it on the backgrounds of other pictures, so that a background tells nothing.",
    family="pictures",
    Settings=BackgroundRandomisedSettings,
    flaws=("background",),
    apply=apply,
    effort=lambda settings: settings.effort,
    challenge=lambda batch, donors, _: on_backgrounds(batch, donors),
    challenged="on another class's background",
    source="Xiao et al. 2020, arXiv 2006.09994",
    order=10,
)
