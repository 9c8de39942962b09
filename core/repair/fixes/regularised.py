"""Regularise the training."""

from __future__ import annotations

from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.repair.engines.training_settings import TrainedFixSettings
from core.settings import setting


class RegularisedSettings(TrainedFixSettings):
    """Strength of the regularisation."""

    dropout: float = setting(
        0.3, "Dropout rate of the classifier's inputs during training.", low=0, high=0.9, step=0.05
    )
    decay: float = setting(
        0.01,
        "Weight decay: fraction of each weight removed at every step, times the learning rate.",
        low=0,
        high=0.5,
        step=0.001,
    )
    label_smoothing: float = setting(
        0.05,
        "Label smoothing: probability taken from the true class and spread over all classes.",
        low=0,
        high=0.5,
        step=0.01,
    )


def apply(recipe: TrainingRecipe, settings: RegularisedSettings) -> TrainingRecipe:
    """Add dropout, weight decay and label smoothing. Dropout needs a network with a known specification."""
    from dataclasses import replace

    training = TrainingSpec.of(
        recipe.training,
        decay=max(recipe.training.decay, settings.decay),
        label_smoothing=max(recipe.training.label_smoothing, settings.label_smoothing),
    )
    if recipe.network is not None and settings.weights:
        dropout = max(recipe.network.dropout, settings.dropout)
        recipe = replace(recipe, network=NetworkSpec.of(recipe.network, dropout=dropout))
    return recipe.with_training(settings.effort, fresh=settings.weights, training=training)


FIX = FixInfo(
    name="regularised",
    title="Regularised",
    plain="Regularises the network with dropout, weight decay and softer labels, so that it memorises less.",
    family="training",
    Settings=RegularisedSettings,
    flaws=("over_trained", "too_few", "label_noise"),
    apply=apply,
    effort=lambda settings: settings.effort,
    order=130,
)
