"""Fixed layers that sum pixels anew: sharp pictures from blurred ones, and whole ones from their middle.

They are dense layers along rows and columns, so that a repaired network holds nothing but Keras' own layers.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from scipy.fft import dct, dctn, idct

from core.images.image_batch import WHITE

GAINS = "gains"


@dataclass(frozen=True, eq=False)
class Sharpener:
    """What makes soft pictures sharp.

    Args:
        colours: float64 (C, C), one principal colour a column, which carry noise of their own.
        gains: float64 (H, W, C), what each frequency of each of them is multiplied by.
    """

    colours: np.ndarray
    gains: np.ndarray


def sharpener_of(sharp: np.ndarray, soft: np.ndarray) -> Sharpener:
    r"""What each frequency of soft pictures is best multiplied by to come near the sharp ones.

    $\sum X Y / \sum Y^2$ over pictures, with X and Y the cosine transforms of sharp and soft pictures in the sharp
    ones' principal colours: the least squares that Wiener's filter is, with a blur, a noise and a spectrum that are
    seen rather than assumed. What is common to all colours stands out of their rounding further than what is not.

    Args:
        sharp: (N, H, W, C), both sides at least 2.
        soft: the same pictures after the fault, rounded as they are served.
    """
    values = np.asarray(sharp, np.float64).reshape(-1, sharp.shape[-1])
    _, colours = np.linalg.eigh(np.atleast_2d(np.cov(values, rowvar=False)))
    wanted, given = spectra(sharp) @ colours, spectra(soft) @ colours
    power = np.square(given).sum(axis=0)
    gains = np.divide((wanted * given).sum(axis=0), power, out=np.zeros_like(power), where=power > 0)
    return Sharpener(colours, gains)


def spectra(images: np.ndarray) -> np.ndarray:
    """Cosine transforms (N, H, W, C) of pictures mirrored at their borders, which is how pictures are blurred."""
    return dctn(np.asarray(images, np.float64), type=1, axes=(1, 2))


def sharpening_layer(sharpener: Sharpener) -> keras.Sequential:
    """A layer that multiplies frequencies of pictures (N, H, W, C) by gains, and keeps them in 0 to 255."""
    shape = height, width, channels = sharpener.gains.shape
    waves_down, waves_across = (dct(np.eye(side), type=1, axis=0) for side in (height, width))
    back_down, back_across = (idct(np.eye(side), type=1, axis=0) for side in (height, width))
    gain = keras.layers.DepthwiseConv2D(1, use_bias=False, name=GAINS)
    return keras.Sequential(
        [
            keras.Input(shape, name="soft"),
            colour_mixing_layer(sharpener.colours, shape, "colours"),
            *sum_layer(waves_down, waves_across, shape, "frequencies"),
            keras.layers.Reshape((1, 1, height * width * channels), name="in_a_row"),
            freeze_layer(gain, (1, 1, height * width * channels), sharpener.gains.reshape(1, 1, -1, 1)),
            keras.layers.Reshape(shape, name="in_rows"),
            *sum_layer(back_down, back_across, shape, "pixels"),
            colour_mixing_layer(sharpener.colours.T, shape, "colours_back"),
            keras.layers.ReLU(max_value=WHITE, name="clipped"),
        ],
        name="sharpened",
    )


def colour_mixing_layer(weights: np.ndarray, shape: tuple[int, int, int], name: str) -> keras.layers.Layer:
    """A layer that makes of each pixel's C channels others, by weights (C, D), in pictures of a shape (H, W, C)."""
    return freeze_layer(keras.layers.Conv2D(weights.shape[1], 1, use_bias=False, name=name), shape, weights[None, None])


def padding_layers(inner: tuple[int, int], shape: tuple[int, int, int]) -> list[keras.layers.Layer]:
    """Layers that set pictures of inner height and width in the middle of a shape (H, W, C), and mirror them there."""
    down, across = (_mirroring(small, large) for small, large in zip(inner, shape[:2], strict=True))
    return sum_layer(down, across, (*inner, shape[2]), "surrounded")


def _mirroring(small: int, large: int) -> np.ndarray:
    """Which of a small side's values stands at each place of a large side, (large, small)."""
    before = (large - small) // 2
    return np.pad(np.eye(small), ((before, large - small - before), (0, 0)), mode="symmetric")


def sum_layer(
    rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int, int], name: str
) -> list[keras.layers.Layer]:
    """Layers from pictures x of a shape (H, W, C) to rows · x · columns transposed, channel by channel.

    Args:
        rows: (A, H).
        columns: (B, W).
        shape: (H, W, C).
        name: how the layers' names begin.
    """
    height, width, channels = shape
    across = keras.layers.Dense(len(columns), use_bias=False, name=f"{name}_across")
    down = keras.layers.Dense(len(rows), use_bias=False, name=f"{name}_down")
    return [
        keras.layers.Permute((3, 1, 2), name=f"{name}_rows"),
        freeze_layer(across, (channels, height, width), columns.T),
        keras.layers.Permute((1, 3, 2), name=f"{name}_columns"),
        freeze_layer(down, (channels, len(columns), height), rows.T),
        keras.layers.Permute((3, 2, 1), name=f"{name}_made"),
    ]


def freeze_layer(layer: keras.layers.Layer, shape: tuple[int, ...], *weights: np.ndarray) -> keras.layers.Layer:
    """The layer, built for values of a shape, with these weights, which are never taught."""
    layer.build((None, *shape))
    layer.set_weights([weight.astype(np.float32) for weight in weights])
    layer.trainable = False
    return layer
