"""CIFAR-10 (Krizhevsky 2009): 32x32 colour photographs, ten classes."""

from __future__ import annotations

from typing import Literal, get_args

from core.datasets.base import Splits
from core.datasets.info import DatasetInfo
from core.datasets.keras_downloads import CatalogueSettings, load_downloaded
from core.settings import setting

ClassName = Literal["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


class Cifar10Settings(CatalogueSettings):
    """How much of CIFAR-10 to use."""

    classes: tuple[ClassName, ...] = setting(get_args(ClassName), "The classes to use.", shortest=2)


def load(settings: Cifar10Settings) -> Splits:
    """CIFAR-10, downloaded on first use."""
    return load_downloaded("cifar10", get_args(ClassName), settings, settings.classes)


DATASET = DatasetInfo(
    "cifar10",
    "CIFAR-10",
    (
        "Small photographs of ten things, from airplanes to trucks. Downloaded the first time (170 megabytes). "
        "Object masks are not available."
    ),
    Cifar10Settings,
    load,
    downloads=True,
    order=20,
)
