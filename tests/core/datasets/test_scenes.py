import numpy as np
import pytest

from core.datasets.scenes import SCENES, VARIANTS, bank

HUES = {  # the colour that most people would expect, as the channel that should lead on average
    "sky": 2,
    "grass": 1,
    "sand": 0,
    "brick": 0,
    "wood": 0,
    "water": 2,
    "night": 2,
}


def test_there_are_eight_scenes_or_more():
    assert len(SCENES) >= 8


@pytest.mark.parametrize("side", [32, 48, 96])
@pytest.mark.parametrize("scene", SCENES)
def test_a_bank_is_larger_than_a_picture_and_its_textures_differ(scene, side):
    textures = bank(scene, side)
    assert textures.shape[0] == VARIANTS
    assert textures.shape[1] > side
    assert textures.shape[2] > side
    assert len({texture.tobytes() for texture in textures}) == VARIANTS


@pytest.mark.parametrize(("scene", "channel"), HUES.items())
def test_scenes_have_the_colour_of_their_name(scene, channel):
    assert bank(scene, 48).mean((0, 1, 2)).argmax() == channel


def test_snow_is_bright_and_night_is_dark():
    brightness = {scene: bank(scene, 48).mean() for scene in SCENES}
    assert max(brightness, key=brightness.get) == "snow"
    assert min(brightness, key=brightness.get) == "night"


def test_scenes_can_be_told_apart_by_colour_alone():
    """Nearest mean colour names the right scene for nearly every texture, so a shortcut is easy to take."""
    colours = {scene: bank(scene, 48).mean((1, 2)) for scene in SCENES}
    means = np.stack([colours[scene].mean(0) for scene in SCENES])
    found = [
        np.linalg.norm(means - colour, axis=1).argmin() == index
        for index, scene in enumerate(SCENES)
        for colour in colours[scene]
    ]
    assert np.mean(found) > 0.95


def test_the_same_bank_is_drawn_twice():
    first = bank("sky", 40).copy()
    bank.cache_clear()
    assert np.array_equal(first, bank("sky", 40))
