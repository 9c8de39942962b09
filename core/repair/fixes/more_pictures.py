"""Augment the training images with changes that do not affect what they show."""

from __future__ import annotations

from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class MorePicturesSettings(TrainedFixSettings):
    """Which augmentations are used, and how strong they are."""

    flip: bool = setting(True, "Mirror pictures left to right half of the time.")
    rotate: float = setting(10.0, "Rotate pictures by up to this angle.", low=0, high=180, step=1, unit="degrees")
    zoom: float = setting(0.1, "Enlarge or shrink pictures by up to this fraction.", low=0, high=0.5, step=0.01)
    shift: float = setting(0.08, "Shift pictures by up to this fraction of their size.", low=0, high=0.5, step=0.01)
    light: float = setting(0.1, "Change brightness and contrast by up to this fraction.", low=0, high=0.5, step=0.01)
    effort: float = setting(
        2.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )


def augmented_spec(training: TrainingSpec, settings: MorePicturesSettings) -> TrainingSpec:
    """The training specification with these augmentations.

    Args:
        training: the original specification.
        settings: which augmentations are used.
    """
    return TrainingSpec.of(
        training,
        flip=training.flip or settings.flip,
        rotate=max(training.rotate, settings.rotate),
        zoom=max(training.zoom, settings.zoom),
        shift=max(training.shift, settings.shift),
        brightness=max(training.brightness, settings.light),
        contrast=max(training.contrast, settings.light),
    )


def apply(recipe: TrainingRecipe, settings: MorePicturesSettings) -> TrainingRecipe:
    """Augment images at every step."""
    return recipe.with_training(
        settings.effort, fresh=settings.weights, training=augmented_spec(recipe.training, settings)
    )


FIX = FixInfo(
    name="more_pictures",
    title="More pictures",
    plain="Shows every picture mirrored, rotated, shifted and in other light, which works like having more of them.",
    family="training",
    Settings=MorePicturesSettings,
    flaws=("too_few", "over_trained", "imbalance", "cropped", "blurred", "darkened"),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=90,
)
