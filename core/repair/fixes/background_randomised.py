"""Put each object on the backgrounds of other images, whatever their class."""

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
    """How many backgrounds each object gets, and how long to train on them."""

    copies: int = setting(3, "Number of backgrounds for each object.", low=1, high=8, step=1, unit="backgrounds")
    effort: float = setting(
        2.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )
    weights: bool = setting(
        True,
        "Start from new weights. If training continues from the old ones, the shortcut mostly stays.",
        title="New weights",
        common=False,
    )


def on_backgrounds(batch: ImageBatch, donors: np.ndarray) -> np.ndarray:
    """Each object on the background of another image, its mask eroded and feathered.

    Args:
        batch: the images.
        donors: int (N,), rows of the images that donate the background.

    Returns:
        float32 (N, H, W, C) in 0..255.
    """
    share = feather_masks(batch.objects)[..., None]
    return batch.pictures * share + batch.without_objects[donors] * (1 - share)


def apply(recipe: TrainingRecipe, settings: BackgroundRandomisedSettings) -> TrainingRecipe:
    """Put each object on several backgrounds."""
    made = add_variants(
        recipe,
        settings.copies,
        settings.masks,
        lambda batch, rng: on_backgrounds(batch, donors_of_any_class(batch.labels, rng)),
        "background_randomised",
    )
    return made.with_training(settings.effort, fresh=settings.weights)


FIX = FixInfo(
    name="background_randomised",
    title="Backgrounds exchanged",
    plain=(
        "Cuts out each object and puts it on the backgrounds of other pictures, so that the background says "
        "nothing about the class."
    ),
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
