"""Augmentation of training images with Keras' own layers.

They live outside the network: a saved model contains none of them, and attribution sees only what remains at inference.
"""

from __future__ import annotations

from collections.abc import Callable

import keras
import tensorflow as tf
from keras import layers

from core.networks.training.specs import TrainingSpec

Augment = Callable[[tf.Tensor], tf.Tensor]
WHITE = 255.0


def augmenter(spec: TrainingSpec, channels: int) -> Augment:
    """The augmentation of a batch of images, float32 (N, H, W, C) in 0..255; the same seed gives the same changes.

    Args:
        spec: which augmentations.
        channels: 1 or 3.
    """
    steps = _layers(spec, channels)

    def augment(images: tf.Tensor) -> tf.Tensor:
        for step in steps:
            images = step(images, training=True)
        return images

    return augment


def _layers(spec: TrainingSpec, channels: int) -> list[keras.layers.Layer]:
    seed, edge = spec.seed, "reflect"
    colour = channels == 3
    chosen: list[tuple[bool, Callable[[], list[keras.layers.Layer]]]] = [
        (spec.flip, lambda: [layers.RandomFlip("horizontal", seed=seed)]),
        (spec.flip_vertical, lambda: [layers.RandomFlip("vertical", seed=seed + 1)]),
        (spec.shift > 0, lambda: [layers.RandomTranslation(spec.shift, spec.shift, edge, seed=seed + 2)]),
        (spec.rotate > 0, lambda: [layers.RandomRotation(spec.rotate / 360, edge, seed=seed + 3)]),
        (spec.zoom > 0, lambda: [layers.RandomZoom((-spec.zoom, spec.zoom), fill_mode=edge, seed=seed + 4)]),
        (spec.brightness > 0, lambda: [layers.RandomBrightness(spec.brightness, seed=seed + 5)]),
        (spec.contrast > 0, lambda: [layers.RandomContrast(spec.contrast, seed=seed + 6)]),
        (spec.hue > 0 and colour, lambda: [layers.RandomHue(spec.hue, seed=seed + 7)]),
        (spec.saturation > 0 and colour, lambda: _saturation(spec.saturation, seed + 8)),
        (spec.erase > 0, lambda: [layers.RandomErasing((1.0, 1.0), scale=(0.0, spec.erase), seed=seed + 9)]),
    ]
    return [layer for wanted, make in chosen if wanted for layer in make()]


def _saturation(share: float, seed: int) -> list[keras.layers.Layer]:
    """Keras' layer multiplies saturation by f / (1 - f), and keeps it in bounds only for pictures in 0 to 1."""
    low, high = (1 - share) / (2 - share), (1 + share) / (2 + share)
    return [
        layers.Rescaling(1 / WHITE),
        layers.RandomSaturation((low, high), value_range=(0, 1), seed=seed),
        layers.Rescaling(WHITE),
    ]
