"""Every picture is shown in another light at every step."""

from __future__ import annotations

from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class ToyFixSettings(TrainedFixSettings):
    """How much the light varies."""

    light: float = setting(0.3, "How far the light may change, as a share.", low=0.05, high=0.5, step=0.05)


def apply(recipe: TrainingRecipe, settings: ToyFixSettings) -> TrainingRecipe:
    """Vary the light."""
    training = TrainingSpec.of(recipe.training, brightness=max(recipe.training.brightness, settings.light))
    return recipe.with_training(settings.effort, fresh=settings.weights, training=training)


FIX = FixInfo(
    name="toy_fix",
    title="Light varied",
    plain="Shows every picture in another light while it learns, so that light alone tells nothing.",
    family="training",
    Settings=ToyFixSettings,
    flaws=("toy_flaw",),
    apply=apply,
    effort=lambda settings: settings.effort,
)
