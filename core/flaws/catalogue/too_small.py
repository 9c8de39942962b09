"""A network with too few filters and layers for its task."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.flaws.spec_shared import towards, with_specs
from core.networks.training.specs import NetworkSpec
from core.settings import Settings, setting


class TooSmallSettings(Settings):
    """How small the network is."""

    blocks: int = setting(2, "Number of blocks at full strength.", low=1, high=6, step=1)
    filters: int = setting(4, "Filters of every block at full strength.", low=4, high=128, step=4, unit="filters")


def plant(before: Planted, strength: float, seed: int, settings: TooSmallSettings) -> Planted:  # noqa: ARG001
    """Remove blocks, convolutions and filters from the network, and let no block have more than the one before."""
    usual = before.network_spec or NetworkSpec()
    blocks = round(towards(usual.blocks, settings.blocks, strength))
    convolutions = round(towards(usual.convolutions, 1, strength))
    filters = max(4, 4 * round(towards(usual.filters, settings.filters, strength) / 4))
    growth = round(towards(usual.growth, 1.0, strength), 2)
    answer = Answer(
        "too_small", f"The network has {blocks} blocks, the first with {filters} filters: too small to learn this."
    )
    changed = {"blocks": blocks, "convolutions": convolutions, "filters": filters, "growth": growth}
    return with_specs(before, answer, network=changed if strength else None)


INFO = FlawInfo(
    name="too_small",
    title="Network too small",
    help="The network had to fit on a cheap device, and nobody checked what that cost.",
    text=(
        "The network had to fit on a cheap device, so it was made tiny. It cannot hold what it would need to "
        "know. It does badly on the pictures it was trained on as well as on new ones."
    ),
    misleads=(
        "Training too short looks the same: both scores are low. Train it longer first. If nothing moves, try a "
        "larger network."
    ),
    place="specs",
    strength="How small the network is, from usual (0) to the set sizes (1), on a logarithmic scale.",
    Settings=TooSmallSettings,
    plant=plant,
    order=120,
)
