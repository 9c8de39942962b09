"""Pictures to learn from: the bundled Wardrobe, one's own folders, and Keras' downloadable sets."""

from core.datasets.base import Dataset, Splits
from core.datasets.folder import FolderSettings, Reading, Skipped, from_folder, read_folder
from core.datasets.info import DatasetInfo
from core.datasets.registry import info, load, names

__all__ = [
    "Dataset",
    "DatasetInfo",
    "FolderSettings",
    "Reading",
    "Skipped",
    "Splits",
    "from_folder",
    "info",
    "load",
    "names",
    "read_folder",
]
