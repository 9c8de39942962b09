import cv2
import numpy as np
import pytest

from core.errors import DataError
from core.flaws import info, names, plant

SERVING = [name for name in names() if info(name).place == "serving"]


def test_there_are_five():
    assert set(SERVING) == {"channels_swapped", "wrong_scale", "blurred", "darkened", "cropped"}


@pytest.mark.parametrize("flaw", SERVING)
def test_training_is_sound_and_only_what_is_judged_changes(splits, flaw):
    planted = plant(splits, flaw)
    assert planted.splits.train is splits.train
    assert planted.splits.validation is splits.validation
    assert not np.array_equal(planted.splits.test.images, splits.test.images)
    assert np.array_equal(planted.judge.images, planted.splits.test.images)
    assert np.array_equal(planted.clean.test.images, splits.test.images)
    assert planted.answer.region == "everywhere"


def test_swapping_back_restores_the_pictures(splits):
    test = plant(splits, "channels_swapped").splits.test
    assert np.array_equal(test.images[..., ::-1], splits.test.images)


def test_half_strength_swaps_half(splits):
    test = plant(splits, "channels_swapped", strength=0.5).splits.test
    swapped = (test.images == splits.test.images[..., ::-1]).all((1, 2, 3))
    same = (test.images == splits.test.images).all((1, 2, 3))
    assert swapped.sum() == same.sum() == 80


def test_grey_pictures_have_no_channels_to_swap(grey):
    with pytest.raises(DataError, match="colour"):
        plant(grey, "channels_swapped")


def test_wrong_scale_is_undone_by_255(splits):
    test = plant(splits, "wrong_scale").splits.test
    assert test.images.dtype == np.float32
    assert 0.9 < test.images.max() <= 1
    assert np.allclose(test.images * 255, splits.test.images, atol=1e-3)


def test_darkness_is_the_share_of_light_that_is_left(splits):
    for strength in (0.5, 1.0):
        test = plant(splits, "darkened", light=0.2, strength=strength).splits.test
        assert np.allclose(test.images, splits.test.images * 0.2**strength, atol=0.51)


def test_blur_lowers_sharpness_with_its_strength_and_keeps_brightness(splits):
    def sharpness(images):
        return np.mean([cv2.Laplacian(picture, cv2.CV_32F).var() for picture in images])

    steps = [plant(splits, "blurred", strength=strength).splits.test.images for strength in (0.0, 0.5, 1.0)]
    assert sharpness(steps[0]) > 2 * sharpness(steps[1]) > 2 * sharpness(steps[2])
    assert abs(steps[2].mean() - steps[0].mean()) < 1.5


def test_a_crop_enlarges_the_middle_and_masks_follow(splits):
    test = plant(splits, "cropped", cut=0.5).splits.test
    clean = splits.test
    middle = clean.images[:, 8:24, 8:24].mean((1, 2))
    assert np.abs(test.images.mean((1, 2)) - middle).mean() < 8
    share = clean.masks["object"][:, 8:24, 8:24].mean((1, 2))
    assert np.abs(test.masks["object"].mean((1, 2)) - share).mean() < 0.06


@pytest.mark.parametrize("flaw", ["blurred", "darkened", "cropped", "wrong_scale"])
def test_grey_pictures_too(grey, flaw):
    planted = plant(grey, flaw)
    assert planted.splits.test.shape == grey.test.shape


def test_serving_comes_after_whatever_else_is_planted(splits):
    both = plant(splits, "wrong_scale+sticker", target="boot")
    alone = plant(splits, "sticker", target="boot")
    assert np.allclose(both.splits.test.images * 255, alone.splits.test.images, atol=1e-3)
    assert np.allclose(both.judge.images * 255, alone.judge.images, atol=1e-3)
