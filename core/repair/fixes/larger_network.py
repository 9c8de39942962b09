"""Give the network enough capacity for its task."""

from __future__ import annotations

from dataclasses import replace

from core.errors import ModelError
from core.networks.training.specs import NetworkSpec
from core.repair.base import FixInfo, TrainingRecipe
from core.settings import Settings, setting


class LargerNetworkSettings(Settings):
    """How much larger, and how long to train."""

    filters: float = setting(
        2.0, "Factor by which the number of filters in each block grows.", low=1, high=8, step=0.5, unit="times"
    )
    blocks: int = setting(0, "How many blocks more.", low=0, high=3, step=1, unit="blocks")
    at_least: int = setting(
        24, "Smallest number of filters in the first block.", low=4, high=128, step=4, unit="filters", common=False
    )
    convolutions: int = setting(3, "Smallest number of convolutions in a block.", low=1, high=4, step=1, common=False)
    growth: float = setting(
        2.0,
        "Each block has at least this many times the filters of the previous one.",
        low=1,
        high=3,
        step=0.25,
        common=False,
    )
    effort: float = setting(
        1.0, "Training time, as a multiple of the original training.", low=0.5, high=8, step=0.5, common=False
    )


def apply(recipe: TrainingRecipe, settings: LargerNetworkSettings) -> TrainingRecipe:
    """Build a larger network and train it from new weights.

    Args:
        recipe: the previous recipe; its network must have a specification.
        settings: how much larger.

    Raises:
        ModelError: for a network without a specification, or with a backbone.
    """
    if recipe.network is None:
        raise ModelError(
            "The network should have a known specification to be made larger",
            "a finished model",
            "Train one under Train.",
        )
    if recipe.network.backbone:
        raise ModelError(
            "A network should be made of blocks to be made larger",
            f"one with the backbone {recipe.network.backbone}",
            "Train one with a larger backbone, or train more of its layers.",
        )
    wanted = max(settings.at_least, round(recipe.network.filters * settings.filters))
    network = NetworkSpec.of(
        recipe.network,
        filters=max(4, min(128, wanted)),
        blocks=min(6, recipe.network.blocks + settings.blocks),
        convolutions=max(recipe.network.convolutions, settings.convolutions),
        growth=max(recipe.network.growth, settings.growth),
    )
    return replace(recipe, network=network).with_training(settings.effort, fresh=True)


FIX = FixInfo(
    name="larger_network",
    title="A larger network",
    plain="Gives the network more filters, for one that is too small to fit even its own training pictures.",
    family="training",
    Settings=LargerNetworkSettings,
    flaws=("too_small",),
    apply=apply,
    effort=lambda settings: settings.effort,
    cost=lambda settings: settings.filters**2,
    order=160,
)
