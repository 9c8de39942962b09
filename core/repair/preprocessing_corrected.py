"""Pictures that arrive otherwise than those it learned from: set right on their way, or learned from as they are.

Swapped colours and another scale or light are undone before the network, which stays as it is. So is a blur; for what
rounding took from it, batch norm's averages are taken anew from the pictures served. What a closer crop cuts off no
layer brings back, so the network learns from pictures that are given the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.datasets.base import Dataset
from core.repair.base import FixInfo, Recipe, repainted, retouched
from core.settings import Settings, setting

if TYPE_CHECKING:
    from core.repair.serving import Fault

Named = Literal["find", "red and blue swapped", "another scale", "another light", "blurred", "cropped"]


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
    how: Literal["decide", "undo", "learn"] = setting(
        "decide",
        "Undo it before the network, or let the network learn from pictures that are given it. Left to decide, it is "
        "undone, unless it is a closer crop.",
    )
    effort: float = setting(
        2.0,
        "How long to train where it is learned, in multiples of the original training.",
        low=0.5,
        high=8,
        step=0.5,
        common=False,
    )


def apply(recipe: Recipe, settings: PreprocessingCorrectedSettings) -> Recipe:
    """Undo the fault before the network, or teach the network with it; nothing where no fault is found."""
    from core.repair.restated import as_served
    from core.repair.serving import LOSSY, found, layers_of

    fault: Fault | None = found(recipe, settings.fault, settings.amount)
    if fault is None:
        return recipe
    if settings.how == "learn" or (settings.how == "decide" and fault.name == "cropped"):
        return _learned(recipe, fault, settings.effort)
    learned = recipe.splits.validation.images if len(recipe.splits.validation) else recipe.splits.train.images
    undone = replace(recipe, front=(*recipe.front, lambda shape: layers_of(fault, shape, learned)))
    return replace(undone, finish=(*undone.finish, as_served)) if fault.name in LOSSY else undone


def _learned(recipe: Recipe, fault: Fault, effort: float) -> Recipe:
    from core.repair.serving import spoiled

    def work(data: Dataset, _: np.random.Generator) -> Dataset:
        return repainted(data, spoiled(data.images, fault))

    return replace(recipe, splits=retouched(recipe, work, "preprocessing_corrected")).taught(effort, fresh=True)


def _effort(settings: PreprocessingCorrectedSettings) -> float:
    """Nothing where it is known that nothing is to be learned."""
    learned = settings.how == "learn" or (settings.how == "decide" and settings.fault in ("find", "cropped"))
    return settings.effort if learned else 0.0


FIX = FixInfo(
    name="preprocessing_corrected",
    title="Serving corrected",
    plain="Undoes what happens to pictures on their way to the network, or teaches it with pictures like those served.",
    family="serving",
    Settings=PreprocessingCorrectedSettings,
    flaws=("channels_swapped", "wrong_scale", "darkened", "blurred", "cropped"),
    apply=apply,
    effort=_effort,
    source="batch norm's averages: Schneider et al. 2020, arXiv 2006.16971",
)
