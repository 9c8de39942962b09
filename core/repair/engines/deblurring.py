"""Fixed linear layers: sharpening blurred images, and restoring cropped ones from their middle.

They are dense layers along rows and columns, so that a repaired network contains only Keras' own layers.
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
    """A frequency-domain filter that sharpens blurred images.

    Args:
        colours: float64 (C, C), one principal colour per column, each with its own noise.
        gains: float64 (H, W, C), factor of each frequency of each principal colour.
    """

    colours: np.ndarray
    gains: np.ndarray


def sharpener_of(sharp: np.ndarray, soft: np.ndarray) -> Sharpener:
    r"""The least-squares filter from blurred images to sharp ones.

    $\sum X Y / \sum Y^2$ over images, with X and Y the cosine transforms of sharp and blurred images in the principal
    colours of the sharp ones: Wiener's filter with the blur, noise and spectrum measured rather than assumed. What all
    colours share stands out further from rounding noise than what they do not.

    Args:
        sharp: (N, H, W, C), both sides at least 2.
        soft: the same images after the fault, rounded as they are served.
    """
    values = np.asarray(sharp, np.float64).reshape(-1, sharp.shape[-1])
    _, colours = np.linalg.eigh(np.atleast_2d(np.cov(values, rowvar=False)))
    wanted, given = spectra(sharp) @ colours, spectra(soft) @ colours
    power = np.square(given).sum(axis=0)
    gains = np.divide((wanted * given).sum(axis=0), power, out=np.zeros_like(power), where=power > 0)
    return Sharpener(colours, gains)


def spectra(images: np.ndarray) -> np.ndarray:
    """Cosine transforms (N, H, W, C) of images mirrored at their borders, which is how images are blurred."""
    return dctn(np.asarray(images, np.float64), type=1, axes=(1, 2))


def sharpening_layer(sharpener: Sharpener) -> keras.Sequential:
    """A layer that filters images (N, H, W, C) in the frequency domain and clips them to 0..255.

    Args:
        sharpener: the filter.
    """
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
    """A layer that mixes the channels of each pixel.

    Args:
        weights: (C, D).
        shape: (H, W, C) of the images.
        name: name of the layer.
    """
    return freeze_layer(keras.layers.Conv2D(weights.shape[1], 1, use_bias=False, name=name), shape, weights[None, None])


def padding_layers(inner: tuple[int, int], shape: tuple[int, int, int]) -> list[keras.layers.Layer]:
    """Layers that place smaller images in the middle of a shape and mirror them at the edges.

    Args:
        inner: height and width of the smaller images.
        shape: (H, W, C) of the result.
    """
    down, across = (_mirroring(small, large) for small, large in zip(inner, shape[:2], strict=True))
    return sum_layer(down, across, (*inner, shape[2]), "surrounded")


def _mirroring(small: int, large: int) -> np.ndarray:
    """Which of a small side's values is at each position of a large side, (large, small)."""
    before = (large - small) // 2
    return np.pad(np.eye(small), ((before, large - small - before), (0, 0)), mode="symmetric")


def sum_layer(
    rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int, int], name: str
) -> list[keras.layers.Layer]:
    """Layers from images x to rows · x · columnsᵀ, channel by channel.

    Args:
        rows: (A, H).
        columns: (B, W).
        shape: (H, W, C).
        name: prefix of the layers' names.
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
    """The layer, built for an input shape, with fixed weights that are not trained.

    Args:
        layer: an unbuilt layer.
        shape: of its input, without the batch axis.
        weights: the arrays that `set_weights` takes.
    """
    layer.build((None, *shape))
    layer.set_weights([weight.astype(np.float32) for weight in weights])
    layer.trainable = False
    return layer
