"""Preprocessing: what is done to a picture of 0 to 255 before a network sees it.

Every preprocessing in common use turns channels round or not, multiplies and adds: y = x * scale + offset. So each can
be put in front of a network as Keras layers, and maps are then of the user's own pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import InputError

WHITE = 255.0
NONE = "none"
RELATIVE = 1e-5

Values = tuple[float, ...]
Function = Callable[[np.ndarray], Any]


@dataclass(frozen=True)
class Preprocessing:
    """One preprocessing: y = x * scale + offset, on channels as they are or in reverse order.

    Args:
        name: what `interface(preprocessing=...)` calls it.
        title: what it does, in plain words.
        scale: one number for all channels, or one for each, in the order that the network takes.
        offset: likewise, added afterwards.
        reverse: whether channels are turned round first, RGB to BGR.
        source: who uses it.
    """

    name: str
    title: str
    scale: Values = (1.0,)
    offset: Values = (0.0,)
    reverse: bool = False
    source: str = ""

    def fits(self, channels: int | None) -> bool:
        """Whether pictures with this many channels can be prepared so."""
        wanted = {len(self.scale), len(self.offset)} - {1}
        return (not wanted or wanted == {channels}) and (not self.reverse or channels == 3)

    @property
    def changes(self) -> bool:
        """Whether it does anything at all."""
        return self.reverse or set(self.scale) != {1.0} or set(self.offset) != {0.0}

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Pictures (N, H, W, C) of 0 to 255 as the network takes them, float32."""
        pictures = np.asarray(images, np.float32)
        pictures = pictures[..., ::-1] if self.reverse else pictures
        return pictures * np.asarray(self.scale, np.float32) + np.asarray(self.offset, np.float32)


def _standardised(
    name: str, mean: Sequence[float], std: Sequence[float], title: str, source: str = ""
) -> Preprocessing:
    """(x / 255 - mean) / std."""
    scale = tuple(1 / (WHITE * deviation) for deviation in std)
    offset = tuple(-average / deviation for average, deviation in zip(mean, std, strict=True))
    return Preprocessing(name, title, scale, offset, source=source)


_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_CAFFE_RGB = (123.68, 116.779, 103.939)

_KNOWN = (
    Preprocessing(NONE, "As they are, 0 to 255; many networks rescale inside.", source="EfficientNet, MobileNetV3"),
    Preprocessing("unit", "Divided by 255: 0 to 1.", (1 / WHITE,), source="Keras tutorials"),
    Preprocessing(
        "symmetric", "Divided by 127.5, less 1: -1 to 1.", (2 / WHITE,), (-1.0,), source="MobileNet, Xception"
    ),
    Preprocessing("centred", "Divided by 255, less a half: -0.5 to 0.5.", (1 / WHITE,), (-0.5,)),
    _standardised(
        "imagenet_torch",
        _IMAGENET_MEAN,
        _IMAGENET_STD,
        "0 to 1, less ImageNet's mean, divided by its deviation, channel by channel.",
        "torchvision, DenseNet",
    ),
    Preprocessing(
        "imagenet_caffe",
        "BGR, less ImageNet's mean, not rescaled.",
        offset=tuple(-value for value in reversed(_CAFFE_RGB)),
        reverse=True,
        source="VGG, ResNet50",
    ),
    Preprocessing("imagenet_mean", "RGB, less ImageNet's mean, not rescaled.", offset=tuple(-v for v in _CAFFE_RGB)),
    Preprocessing("bgr", "BGR, 0 to 255, as OpenCV reads pictures.", reverse=True, source="OpenCV"),
    Preprocessing("bgr_unit", "BGR, divided by 255: 0 to 1.", (1 / WHITE,), reverse=True, source="OpenCV"),
)


def preprocessings() -> dict[str, Preprocessing]:
    """Every preprocessing that has a name, by its name. Any mean and deviation goes by `standardised`."""
    return {one.name: one for one in _KNOWN}


def standardised(
    mean: float | Sequence[float], std: float | Sequence[float] = 1.0, *, bgr: bool = False
) -> Preprocessing:
    """(x - mean) / std with any numbers, one for all channels or one for each.

    Args:
        mean: in 0..255, or in 0..1 where every mean and deviation is at most 1 and the pictures are then divided by
            255 first, as torchvision does it.
        std: likewise, above 0. Default 1.
        bgr: whether channels are turned round first; mean and deviation are then those of B, G, R.

    Raises:
        InputError: for a deviation that is not above 0, or numbers that are not finite.
    """
    means, deviations = (tuple(float(v) for v in np.atleast_1d(np.asarray(values, float))) for values in (mean, std))
    if not all(np.isfinite(means)) or not all(np.isfinite(deviations)) or min(deviations) <= 0:
        raise InputError("Means should be finite and deviations above 0", f"mean={means}, std={deviations}")
    unit = WHITE if max(abs(value) for value in (*means, *deviations)) <= 1 else 1.0
    count = max(len(means), len(deviations))
    if {len(means), len(deviations)} - {1, count}:
        raise InputError("There should be as many means as deviations", f"{len(means)} and {len(deviations)}")
    means, deviations = (values * count if len(values) == 1 else values for values in (means, deviations))
    name = f"mean={_joined(means)} std={_joined(deviations)}" + (" bgr" if bgr else "")
    white = 1 if unit == WHITE else 255
    title = f"0 to {white}, less the mean {_joined(means)}, divided by the deviation {_joined(deviations)}."
    scale = tuple(1 / (unit * deviation) for deviation in deviations)
    offset = tuple(-average / deviation for average, deviation in zip(means, deviations, strict=True))
    return Preprocessing(name, title, scale, offset, reverse=bgr)


def _joined(values: Sequence[float]) -> str:
    return ",".join(f"{value:g}" for value in values)


_GIVEN = re.compile(r"^mean=(?P<mean>[-+.,\deE]+)(?:[ ;]+std=(?P<std>[-+.,\deE]+))?(?P<bgr>[ ;]+bgr)?$")


def preprocessing_of(given: str | Preprocessing | Function, channels: int | None) -> Preprocessing:
    """The preprocessing that is meant.

    Args:
        given: a name from `preprocessings()`; "mean=123,117,104 std=58,57,57", with " bgr" at its end where channels
            are turned round first; a `Preprocessing`; or a function from pictures (N, H, W, C) of 0 to 255 to what the
            network takes, such as `keras.applications.resnet50.preprocess_input`.
        channels: of the network's pictures.

    Raises:
        InputError: for an unknown name, or one that does not fit the channels.
    """
    found = _meant(given, channels)
    if not found.fits(channels):
        raise InputError(
            f"A preprocessing should fit pictures of {channels} channel{'s' * (channels != 1)}",
            f"{found.name}, which is for {max(len(found.scale), len(found.offset), 3 * found.reverse)}",
        )
    return found


def _meant(given: Any, channels: int | None) -> Preprocessing:
    if isinstance(given, Preprocessing):
        return given
    if isinstance(given, str):
        known, numbers = preprocessings(), _GIVEN.match(given.strip())
        if given in known:
            return known[given]
        if numbers:
            return standardised(
                _numbers(numbers["mean"]), _numbers(numbers["std"] or "1"), bgr=numbers["bgr"] is not None
            )
        raise InputError(
            f"A preprocessing is one of {', '.join(known)}, or numbers such as mean=0.5,0.5,0.5 std=0.2,0.2,0.2",
            given,
        )
    if callable(given):
        return _measured(given, channels or 3)
    raise InputError("A preprocessing is a name or a function", type(given).__name__)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError("Means and deviations are numbers with commas between them", text) from None


def _measured(function: Function, channels: int) -> Preprocessing:
    """A function as what it does to each channel, measured on random pictures and checked on others.

    Raises:
        InputError: when it is more than turning channels round, multiplying and adding.
    """
    rng = np.random.default_rng(0)
    images = rng.uniform(0, WHITE, (4, 8, 8, channels)).astype(np.float32)
    made = _called(function, images)
    for known in _KNOWN:
        if known.fits(channels) and _same(known(images), made):
            return known
    for reverse in (False, True) if channels == 3 else (False,):
        pictures = images[..., ::-1] if reverse else images
        lines = [np.polyfit(pictures[:2, ..., c].ravel(), made[:2, ..., c].ravel(), 1) for c in range(channels)]
        scale, offset = (tuple(float(line[place]) for line in lines) for place in (0, 1))
        found = Preprocessing(getattr(function, "__name__", "function"), "A function.", scale, offset, reverse)
        if _same(found(images), made):
            return found
    raise InputError(
        "A preprocessing should multiply and add channel by channel, so that maps can be of the user's own pictures",
        f"a function that does something else, {getattr(function, '__name__', 'unnamed')}",
        "Put it in front of the network as Keras layers, or give pictures that are prepared already.",
    )


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    return bool(np.abs(first - second).max() <= RELATIVE * max(1.0, float(np.abs(second).max())))


def _called(function: Function, images: np.ndarray) -> np.ndarray:
    # Keras' own functions write into the array that they are given.
    made = np.asarray(function(images.copy()), np.float64)
    if made.shape != images.shape:
        raise InputError(f"A preprocessing should keep the shape {images.shape}", f"{made.shape}")
    return made
