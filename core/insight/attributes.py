"""What is known of each image, as columns for a regression or a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.errors import DataError
from core.insight.image_measures import measure_images

if TYPE_CHECKING:
    from core.images.image_batch import ImageBatch

CLASS = "class"
MOST_LEVELS = 20
"""A text with more levels than this names images rather than categories."""
FEWEST = 3
"""A level with fewer images is left out: nothing can be concluded about it."""
OTHER_NAMES = ("object", "group", CLASS, "label")
"""Columns that only say again what the class is."""
DRAWN = (
    "source", "draw", "hue", "sticker_x", "sticker_y", "sticker_size", "sticker_design",
    "border_width", "border_opacity", "border_design",
)  # fmt: skip
"""Columns of a recipe that number things, or that say the same as another column more exactly."""
TITLES = {
    "scene": "background", "tint": "colour of the object", "size": "size of the object",
    "x": "place from left to right",
    "y": "place from top to bottom", "angle": "tilt", "flip": "mirroring", "sticker": "label", "border": "frame",
    "edges": "amount of fine detail", CLASS: "object itself",
    "background colour": "colour of the background", "object colour": "colour of the object",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Attribute:
    """One column.

    Args:
        name: such as "scene".
        data: (N,), text for categories, float for numbers.
        levels: the categories in order; empty for a number.
    """

    name: str
    data: np.ndarray
    levels: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return not self.levels

    def take(self, rows: np.ndarray) -> Attribute:
        """The same of some pictures."""
        return Attribute(self.name, self.data[rows], self.levels)


@dataclass(frozen=True, eq=False)
class Attributes:
    """All columns that vary.

    Args:
        columns: name -> attribute.
        rows: int (N,), the pictures of the data set on which all of them are known.
        notes: what was left out and why, as sentences.
        measured: whether they were measured in the pictures by `measures`.
    """

    columns: dict[str, Attribute]
    rows: np.ndarray
    notes: tuple[str, ...] = ()
    measured: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def frame(self) -> pd.DataFrame:
        """The columns side by side."""
        return pd.DataFrame({name: column.data for name, column in self.columns.items()})


def title(attribute: str) -> str:
    """An attribute in plain words."""
    return TITLES.get(attribute, attribute.replace("_", " "))


def collect_attributes(dataset: Dataset, *, measured: bool = False, batch: ImageBatch | None = None) -> Attributes:
    """The attributes that come with a data set; measured in its images if there are none.

    Args:
        dataset: images with or without a table of attributes.
        measured: whether to measure light, colour and sharpness even if other attributes are known.
        batch: the same images in 0..255 with masks, if available.

    Raises:
        DataError: when there are no images.
    """
    if not len(dataset):
        raise DataError("There should be at least one picture", "none")
    table, own = _known(dataset), measured or needs_measuring(dataset)
    if own:
        found = measure_images(dataset, batch)
        table = pd.concat([table, found[[name for name in found if name not in table]]], axis=1)
    return _choose(table, own)


def needs_measuring(dataset: Dataset) -> bool:
    """Whether nothing that varies is known of the images, so that it has to be measured in them."""
    return not _varying(_known(dataset))


def class_column(labels: np.ndarray, names: tuple[str, ...]) -> Attribute:
    """What the object is, as an attribute; of the classes that there are."""
    levels = tuple(names[label] for label in np.unique(labels))
    return Attribute(CLASS, np.array(names, dtype=object)[labels], levels)


def column_of(name: str, values: pd.Series) -> Attribute:
    """One column as kinds or as a number."""
    if pd.api.types.is_bool_dtype(values):
        return Attribute(name, np.where(values.to_numpy(dtype=bool), "yes", "no").astype(object), ("no", "yes"))
    if pd.api.types.is_numeric_dtype(values):
        return Attribute(name, values.to_numpy(dtype=float))
    known = values.notna().to_numpy()
    words = np.array([str(value) if there else "" for value, there in zip(values, known, strict=True)], dtype=object)
    return Attribute(name, words, tuple(sorted(set(words[known]))))


def _known(dataset: Dataset) -> pd.DataFrame:
    if dataset.attributes is None:
        return pd.DataFrame(index=range(len(dataset)))
    skipped = set(OTHER_NAMES) | (set(DRAWN) if "draw" in dataset.attributes else set())
    kept = [name for name in dataset.attributes if str(name) not in skipped]
    return dataset.attributes[kept].rename(columns=str).reset_index(drop=True)


def _varying(table: pd.DataFrame) -> bool:
    return any(_usable(column_of(str(name), table[name])) == "" for name in table)


def _usable(column: Attribute) -> str:
    """Why a column cannot be used; empty where it can."""
    if column.numeric:
        known = column.data[np.isfinite(column.data)]
        return "" if len(known) >= FEWEST and np.ptp(known) > 0 else "same"
    if len(column.levels) > MOST_LEVELS:
        return "many"
    counts = [int((column.data == level).sum()) for level in column.levels]
    return "" if sum(count >= FEWEST for count in counts) > 1 else "same"


def _choose(table: pd.DataFrame, measured: bool) -> Attributes:
    columns = [column_of(str(name), table[name]) for name in table]
    why = {column.name: _usable(column) for column in columns}
    kept = [column for column in columns if not why[column.name]]
    known = np.ones(len(table), bool)
    for column in kept:
        known &= _column_note(column)
    rows = np.flatnonzero(known)
    chosen = [_trim(column.take(rows)) for column in kept]
    return Attributes(
        {column.name: column for column in chosen if not _usable(column)}, rows, _notes(why, len(table), rows), measured
    )


def _column_note(column: Attribute) -> np.ndarray:
    """Pictures of which a column says something, and nothing rare."""
    if column.numeric:
        return np.isfinite(column.data)
    common = [level for level in column.levels if (column.data == level).sum() >= FEWEST]
    return np.isin(column.data, common)


def _trim(column: Attribute) -> Attribute:
    """Only the levels that some picture has."""
    if column.numeric:
        return column
    there = set(column.data)
    return Attribute(column.name, column.data, tuple(level for level in column.levels if level in there))


def _notes(why: dict[str, str], total: int, rows: np.ndarray) -> tuple[str, ...]:
    notes = []
    same = [name for name, reason in why.items() if reason == "same"]
    if same:
        notes.append(f"Nearly the same in all pictures, so nothing can be concluded: {', '.join(map(title, same))}.")
    many = [name for name, reason in why.items() if reason == "many"]
    if many:
        notes.append(f"Different in nearly every picture, so nothing can be concluded: {', '.join(map(title, many))}.")
    if len(rows) < total:
        notes.append(f"{total - len(rows)} of {total} pictures have missing or rare values and are left out.")
    return tuple(notes)
