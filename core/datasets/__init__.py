"""Pictures to learn from: the bundled Wardrobe, one's own folders, and Keras' downloadable sets."""

from core.datasets.base import Dataset, Splits
from core.datasets.registry import DatasetInfo, info, load, names

__all__ = ["Dataset", "DatasetInfo", "Splits", "info", "load", "names"]
