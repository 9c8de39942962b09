"""Train with a lower learning rate."""

from __future__ import annotations

from core.networks.training.specs import TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class LowerRateSettings(TrainedFixSettings):
    """How much lower, and how large gradients are handled."""

    divided_by: float = setting(10.0, "The learning rate is divided by this.", low=1.5, high=1000, step=0.5, log=True)
    highest: float = setting(
        0.01, "The learning rate is at most this.", low=0.0001, high=0.1, step=0.0001, log=True, common=False
    )
    clip: float = setting(
        1.0, "Gradients longer than this are clipped; 0 for no limit.", low=0, high=100, step=0.1, common=False
    )


def apply(recipe: TrainingRecipe, settings: LowerRateSettings) -> TrainingRecipe:
    """Train again with a lower learning rate, warm-up, decay and gradient clipping."""
    rate = max(1e-5, min(recipe.training.rate / settings.divided_by, settings.highest))
    training = TrainingSpec.of(
        recipe.training,
        rate=rate,
        clip=settings.clip,
        warm_up=max(recipe.training.warm_up, 0.1),
        schedule="cosine" if recipe.training.schedule == "constant" else recipe.training.schedule,
    )
    return recipe.with_training(settings.effort, fresh=settings.weights, training=training)


FIX = FixInfo(
    name="lower_rate",
    title="A lower learning rate",
    plain="Takes smaller steps, for a training that was unstable, or that killed units it could not recover.",
    family="training",
    Settings=LowerRateSettings,
    flaws=("dead_units",),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=170,
)
