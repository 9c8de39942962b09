"""Eight synthetic scenes as backgrounds for objects.

A scene is drawn as a bank of textures a little larger than an image, so that every image shows another crop of it. The
bank depends only on the scene and the image side: it is the same for every data set and seed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, get_args

import cv2
import numpy as np

Scene = Literal["sky", "grass", "sand", "brick", "wood", "water", "snow", "night"]
SCENES: tuple[Scene, ...] = get_args(Scene)
VARIANTS = 16

TALL, WIDE = 1.15, 1.6  # a texture's height and width, in sides of a picture
FINE_SIDE = 144  # drawn about as large as for pictures of this side, then averaged down

Canvas = np.ndarray  # float32 (H, W, 3) in 0..1, red first


@lru_cache(maxsize=16)
def bank(scene: Scene, side: int) -> np.ndarray:
    """Every texture of one scene for pictures of `side` pixels: uint8 (VARIANTS, H, W, 3), read only."""
    textures = np.stack([_texture(scene, variant, side) for variant in range(VARIANTS)])
    textures.flags.writeable = False
    return textures


def _texture(scene: Scene, variant: int, side: int) -> np.ndarray:
    rng = np.random.default_rng([SCENES.index(scene), variant, 48])
    height, width = round(TALL * side), round(WIDE * side)
    fine = max(2, round(FINE_SIDE / side))
    canvas = _DRAWN[scene](rng, side * fine, height * fine, width * fine)
    small = cv2.resize(canvas.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return np.clip(small * 255 + 0.5, 0, 255).astype(np.uint8)


def _noise(
    rng: np.random.Generator, height: int, width: int, *, roughness: float = 2.0, stretch: float = 1.0
) -> np.ndarray:
    """Fractal noise of mean 0 and deviation 1 that wraps around; `stretch` above 1 draws it out sideways."""
    down = np.fft.fftfreq(height)[:, None]
    across = np.fft.rfftfreq(width)[None, :] * stretch
    frequency = np.hypot(down, across)
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((height, width))) / frequency ** (roughness / 2 + 0.5)
    field = np.fft.irfft2(spectrum, s=(height, width))
    return (field - field.mean()) / field.std()


def _colour(*levels: int) -> np.ndarray:
    return np.asarray(levels, np.float64) / 255


def _mix(a: np.ndarray, b: np.ndarray, share: np.ndarray) -> Canvas:
    """From a (share 0) to b (share 1); the share is (H, W)."""
    share = np.clip(share, 0, 1)[..., None]
    return a * (1 - share) + b * share


def _step(field: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below low, 1 above high, smooth between."""
    t = np.clip((field - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _sky(rng: np.random.Generator, side: int, height: int, width: int) -> Canvas:
    down = np.linspace(0, 1, height)[:, None] * np.ones((1, width))
    high, low = _colour(58, 128, 214), _colour(168, 210, 245)
    canvas = _mix(high, low, down)
    puffs = _noise(rng, height, width, roughness=2.4, stretch=1.9)
    cover = _step(puffs, rng.uniform(0.35, 0.75), 1.35)
    beneath = np.roll(puffs, -side // 14, axis=0)
    shade = _step(puffs - beneath, -0.3, 0.9)
    cloud = _mix(_colour(255, 255, 255), _colour(206, 216, 230), shade * 0.9)
    return _mix(canvas, cloud, cover)


def _grass(rng: np.random.Generator, side: int, height: int, width: int) -> Canvas:
    patches = _noise(rng, height, width, roughness=2.0)
    canvas = _mix(_colour(28, 84, 22), _colour(48, 112, 30), _step(patches, -1.5, 1.5)).copy()
    greens = np.array([[44, 110, 28], [70, 146, 40], [98, 172, 52], [134, 196, 70], [30, 86, 24]]) / 255
    blades = 900
    roots = np.sort(rng.uniform(0, height * 1.15, blades))
    for root in roots:
        x = rng.uniform(0, width)
        tall = rng.uniform(0.10, 0.24) * side
        lean = rng.normal(0, 0.35) * tall
        colour = greens[rng.integers(len(greens))] * rng.uniform(0.85, 1.12)
        curve = np.array([[x, root], [x + lean * 0.35, root - tall * 0.6], [x + lean, root - tall]])
        cv2.polylines(
            canvas, [np.round(curve).astype(np.int32)], False, colour.tolist(), max(1, side // 60), cv2.LINE_AA
        )
    for _ in range(rng.integers(2, 7)):
        centre = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        petals = _colour(250, 250, 245) if rng.random() < 0.6 else _colour(250, 214, 60)
        cv2.circle(canvas, centre, max(2, side // 34), petals.tolist(), -1, cv2.LINE_AA)
        cv2.circle(canvas, centre, max(1, side // 90), _colour(240, 170, 30).tolist(), -1, cv2.LINE_AA)
    return canvas


def _sand(rng: np.random.Generator, side: int, height: int, width: int) -> Canvas:
    y, x = np.mgrid[0:height, 0:width] / side
    bend = _noise(rng, height, width, roughness=3.2) * 0.06
    slant = rng.uniform(-0.35, 0.35)
    crest = np.sin(2 * np.pi * (y + slant * x + bend) * rng.uniform(5.5, 7.5))
    light = 0.5 + 0.5 * np.sign(crest) * np.abs(crest) ** 0.7
    canvas = _mix(_colour(196, 156, 100), _colour(238, 208, 152), light * 0.75 + 0.15)
    grain = rng.standard_normal((height, width, 1)) * 0.075
    return canvas + grain + 0.03 * _noise(rng, height, width)[..., None]


def _brick(rng: np.random.Generator, side: int, height: int, width: int) -> Canvas:
    tall, long = side * rng.uniform(0.15, 0.19), side * rng.uniform(0.36, 0.44)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    y += rng.uniform(0, tall)
    course = np.floor(y / tall).astype(int)
    x = x + rng.uniform(0, long) + (course % 2) * long / 2
    column = np.floor(x / long).astype(int)
    tones = np.array([[150, 58, 42], [168, 70, 48], [136, 48, 38], [182, 86, 60], [158, 66, 50]]) / 255
    table = tones[rng.integers(0, len(tones), (course.max() + 1, column.max() + 1))]
    canvas = table[course, column] * rng.uniform(0.94, 1.06)
    canvas = canvas * (1 + 0.07 * _noise(rng, height, width, roughness=1.0)[..., None])
    joint = side * 0.026
    edge = np.minimum.reduce([y % tall, tall - y % tall, x % long, long - x % long])
    lit = (y % tall < joint * 1.9)[..., None] * 0.06
    mortar = _colour(214, 202, 186) + 0.02 * rng.standard_normal((height, width, 1))
    return _mix(canvas + lit, mortar, 1 - _step(edge, joint * 0.55, joint))


def _wood(rng: np.random.Generator, side: int, height: int, width: int) -> Canvas:
    plank = side * rng.uniform(0.25, 0.34)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    y += rng.uniform(0, plank)
    board = np.floor(y / plank).astype(int)
    boards = board.max() + 1
    tones = np.array([[168, 112, 62], [184, 128, 74], [150, 96, 50], [196, 142, 88]]) / 255
    canvas = tones[rng.integers(0, len(tones), boards)][board]
    bend = _noise(rng, height, width, roughness=3.0, stretch=6) * side * 0.03
    shift = rng.uniform(0, plank, boards)[board]
    rings = np.sin(2 * np.pi * (y + bend + shift) / (side * 0.055))
    streaks = _noise(rng, height, width, roughness=1.2, stretch=14)
    canvas = canvas * (1 + 0.11 * rings + 0.09 * streaks)[..., None]
    for _ in range(rng.integers(1, 4)):
        centre = (rng.integers(boards) + 0.5) * plank, rng.uniform(0, width)
        radius = side * rng.uniform(0.03, 0.05)
        far = np.hypot((y - centre[0]) * 1.5, x - centre[1]) / radius
        canvas = _mix(
            canvas, _colour(92, 54, 26), 0.85 * (1 - _step(far, 0.6, 1.4)) + 0.3 * _step(far, 1.2, 1.5) * (far < 2)
        )
    seam = np.minimum(y % plank, plank - y % plank)
    ends = np.abs(x - rng.uniform(0, width, boards)[board])
    gap = np.minimum(seam, ends)
    return _mix(canvas, _colour(62, 36, 18), 1 - _step(gap, side * 0.006, side * 0.02))


def _water(rng: np.random.Generator, _side: int, height: int, width: int) -> Canvas:
    down = np.linspace(0, 1, height)[:, None] * np.ones((1, width))
    near = 0.25 + 0.75 * down
    rows = np.clip((np.log(near / near[0, 0]) / np.log(near[-1, 0] / near[0, 0]) * (height - 1)), 0, height - 1).astype(
        int
    )
    swell = _noise(rng, height, width, roughness=2.2, stretch=3.5)[rows, np.arange(width)]
    ripple = _noise(rng, height, width, roughness=1.4, stretch=4.5)[rows, np.arange(width)]
    canvas = _mix(_colour(24, 128, 158), _colour(8, 74, 122), down)
    canvas = _mix(canvas, _colour(92, 190, 206), _step(swell, -0.2, 1.8) * 0.8)
    canvas = _mix(canvas, _colour(4, 50, 92), _step(-swell, 0.2, 2.0) * 0.7)
    return _mix(canvas, _colour(240, 252, 255), _step(swell * 0.6 + ripple, 1.5, 2.1) * 0.95)


def _snow(rng: np.random.Generator, side: int, height: int, width: int) -> Canvas:
    y, x = np.mgrid[0:height, 0:width] / side
    horizon = rng.uniform(0.34, 0.44) + 0.035 * np.sin(2 * np.pi * (x / rng.uniform(0.9, 1.5) + rng.random()))
    air = _mix(_colour(158, 176, 198), _colour(206, 216, 228), y / 0.5)
    canvas = air.copy()
    for x0 in np.arange(rng.uniform(0, 0.12), WIDE, 0.13):
        _pine(
            canvas,
            rng,
            (x0 + rng.normal(0, 0.02)) * side,
            rng.uniform(0.40, 0.47) * side,
            rng.uniform(0.2, 0.34) * side,
        )
    drift = _noise(rng, height, width, roughness=3.0, stretch=2.2)
    ground = _mix(_colour(250, 252, 255), _colour(196, 212, 236), _step(drift, -0.2, 2.2))
    canvas = _mix(canvas, ground, _step(y - horizon, -0.008, 0.008))
    for _ in range(70):
        centre = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        cv2.circle(canvas, centre, int(rng.integers(1, max(2, side // 60) + 1)), (1.0, 1.0, 1.0), -1, cv2.LINE_AA)
    return canvas


def _pine(canvas: Canvas, rng: np.random.Generator, x: float, foot: float, tall: float) -> None:
    """A fir with snow on its boughs, drawn into the canvas."""
    green = (_colour(30, 62, 52) * rng.uniform(0.85, 1.2)).tolist()
    for layer in range(3):
        top, low = foot - tall * (1 - layer * 0.22), foot - tall * (0.52 - layer * 0.24)
        half = tall * (0.16 + 0.07 * layer)
        bough = np.array([[x, top], [x - half, low], [x + half, low]]).round().astype(np.int32)
        cv2.fillPoly(canvas, [bough], green, cv2.LINE_AA)
        cap = np.array([[x, top], [x - half * 0.5, (top + low) / 2], [x + half * 0.1, (top + low) / 2]]).round()
        cv2.fillPoly(canvas, [cap.astype(np.int32)], (0.93, 0.96, 1.0), cv2.LINE_AA)


def _night(rng: np.random.Generator, side: int, height: int, width: int) -> Canvas:
    down = np.linspace(0, 1, height)[:, None] * np.ones((1, width))
    canvas = _mix(_colour(8, 10, 34), _colour(40, 44, 96), down).copy()
    for _ in range(55):
        centre = (int(rng.uniform(0, width)), int(rng.uniform(0, height * 0.75)))
        shine = rng.uniform(0.6, 1.0)
        cv2.circle(
            canvas,
            centre,
            int(rng.choice([1, 1, 2])) * max(1, side // 150),
            [shine, shine, shine * 0.95],
            -1,
            cv2.LINE_AA,
        )
    moon = np.array([rng.uniform(0.1, WIDE - 0.1), rng.uniform(0.16, 0.26)]) * side
    radius = 0.085 * side
    cv2.circle(canvas, tuple(np.round(moon).astype(int).tolist()), round(radius), (0.98, 0.95, 0.78), -1, cv2.LINE_AA)
    left = -rng.uniform(0, 0.1) * side
    while left < width:
        wide, tall = rng.uniform(0.13, 0.22) * side, rng.uniform(0.16, 0.42) * side
        _tower(canvas, rng, left, height - tall, left + wide, side)
        left += wide
    return canvas


def _tower(canvas: Canvas, rng: np.random.Generator, left: float, top: float, right: float, side: int) -> None:
    """A dark house with some lit windows, drawn into the canvas down to its lower edge."""
    wall = (_colour(14, 14, 26) * rng.uniform(0.7, 1.4)).tolist()
    cv2.rectangle(canvas, (round(left), round(top)), (round(right), canvas.shape[0]), wall, -1)
    pitch, pane = side * 0.052, side * 0.026
    for y in np.arange(top + pitch * 0.6, canvas.shape[0], pitch * 1.15):
        for x in np.arange(left + pitch * 0.4, right - pane, pitch):
            if rng.random() < 0.45:
                lit = _colour(255, 206, 110) * rng.uniform(0.75, 1.0)
                corner = (round(x), round(y))
                cv2.rectangle(canvas, corner, (round(x + pane), round(y + pane)), lit.tolist(), -1)


_DRAWN: dict[Scene, Callable[[np.random.Generator, int, int, int], Canvas]] = {
    "sky": _sky,
    "grass": _grass,
    "sand": _sand,
    "brick": _brick,
    "wood": _wood,
    "water": _water,
    "snow": _snow,
    "night": _night,
}
