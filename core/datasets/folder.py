"""One's own pictures: one folder a class, as a folder or a zip archive."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from core.datasets.base import Dataset, Splits
from core.datasets.files import Files, Source, open_files
from core.datasets.pictures import ENDINGS, Fit, decode
from core.errors import DataError
from core.progress import OnStep, silent
from core.settings import Settings, setting

PARTS = {
    "train": "train", "training": "train",
    "validation": "validation", "valid": "validation", "val": "validation",
    "test": "test", "testing": "test",
}  # fmt: skip
MOST_MEMORY = 2 * 2**30
TOLD = 3  # skipped files that a message quotes


class FolderSettings(Settings):
    """How pictures of all shapes become a data set."""

    size: int = setting(
        64, "Height and width that every picture is brought to.", low=16, high=256, step=16, unit="pixels"
    )
    colour: bool = setting(True, "Keep the colours; otherwise shades of grey.")
    fit: Fit = setting(
        "crop", "What happens to pictures that are not square: crop the longer side, pad with grey, or stretch."
    )
    validation: float = setting(
        0.15,
        "Share of the pictures to choose the best network by, where no such folder exists.",
        low=0.05,
        high=0.4,
        step=0.05,
    )
    test: float = setting(
        0.2, "Share of the pictures to judge it on, where no such folder exists.", low=0.05, high=0.5, step=0.05
    )
    most: int = setting(
        1500,
        "At most this many pictures of each class; more are left out at random.",
        low=3,
        high=20000,
        step=100,
        unit="pictures",
        common=False,
    )
    seed: int = setting(
        0, "Another seed deals the pictures out differently.", low=0, high=2**31 - 1, step=1, common=False
    )


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """A folder's data set, and what could not be read."""

    splits: Splits
    skipped: list[Skipped]


def from_folder(path_or_zip: Source, *, on_step: OnStep = silent, **settings: Any) -> Splits:
    """Load one folder a class; warn of files that were left out (`read_folder` lists them).

    Args:
        path_or_zip: a folder, a zip file, or the bytes or stream of one. Top folders named train, validation and test
            are taken as such; otherwise the pictures are dealt out, every class alike.
        on_step: called after every picture.
        settings: see `FolderSettings`.

    Raises:
        DataError: when there are not two classes with pictures that can be read.
    """
    reading = read_folder(path_or_zip, FolderSettings.of(**settings), on_step=on_step)
    if reading.skipped:
        warnings.warn(_told(reading.skipped), stacklevel=2)
    return reading.splits


def read_folder(path_or_zip: Source, settings: FolderSettings | None = None, *, on_step: OnStep = silent) -> Reading:
    """As `from_folder`, and say which files were left out and why."""
    chosen = FolderSettings.of(settings)
    files = open_files(path_or_zip)
    skipped = [Skipped(name, "Its path points out of the archive.") for name in files.strange]
    table = _sorted_out(files, skipped)
    table = _at_most(table, chosen)
    _check_memory(len(table), chosen)
    table, images = _read(files, table, chosen, skipped, on_step)
    known = _known(table, skipped)
    return Reading(_splits(table[known].reset_index(drop=True), images[known], chosen), skipped)


def _sorted_out(files: Files, skipped: list[Skipped]) -> pd.DataFrame:
    """One row a picture: file, class, and the part (train, validation, test) whose folder it is in, or ""."""
    pictures = []
    for name in files.names:
        if name.lower().endswith(ENDINGS):
            pictures.append(PurePosixPath(name))
        else:
            skipped.append(Skipped(name, "Not a picture file."))
    depth = _shared_depth(pictures)
    tops = {path.parts[depth].lower() for path in pictures if len(path.parts) > depth + 1}
    parted = "train" in {PARTS.get(top) for top in tops} and tops <= set(PARTS)
    rows = []
    for path in pictures:
        inner = path.parts[depth + parted :]
        if len(inner) < 2:
            skipped.append(Skipped(str(path), "It is in no class's folder."))
            continue
        rows.append((str(path), inner[0], PARTS[path.parts[depth].lower()] if parted else ""))
    if not rows:
        raise DataError(
            "A folder with one folder of pictures for each class",
            f"{len(pictures)} pictures, none of them in a class's folder" if pictures else "no pictures",
            "Put the pictures of each class into a folder that is named after it.",
        )
    return pd.DataFrame(rows, columns=["file", "object", "part"])


def _shared_depth(paths: list[PurePosixPath]) -> int:
    """How many leading folders do nothing but wrap the class folders, as zipping a folder does."""
    depth = 0
    while paths:
        tops = {path.parts[depth] for path in paths if len(path.parts) > depth + 1}
        wrapped = len(tops) == 1 and all(len(path.parts) > depth + 2 for path in paths)
        if not wrapped or next(iter(tops)).lower() in PARTS:
            return depth
        depth += 1
    return depth


def _at_most(table: pd.DataFrame, settings: FolderSettings) -> pd.DataFrame:
    rng = np.random.default_rng([settings.seed, 0])
    mixed = table.iloc[rng.permutation(len(table))]
    return mixed.groupby("object", sort=False).head(settings.most).reset_index(drop=True)


def _check_memory(count: int, settings: FolderSettings) -> None:
    needed = count * settings.size**2 * (3 if settings.colour else 1)
    if needed > MOST_MEMORY:
        raise DataError(
            f"All pictures together may take {MOST_MEMORY / 2**30:.0f} gigabytes",
            f"{count} pictures that would take {needed / 2**30:.1f}",
            "Lower their size, or take fewer of each class.",
        )


def _read(
    files: Files, table: pd.DataFrame, settings: FolderSettings, skipped: list[Skipped], on_step: OnStep
) -> tuple[pd.DataFrame, np.ndarray]:
    channels = 3 if settings.colour else 1
    images = np.empty((len(table), settings.size, settings.size, channels), np.uint8)
    kept: list[int] = []
    for row, name in enumerate(table["file"]):
        try:
            content = files.read(name)
            images[len(kept)] = decode(content, size=settings.size, colour=settings.colour, fit=settings.fit)
            kept.append(row)
        except DataError as error:
            skipped.append(Skipped(name, error.sentence))
        on_step(row + 1, len(table), name)
    return table.iloc[kept].reset_index(drop=True), images[: len(kept)]


def _known(table: pd.DataFrame, skipped: list[Skipped]) -> np.ndarray:
    """Which rows belong to a class that can be learned, bool (N,)."""
    learned = set(table.loc[table["part"].isin(("", "train")), "object"])
    if len(learned) < 2:
        raise DataError(
            "Two or more classes with pictures that can be read",
            f"{len(learned)}" + (f"; {_told(skipped)}" if skipped else ""),
            "Put the pictures of each class into a folder that is named after it.",
        )
    known = table["object"].isin(learned).to_numpy()
    skipped.extend(Skipped(name, "Its class has no pictures to learn from.") for name in table["file"][~known])
    return known


def _deal(table: pd.DataFrame, settings: FolderSettings) -> np.ndarray:
    """The part of every row: its own folder's, or dealt out class by class so that every part has every class."""
    parts = table["part"].to_numpy(dtype=object)
    shares = {name: getattr(settings, name) for name in ("test", "validation") if name not in set(parts)}
    rng = np.random.default_rng([settings.seed, 1])
    for _, group in table[table["part"].isin(("", "train"))].groupby("object"):
        rows = rng.permutation(group.index.to_numpy())
        parts[rows] = "train"
        taken = 0
        for name, share in shares.items():
            count = max(1, round(share * len(rows))) if len(rows) > len(shares) else 0
            parts[rows[taken : taken + count]] = name
            taken += count
    return parts


def _splits(table: pd.DataFrame, images: np.ndarray, settings: FolderSettings) -> Splits:
    names = tuple(sorted(set(table["object"])))
    labels = np.searchsorted(np.array(names), table["object"].to_numpy(dtype=str))
    parts = _deal(table, settings)
    made = {}
    for part in ("train", "validation", "test"):
        rows = np.flatnonzero(parts == part)
        if not len(rows):
            raise DataError(
                "Pictures to learn from, to choose by and to be judged on",
                f"none for {part}",
                "Three or more pictures in each class are enough to deal out.",
            )
        attributes = table.iloc[rows][["file"]].reset_index(drop=True)
        made[part] = Dataset(images[rows], labels[rows], names, attributes=attributes)
    return Splits(**made)


def _told(skipped: list[Skipped]) -> str:
    shown = "; ".join(f"{item.name}: {item.reason}" for item in skipped[:TOLD])
    rest = len(skipped) - TOLD
    return f"{len(skipped)} files were left out. {shown}" + (f"; and {rest} more." if rest > 0 else "")
