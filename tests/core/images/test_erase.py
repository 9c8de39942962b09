"""Erasing a part of one image."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DataError, InputError
from core.images.erase import erase_region
from core.images.image_batch import ValueScale


def picture(channels: int = 3) -> np.ndarray:
    """Stripes."""
    made = np.zeros((32, 40, channels), np.uint8)
    made[:, ::4] = 200
    return made


def corner() -> np.ndarray:
    mask = np.zeros((32, 40), bool)
    mask[20:30, 4:16] = True
    return mask


@pytest.mark.parametrize("becomes", ["blurred", "grey", "inpainted", "another"])
@pytest.mark.parametrize("channels", [1, 3])
def test_only_the_region_changes_and_shape_and_type_stay(becomes, channels):
    image, region = picture(channels), corner()
    found = erase_region(image, region, becomes, other=255 - image)
    assert found.shape == image.shape
    assert found.dtype == image.dtype
    np.testing.assert_array_equal(found[~region], image[~region])
    assert (found[region] != image[region]).any()


def test_grey_is_the_middle_of_the_scale_whatever_the_scale():
    region = corner()
    assert set(np.unique(erase_region(picture(), region, "grey")[region])) == {128}
    for low, high, middle in ((0.0, 1.0, 0.5), (-1.0, 1.0, 0.0)):
        image = np.where(picture() > 0, high, low).astype(np.float32)
        np.testing.assert_allclose(erase_region(image, region, "grey")[region], middle, atol=1e-6)


def test_blur_takes_the_stripes_and_keeps_their_mean():
    image, region = picture(), corner()
    found = erase_region(image, region, "blurred").astype(float)
    assert found[region].std() < 0.2 * image[region].std()
    assert abs(found[region].mean() - image[region].mean()) < 5


def test_inpainting_takes_only_what_stands_around():
    image = np.full((32, 32, 3), 90, np.uint8)
    region = np.zeros((32, 32), bool)
    region[10:20, 10:20] = True
    image[region] = 250
    np.testing.assert_allclose(erase_region(image, region, "inpainted"), 90, atol=3)


def test_another_images_pixels_stand_at_the_same_place():
    image, region, other = picture(), corner(), np.random.default_rng(0).integers(0, 256, (32, 40, 3), np.uint8)
    np.testing.assert_array_equal(erase_region(image, region, "another", other=other)[region], other[region])


def test_what_does_not_fit_is_refused():
    with pytest.raises(DataError, match="region"):
        erase_region(picture(), corner().T, "grey")
    with pytest.raises(InputError, match="needs that image"):
        erase_region(picture(), corner(), "another")
    with pytest.raises(DataError, match="other image"):
        erase_region(picture(), corner(), "another", other=picture(1))
    with pytest.raises(InputError, match="becomes one of"):
        erase_region(picture(), corner(), "gone")


def test_the_scale_of_the_data_set_decides_where_one_image_cannot_tell():
    dark, region = np.full((32, 40, 3), 0.5, np.float32), corner()
    scale = ValueScale.of(np.array([0, 255], np.float32))
    assert set(np.unique(erase_region(dark, region, "grey", scale=scale)[region])) == {127.5}
