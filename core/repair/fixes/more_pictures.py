"""More pictures made of those that are there, by changes that do not change what they show."""

from __future__ import annotations

from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class MorePicturesSettings(TrainedFixSettings):
    """Which changes are made, and how far they go."""

    flip: bool = setting(True, "Show pictures mirrored left to right half of the time.")
    rotate: float = setting(10.0, "Turn pictures by up to so much.", low=0, high=180, step=1, unit="degrees")
    zoom: float = setting(0.1, "Enlarge or shrink pictures by up to this share.", low=0, high=0.5, step=0.01)
    shift: float = setting(0.08, "Move pictures by up to this share of their size.", low=0, high=0.5, step=0.01)
    light: float = setting(0.1, "Change brightness and contrast by up to this share.", low=0, high=0.5, step=0.01)
    effort: float = setting(
        2.0, "How long to train, in multiples of the original training.", low=0.5, high=8, step=0.5, common=False
    )


def augmented_spec(training: TrainingSpec, settings: MorePicturesSettings) -> TrainingSpec:
    """The training with these changes made at every step."""
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
    """Change pictures at random at every step."""
    return recipe.taught(settings.effort, fresh=settings.weights, training=augmented_spec(recipe.training, settings))


FIX = FixInfo(
    name="more_pictures",
    title="More pictures",
    plain="Shows every picture mirrored, turned, moved and in other light, which is as good as having more of them.",
    family="training",
    Settings=MorePicturesSettings,
    flaws=("too_few", "over_trained", "imbalance", "cropped", "blurred", "darkened"),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=90,
)
