"""Images arrive blurred."""

from __future__ import annotations

import cv2

from core.flaws.base import FlawInfo, Planted
from core.flaws.serving_shared import at_serving, on_pixels
from core.settings import Settings, setting


class BlurredSettings(Settings):
    """How strongly they are blurred."""

    blur: float = setting(
        0.05,
        "Blur radius at full strength (one standard deviation), as a fraction of the image side.",
        low=0.005,
        high=0.2,
        step=0.005,
    )


def plant(before: Planted, strength: float, seed: int, settings: BlurredSettings) -> Planted:  # noqa: ARG001
    """Blur every image that the network is tested on."""
    radius = strength * settings.blur * min(before.splits.test.shape[:2])
    sentence = f"Pictures reach the network blurred by {radius:.1f} pixels."
    if not radius:
        return at_serving(before, "blurred", sentence, on_pixels(lambda picture: picture))
    return at_serving(before, "blurred", sentence, on_pixels(lambda picture: cv2.GaussianBlur(picture, (0, 0), radius)))


INFO = FlawInfo(
    name="blurred",
    title="Blurred at serving",
    help="There is a fingerprint on the lens of somebody's phone, or thumbnails are enlarged before they are sent.",
    text=(
        "There is a thumb print on the lens, or small pictures are blown up before they are sent. Fine detail "
        "is gone. A network that relies on detail fails, and people hardly see why."
    ),
    misleads=(
        "Heatmaps stay where they were and show nothing odd. Measure how sharp the pictures are, and compare "
        "with those it was trained on. Pictures of plain things are less sharp by nature."
    ),
    place="serving",
    strength="Blur strength: at half strength, half the radius.",
    Settings=BlurredSettings,
    plant=plant,
    order=170,
)
