import numpy as np
import pytest

from core.hunches import TestSettings, hunches
from core.hunches.controls import NOISE
from core.hunches.frequencies import low_pass
from core.images.colours import mean_hues, rotate_hue, to_greyscale, to_hsv
from core.images.image_batch import ImageBatch
from core.settings import Settings
from tests.core.hunches.conftest import coloured

HUNCHES = hunches()
RANDOM = np.random.default_rng(11)


def _noise(shape, top=255.0):
    """Pictures with structure on all scales, and a few classes."""
    pictures = RANDOM.random(shape)
    return (pictures * top).astype(np.float32), np.arange(shape[0]) % 3


KINDS = {
    "in colour": lambda: (_noise((9, 24, 24, 3))[0].astype(np.uint8), np.arange(9) % 3, None),
    "grey": lambda: (_noise((9, 24, 24, 1))[0].astype(np.uint8), np.arange(9) % 3, None),
    "floats": lambda: (*_noise((9, 24, 24, 3), 1.0), None),
    "tiny": lambda: (_noise((9, 5, 7, 3))[0].astype(np.uint8), np.arange(9) % 3, None),
    "one pixel": lambda: (_noise((9, 1, 1, 3))[0].astype(np.uint8), np.arange(9) % 3, None),
    "wide": lambda: (_noise((9, 18, 33, 3))[0].astype(np.uint8), np.arange(9) % 3, None),
    "flat": lambda: (np.full((9, 16, 16, 3), 128, np.uint8), np.arange(9) % 3, None),
    "masked": lambda: (lambda d: (d.images, d.labels, d.masks))(coloured(9, 0)),
    "one class": lambda: (_noise((9, 24, 24, 3))[0].astype(np.uint8), np.zeros(9, int), None),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HUNCHES)
def test_every_change_and_its_control_fit_the_pictures(name, kind):
    images, labels, masks = KINDS[kind]()
    kept = images.copy()
    info, batch = HUNCHES[name], ImageBatch.of(images, labels, masks)
    arms = info.change(batch, np.random.default_rng(0), info.Settings())
    for pictures in (arms.changed, arms.control):
        assert pictures.shape == images.shape
        assert np.isfinite(pictures).all()
        if name != "values_rescaled":
            assert pictures.min() >= -1e-2
            assert pictures.max() <= 255 + 1e-2
    assert arms.able is None or arms.able.shape == labels.shape
    assert arms.region is None or arms.region.shape == images.shape[:3]
    assert np.array_equal(images, kept)  # nothing was changed in place
    given = info.apply(images, masks, labels=labels)
    assert given.dtype == images.dtype
    assert given.shape == images.shape


@pytest.mark.parametrize("name", HUNCHES)
def test_the_same_seed_gives_the_same_pictures(name):
    data = coloured(12, 3)
    info = HUNCHES[name]
    first, second = (
        info.change(ImageBatch.of(data.images, data.labels, data.masks), np.random.default_rng(5), info.Settings())
        for _ in range(2)
    )
    assert np.array_equal(first.changed, second.changed)
    assert np.array_equal(first.control, second.control)


@pytest.mark.parametrize("name", [name for name, info in HUNCHES.items() if info.control == NOISE])
def test_a_random_control_is_as_large_as_its_change(name):
    data = coloured(12, 4)
    info, batch = HUNCHES[name], ImageBatch.of(data.images, data.labels, data.masks)
    arms = info.change(batch, np.random.default_rng(0), info.Settings())
    sizes = [np.linalg.norm((p - batch.pictures).reshape(12, -1), axis=1) for p in (arms.changed, arms.control)]
    assert sizes[0].max() > 1
    assert sizes[1] == pytest.approx(sizes[0], rel=1e-4)


@pytest.mark.parametrize("name", ["rectangle_covered", "border_covered", "labels_removed"])
def test_a_covered_region_leaves_the_rest_alone_and_its_control_covers_as_much(name):
    rng = np.random.default_rng(0)
    images = (rng.random((6, 24, 24, 3)) * 255).astype(np.uint8)
    sticker = np.zeros((6, 24, 24), bool)
    sticker[:, 2:7, 3:9] = True
    thing = np.zeros_like(sticker)
    thing[:, 10:14, 10:14] = True
    masks = {"object": thing, "sticker": sticker} if name == "labels_removed" else {"object": thing}
    info, batch = HUNCHES[name], ImageBatch.of(images, np.arange(6) % 2, masks)
    arms = info.change(batch, np.random.default_rng(0), info.Settings())
    assert arms.region is not None
    assert np.array_equal(arms.changed[~arms.region], batch.pictures[~arms.region])
    touched = [(p != batch.pictures).any(axis=-1).sum(axis=(1, 2)) for p in (arms.changed, arms.control)]
    assert (touched[0] >= 0.95 * arms.region.sum(axis=(1, 2))).all()  # a painted pixel may come out as it was
    assert touched[1] == pytest.approx(touched[0], rel=0.05)


def _arms(name, data, **settings):
    info = HUNCHES[name]
    batch = ImageBatch.of(data.images, data.labels, data.masks)
    return batch, info.change(batch, np.random.default_rng(0), info.Settings.of(**settings))


def test_a_swapped_background_keeps_the_object_and_brings_another_class_s_ground():
    data = coloured(24, 5, background_tied=True)
    batch, arms = _arms("background_swapped", data)
    inside = (slice(None), slice(10, 14), slice(10, 14))
    assert arms.changed[inside] == pytest.approx(batch.pictures[inside], abs=0.01)
    ground = (slice(None), 0, 0)
    assert (arms.changed[ground].argmax(axis=-1) != data.labels).all()
    assert (arms.control[ground].argmax(axis=-1) == data.labels).all()


def test_a_swapped_background_leaves_labels_and_frames_where_they_are():
    data = coloured(12, 6)
    frame = np.zeros(data.images.shape[:3], bool)
    frame[:, :2] = True
    images = np.where(frame[..., None], np.uint8(255), data.images)
    assert data.masks is not None
    batch = ImageBatch.of(images, data.labels, {**data.masks, "border": frame})
    arms = HUNCHES["background_swapped"].change(
        batch, np.random.default_rng(0), HUNCHES["background_swapped"].Settings()
    )
    assert (arms.changed[frame] == 255).all()
    assert arms.changed[~frame].max() < 250  # and none of a donor's frame comes along


def test_a_replaced_object_keeps_the_ground():
    data = coloured(24, 7, object_tied=True)
    batch, arms = _arms("object_replaced", data)
    assert np.array_equal(arms.changed[:, :5], batch.pictures[:, :5])
    assert (arms.changed[:, 12, 12].argmax(axis=-1) != data.labels).all()
    assert (arms.control[:, 12, 12].argmax(axis=-1) == data.labels).all()
    _, arms = _arms("object_replaced", data, by="nothing")
    assert np.abs(arms.changed[:, 12, 12] - batch.pictures[:, 3, 3]).max() < 80  # the ground's colour


def test_a_recoloured_object_has_its_donor_s_hue_and_its_own_lightness():
    data = coloured(24, 8, object_tied=True)
    batch, arms = _arms("object_recoloured", data)
    assert data.masks is not None
    outside = ~data.masks["object"]
    assert np.array_equal(arms.changed[outside], batch.pictures[outside])
    hues = mean_hues(arms.changed, data.masks["object"])
    own = np.array([0, 120, 240])[data.labels]
    apart = np.abs((hues - own + 180) % 360 - 180)
    assert (apart > 60).all()
    control = np.abs((mean_hues(arms.control, data.masks["object"]) - own + 180) % 360 - 180)
    assert (control < 15).all()


def test_a_moved_object_lands_where_its_donor_stands():
    side, count = 32, 8
    labels = np.arange(count) % 2
    masks = np.zeros((count, side, side), bool)
    for row, label in enumerate(labels):
        left = 4 if label == 0 else 20
        masks[row, 12:20, left : left + 8] = True
    images = np.where(masks[..., None], np.uint8(250), np.uint8(20)) + np.zeros((1, 1, 1, 3), np.uint8)
    batch = ImageBatch.of(images, labels, {"object": masks})
    arms = HUNCHES["object_moved"].change(batch, np.random.default_rng(0), HUNCHES["object_moved"].Settings())
    bright = arms.changed[..., 0] > 128
    centres = np.array([np.flatnonzero(picture.any(axis=0)).mean() for picture in bright])
    assert centres == pytest.approx(np.where(labels == 0, 23.5, 7.5), abs=1)
    stays = arms.control[..., 0] > 128
    assert np.array([np.flatnonzero(p.any(axis=0)).mean() for p in stays]) == pytest.approx(
        np.where(labels == 0, 7.5, 23.5), abs=1
    )


def test_cropping_takes_the_border_and_its_control_keeps_it():
    images = np.full((4, 40, 40, 3), 50, np.uint8)
    images[:, :3], images[:, -3:], images[:, :, :3], images[:, :, -3:] = 255, 255, 255, 255
    info = HUNCHES["border_cropped"]
    arms = info.change(ImageBatch.of(images, np.arange(4)), np.random.default_rng(0), info.Settings())
    assert arms.changed.max() < 60
    edges = arms.control[:, [0, -1]], arms.control[:, :, [0, -1]]
    assert min(edge.min() for edge in edges) > 200


def test_covering_the_border_leaves_known_labels():
    images = np.full((2, 40, 40, 3), 50, np.uint8)
    sticker = np.zeros((2, 40, 40), bool)
    sticker[:, 1:6, 1:8] = True
    images[sticker] = 255
    info = HUNCHES["border_covered"]
    arms = info.change(
        ImageBatch.of(images, np.arange(2), {"sticker": sticker}), np.random.default_rng(0), info.Settings()
    )
    assert (arms.changed[sticker] == 255).all()


def test_turned_hues_go_round_the_circle_and_keep_light_and_dark():
    pictures = (np.random.default_rng(0).random((3, 10, 10, 3)) * 255).astype(np.float32)
    once = rotate_hue(pictures, 120)
    assert once == pytest.approx(pictures[..., [2, 0, 1]], abs=0.05)  # red to green, green to blue, blue to red
    assert to_hsv(once)[..., 2] == pytest.approx(to_hsv(pictures)[..., 2], abs=1e-4)
    assert rotate_hue(once, 240) == pytest.approx(pictures, abs=0.1)


def test_only_the_named_colour_is_turned():
    pictures = np.zeros((1, 2, 2, 3), np.float32)
    pictures[0, 0], pictures[0, 1] = (40, 90, 220), (220, 40, 40)  # a blue row and a red row
    changed = rotate_hue(pictures, 180, "blue")
    assert np.array_equal(changed[0, 1], pictures[0, 1])
    assert np.abs(changed[0, 0] - pictures[0, 0]).max() > 100


def test_channels_and_mirrors_undo_themselves():
    images = (np.random.default_rng(0).random((3, 8, 9, 3)) * 255).astype(np.uint8)
    for name, settings in (("channels_swapped", {}), ("flip", {}), ("flip", {"way": "upside down"})):
        info = HUNCHES[name]
        once = info.apply(images, settings=info.Settings.of(**settings))
        assert not np.array_equal(once, images)
        assert np.array_equal(info.apply(once, settings=info.Settings.of(**settings)), images)


def test_grey_has_one_value_a_pixel_and_keeps_grey_pictures():
    pictures = (np.random.default_rng(0).random((2, 6, 6, 3)) * 255).astype(np.float32)
    grey = to_greyscale(pictures)
    assert np.ptp(grey, axis=-1).max() == 0
    assert grey[..., 0] == pytest.approx(pictures @ np.array([0.299, 0.587, 0.114]), abs=1e-2)
    assert np.array_equal(to_greyscale(grey[..., :1]), grey[..., :1])


def test_shuffled_patches_hold_the_same_pixels():
    images = (np.random.default_rng(0).random((4, 16, 16, 3)) * 255).astype(np.uint8)
    changed = HUNCHES["texture_only"].apply(images)
    assert not np.array_equal(changed, images)
    for before, after in zip(images, changed, strict=True):
        assert np.array_equal(np.sort(before.reshape(-1, 3), axis=0), np.sort(after.reshape(-1, 3), axis=0))


def test_low_and_high_frequencies_add_up():
    pictures = (80 + 90 * np.random.default_rng(0).random((3, 20, 26, 3))).astype(np.float32)
    low = low_pass(pictures, 4)
    assert low.mean(axis=(1, 2)) == pytest.approx(pictures.mean(axis=(1, 2)), rel=1e-4)
    assert low_pass(np.full((1, 9, 9, 1), 77, np.float32), 1) == pytest.approx(np.full((1, 9, 9, 1), 77), abs=1e-3)
    assert low.std() < 0.4 * pictures.std()
    info = HUNCHES["high_frequencies"]
    high = info.apply(pictures, settings=info.Settings.of(cycles=4))
    assert high == pytest.approx(pictures - low + pictures.mean(axis=(1, 2), keepdims=True), abs=1e-2)


def test_a_shift_moves_a_dot_and_a_turn_of_180_degrees_reverses_the_picture():
    images = np.zeros((1, 20, 20, 1), np.float32)
    images[0, 10, 4] = 200
    shift = HUNCHES["shift"]
    moved = shift.apply(images, settings=shift.Settings.of(share=0.25, way="right"))
    assert moved[0, 10, 9, 0] == pytest.approx(200, abs=1e-3)
    rotation = HUNCHES["rotation"]
    turned_round = rotation.apply(images, settings=rotation.Settings.of(degrees=180))
    assert turned_round[0, 9, 15, 0] == pytest.approx(200, abs=1)


def test_a_silhouette_has_two_tones():
    data = coloured(5, 0)
    changed = HUNCHES["shape_only"].apply(data.images, data.masks)
    assert len(np.unique(changed)) == 2
    assert data.masks is not None
    assert np.array_equal(changed[..., 0] < 128, data.masks["object"])


def test_compression_at_full_quality_is_hardly_seen_and_keeps_the_channels_apart():
    down, across = np.mgrid[0:32, 0:32]
    images = np.stack([down * 7, across * 7, 255 - down * 7], axis=-1)[None].astype(np.uint8)
    info = HUNCHES["jpeg"]
    fine = info.apply(images, settings=info.Settings.of(quality=100)).astype(int)
    coarse = info.apply(images, settings=info.Settings.of(quality=1)).astype(int)
    assert np.abs(fine - images).mean() < 2
    assert np.abs(coarse - images).mean() > 5


def test_numbers_are_written_on_the_other_scale():
    shares = np.random.default_rng(0).random((2, 5, 5, 3)).astype(np.float32)
    assert HUNCHES["values_rescaled"].apply(shares) == pytest.approx(shares * 255, rel=1e-4)
    whole = np.full((1, 4, 4, 3), 255, np.float32)
    assert HUNCHES["values_rescaled"].apply(whole) == pytest.approx(whole / 255, rel=1e-4)


@pytest.mark.parametrize("name", HUNCHES)
def test_dials_of_hunch_and_test_do_not_clash_and_variants_are_valid(name):
    info = HUNCHES[name]
    assert not set(info.Settings.model_fields) & set(TestSettings.model_fields)
    assert issubclass(info.Settings, Settings)
    for settings in (*info.variants, *info.means.values()):
        info.Settings.of(**settings)
    for words in (info.title, info.plain, info.action, info.control, info.supported, info.rejected):
        assert words == words.strip()
        assert words[0].isupper()
