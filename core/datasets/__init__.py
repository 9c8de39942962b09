"""Data sets: the bundled Wardrobe, your own folders, and Keras' downloadable sets."""

from core.datasets.base import Dataset, Splits
from core.datasets.class_order import in_order, splits_in_order
from core.datasets.folder import FolderSettings, Reading, Skipped, check_upload, from_folder, read_folder
from core.datasets.info import DatasetInfo
from core.datasets.joined import joined
from core.datasets.network_size import FREE_SIDE, settings_for, sides_of
from core.datasets.notes import Note
from core.datasets.registry import info, load, names

__all__ = [
    "FREE_SIDE",
    "Dataset",
    "DatasetInfo",
    "FolderSettings",
    "Note",
    "Reading",
    "Skipped",
    "Splits",
    "check_upload",
    "from_folder",
    "in_order",
    "info",
    "joined",
    "load",
    "names",
    "read_folder",
    "settings_for",
    "sides_of",
    "splits_in_order",
]
