"""Pictures that arrive otherwise than those it learned from, set right on their way to the network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from core.repair.base import FixInfo, Recipe
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


def apply(recipe: Recipe, settings: PreprocessingCorrectedSettings) -> Recipe:
    """Put what undoes the fault before the network; nothing where none is found. The network itself stays."""
    from core.repair.serving import found, layers_of

    fault: Fault | None = found(recipe, settings.fault, settings.amount)
    if fault is None:
        return recipe
    return replace(recipe, front=(*recipe.front, lambda shape: layers_of(fault, shape)))


FIX = FixInfo(
    name="preprocessing_corrected",
    title="Serving corrected",
    plain="Undoes what happens to pictures on their way to the network, such as swapped colours, without training.",
    family="serving",
    Settings=PreprocessingCorrectedSettings,
    flaws=("channels_swapped", "wrong_scale", "darkened", "blurred", "cropped"),
    apply=apply,
)
