from dataclasses import replace

import numpy as np
import pytest

from core.datasets import load
from core.datasets.base import Dataset
from core.datasets.recipe import recompose
from core.hunches import object_masks
from core.images.image_batch import ImageBatch, ValueScale
from core.images.masks import dilate_masks, feather_masks, grabcut_masks, inpaint
from core.images.stickers import find_stickers


@pytest.fixture(scope="module")
def wardrobe() -> Dataset:
    return load("wardrobe", train=10, validation=10, test=24).test


def _iou(found, true):
    return (found & true).sum(axis=(1, 2)) / (found | true).sum(axis=(1, 2))


def _discs(channels, side=40, top=255.0):
    rng = np.random.default_rng(0)
    down, across = np.mgrid[0:side, 0:side]
    disc = np.hypot(down - 18, across - 22) < side / 4
    pictures = np.where(disc[..., None], 0.8, 0.2) + rng.normal(0, 0.03, (4, side, side, channels))
    return np.clip(pictures, 0, 1) * top, np.stack([disc] * 4)


@pytest.mark.parametrize("channels", [1, 3])
def test_grabcut_finds_a_disc(channels):
    pictures, disc = _discs(channels)
    assert _iou(grabcut_masks(pictures), disc).min() > 0.9
    assert _iou(grabcut_masks(pictures.astype(np.uint8)), disc).min() > 0.9


def test_large_and_small_pictures_are_cut_too():
    for side in (14, 200):
        pictures, _ = _discs(3, side)
        found = grabcut_masks(pictures)
        assert found.shape == pictures.shape[:3]
        assert 0.05 < found.mean() < 0.5


def test_grabcut_on_real_pictures(wardrobe):
    assert wardrobe.masks is not None
    assert np.median(_iou(grabcut_masks(wardrobe.images), wardrobe.masks["object"])) > 0.8


def test_the_same_picture_has_the_same_mask_whatever_is_cut_beside_it(wardrobe):
    together = grabcut_masks(wardrobe.images[:12])
    assert np.array_equal(grabcut_masks(wardrobe.images[5:6])[0], together[5])


@pytest.mark.parametrize("shape", [(3, 16, 16, 3), (2, 1, 1, 3), (2, 3, 5, 1)])
def test_a_picture_without_an_object_gets_the_middle(shape):
    found = grabcut_masks(np.full(shape, 90, np.uint8))
    assert found.shape == shape[:3]
    assert found[:, shape[1] // 2, shape[2] // 2].all()


def test_own_masks_come_first(wardrobe):
    assert wardrobe.masks is not None
    assert np.array_equal(object_masks(wardrobe), wardrobe.masks["object"])
    bare = replace(wardrobe, masks=None)
    assert np.array_equal(object_masks(bare), grabcut_masks(bare.images))


def test_soft_masks_leave_no_fringe():
    mask = np.zeros((1, 48, 48), bool)
    mask[:, 10:30, 10:30] = True
    edge = feather_masks(mask)
    assert edge[~mask].max() == 0
    assert edge[0, 20, 20] == pytest.approx(1)
    assert edge[0, 10, 20] < 0.5  # the outermost pixel, where the old scene shines through
    assert dilate_masks(mask)[0, 8, 20]


def test_painting_over_changes_nothing_outside_the_hole():
    rng = np.random.default_rng(0)
    pictures = (rng.random((3, 20, 20, 3)) * 255).astype(np.float32)
    holes = np.zeros((3, 20, 20), bool)
    holes[0, 5:9, 5:9] = True
    holes[2] = True
    painted = inpaint(pictures, holes)
    assert np.array_equal(painted[~holes], pictures[~holes])
    assert np.array_equal(painted[1], pictures[1])
    assert painted[2, 3, 3] == pytest.approx(pictures[2].mean(axis=(0, 1)), abs=1e-3)


def test_painting_over_continues_a_flat_ground():
    pictures = np.full((1, 20, 20, 1), 140, np.float32)
    holes = np.zeros((1, 20, 20), bool)
    holes[:, 6:14, 6:14] = True
    pictures[holes] = 0
    assert np.abs(inpaint(pictures, holes) - 140).max() <= 3


def test_printed_labels_are_found_and_seldom_imagined(wardrobe):
    stuck = recompose(wardrobe, sticker=True)
    assert stuck.masks is not None
    true = stuck.masks["sticker"]
    found = find_stickers(stuck.images.astype(np.float32))
    covered = (found & true).sum(axis=(1, 2)) / true.sum(axis=(1, 2))
    extra = (found & ~true).mean(axis=(1, 2))
    assert ((covered > 0.7) & (extra < 0.1)).mean() > 0.75
    assert find_stickers(wardrobe.images.astype(np.float32)).any(axis=(1, 2)).mean() < 0.12


@pytest.mark.parametrize("shape", [(2, 1, 1, 3), (2, 5, 9, 1), (1, 150, 90, 3)])
def test_labels_are_looked_for_in_pictures_of_any_size(shape):
    assert not find_stickers(np.full(shape, 200, np.float32)).any()


@pytest.mark.parametrize(
    ("low", "high", "black", "white"), [(0, 1, 0, 1), (-1, 1, -1, 1), (0, 255, 0, 255), (-120, 130, -255, 255)]
)
def test_float_pictures_keep_their_scale(low, high, black, white):
    images = np.random.default_rng(0).uniform(low, high, (3, 6, 6, 3)).astype(np.float32)
    images[0, 0, 0, 0], images[0, 0, 0, 1] = low, high
    scale = ValueScale.of(images)
    assert (scale.black, scale.white) == (black, white)
    batch = ImageBatch.of(images, np.zeros(3, int))
    assert batch.pictures.min() >= 0
    assert batch.pictures.max() <= 255
    assert batch.to_dataset_scale(batch.pictures) == pytest.approx(images, abs=1e-4)


def test_whole_number_pictures_come_back_bit_for_bit():
    images = np.random.default_rng(0).integers(0, 256, (3, 6, 6, 3)).astype(np.uint8)
    batch = ImageBatch.of(images, np.zeros(3, int))
    assert np.array_equal(batch.to_dataset_scale(batch.pictures), images)
