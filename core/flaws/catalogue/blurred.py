"""Pictures arrive blurred."""

from __future__ import annotations

import cv2

from core.flaws.base import FlawInfo, Planted
from core.flaws.serving_shared import at_serving, on_pixels
from core.settings import Settings, setting


class BlurredSettings(Settings):
    """How blurred they are."""

    blur: float = setting(
        0.05,
        "Radius of the blur at full strength (one standard deviation), as a share of the picture's side.",
        low=0.005,
        high=0.2,
        step=0.005,
    )


def plant(before: Planted, strength: float, seed: int, settings: BlurredSettings) -> Planted:  # noqa: ARG001
    """Blur every picture that the network is judged on."""
    radius = strength * settings.blur * min(before.splits.test.shape[:2])
    sentence = f"Pictures reach the network blurred by {radius:.1f} pixels."
    if not radius:
        return at_serving(before, "blurred", sentence, on_pixels(lambda picture: picture))
    return at_serving(before, "blurred", sentence, on_pixels(lambda picture: cv2.GaussianBlur(picture, (0, 0), radius)))


INFO = FlawInfo(
    name="blurred",
    title="Blurred at serving",
    help="Somebody's telephone has a fingerprint on the lens, or thumbnails are enlarged before they are sent.",
    text=(
        "There is a thumb print on the lens, or small pictures are blown up before they are sent. Fine detail is "
        "gone. A network that leans on detail fails, and people hardly see why."
    ),
    misleads=(
        "Heatmaps stay where they were and show nothing odd. Measure how sharp the pictures are, and compare with "
        "those that it learned from. Pictures of plain things are less sharp by nature."
    ),
    place="serving",
    strength="How blurred the pictures are: at half strength, half the radius.",
    Settings=BlurredSettings,
    plant=plant,
    order=170,
)
