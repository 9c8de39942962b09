import colorsys

import numpy as np
import pytest

from core.datasets import load
from core.datasets.base import Dataset
from core.datasets.recipe import HUES, chance, compose, has_recipe, recompose, room
from core.errors import DataError


@pytest.fixture(scope="module")
def data():
    return load(train=20, validation=10, test=10, sticker_share=0.5, seed=3).train


def test_attributes_are_the_recipe_and_make_the_same_bytes_again(data):
    again = compose(data.attributes, data.class_names, data.shape[0])
    assert np.array_equal(again.images, data.images)
    assert np.array_equal(again.labels, data.labels)
    assert all(np.array_equal(again.masks[name], data.masks[name]) for name in data.masks)


def test_pictures_do_not_depend_on_their_neighbours(data):
    rows = [7, 3, 90]
    alone = compose(data.attributes.iloc[rows], data.class_names, data.shape[0])
    assert np.array_equal(alone.images, data.images[rows])


def test_the_object_mask_is_what_a_new_tint_changes(data):
    """Recolouring moves pixels inside the object and its soft rim, and none elsewhere."""
    plain = recompose(data, sticker=False)
    turned = recompose(plain, hue=(plain.attributes["hue"] + 120) % 360)
    changed = (plain.images != turned.images).any(-1)
    inside = plain.masks["object"]
    rim = np.stack([_grown(mask) for mask in inside])
    assert (changed & ~rim).sum() < 0.001 * inside.sum()  # straps thinner than half a pixel
    assert (changed & inside).sum() > 0.97 * inside.sum()


def test_the_rest_is_what_a_new_scene_changes(data):
    plain = recompose(data, sticker=False)
    moved = recompose(plain, scene=np.where(plain.attributes["scene"] == "snow", "night", "snow"))
    changed = (plain.images != moved.images).any(-1)
    core = np.stack([_shrunk(mask) for mask in plain.masks["object"]])
    assert (changed & core).sum() < 0.001 * core.sum()  # gaps narrower than half a pixel
    assert (changed & ~plain.masks["object"]).sum() > 0.97 * (~plain.masks["object"]).sum()
    assert all(np.array_equal(plain.masks[name], moved.masks[name]) for name in plain.masks)


def test_the_sticker_mask_is_what_a_sticker_changes(data):
    bare, stuck = recompose(data, sticker=False), recompose(data, sticker=True)
    changed = (bare.images != stuck.images).any(-1)
    assert not (changed & ~stuck.masks["sticker"]).any()
    assert changed.sum() > 0.9 * stuck.masks["sticker"].sum()
    assert not (stuck.masks["object"] & stuck.masks["sticker"]).any()
    assert not bare.masks["sticker"].any()


def test_the_border_mask_is_what_a_border_changes(data):
    bare, framed = recompose(data, sticker=False), recompose(data, sticker=False, border=True)
    changed = (bare.images != framed.images).any(-1)
    assert not (changed & ~framed.masks["border"]).any()
    assert framed.masks["border"][:, [0, -1]].all()
    assert not framed.masks["border"][:, 3:-3, 3:-3].any()
    invisible = recompose(data, sticker=False, border=True, border_opacity=0.0)
    assert np.array_equal(invisible.images, bare.images)


def test_place_and_size_are_where_the_object_is(data):
    plain = recompose(data, sticker=False, angle=0.0)
    side = plain.shape[0]
    for mask, (_, row) in zip(plain.masks["object"], plain.attributes.iterrows(), strict=True):
        down, across = np.nonzero(mask)
        box = np.array([across.min(), down.min(), across.max() + 1, down.max() + 1]) / side
        assert abs((box[0] + box[2]) / 2 - row["x"]) < 0.07
        assert abs((box[1] + box[3]) / 2 - row["y"]) < 0.07
        assert abs(max(box[2] - box[0], box[3] - box[1]) - row["size"]) < 0.12


def test_objects_stay_inside_the_picture(data):
    aside, down = room(data.attributes)
    assert (np.abs(data.attributes["x"] - 0.5) <= aside / 2 + 1e-9).all()
    assert (np.abs(data.attributes["y"] - 0.5) <= down / 2 + 1e-9).all()


def test_the_hue_of_the_pixels_is_the_recorded_hue(data):
    plain = recompose(data, sticker=False)
    for picture, mask, hue in zip(plain.images, plain.masks["object"], plain.attributes["hue"], strict=True):
        red, green, blue = np.median(picture[_shrunk(mask)] if _shrunk(mask).any() else picture[mask], axis=0) / 255
        seen = colorsys.rgb_to_hsv(red, green, blue)[0] * 360
        assert abs((seen - hue + 180) % 360 - 180) < 25


def test_hues_lie_near_their_named_tint(data):
    for tint, hue in zip(data.attributes["tint"], data.attributes["hue"], strict=True):
        assert abs((hue - HUES[tint] + 180) % 360 - 180) <= 7


def test_recompose_keeps_wrong_labels_and_strange_columns(data):
    labels = (data.labels + 1) % len(data.class_names)
    given = Dataset(data.images, labels, data.class_names, data.masks, data.attributes.assign(group="g"))
    made = recompose(given, scene="grass")
    assert np.array_equal(made.labels, labels)
    assert (made.attributes["group"] == "g").all()


def test_only_the_rows_asked_for_are_made_again(data):
    rows = np.arange(len(data)) % 3 == 0
    some, every = recompose(data, rows, scene="brick"), recompose(data, scene="brick")
    assert np.array_equal(some.images[rows], every.images[rows])
    assert np.array_equal(some.images[~rows], data.images[~rows])
    assert (some.attributes["scene"][rows] == "brick").all()
    assert some.attributes[~rows].equals(data.attributes[~rows])
    assert not np.shares_memory(some.images, data.images)


def test_chance_is_even_and_differs_by_purpose():
    draw = np.arange(20_000)
    first, second = chance(draw, 0), chance(draw, 1)
    for values in (first, second):
        assert 0 <= values.min() < values.max() < 1
        assert np.allclose(np.histogram(values, 10, (0, 1))[0], 2000, atol=200)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03


def test_what_was_not_composed_cannot_be_composed_again(data):
    photographs = Dataset(data.images, data.labels, data.class_names)
    assert has_recipe(data)
    assert not has_recipe(photographs)
    with pytest.raises(DataError, match="without a recipe"):
        recompose(photographs, scene="sky")
    with pytest.raises(DataError, match="wallpaper"):
        recompose(data, wallpaper="x")
    with pytest.raises(DataError, match="moon"):
        recompose(data, scene="moon")


def _grown(mask):
    padded = np.pad(mask, 2)
    return np.any([np.roll(padded, (a, b), (0, 1)) for a in range(-2, 3) for b in range(-2, 3)], axis=0)[2:-2, 2:-2]


def _shrunk(mask):
    return ~_grown(~mask)
