"""Fashion-MNIST as published (Xiao, Rasul and Vollgraf 2017, arXiv 1708.07747): 28x28, greyscale, ten classes."""

from __future__ import annotations

from typing import Literal, get_args

from core.datasets.base import Splits
from core.datasets.info import DatasetInfo
from core.datasets.keras_downloads import CatalogueSettings, load_downloaded
from core.settings import setting

ClassName = Literal["tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]


class FashionSettings(CatalogueSettings):
    """How much of Fashion-MNIST to use."""

    classes: tuple[ClassName, ...] = setting(get_args(ClassName), "The classes to use.", shortest=2)


def load(settings: FashionSettings) -> Splits:
    """Fashion-MNIST, downloaded on first use."""
    return load_downloaded("fashion_mnist", get_args(ClassName), settings, settings.classes)


DATASET = DatasetInfo(
    "fashion_mnist",
    "Fashion-MNIST",
    (
        "The product photographs behind Wardrobe as they were published: greyscale, 28 pixels, on white. "
        "Downloaded the first time (30 megabytes)."
    ),
    FashionSettings,
    load,
    downloads=True,
    order=30,
)
