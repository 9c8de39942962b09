"""A bank of oriented edge and colour filters, as in models of early vision, and how much of a unit it explains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

WAVELENGTHS = (3.0, 6.0, 12.0)
SPOTS = (1.0, 3.0)
"""Widths (standard deviations) of the blurred spots that see plain colour, in pixels."""
ORIENTATIONS = 6
PATCH = 25
OPPONENTS = np.array([[1, 1, 1], [1, -1, 0], [-0.5, -0.5, 1]], np.float32)
"""Lightness, red against green, and blue against yellow, from red, green and blue."""
STRENGTHS = np.logspace(-1, 5, 13)
"""Ridge penalties to choose from."""


@dataclass(frozen=True)
class FilterBank:
    """Gabor filters of several wavelengths and orientations, even and odd, on lightness and two colour differences; and
    blurred spots of each colour.

    Args:
        channels: 1 or 3, of the images.
        orientations: directions over half a turn.
        wavelengths: in pixels.
    """

    channels: int = 3
    orientations: int = ORIENTATIONS
    wavelengths: tuple[float, ...] = WAVELENGTHS

    @cached_property
    def kernels(self) -> np.ndarray:
        """Every filter, float32 (F, PATCH, PATCH, channels), of length 1."""
        shapes = [
            _gabor(wavelength, np.pi * turn / self.orientations, phase)
            for wavelength in self.wavelengths
            for turn in range(self.orientations)
            for phase in (0.0, np.pi / 2)
        ]
        colours = OPPONENTS if self.channels == 3 else np.ones((1, 1), np.float32)
        edges = [shape[..., None] * colour for shape in shapes for colour in colours]
        spots = [
            _spot(width)[..., None] * colour for width in SPOTS for colour in np.eye(self.channels, dtype=np.float32)
        ]
        made = np.stack([*edges, *spots])
        return made / np.sqrt((made**2).sum(axis=(1, 2, 3), keepdims=True))

    def answers(self, patches: np.ndarray) -> np.ndarray:
        """The filters' responses to patches (M, PATCH, PATCH, C): the positive part, and the negative part, (M, 2F).

        They are separate because units with a rectifier respond to one side only.
        """
        linear = patches.reshape(len(patches), -1) @ self.kernels.reshape(len(self.kernels), -1).T
        return np.concatenate([np.maximum(linear, 0), np.maximum(-linear, 0)], axis=1)


def _gabor(wavelength: float, angle: float, phase: float) -> np.ndarray:
    """A Gabor filter of one octave's bandwidth whose sum is zero, float32 (PATCH, PATCH)."""
    kernel = cv2.getGaborKernel((PATCH, PATCH), 0.56 * wavelength, angle, wavelength, 1.0, phase, cv2.CV_32F)
    window = _spot(0.56 * wavelength)
    return kernel - window * kernel.sum() / window.sum()


def _spot(width: float) -> np.ndarray:
    line = cv2.getGaussianKernel(PATCH, width, cv2.CV_32F)
    return line @ line.T


def patches_at(images: np.ndarray, pictures: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Patches of images around pixels, float32 (M, PATCH, PATCH, C), mirrored at the border.

    Args:
        images: (N, H, W, C), any data type.
        pictures: int (M,), which image.
        rows: int (M,), rows of the pixels.
        columns: int (M,), their columns.
    """
    half = PATCH // 2
    wide = np.pad(images, ((0, 0), (half, half), (half, half), (0, 0)), mode="symmetric")
    made = [
        wide[n, row : row + PATCH, column : column + PATCH]
        for n, row, column in zip(pictures, rows, columns, strict=True)
    ]
    return np.asarray(made, np.float32)


def explained_variance(features: np.ndarray, values: np.ndarray, groups: np.ndarray, *, folds: int = 4) -> np.ndarray:
    r"""How much of each unit a ridge regression on features explains, cross-validated.

    $R^2 = 1 - \sum (y - \hat y)^2 / \sum (y - \bar y)^2$ over samples that the regression did not see.

    Args:
        features: (M, F).
        values: (M, K), one column per unit.
        groups: int (M,), the image of each sample; an image is never on both sides.
        folds: number of parts left out in turn, at least 2.

    Returns:
        float64 (K,), at most 1; below 0 if the prediction is worse than the mean; NaN for a unit that never changes.
    """
    spread = ((values - values.mean(axis=0)) ** 2).sum(axis=0, dtype=np.float64)
    # Rounding leaves a little spread in a constant column.
    alive = spread > 1e-9 * np.maximum((values.astype(np.float64) ** 2).sum(axis=0), 1e-12)
    result = np.full(values.shape[1], np.nan)
    if not alive.any():
        return result
    wanted = values[:, alive].astype(np.float64)
    scaled = (wanted - wanted.mean(axis=0)) / wanted.std(axis=0)
    guess = np.empty_like(scaled)
    for seen, unseen in GroupKFold(folds).split(features, groups=groups):
        model = make_pipeline(StandardScaler(), RidgeCV(STRENGTHS, alpha_per_target=True))
        guess[unseen] = model.fit(features[seen], scaled[seen]).predict(features[unseen]).reshape(len(unseen), -1)
    result[alive] = 1 - ((scaled - guess) ** 2).mean(axis=0)
    return result
