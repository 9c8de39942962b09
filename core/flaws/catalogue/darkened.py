"""Images arrive too dark."""

from __future__ import annotations

import numpy as np

from core.flaws.base import FlawInfo, Planted
from core.flaws.serving_shared import at_serving, on_pixels
from core.settings import Settings, setting


class DarkenedSettings(Settings):
    """How dark they are."""

    light: float = setting(0.2, "Fraction of the light that is left at full strength.", low=0.02, high=0.95, step=0.01)


def plant(before: Planted, strength: float, seed: int, settings: DarkenedSettings) -> Planted:  # noqa: ARG001
    """Darken every image that the network is tested on: value · light^strength."""
    left = settings.light**strength

    def darken(picture: np.ndarray) -> np.ndarray:
        darker = picture.astype(np.float32) * left
        return darker if picture.dtype == np.float32 else (darker + 0.5).astype(np.uint8)

    return at_serving(
        before, "darkened", f"Pictures reach the network with {left:.0%} of their light.", on_pixels(darken)
    )


INFO = FlawInfo(
    name="darkened",
    title="Dark at serving",
    help="Training pictures were taken in a studio; customers take theirs in the evening, in the hall.",
    text=(
        "It was trained on bright studio photographs. Customers take theirs in the evening, in the hall. The "
        "pictures are dark, and the network has never seen the dark."
    ),
    misleads=(
        "A dark picture need not be the cause: at night people may also photograph other things. Make the dark "
        "pictures brighter and ask again. If the answers come back, you have your proof."
    ),
    place="serving",
    strength="How dark the pictures are, from unchanged (0) to the set light (1), on a logarithmic scale.",
    Settings=DarkenedSettings,
    plant=plant,
    order=180,
)
