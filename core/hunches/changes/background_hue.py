"""Give the background the hue of another background."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.images.colours import Which, mean_hues, rotate_hue, shows_colour
from core.images.compositing import ObjectSettings, choose_masks, paste_on
from core.images.donors import NO_DONORS, draw_donors
from core.images.image_batch import ImageBatch
from core.settings import setting


class BackgroundHueSettings(ObjectSettings):
    """Settings of the background hue."""

    colour: Which = setting("any", "Change only this background colour, and test only pictures that have it.")


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundHueSettings) -> Treatment:
    """Rotate to the hue of another class's background; the control rotates to that of another background of the same
    class.

    Rotating every hue by the same angle would flag any network that uses colour, because it makes colours that the
    network
    has never seen.
    """
    batch = choose_masks(batch, settings)
    if batch.is_grey:
        nobody = np.zeros(len(batch), bool)
        return Treatment(batch.pictures, batch.pictures, nobody, "Greyscale pictures have no hue to change.")
    chosen, scenes = draw_donors(batch.labels, rng), batch.backdrops
    has = shows_colour(scenes, ~batch.objects, settings.colour)
    hues = mean_hues(scenes, ~batch.objects)

    def paint(rows: np.ndarray) -> np.ndarray:
        return paste_on(batch, rotate_hue(scenes, hues[rows] - hues, settings.colour))

    why = NO_DONORS if settings.colour == "any" else f"Only pictures with a {settings.colour} background are tested."
    return Treatment(paint(chosen.other), paint(chosen.own), chosen.able & has, why, ~batch.objects, units=chosen.units)


HUNCH = HunchInfo(
    name="background_hue",
    title="The background's hue, exchanged",
    family="background",
    kind="shortcut",
    Settings=BackgroundHueSettings,
    plain=(
        "Changes the hue of everything except the object to that of a background of another class: blue "
        "becomes green, for example. Brightness and detail stay. The control uses the hue of another "
        "background of the same class."
    ),
    says=("{colour} background", "background hue", "{colour} in background"),
    action="Giving the background another class's hue",
    control="Giving it the hue of its own class",
    supported="The network uses the background's hue.",
    rejected="The answer does not depend on the background's hue.",
    change=change,
    by_class=True,
    order=50,
)
