"""Pictures that arrive otherwise than those it learned from: set right on their way, or learned from as they are.

Swapped colours and another scale or light are undone before the network, which stays as it is. So is a blur; for what
rounding took from it, the sharpening is tuned to the network, and batch norm's averages are taken anew from the
pictures served. What a closer crop cuts off no
layer brings back, so it is undone as far as can be, and the network learns on from pictures that went the same way.
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
"""The flaws that it suits -> what each does to pictures on their way."""


class PreprocessingCorrectedSettings(Settings):
    """What is wrong with pictures at serving, and how much."""

    fault: Named = setting(
        "find", "What happens to pictures on their way; or find it by comparing them with those learned from."
    )
    amount: float | None = setting(
        None,
        "How much: the factor of the numbers or the light, the radius of the blur in pixels, or the share of each side "
        "that is left by the crop. Left open, it is found.",
        low=0.001,
        high=1000,
        step=0.001,
    )
    how: Literal["decide", "undo", "learn", "undo and learn"] = setting(
        "decide",
        "Undo it before the network, or let the network learn on from pictures that are given it, or both. Left to "
        "decide, a closer crop is undone and learned, and all else is undone.",
    )
    effort: float = setting(
        2.0,
        "How long to train where it is learned, in multiples of the original training.",
        low=0.5,
        high=8,
        step=0.5,
        common=False,
    )


def apply(recipe: TrainingRecipe, settings: PreprocessingCorrectedSettings) -> TrainingRecipe:
    """Undo the fault before the network, or teach the network with it, or both; nothing where no fault is found."""
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
    """What makes the layers that undo the fault, once for each shape. A sharpening is tuned to the origin."""
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
    """The network goes on learning from changed pictures."""

    def work(data: Dataset, _: np.random.Generator) -> Dataset:
        return replace_images(data, change(data.images))

    return replace(recipe, splits=change_pictures(recipe, work, "preprocessing_corrected")).taught(effort)


def _effort(settings: PreprocessingCorrectedSettings) -> float:
    """Nothing where it is known that nothing is to be learned."""
    learned = "learn" in settings.how or (settings.how == "decide" and settings.fault in ("find", "cropped"))
    return settings.effort if learned else 0.0


def settings_for(suspect: Suspect) -> dict[str, Any]:
    """The fault that the suspect is; it is looked for where the suspect is none of those that are known here."""
    return {"fault": FAULTS[suspect.flaw]} if suspect.flaw in FAULTS else {}


FIX = FixInfo(
    name="preprocessing_corrected",
    title="Serving corrected",
    plain="Undoes what happens to pictures on their way to the network, or teaches it with pictures like those served.",
    family="serving",
    Settings=PreprocessingCorrectedSettings,
    flaws=tuple(FAULTS),
    apply=apply,
    settings_for=settings_for,
    effort=_effort,
    source="batch norm's averages: Schneider et al. 2020, arXiv 2006.16971; answers matched: Hinton et al. 2015, arXiv "
    "1503.02531",
    order=180,
)
