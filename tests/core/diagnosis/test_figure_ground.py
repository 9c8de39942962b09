"""Objects and grounds: exact on plain grounds, refused on textures, and printed places are not taken for objects."""

from __future__ import annotations

import numpy as np

from core.diagnosis.figure_ground import figure_ground, middle_against_edge

SIDE = 30
LABELS = np.arange(60) % 3


def _on_black(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Grey blobs of changing size on black, and where they are."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((len(LABELS), SIDE, SIDE), bool)
    for mask in masks:
        top, left = rng.integers(8, 12, 2)
        mask[top : top + rng.integers(8, 12), left : left + rng.integers(8, 12)] = True
    pictures = np.where(masks, rng.uniform(60, 250, masks.shape), 0)
    return pictures[..., None].astype(np.float32), masks


def _texture(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(120, 40, (len(LABELS), SIDE, SIDE, 3)), 0, 255).astype(np.float32)


def test_objects_on_a_plain_ground_are_cut_out_exactly() -> None:
    pictures, masks = _on_black()
    found = figure_ground(pictures, LABELS, None, np.random.default_rng(0))
    np.testing.assert_array_equal(found.objects, masks)
    assert found.exact
    assert found.same_ground
    assert found.apart


def test_grounds_of_several_colours_can_be_exchanged() -> None:
    pictures, masks = _on_black()
    coloured = np.where(masks[..., None], pictures, (20.0 + 60 * LABELS)[:, None, None, None]).astype(np.float32)
    found = figure_ground(coloured, LABELS, None, np.random.default_rng(0))
    assert found.exact
    assert not found.same_ground


def test_a_printed_corner_is_ground_and_not_object() -> None:
    pictures, masks = _on_black()
    pictures[LABELS == 1, :5, :5] = 200
    found = figure_ground(pictures, LABELS, None, np.random.default_rng(0))
    assert not found.objects[:, :5, :5].any()
    assert found.objects[masks].mean() > 0.95


def test_a_texture_has_no_object() -> None:
    found = figure_ground(_texture(), LABELS, None, np.random.default_rng(0))
    assert not found.exact
    assert not found.apart
    assert not found.covered.any()


def test_objects_on_noise_are_told_from_their_ground() -> None:
    pictures, (_, masks) = _texture(), _on_black()
    pictures[masks] = pictures[masks] * 0.5 + 100
    assert middle_against_edge(pictures, np.random.default_rng(0)) > 0.8


def test_the_datas_own_masks_are_believed() -> None:
    pictures, masks = _on_black()
    found = figure_ground(pictures, LABELS, masks, np.random.default_rng(0))
    assert found.objects is masks
    assert found.apart


def test_no_pictures_are_borne() -> None:
    found = figure_ground(np.zeros((0, SIDE, SIDE, 3), np.float32), LABELS[:0], None, np.random.default_rng(0))
    assert found.objects.shape == (0, SIDE, SIDE)
