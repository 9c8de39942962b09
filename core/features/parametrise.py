"""Parametrisations of an image: how unbounded numbers become an image in 0..1, and back.

Every parametrisation ends in the same two steps. Colours are converted from directions that vary independently in
photographs to red, green and blue, and a sigmoid keeps each value within 0..1, so that no image ever leaves the range
of
the data. `encode` is the inverse of `decode`.

Sources: Olah, Mordvintsev and Schubert 2017, "Feature Visualization", Distill (Fourier basis, decorrelated colour);
Fel et al. 2023, arXiv 2306.06805 (MaCo: fixed magnitudes, free phases).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from core.errors import DataError

COLOURS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
"""A square root of the covariance of photographs' red, green and blue (Olah et al. 2017, from ImageNet): the columns
are lightness, yellow against blue, and green against purple."""
COLOURS /= np.linalg.norm(COLOURS, axis=0).max()
MARGIN = 0.02
"""`encode` keeps this far from black and white, whose logits would be infinite."""
RETURN = 0.1
"""Least slope of the sigmoid for a value on its way back to grey: a pixel that went black too early would stay so."""
START = 0.003
"""Spread of the first random parameters, which makes an almost grey picture."""


@tf.custom_gradient
def _bounded(values: tf.Tensor) -> tuple[tf.Tensor, Any]:
    """The sigmoid, whose slope is held at `RETURN` or above towards the middle."""
    bounded = tf.sigmoid(values)

    def back(wanted: tf.Tensor) -> tf.Tensor:
        slope = bounded * (1 - bounded)
        outwards = (bounded - 0.5) * wanted > 0
        return wanted * tf.where(outwards, slope, tf.maximum(slope, RETURN))

    return bounded, back


@dataclass(frozen=True)
class Canvas:
    """Height, width and channels of the pictures, and whether their colours are decorrelated."""

    height: int
    width: int
    channels: int
    decorrelate: bool = True

    @property
    def mixes(self) -> bool:
        """Whether colours are mixed at all: greyscale has nothing to mix."""
        return self.decorrelate and self.channels == 3

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C)."""
        return self.height, self.width, self.channels

    @property
    def spectrum(self) -> tuple[int, int, int]:
        """(C, H, W // 2 + 1): the waves of a real picture."""
        return self.channels, self.height, self.width // 2 + 1

    def finish(self, latent: tf.Tensor) -> tf.Tensor:
        """Pictures in 0..1 from free values, both (N, H, W, C)."""
        return _bounded(tf.tensordot(latent, COLOURS.T, 1) if self.mixes else latent)

    def latent(self, images: np.ndarray) -> np.ndarray:
        """The inverse of `finish`, for values within `MARGIN` of neither end."""
        inside = np.clip(np.asarray(images, np.float64), MARGIN, 1 - MARGIN)
        logits = np.log(inside / (1 - inside))
        return logits @ np.linalg.inv(COLOURS.T.astype(np.float64)) if self.mixes else logits


@dataclass(frozen=True, eq=False)
class Pixels:
    """One number a pixel and channel: (N, H, W, C)."""

    canvas: Canvas

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one picture's parameters."""
        return self.canvas.shape

    def start(self, seed: Sequence[int]) -> np.ndarray:
        """The parameters of one almost grey picture."""
        return np.random.default_rng(seed).normal(0, START, self.shape).astype(np.float32)

    def decode(self, parameters: tf.Tensor) -> tf.Tensor:
        """Pictures (N, H, W, C) in 0..1."""
        return self.canvas.finish(parameters)

    def encode(self, images: np.ndarray) -> np.ndarray:
        """The parameters of pictures (N, H, W, C) in 0..1."""
        return self.canvas.latent(images).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Fourier:
    r"""Waves of all lengths, $z_f$ scaled by $1 / \max(|f|, 1/\text{side})$: (N, C, H, W // 2 + 1, 2).

    Long waves move as easily as short ones, so that pictures get the 1/f spectrum of photographs.
    """

    canvas: Canvas

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one picture's parameters: real and imaginary parts come last."""
        return (*self.canvas.spectrum, 2)

    def start(self, seed: Sequence[int]) -> np.ndarray:
        """The parameters of one almost grey picture."""
        return np.random.default_rng(seed).normal(0, START, self.shape).astype(np.float32)

    def decode(self, parameters: tf.Tensor) -> tf.Tensor:
        """Pictures (N, H, W, C) in 0..1."""
        scaled = parameters * _energy(self.canvas)[..., None]
        return self.canvas.finish(_waves(scaled[..., 0], scaled[..., 1], self.canvas))

    def encode(self, images: np.ndarray) -> np.ndarray:
        """The parameters of pictures (N, H, W, C) in 0..1."""
        waves = spectrum(images, self.canvas) / _energy(self.canvas)
        return np.stack([waves.real, waves.imag], axis=-1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Phases:
    """MaCo: only where each wave lies is free, (N, C, H, W // 2 + 1); how strong it is stays as given.

    Args:
        canvas: size and colours.
        magnitude: float32 (C, H, W // 2 + 1); see `magnitude_of` and `natural_magnitude`.
    """

    canvas: Canvas
    magnitude: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one picture's parameters."""
        return self.canvas.spectrum

    def start(self, seed: Sequence[int]) -> np.ndarray:
        """Random phases."""
        return np.random.default_rng(seed).uniform(-np.pi, np.pi, self.shape).astype(np.float32)

    def decode(self, parameters: tf.Tensor) -> tf.Tensor:
        """Pictures (N, H, W, C) in 0..1."""
        real, imaginary = tf.cos(parameters) * self.magnitude, tf.sin(parameters) * self.magnitude
        return self.canvas.finish(_waves(real, imaginary, self.canvas))

    def encode(self, images: np.ndarray) -> np.ndarray:
        """The phases of pictures (N, H, W, C) in 0..1; their magnitudes are lost."""
        return np.angle(spectrum(images, self.canvas)).astype(np.float32)


Parametrisation = Pixels | Fourier | Phases


def spectrum(images: np.ndarray, canvas: Canvas) -> np.ndarray:
    """The waves of pictures' free values, complex (N, C, H, W // 2 + 1)."""
    return np.fft.rfft2(np.moveaxis(canvas.latent(images), -1, 1))


def magnitude_of(images: np.ndarray, canvas: Canvas) -> np.ndarray:
    """The mean strength of each wave over pictures (N, H, W, C) in 0..1: MaCo's template, (C, H, W // 2 + 1).

    Raises:
        DataError: when the pictures have another size than the canvas.
    """
    if images.ndim != 4 or images.shape[1:] != canvas.shape:
        raise DataError(f"The template's pictures should have the shape (N, {canvas.shape})", f"{images.shape}")
    return np.abs(spectrum(images, canvas)).mean(axis=0).astype(np.float32)


def natural_magnitude(canvas: Canvas) -> np.ndarray:
    """A 1/f template whose free values have a spread of one in each colour direction."""
    energy = np.broadcast_to(_energy(canvas), canvas.spectrum).astype(np.float64)
    count = canvas.height * canvas.width
    twice = np.where(_mirror_weights(canvas.width), 2.0, 1.0)
    power = (energy[0] ** 2 * twice).sum() - energy[0, 0, 0] ** 2
    return (energy * count / np.sqrt(power)).astype(np.float32)


def _mirror_weights(width: int) -> np.ndarray:
    """Which of the waves along a row stand for their mirror image, too."""
    waves = np.arange(width // 2 + 1)
    return (waves > 0) & (2 * waves != width)


def _energy(canvas: Canvas) -> np.ndarray:
    """The scale of each wave, float32 (H, W // 2 + 1)."""
    down, across = np.fft.fftfreq(canvas.height)[:, None], np.fft.rfftfreq(canvas.width)[None]
    frequency = np.maximum(np.hypot(down, across), 1 / max(canvas.height, canvas.width))
    return (np.sqrt(canvas.height * canvas.width) / frequency).astype(np.float32)


def _waves(real: tf.Tensor, imaginary: tf.Tensor, canvas: Canvas) -> tf.Tensor:
    """The inverse real Fourier transform, (N, C, H, W // 2 + 1) to (N, H, W, C).

    As products with cosine and sine matrices: at these sizes they take half the time of the transform's own
    operation and its gradient.
    """
    turn = 2 * np.pi * np.outer(np.arange(canvas.height), np.arange(canvas.height)) / canvas.height
    cos, sin = (np.asarray(wave(turn) / canvas.height, np.float32) for wave in (np.cos, np.sin))
    columns_real = _down(cos, real) - _down(sin, imaginary)
    columns_imaginary = _down(sin, real) + _down(cos, imaginary)
    across = 2 * np.pi * np.outer(np.arange(canvas.width // 2 + 1), np.arange(canvas.width)) / canvas.width
    weight = (np.where(_mirror_weights(canvas.width), 2.0, 1.0) / canvas.width)[:, None]
    rows_cos, rows_sin = (np.asarray(weight * wave(across), np.float32) for wave in (np.cos, np.sin))
    made = tf.tensordot(columns_real, rows_cos, 1) - tf.tensordot(columns_imaginary, rows_sin, 1)
    return tf.transpose(made, (0, 2, 3, 1))


def _down(matrix: np.ndarray, values: tf.Tensor) -> tf.Tensor:
    """A matrix applied to the columns of (N, C, H, W).

    Not by `@`: with oneDNN, TensorFlow 2.21 gives wrong numbers for some products of four axes with two.
    """
    return tf.einsum("yh,nchw->ncyw", matrix, values)
