"""Correct images that reach the network in a different form from its training images, or train it on them.

Swapped channels and another scale or brightness are undone in front of the network, which stays as it is. So is a blur;
to recover what rounding lost, the sharpening is tuned to the network, and BatchNorm statistics are re-estimated on
served images. No layer can restore what a closer crop cuts off, so it is undone as far as possible, and the network is
trained further on images with the same crop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.datasets.base import Dataset
from core.repair.base import FixInfo, Front, TrainingRecipe, change_pictures, replace_images
from core.settings import Settings, setting

if TYPE_CHECKING:
    import keras

    from core.diagnosis.base import Suspect
    from core.repair.engines.serving_faults import Fault

MATCHED = 4000  # pictures at most by which a sharpening is tuned to the network
Named = Literal["find", "red and blue swapped", "another scale", "another light", "blurred", "cropped"]
FAULTS: dict[str, Named] = {
    "channels_swapped": "red and blue swapped",
    "wrong_scale": "another scale",
    "darkened": "another light",
    "blurred": "blurred",
    "cropped": "cropped",
}
"""Flaw -> the faults that it applies to images on their way."""


class PreprocessingCorrectedSettings(Settings):
    """What is wrong with images at serving, and how much."""

    fault: Named = setting(
        "find",
        (
            "What happens to pictures on their way to the network; or find it by comparing them with the training "
            "pictures."
        ),
    )
    amount: float | None = setting(
        None,
        (
            "Amount: the factor of the values or the brightness, the blur radius in pixels, or the fraction of "
            "each side that the crop keeps. Left empty, it is estimated."
        ),
        low=0.001,
        high=1000,
        step=0.001,
    )
    how: Literal["decide", "undo", "learn", "undo and learn"] = setting(
        "decide",
        (
            "Undo it in front of the network, train the network on pictures with the fault, or both. Auto undoes "
            "and trains for a closer crop, and undoes everything else."
        ),
    )
    effort: float = setting(
        2.0,
        "Training time where the network is trained, as a multiple of the original training.",
        low=0.5,
        high=8,
        step=0.5,
        common=False,
    )


def apply(recipe: TrainingRecipe, settings: PreprocessingCorrectedSettings) -> TrainingRecipe:
    """Undo the fault in front of the network, train the network with it, or both; do nothing if no fault is found."""
    from core.repair.engines.batchnorm_statistics import reestimate_as_served
    from core.repair.engines.serving_faults import LOSSY, apply_fault, find_fault, run_layers

    fault: Fault | None = find_fault(recipe, settings.fault, settings.amount)
    if fault is None:
        return recipe
    how = settings.how
    if how == "decide":
        how = "undo and learn" if fault.name == "cropped" else "undo"
    if how == "learn":
        return _trained_recipe(recipe, lambda images: apply_fault(images, fault), settings.effort)
    layers = _layers(recipe, fault)
    if how == "undo and learn":
        recipe = _trained_recipe(recipe, lambda images: run_layers(apply_fault(images, fault), layers), settings.effort)
    elif fault.name in LOSSY:
        recipe = replace(recipe, finish=(*recipe.finish, reestimate_as_served))
    return replace(recipe, front=(*recipe.front, layers))


def _layers(recipe: TrainingRecipe, fault: Fault) -> Front:
    """A factory of the layers that undo the fault, called once per shape. Sharpening is tuned to the origin."""
    from core.repair.engines.serving_faults import apply_fault, correction_layers, sample_images
    from core.repair.engines.sharpening import match_features

    learned = recipe.splits.validation.images if len(recipe.splits.validation) else recipe.splits.train.images

    @cache
    def made(shape: tuple[int, int, int]) -> list[keras.layers.Layer]:
        layers = correction_layers(fault, shape, learned)
        if fault.name == "blurred":
            parts = recipe.splits.train.images, recipe.splits.validation.images
            sharp = sample_images(np.concatenate(parts), MATCHED)
            match_features(
                layers[0], recipe.model, sharp, apply_fault(sharp, fault), seed=recipe.seed, on_step=recipe.on_step
            )
        return layers

    return made


def _trained_recipe(
    recipe: TrainingRecipe, change: Callable[[np.ndarray], np.ndarray], effort: float
) -> TrainingRecipe:
    """Train the network further on changed images."""

    def work(data: Dataset, _: np.random.Generator) -> Dataset:
        return replace_images(data, change(data.images))

    return replace(recipe, splits=change_pictures(recipe, work, "preprocessing_corrected")).with_training(effort)


def _effort(settings: PreprocessingCorrectedSettings) -> float:
    """Zero where it is known that nothing will be trained."""
    learned = "learn" in settings.how or (settings.how == "decide" and settings.fault in ("find", "cropped"))
    return settings.effort if learned else 0.0


def settings_for(suspect: Suspect) -> dict[str, Any]:
    """The fault that the suspect names; "find" if it is none of the known ones.

    Args:
        suspect: an entry of `diagnose`.
    """
    return {"fault": FAULTS[suspect.flaw]} if suspect.flaw in FAULTS else {}


FIX = FixInfo(
    name="preprocessing_corrected",
    title="Serving corrected",
    plain="Undoes what happens to pictures on their way to the network, or trains it on pictures like those served.",
    family="serving",
    Settings=PreprocessingCorrectedSettings,
    flaws=tuple(FAULTS),
    apply=apply,
    settings_for=settings_for,
    effort=_effort,
    source=(
        "BatchNorm statistics: Schneider et al. 2020, arXiv 2006.16971; matched outputs: Hinton et al. 2015, arXiv "
        "1503.02531"
    ),
    order=180,
)
