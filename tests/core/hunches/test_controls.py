import numpy as np
import pytest

from core.hunches.controls import equal_energy, move_regions, smooth_field
from core.images.donors import draw_donors


def _size(pictures, others):
    return np.sqrt(((others.astype(np.float64) - pictures) ** 2).sum(axis=(1, 2, 3)))


CHANGES = {
    "a little darker": lambda p: p * 0.9,
    "mirrored": lambda p: p[:, :, ::-1].copy(),
    "nearly all white": lambda p: np.clip(p * 6, 0, 255),
    "as far as values go": lambda p: np.where(p > 127.5, 0, 255).astype(np.float32),
    "one pixel": lambda p: np.where(np.arange(p[0].size).reshape(p[0].shape) == 5, 255 - p, p),
}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", CHANGES)
def test_the_control_is_exactly_as_large_as_the_change(name, channels):
    pictures = (np.random.default_rng(0).random((6, 20, 17, channels)) * 255).astype(np.float32)
    changed = CHANGES[name](pictures).astype(np.float32)
    control = equal_energy(pictures, changed, np.random.default_rng(1))
    assert _size(pictures, control) == pytest.approx(_size(pictures, changed), rel=2e-5)
    assert control.min() >= 0
    assert control.max() <= 255


def test_no_change_has_no_control():
    pictures = (np.random.default_rng(0).random((3, 8, 8, 3)) * 255).astype(np.float32)
    assert np.array_equal(equal_energy(pictures, pictures, np.random.default_rng(0)), pictures)


def test_a_control_of_a_region_stays_in_it_and_is_as_large():
    pictures = np.full((4, 16, 16, 3), 120, np.float32)
    region = np.zeros((4, 16, 16), bool)
    region[:, :8] = True
    changed = np.where(region[..., None], 150, pictures).astype(np.float32)
    control = equal_energy(pictures, changed, np.random.default_rng(2), where=region)
    assert np.array_equal(control[~region], pictures[~region])
    assert _size(pictures, control) == pytest.approx(_size(pictures, changed), rel=2e-5)


def test_the_random_field_is_smooth_and_of_unit_power():
    field = smooth_field((50, 32, 32, 1), np.random.default_rng(0))
    assert (field**2).mean(axis=(1, 2, 3)) == pytest.approx(np.ones(50), rel=1e-4)
    neighbours = (field[:, :, 1:] * field[:, :, :-1]).mean()
    assert neighbours > 0.5  # white noise would have 0


def _ring(side, width):
    mask = np.ones((side, side), bool)
    mask[width:-width, width:-width] = False
    return mask


def _box(side, top, left, tall, wide):
    mask = np.zeros((side, side), bool)
    mask[top : top + tall, left : left + wide] = True
    return mask


def _blob(side):
    return np.add.outer((np.arange(side) - 7) ** 2, (np.arange(side) - 6) ** 2) < 14


@pytest.mark.parametrize(
    "region", [_ring(20, 2), _box(20, 12, 0, 6, 7), _box(20, 3, 0, 2, 20), _blob(20), np.ones((20, 20), bool)]
)
def test_elsewhere_has_the_same_area_and_shape(region):
    regions = np.stack([region] * 5)
    moved = move_regions(regions, np.random.default_rng(0))
    assert (moved.sum(axis=(1, 2)) == region.sum()).all()
    for place in moved:
        # The same shape on a torus: some cyclic shift brings every pixel back onto the region.
        overlaps = np.fft.irfft2(np.fft.rfft2(place * 1.0) * np.conj(np.fft.rfft2(region * 1.0)), s=region.shape)
        assert overlaps.max() == pytest.approx(region.sum())


def test_elsewhere_keeps_off_the_region_and_is_not_torn_apart():
    region = _box(24, 16, 0, 8, 8)
    moved = move_regions(np.stack([region] * 30), np.random.default_rng(1))
    assert not (moved & region).any()
    for place in moved:
        rows, columns = np.flatnonzero(place.any(1)), np.flatnonzero(place.any(0))
        assert np.ptp(rows) == 7
        assert np.ptp(columns) == 7
    assert len({place.tobytes() for place in moved}) > 5  # it is not always the same place


def test_elsewhere_shows_as_much_of_the_object():
    thing = _box(24, 8, 8, 8, 8)
    off, on = _box(24, 0, 0, 6, 6), _box(24, 9, 9, 6, 6)
    moved = move_regions(np.stack([off] * 20), np.random.default_rng(0), like=np.stack([thing] * 20))
    assert (moved & thing).sum(axis=(1, 2)).mean() < 2
    moved = move_regions(np.stack([on] * 20), np.random.default_rng(0), like=np.stack([thing] * 20))
    assert (moved & thing).sum(axis=(1, 2)).mean() > 10


def test_an_empty_region_stays_empty():
    assert not move_regions(np.zeros((2, 8, 8), bool), np.random.default_rng(0)).any()


def test_donors_come_from_another_class_and_from_the_own_class():
    labels = np.array([0] * 7 + [1] * 2 + [2] * 20)
    chosen = draw_donors(labels, np.random.default_rng(0))
    able = np.flatnonzero(chosen.able)
    assert (labels[chosen.other] != labels)[able].all()
    assert (labels[chosen.own] == labels)[able].all()
    assert (chosen.own != np.arange(len(labels)))[able].all()
    # All pictures of the two small classes but one left over, and as many of the large one.
    assert len(able) == 16
    # Each gives once for the change and once for the control.
    assert sorted(chosen.other[able]) == sorted(chosen.own[able]) == list(able)


def test_all_pictures_of_even_classes_take_part():
    labels = np.repeat(np.arange(5), 8)
    assert draw_donors(labels, np.random.default_rng(0)).able.all()


def test_classes_that_are_near_give_to_each_other():
    labels = np.repeat(np.arange(4), 50)
    near = np.full((4, 4), 0.01)
    near[[0, 1, 2, 3], [1, 0, 3, 2]] = 1.0
    chosen = draw_donors(labels, np.random.default_rng(0), near)
    able = np.flatnonzero(chosen.able)
    assert len(able) >= 190
    assert (labels[chosen.other] == (labels ^ 1))[able].mean() > 0.8


@pytest.mark.parametrize("near", [False, True])
def test_exchanging_what_two_donors_give_turns_the_sign_of_one_unit_and_no_other(near):
    rng = np.random.default_rng(1)
    labels = np.repeat(np.arange(4), 6)
    chosen = draw_donors(labels, rng, np.eye(4)[::-1] + 0.1 if near else None)
    given, weight = rng.random(24), rng.random(24)

    def differences(given):
        return weight * (given[chosen.other] - given[chosen.own])

    before = differences(given)
    for unit in np.unique(chosen.units):
        members = np.flatnonzero((chosen.units == unit) & chosen.able)
        if not len(members):
            continue
        pair = np.unique([chosen.other[members], chosen.own[members]])
        assert len(members) == len(pair) == 2
        exchanged = given.copy()
        exchanged[pair] = given[pair[::-1]]
        after = differences(exchanged)
        assert after[members] == pytest.approx(-before[members])
        others = np.setdiff1d(np.arange(24), members)
        assert after[others] == pytest.approx(before[others])


def test_a_class_of_one_and_a_single_class_have_no_donors():
    assert not draw_donors(np.array([0, 1, 1]), np.random.default_rng(0)).able.any()
    assert draw_donors(np.array([0, 1, 1, 0, 2]), np.random.default_rng(0)).able.tolist() == [True] * 4 + [False]
    assert not draw_donors(np.zeros(5, int), np.random.default_rng(0)).able.any()
    assert not draw_donors(np.zeros(0, int), np.random.default_rng(0)).able.any()
