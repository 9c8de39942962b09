"""From what was erased in one image to hunches about many."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InputError
from core.hunches import hunch_info
from core.hunches.changes.rectangle_covered import RectangleCoveredSettings, rectangle
from core.hunches.from_erasure import generalisations

SHAPE = (50, 100)


def block(top: int, bottom: int, left: int, right: int) -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    mask[top:bottom, left:right] = True
    return mask


OBJECT = block(10, 40, 30, 70)
STICKER = block(42, 48, 4, 14)


def test_a_rectangle_is_covered_at_the_same_place():
    region = block(5, 20, 10, 40)
    (only,) = generalisations(region, "inpainted", part="rectangle", object=OBJECT)
    assert only.hunch == "rectangle_covered"
    assert only.exact
    settings = RectangleCoveredSettings.of(**only.settings)
    np.testing.assert_array_equal(rectangle(SHAPE, settings), region)


def test_a_stroke_becomes_the_rectangle_around_it_and_says_so():
    region = block(5, 8, 10, 40) | block(5, 20, 10, 12)
    (only,) = generalisations(region, "blurred", object=OBJECT)
    assert not only.exact
    assert "rectangle around what you painted" in only.sentence
    assert "painted over from its surroundings" in only.sentence
    np.testing.assert_array_equal(rectangle(SHAPE, RectangleCoveredSettings.of(**only.settings)), block(5, 20, 10, 40))


def test_a_rectangle_at_the_very_edge_is_still_one_that_the_hunch_takes():
    (only,) = generalisations(block(49, 50, 99, 100), "grey", part="rectangle")
    settings = RectangleCoveredSettings.of(**only.settings)
    assert rectangle(SHAPE, settings)[49, 99]
    assert settings.x + settings.width <= 1


def test_a_stroke_over_a_sticker_is_about_stickers_first_and_about_its_place_second():
    found = generalisations(block(41, 49, 3, 15), "inpainted", object=OBJECT, stickers=STICKER)
    assert [one.hunch for one in found] == ["labels_removed", "rectangle_covered"]
    half_the_picture = generalisations(block(0, 50, 0, 40), "inpainted", stickers=STICKER)
    assert [one.hunch for one in half_the_picture] == ["rectangle_covered"]


@pytest.mark.parametrize(
    ("becomes", "second"),
    [
        ("blurred", ["background_blurred"]),
        ("grey", ["background_flat"]),
        ("inpainted", ["background_flat"]),
        ("another", []),
    ],
)
def test_the_background_is_about_backgrounds_pointed_at_or_painted(becomes, second):
    for part, region in (("background", ~OBJECT), ("brush", ~OBJECT & ~block(0, 3, 0, 100))):
        found = generalisations(region, becomes, part=part, object=OBJECT, stickers=STICKER)
        assert [one.hunch for one in found] == ["background_swapped", *second]
        assert found[0].exact == (becomes == "another")


def test_the_object_is_about_objects():
    (other,) = generalisations(OBJECT, "another", part="object", object=OBJECT)
    (gone,) = generalisations(OBJECT, "grey", object=OBJECT)
    assert (other.hunch, other.settings["by"]) == ("object_replaced", "another object")
    assert (gone.hunch, gone.settings["by"]) == ("object_replaced", "nothing")
    assert "there it is painted over" in gone.sentence


def test_every_one_of_them_can_be_tested():
    for becomes in ("blurred", "grey", "inpainted", "another"):
        for region in (OBJECT, ~OBJECT, STICKER, block(0, 5, 0, 5)):
            for one in generalisations(region, becomes, object=OBJECT, stickers=STICKER):
                assert hunch_info(one.hunch).Settings.of(**one.settings)


def test_nothing_erased_is_no_hunch_and_unknown_words_are_refused():
    assert generalisations(np.zeros(SHAPE, bool), "grey") == []
    with pytest.raises(InputError, match="Parts are"):
        generalisations(OBJECT, "gone")
