"""Controls that a change is compared with: a random change of equal size, or the same change elsewhere."""

from __future__ import annotations

import numpy as np

from core.hunches.base import Treatment
from core.images.image_batch import WHITE, ImageBatch

ROUGHNESS = 1.0  # amplitude falls with frequency to this power, as in photographs (Field 1987)
LARGEST = 1e6  # scale at which every value of a field has reached an end of the range
LITTLE = 1e-9  # energy that is no change at all but rounding
ROUNDS, CLOSE = 60, 1e-6  # of Newton's method, and the relative error of the energy at which it ends
TRIES = 24


NOISE = "A random change of the same size"


def with_noise_control(
    batch: ImageBatch, changed: np.ndarray, rng: np.random.Generator, where: np.ndarray | None = None
) -> Treatment:
    """Compare a change of the whole image, or of a region, with a random change of equal energy there.

    Args:
        batch: the original images.
        changed: float32 (N, H, W, C) in 0..255.
        rng: source of the random change.
        where: bool (N, H, W), the region that may change; None for the whole image.
    """
    changed = np.asarray(changed, np.float32)
    return Treatment(changed, equal_energy(batch.pictures, changed, rng, where=where), region=where)


def equal_energy(
    images: np.ndarray,
    changed: np.ndarray,
    rng: np.random.Generator,
    *,
    where: np.ndarray | None = None,
    black: float = 0.0,
    white: float = WHITE,
) -> np.ndarray:
    """A smooth random change of each image, exactly as large as the change it is compared with.

    ||control - image|| = ||changed - image|| for each image, with all values kept in range. The field is pink noise,
    drawn
    per channel, with its scale found by Newton's method. Where even the largest scale is not enough, every value moves
    towards the further end of the range, which always is.

    Args:
        images: float32 (N, H, W, C) in black..white.
        changed: the changed images, same shape and range.
        rng: source of the noise.
        where: bool (N, H, W), the pixels that may change; None for all. Where they cannot absorb that much energy, they
            absorb as much as they can.
        black: smallest value.
        white: largest value.

    Returns:
        float32 (N, H, W, C).
    """
    wanted = _energy(changed - images)
    field = smooth_field(images.shape, rng)
    if where is not None:
        field *= where[..., None]
    farther = np.where(images > (black + white) / 2, -1, 1).astype(np.float32)
    most = _energy(_clipped_change(images, field, np.full(len(images), LARGEST), black, white))
    short = (most < wanted)[:, None, None, None]
    field = np.where(short, np.abs(field) * farther, field)
    return images + _clipped_change(images, field, _scales(images, field, wanted, black, white), black, white)


def smooth_field(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Pink noise with mean square 1 over each image.

    Args:
        shape: (N, H, W, C).
        rng: source of the noise.

    Returns:
        float32 (N, H, W, C).
    """
    count, height, width, channels = shape
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.maximum(np.hypot(down, across), 1 / max(height, width))
    noise = rng.standard_normal((count, channels, height, width), dtype=np.float32)
    field = np.fft.irfft2(np.fft.rfft2(noise) / frequency**ROUGHNESS, s=(height, width))
    field = np.moveaxis(field, 1, -1).astype(np.float32)
    return field / np.sqrt(np.mean(field**2, axis=(1, 2, 3), keepdims=True))


def move_regions(
    regions: np.ndarray, rng: np.random.Generator, *, like: np.ndarray | None = None, free: np.ndarray | None = None
) -> np.ndarray:
    """Move each region to a random other place, keeping its shape and exact area.

    Regions move on a torus: what leaves on one side enters on the other, which turns a frame into a cross. The best of
    several random places is used: one that covers as much of `like` as the region itself does, overlaps the region
    least,
    is not split by an edge, and avoids what is not `free`.

    Args:
        regions: bool (N, H, W).
        rng: source of the random places.
        like: bool (N, H, W), such as the object; its share under the region is kept as closely as possible.
        free: bool (N, H, W), where the region may go; None for everywhere.

    Returns:
        bool (N, H, W).
    """
    moved = np.zeros_like(regions)
    for row in np.flatnonzero(regions.any(axis=(1, 2))):
        like_row = None if like is None else like[row]
        free_row = None if free is None else free[row]
        moved[row] = _best_place(regions[row], rng, like_row, free_row)
    return moved


def _best_place(
    region: np.ndarray, rng: np.random.Generator, like: np.ndarray | None, free: np.ndarray | None
) -> np.ndarray:
    height, width = region.shape
    box = _box(region)
    best, least = region, np.inf
    for _ in range(TRIES):
        down, across = _offset(box[0], height, rng), _offset(box[1], width, rng)
        place = np.roll(region, (down, across), axis=(0, 1))
        cost = _cost(region, place, like, free)
        if cost < least:
            best, least = place, cost
    return best


def _cost(region: np.ndarray, place: np.ndarray, like: np.ndarray | None, free: np.ndarray | None) -> float:
    area = region.sum()
    cost = (region & place).sum() / area
    if like is not None:
        cost += abs(int((place & like).sum()) - int((region & like).sum())) / area
    if free is not None:
        cost += (place & ~free).sum() / area
    return float(cost)


def _box(region: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]]:
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    return (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)


def _offset(span: tuple[int, int], length: int, rng: np.random.Generator) -> int:
    """How far to move along one side: so that nothing leaves, or anywhere if the region fills the side."""
    room = length - (span[1] - span[0])
    return int(rng.integers(length)) if room == 0 else int(rng.integers(room + 1)) - span[0]


def _energy(change: np.ndarray) -> np.ndarray:
    return np.einsum("nhwc,nhwc->n", change, change, dtype=np.float64)


def _clipped_change(
    images: np.ndarray, field: np.ndarray, scales: np.ndarray, black: float, white: float
) -> np.ndarray:
    """The change that remains of a scaled field once values are kept in range."""
    return np.clip(_scale_field(field, scales), black - images, white - images)


def _scale_field(field: np.ndarray, scales: np.ndarray) -> np.ndarray:
    return field * scales.astype(np.float32)[:, None, None, None]


def _scales(images: np.ndarray, field: np.ndarray, wanted: np.ndarray, black: float, white: float) -> np.ndarray:
    """The scale at which each field, kept in range, has the wanted energy: (N,).

    Newton's method on the logarithms. It starts from the scale without any clipping, which is too low; from there the
    steps fall short rather than overshoot, because more and more values reach an end of the range.
    """
    scales = np.minimum(np.sqrt(wanted / np.maximum(_energy(field), 1e-12)), LARGEST)
    rows = np.flatnonzero(wanted > LITTLE)
    scales[wanted <= LITTLE] = 0
    for _ in range(ROUNDS):
        moved = _clipped_change(images[rows], field[rows], scales[rows], black, white)
        energy = np.maximum(_energy(moved), LITTLE**2)
        free = _energy(np.where(moved == _scale_field(field[rows], scales[rows]), moved, 0))
        missing = np.log(wanted[rows] / energy)
        far = np.abs(missing) > CLOSE
        steps = np.exp(np.clip(missing * energy / np.maximum(2 * free, 1e-3 * energy), -5, 5))
        scales[rows] = np.minimum(scales[rows] * steps, LARGEST)
        rows = rows[far & (scales[rows] < LARGEST)]
        if not len(rows):
            break
    return scales
