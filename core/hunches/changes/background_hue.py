"""The background gets another background's hue."""

from __future__ import annotations

import numpy as np

from core.hunches.base import HunchInfo, Treatment
from core.images.colours import Which, mean_hues, rotate_hue, shows_colour
from core.images.compositing import ObjectSettings, choose_masks, paste_on
from core.images.donors import NO_DONORS, draw_donors
from core.images.image_batch import ImageBatch
from core.settings import setting


class BackgroundHueSettings(ObjectSettings):
    """Dials of the turned background hue."""

    colour: Which = setting(
        "any", "Turn only this colour of the background, and look only at pictures that have it there."
    )


def change(batch: ImageBatch, rng: np.random.Generator, settings: BackgroundHueSettings) -> Treatment:
    """Turned to the hue of another class's background; the control turns it to that of another of the same class.

    Turning every hue by the same angle would accuse any network that uses colour, since it makes colours that the
    network has never seen.
    """
    batch = choose_masks(batch, settings)
    if batch.colourless:
        nobody = np.zeros(len(batch), bool)
        return Treatment(batch.pictures, batch.pictures, nobody, "Grey pictures have no hue to turn.")
    chosen, scenes = draw_donors(batch.labels, rng), batch.backdrops
    has = shows_colour(scenes, ~batch.objects, settings.colour)
    hues = mean_hues(scenes, ~batch.objects)

    def paint(rows: np.ndarray) -> np.ndarray:
        return paste_on(batch, rotate_hue(scenes, hues[rows] - hues, settings.colour))

    why = NO_DONORS if settings.colour == "any" else f"Only pictures with a {settings.colour} background count."
    return Treatment(paint(chosen.other), paint(chosen.own), chosen.able & has, why, ~batch.objects, units=chosen.units)


HUNCH = HunchInfo(
    name="background_hue",
    title="The background's hue, exchanged",
    family="background",
    kind="shortcut",
    Settings=BackgroundHueSettings,
    plain=(
        "Turns the hue of everything but the object, to that of a background of another class: blue becomes green, "
        "say. Light, dark and detail stay. The control turns it to the hue of another background of its own class."
    ),
    says=("{colour} background", "background hue", "{colour} in background"),
    action="Turning the background to another class's hue",
    control="Turning it to the hue of its own class",
    supported="The network reads the background's hue.",
    rejected="The background's hue does not decide.",
    change=change,
    by_class=True,
    order=50,
)
