"""Cover a random rectangle of every image at every step."""

from __future__ import annotations

from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class RandomErasingSettings(TrainedFixSettings):
    """How much is covered."""

    area: float = setting(
        0.3, "The largest rectangle, as a fraction of the picture's area.", low=0.02, high=0.5, step=0.02
    )


def apply(recipe: TrainingRecipe, settings: RandomErasingSettings) -> TrainingRecipe:
    """Cover a rectangle of every picture."""
    training = TrainingSpec.of(recipe.training, erase=max(recipe.training.erase, settings.area))
    return recipe.with_training(settings.effort, fresh=settings.weights, training=training)


FIX = FixInfo(
    name="random_erasing",
    title="Random parts covered",
    plain=(
        "Covers a random rectangle of every picture during training, so that no single part can carry the answer alone."
    ),
    family="training",
    Settings=RandomErasingSettings,
    flaws=("too_few", "over_trained"),
    apply=apply,
    effort=lambda settings: settings.effort,
    source="Zhong et al. 2017, arXiv 1708.04896",
    order=60,
)
