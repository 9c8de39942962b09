"""What is taken from a table, what is left out, and what is measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError
from core.insight.attributes import collect_attributes
from core.insight.image_measures import measure_images

from .conftest import SIDE, squares


def _with(**columns):
    return replace(squares(30), attributes=pd.DataFrame(columns))


def test_kinds_numbers_and_flags():
    found = collect_attributes(
        _with(shop=["a", "b", "a"] * 10, price=np.arange(30.0), sale=[True, False, False] * 10)
    ).columns
    assert found["shop"].levels == ("a", "b")
    assert found["price"].numeric
    assert found["sale"].levels == ("no", "yes")


def test_what_does_not_vary_or_names_each_picture_is_left_out_and_said():
    found = collect_attributes(_with(same=["a"] * 30, name=[f"n{i}" for i in range(30)], shop=["a", "b"] * 15))
    assert set(found.columns) == {"shop"}
    assert any("same" in note for note in found.notes)
    assert any("name" in note for note in found.notes)


def test_pictures_that_lack_something_or_have_something_rare_are_left_out():
    price = np.arange(30.0)
    price[0] = np.nan
    found = collect_attributes(_with(price=price, shop=["c", "c", *["a", "b"] * 14]))
    assert found.rows.tolist() == list(range(2, 30))
    assert found.columns["shop"].levels == ("a", "b")


def test_the_class_under_another_name_is_no_attribute():
    data = squares(30)
    same = np.array(data.class_names, object)[data.labels]
    found = collect_attributes(
        replace(data, attributes=pd.DataFrame({"object": same, "group": same, "shop": ["a", "b"] * 15}))
    )
    assert set(found.columns) == {"shop"}


def test_no_pictures_at_all():
    with pytest.raises(DataError):
        collect_attributes(squares(30).take(slice(0, 0)))


def test_measures_of_a_known_picture():
    images = np.full((2, SIDE, SIDE, 3), 51, np.uint8)
    images[1, 4:8, 8:12] = (255, 0, 0)
    mask = np.zeros((2, SIDE, SIDE), bool)
    mask[:, 4:8, 8:12] = True
    data = replace(squares(2), images=images, masks={"object": mask}, attributes=None)
    plain, red = measure_images(data).to_dict("records")
    assert plain["brightness"] == pytest.approx(0.2)
    assert plain["contrast"] == pytest.approx(0, abs=1e-6)
    assert plain["sharpness"] == pytest.approx(0, abs=1e-6)
    assert plain["edges"] == 0
    assert (plain["x"], plain["y"], plain["size"]) == pytest.approx((10 / 16, 6 / 16, 1 / 16))
    assert (plain["object colour"], red["object colour"], red["background colour"]) == ("grey", "red", "grey")
    assert red["sharpness"] > 1
    assert measure_images(replace(data, images=np.where(mask[..., None], 255, 51).astype(np.uint8)))["edges"][0] > 0
