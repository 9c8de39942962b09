"""A batch of images on one scale, with what is known about where things are in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.images.masks import LARGEST, dilate_masks, grabcut_masks, inpaint
from core.images.stickers import find_stickers
from core.row_blocks import row_blocks

WHITE = 255.0
OBJECT = "object"
BEHIND = "background"
FRAME = "border"


@dataclass(frozen=True)
class ValueScale:
    """The values a data set uses for black and white. Changes are made in 0..255; networks get the data set's own
    scale.
    """

    black: float
    white: float
    dtype: np.dtype

    @staticmethod
    def of(images: np.ndarray, known: tuple[float, float] | None = None) -> ValueScale:
        """What is known of black and white; else what the images show.

        That is 0..255 for whole numbers; for floats 0..1, -1..1, 0..255 or -255..255, whichever holds every value.
        """
        if known is not None:
            return ValueScale(*known, images.dtype)
        if images.dtype == np.uint8 or images.size == 0:
            return ValueScale(0.0, WHITE, images.dtype)
        low, high = float(images.min()), float(images.max())
        white = 1.0 if max(abs(low), abs(high)) <= 1.0 else max(WHITE, abs(low), abs(high))
        return ValueScale(-white if low < 0 else 0.0, white, images.dtype)

    def to_255(self, images: np.ndarray) -> np.ndarray:
        """Convert from the data set's own scale to 0..255, float32."""
        pictures = np.asarray(images, np.float32)
        if (self.black, self.white) == (0.0, WHITE):
            return pictures
        return (pictures - self.black) * np.float32(WHITE / (self.white - self.black))

    def from_255(self, images: np.ndarray) -> np.ndarray:
        """Convert from 0..255 to the data set's own scale, float32."""
        if (self.black, self.white) == (0.0, WHITE):
            return images
        return images * np.float32((self.white - self.black) / WHITE) + np.float32(self.black)


@dataclass(frozen=True, eq=False)
class ImageBatch:
    """N images with labels and masks.

    Args:
        pictures: float32 (N, H, W, C) in 0..255.
        labels: int (N,).
        masks: name -> bool (N, H, W).
        scale: the data set's own scale.
    """

    pictures: np.ndarray
    labels: np.ndarray
    masks: Mapping[str, np.ndarray]
    scale: ValueScale

    @staticmethod
    def of(
        images: np.ndarray,
        labels: np.ndarray,
        masks: Mapping[str, np.ndarray] | None = None,
        scale: ValueScale | None = None,
    ) -> ImageBatch:
        """Make a batch from the arrays of a data set.

        Args:
            images: uint8 or float (N, H, W, C).
            labels: int (N,).
            masks: name -> bool (N, H, W); None if unknown.
            scale: the images' scale; None to infer it from their values.
        """
        scale = scale or ValueScale.of(np.asarray(images))
        return ImageBatch(scale.to_255(images), np.asarray(labels), dict(masks or {}), scale)

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def is_grey(self) -> bool:
        """Whether the images are greyscale."""
        return self.pictures.shape[-1] == 1

    @cached_property
    def objects(self) -> np.ndarray:
        """Object masks, bool (N, H, W): the data set's own, or GrabCut's."""
        own = self.masks.get(OBJECT)
        return grabcut_masks(self.pictures) if own is None else own

    @cached_property
    def artefacts(self) -> np.ndarray:
        """Stickers, frames and the like, neither object nor background, bool (N, H, W): known or detected."""
        known = [mask for name, mask in self.masks.items() if name not in (OBJECT, BEHIND)]
        return np.any(known, axis=0) if known else find_stickers(self.pictures)

    @cached_property
    def backdrops(self) -> np.ndarray:
        """The images with object, stickers and frames inpainted."""
        return inpaint(self.pictures, dilate_masks(self.objects | self.artefacts), largest=LARGEST)

    @cached_property
    def without_objects(self) -> np.ndarray:
        """The images with only the object inpainted."""
        return inpaint(self.pictures, dilate_masks(self.objects), largest=LARGEST)

    @cached_property
    def with_grabcut_masks(self) -> ImageBatch:
        """The same batch without its own object mask, so that GrabCut finds it."""
        return replace(self, masks={name: mask for name, mask in self.masks.items() if name != OBJECT})

    def to_network_scale(self, images: np.ndarray) -> np.ndarray:
        """Images as a network gets them: float32 in the data set's own scale."""
        return self.scale.from_255(images)

    def to_dataset_scale(self, images: np.ndarray) -> np.ndarray:
        """Images in the data set's own scale and data type, for display."""
        found = np.empty(images.shape, self.scale.dtype)
        for rows in row_blocks(len(images)):
            own = self.scale.from_255(images[rows])
            found[rows] = np.clip(own + 0.5, 0, WHITE) if found.dtype == np.uint8 else own
        return found
