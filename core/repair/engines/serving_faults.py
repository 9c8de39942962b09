"""Serving faults: detecting them without labels, the layers that undo them, and applying them to images.

Test images are as served, validation images as in training. The right fault is the one that makes both look the same to
the network: applied to the validation images, their features have the lowest Fréchet distance to those of the test
images.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import keras
import numpy as np

from core.images.image_batch import WHITE
from core.repair.base import Front, TrainingRecipe
from core.repair.engines.classifier_head import features
from core.repair.engines.deblurring import colour_mixing_layer, padding_layers, sharpener_of, sharpening_layer, spectra

MOST = 400  # pictures looked at on either side
BATCH = 256
MARGIN = 0.8  # a fault must bring the distance below this share of what it is without
RADII = tuple(np.round(np.arange(0.4, 4.01, 0.2), 2))
CROPS = tuple(np.round(np.arange(0.3, 0.96, 0.05), 2))
FINER = np.linspace(-0.4, 0.4, 17)  # round the radius that is about right
LOSSY = ("blurred", "cropped")


@dataclass(frozen=True)
class Fault:
    """What happens to images on their way to the network: its name in the settings, and its amount.

    Args:
        name: as in the settings of the fix.
        amount: factor, blur radius in pixels, or fraction of each side that a crop keeps.
    """

    name: str
    amount: float = 1.0


def find_fault(recipe: TrainingRecipe, name: str, amount: float | None) -> Fault | None:
    """The named fault, with its amount estimated if it is left open; None if no fault is found.

    Args:
        recipe: its test images are as served, its validation images as in training.
        name: as in the fix's settings; "find" tries all faults.
        amount: the amount, if known.
    """
    if name == "red and blue swapped" or (name != "find" and amount is not None):
        return Fault(name, 1.0 if amount is None else amount)
    learned, served = sample_images(recipe.splits.validation.images), sample_images(recipe.splits.test.images)
    if not len(learned) or not len(served):
        return None
    tried = [fault for fault in _candidates(learned, served) if name in ("find", fault.name)]
    target = features(recipe.model, served)
    before = frechet_distance(features(recipe.model, learned), target)
    after = [frechet_distance(features(recipe.model, apply_fault(learned, fault)), target) for fault in tried]
    if not tried or (name == "find" and min(after) > MARGIN * before):
        return None
    return tried[int(np.argmin(after))]


def frechet_distance(values: np.ndarray, others: np.ndarray) -> float:
    r"""$\|\mu_1 - \mu_2\|^2 + \mathrm{tr}(S_1 + S_2 - 2 (S_1 S_2)^{1/2})$, the Fréchet distance.

    Args:
        values: (N, F).
        others: (M, F).

    Source: Heusel et al. 2017, arXiv 1706.08500.
    """
    values, others = np.asarray(values, np.float64), np.asarray(others, np.float64)
    first, second = np.cov(values, rowvar=False), np.cov(others, rowvar=False)
    first, second = np.atleast_2d(first), np.atleast_2d(second)
    root = np.sqrt(np.maximum(np.linalg.eigvals(first @ second).real, 0)).sum()
    apart = np.square(values.mean(axis=0) - others.mean(axis=0)).sum()
    return float(apart + np.trace(first) + np.trace(second) - 2 * root)


def apply_fault(images: np.ndarray, fault: Fault) -> np.ndarray:
    """Apply a fault to images; the data type is kept, except that another scale gives floats.

    Args:
        images: (N, H, W, C).
        fault: what to apply.
    """
    if fault.name == "red and blue swapped":
        return np.ascontiguousarray(images[..., ::-1])
    if fault.name == "another scale":
        return images.astype(np.float32) * np.float32(fault.amount)
    if fault.name == "another light":
        return _to_dtype(images.astype(np.float32) * np.float32(fault.amount), images.dtype)
    if fault.name == "blurred":
        return _blur(images, fault.amount)
    return np.stack([_crop_and_enlarge(image, fault.amount) for image in images]) if len(images) else images


def correction_layers(fault: Fault, shape: tuple[int, int, int], learned: np.ndarray) -> list[keras.layers.Layer]:
    """Layers that undo a fault.

    Args:
        fault: what to undo.
        shape: (H, W, C) of the served images.
        learned: training images (N, H, W, C), which show what a blur leaves of them.
    """
    if fault.name == "red and blue swapped":
        return [colour_mixing_layer(np.eye(3)[::-1], shape, "colours_swapped_back")]
    if fault.name in ("another scale", "another light"):
        return [keras.layers.Rescaling(1 / fault.amount, name="scale_corrected")]
    if fault.name == "blurred":
        sharp = sample_images(learned)
        return [sharpening_layer(sharpener_of(sharp, apply_fault(sharp, fault)))]
    inner = (max(1, round(shape[0] * fault.amount)), max(1, round(shape[1] * fault.amount)))
    return [keras.layers.Resizing(*inner, antialias=True, name="shrunk"), *padding_layers(inner, shape)]


def run_layers(images: np.ndarray, layers: Front) -> np.ndarray:
    """Pass images through layers made for their shape; the data type is kept.

    Args:
        images: (N, H, W, C).
        layers: shape -> layers.
    """
    chain = layers(images.shape[1:])
    parts = [images[:0]]
    for start in range(0, len(images), BATCH):
        value = keras.ops.convert_to_tensor(images[start : start + BATCH].astype(np.float32))
        for layer in chain:
            value = layer(value)
        parts.append(_to_dtype(np.asarray(value), images.dtype))
    return np.concatenate(parts)


def sample_images(images: np.ndarray, most: int = MOST) -> np.ndarray:
    """At most `most` of the images, evenly spaced.

    Args:
        images: (N, H, W, C).
        most: largest number.
    """
    return images[:: max(1, math.ceil(len(images) / most))]


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
    """The radius that makes training images as soft as the served ones; none if those are as sharp.

    The Laplacian gives a first estimate, and the spectrum, which a blur divides by exp(radius² ω²), refines it.
    """
    wanted = _sharpness(served)
    if wanted > 0.8 * _sharpness(learned):
        return []
    softness = np.array([_sharpness(_blur(learned, radius)) for radius in RADII])
    about = RADII[int(np.argmin(np.abs(np.log(softness) - math.log(max(wanted, 1e-9)))))]
    finer = [radius for radius in about + FINER if radius > 0]
    target = _powers(served)
    apart = [np.square(np.log(_powers(_blur(learned, radius))) - np.log(target)).mean() for radius in finer]
    return [Fault("blurred", round(float(finer[int(np.argmin(apart))]), 3))]


def _powers(images: np.ndarray) -> np.ndarray:
    """The mean power of each frequency, (H, W), all above zero."""
    return np.square(spectra(images)).mean(axis=(0, 3)) + 1e-9


def _sharpness(images: np.ndarray) -> float:
    """Mean square of the Laplacian divided by the variance of the images."""
    pictures = images.astype(np.float32)
    edges = np.mean([np.square(cv2.Laplacian(image, cv2.CV_32F)).mean() for image in pictures])
    return float(edges / max(pictures.var(), 1e-9))


def _blur(images: np.ndarray, radius: float) -> np.ndarray:
    return np.stack([cv2.GaussianBlur(image, (0, 0), radius).reshape(image.shape) for image in images])


def _crop_and_enlarge(image: np.ndarray, kept: float) -> np.ndarray:
    """The middle of an image, enlarged to its full size."""
    height, width = image.shape[:2]
    move = np.array([[1 / kept, 0, (1 - 1 / kept) * (width - 1) / 2], [0, 1 / kept, (1 - 1 / kept) * (height - 1) / 2]])
    return cv2.warpAffine(
        image, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).reshape(image.shape)


def _to_dtype(images: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.clip(images + 0.5, 0, WHITE).astype(dtype) if dtype == np.uint8 else images.astype(dtype)
