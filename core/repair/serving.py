"""Faults at serving: finding them without labels, the layers that undo them, and pictures made to have them.

Test pictures are as they are served, validation pictures as they were learned from. The right fault is the one that
makes the network see in both the same: when validation pictures are given it, their features have the lowest Fréchet
distance to those of the test pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import keras
import numpy as np

from core.hunches.material import WHITE
from core.repair.base import Recipe
from core.repair.heads import features

MOST = 400  # pictures looked at on either side
MARGIN = 0.5  # a fault must bring the distance below this share of what it is without
GREY = 127.5
NOISE = 1e-3  # how much noise the inverse of a blur reckons with, against the picture
LARGEST = 8  # half of the widest kernel that undoes a blur
RADII = tuple(np.round(np.arange(0.4, 4.01, 0.2), 2))
CROPS = tuple(np.round(np.arange(0.3, 0.96, 0.05), 2))
NEAR = 2  # how many radii on either side of the likeliest are tried
LOSSY = ("blurred", "cropped")


@dataclass(frozen=True)
class Fault:
    """What happens to pictures on their way: its name in the settings, and how much."""

    name: str
    amount: float = 1.0


def found(recipe: Recipe, name: str, amount: float | None) -> Fault | None:
    """The fault that is named, with its amount found where it is left open; None where none is found.

    Args:
        recipe: its test pictures are as served, its validation pictures as learned from.
        name: as in the fix's settings; "find" tries them all.
        amount: how much, where that is known.
    """
    if name == "red and blue swapped" or (name != "find" and amount is not None):
        return Fault(name, 1.0 if amount is None else amount)
    learned, served = _few(recipe.splits.validation.images), _few(recipe.splits.test.images)
    if not len(learned) or not len(served):
        return None
    tried = [fault for fault in _candidates(learned, served) if name in ("find", fault.name)]
    target = features(recipe.model, served)
    before = distance(features(recipe.model, learned), target)
    after = [distance(features(recipe.model, spoiled(learned, fault)), target) for fault in tried]
    if not tried or (name == "find" and min(after) > MARGIN * before):
        return None
    return tried[int(np.argmin(after))]


def distance(values: np.ndarray, others: np.ndarray) -> float:
    r"""$\|\mu_1 - \mu_2\|^2 + \mathrm{tr}(S_1 + S_2 - 2 (S_1 S_2)^{1/2})$, on features (N, F) and (M, F).

    Source: Heusel et al. 2017, arXiv 1706.08500.
    """
    values, others = np.asarray(values, np.float64), np.asarray(others, np.float64)
    first, second = np.cov(values, rowvar=False), np.cov(others, rowvar=False)
    first, second = np.atleast_2d(first), np.atleast_2d(second)
    root = np.sqrt(np.maximum(np.linalg.eigvals(first @ second).real, 0)).sum()
    apart = np.square(values.mean(axis=0) - others.mean(axis=0)).sum()
    return float(apart + np.trace(first) + np.trace(second) - 2 * root)


def corrected(images: np.ndarray, fault: Fault) -> np.ndarray:
    """Pictures with the fault undone, float32 (N, H, W, C), by the layers that go before the network."""
    value = keras.ops.convert_to_tensor(np.asarray(images, np.float32))
    for layer in layers_of(fault, images.shape[1:]):
        value = layer(value)
    return np.asarray(value)


def spoiled(images: np.ndarray, fault: Fault) -> np.ndarray:
    """Pictures that are given the fault, in their own number type but for another scale, which makes floats."""
    if fault.name == "red and blue swapped":
        return np.ascontiguousarray(images[..., ::-1])
    if fault.name == "another scale":
        return images.astype(np.float32) * np.float32(fault.amount)
    if fault.name == "another light":
        return _typed(images.astype(np.float32) * np.float32(fault.amount), images.dtype)
    if fault.name == "blurred":
        return _blurred(images, fault.amount)
    return np.stack([_closer(picture, fault.amount) for picture in images]) if len(images) else images


def layers_of(fault: Fault, shape: tuple[int, ...]) -> list[keras.layers.Layer]:
    """Layers that undo a fault in pictures of a shape (H, W, C)."""
    if fault.name == "red and blue swapped":
        return [_fixed(keras.layers.Conv2D(3, 1, use_bias=False, name="colours_swapped_back"), shape, _swapping())]
    if fault.name in ("another scale", "another light"):
        return [keras.layers.Rescaling(1 / fault.amount, name="scale_corrected")]
    if fault.name == "blurred":
        return _sharpening(fault.amount, shape)
    return _shrinking(fault.amount, shape)


def _few(images: np.ndarray) -> np.ndarray:
    return images[:: max(1, math.ceil(len(images) / MOST))]


def _candidates(learned: np.ndarray, served: np.ndarray) -> list[Fault]:
    white, dim = np.quantile(learned, 0.999), np.quantile(served, 0.999)
    light = float(served.mean() / max(learned.mean(), 1e-9))
    candidates = []
    if learned.shape[-1] == 3:
        candidates.append(Fault("red and blue swapped"))
    if dim <= 1.0 < white:
        candidates.append(Fault("another scale", 1 / WHITE))
    if white <= 1.0 < dim:
        candidates.append(Fault("another scale", WHITE))
    if light > 0 and abs(math.log(light)) > 0.05:
        candidates.append(Fault("another light", light))
    return [*candidates, *_blurs(learned, served), *(Fault("cropped", float(kept)) for kept in CROPS)]


def _blurs(learned: np.ndarray, served: np.ndarray) -> list[Fault]:
    """Radii that make the pictures learned from about as soft as those served; none where these are as sharp."""
    wanted = _sharpness(served)
    if wanted > 0.8 * _sharpness(learned):
        return []
    softness = np.array([_sharpness(_blurred(learned, radius)) for radius in RADII])
    likeliest = int(np.argmin(np.abs(np.log(softness) - math.log(max(wanted, 1e-9)))))
    return [Fault("blurred", float(radius)) for radius in RADII[max(0, likeliest - NEAR) : likeliest + NEAR + 1]]


def _sharpness(images: np.ndarray) -> float:
    """Mean square of the Laplacian over that of the picture's spread."""
    pictures = images.astype(np.float32)
    edges = np.mean([np.square(cv2.Laplacian(picture, cv2.CV_32F)).mean() for picture in pictures])
    return float(edges / max(pictures.var(), 1e-9))


def _blurred(images: np.ndarray, radius: float) -> np.ndarray:
    return np.stack([cv2.GaussianBlur(picture, (0, 0), radius).reshape(picture.shape) for picture in images])


def _closer(picture: np.ndarray, kept: float) -> np.ndarray:
    """The middle of a picture, enlarged to its size."""
    height, width = picture.shape[:2]
    move = np.array([[1 / kept, 0, (1 - 1 / kept) * (width - 1) / 2], [0, 1 / kept, (1 - 1 / kept) * (height - 1) / 2]])
    return cv2.warpAffine(
        picture, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).reshape(picture.shape)


def _typed(pictures: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.clip(pictures + 0.5, 0, WHITE).astype(dtype) if dtype == np.uint8 else pictures.astype(dtype)


def _fixed(layer: keras.layers.Layer, shape: tuple[int, ...], *weights: np.ndarray) -> keras.layers.Layer:
    """The layer with these weights, which are never taught."""
    layer.build((None, *shape))
    layer.set_weights(list(weights))
    layer.trainable = False
    return layer


def _swapping() -> np.ndarray:
    return np.eye(3, dtype=np.float32)[::-1][None, None]


def _sharpening(radius: float, shape: tuple[int, ...]) -> list[keras.layers.Layer]:
    """Wiener's inverse of a Gaussian blur, about middle grey, so that what lies outside the picture counts as grey."""
    kernel = inverse_blur(radius, min(LARGEST, (min(shape[:2]) - 1) // 2))
    channels = shape[2]
    filters = np.repeat(kernel[:, :, None, None], channels, axis=2).astype(np.float32)
    layer = keras.layers.DepthwiseConv2D(kernel.shape, padding="same", use_bias=False, name="sharpened")
    return [
        keras.layers.Rescaling(1.0, offset=-GREY, name="about_grey"),
        _fixed(layer, shape, filters),
        keras.layers.Rescaling(1.0, offset=GREY, name="about_black"),
    ]


def inverse_blur(radius: float, half: int) -> np.ndarray:
    """A kernel (2 half + 1 a side) that undoes a Gaussian blur as far as noise allows, and keeps a flat picture flat.

    With the blur's response g = exp(-radius² ω² / 2) and signals that fall as 1 / ω, its response is
    g / (g² + noise · ω²).
    """
    size = 64
    frequency = 2 * np.pi * np.fft.fftfreq(size)
    square = frequency[:, None] ** 2 + frequency[None, :] ** 2
    blur = np.exp(-(radius**2) * square / 2)
    kernel = np.fft.fftshift(np.fft.ifft2(blur / (blur**2 + NOISE * square)).real)
    middle = size // 2
    window = np.hanning(2 * half + 3)[1:-1] ** 0.5
    part = kernel[middle - half : middle + half + 1, middle - half : middle + half + 1] * np.outer(window, window)
    return part / part.sum()


def _shrinking(kept: float, shape: tuple[int, ...]) -> list[keras.layers.Layer]:
    """Closer pictures made as far away as those learned from; what was cut off is grey."""
    height, width = (max(1, round(side * kept)) for side in shape[:2])
    down, across = shape[0] - height, shape[1] - width
    padding = ((down // 2, down - down // 2), (across // 2, across - across // 2))
    return [
        keras.layers.Resizing(height, width, antialias=True, name="shrunk"),
        keras.layers.Rescaling(1.0, offset=-GREY, name="about_grey"),
        keras.layers.ZeroPadding2D(padding, name="surrounded"),
        keras.layers.Rescaling(1.0, offset=GREY, name="about_black"),
    ]
