"""One's own pictures: one folder a class, or a table of labels, as a folder or a zip archive."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import tables
from core.datasets.base import Dataset, Splits
from core.datasets.files import Files, Source, check_unpacked, open_files
from core.datasets.folder_notes import about_changes, about_parts, about_skipped
from core.datasets.layout import UNLABELLED, place
from core.datasets.notes import Note, counted, most_urgent_first, quoted
from core.datasets.pictures import ENDINGS, Change, Fit, decoding_cost, eight_bits, read_picture
from core.datasets.spellings import unified
from core.errors import DataError
from core.limits import Limits
from core.progress import OnStep, silent
from core.settings import Settings, setting

LEARNED = ("", "train")  # parts whose pictures are learned from, or dealt out
PIXELS_PER_BYTE = 100  # what an archive may decode to beyond what any may; flat drawings come near it


class FolderSettings(Settings):
    """How pictures of all shapes become a data set."""

    size: int = setting(
        64, "Height and width that every picture is brought to.", low=16, high=512, step=1, unit="pixels"
    )
    width: int | None = setting(
        None,
        "Width that every picture is brought to, where it is another than the height.",
        low=16,
        high=512,
        step=1,
        unit="pixels",
        common=False,
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
        "Learn from at most this many pictures of each class; more are left out at random. A test folder of one's own "
        "is always used whole.",
        low=3,
        high=20000,
        step=100,
        unit="pictures",
        common=False,
    )
    seed: int = setting(
        0, "Another seed deals the pictures out differently.", low=0, high=2**31 - 1, step=1, common=False
    )

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width of every picture."""
        return self.size, self.width or self.size


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """A folder's data set, what could not be read, and what there is to say of it, the most urgent first."""

    splits: Splits
    skipped: list[Skipped]
    notes: tuple[Note, ...] = ()


@dataclass
class _Listing:
    """What is known of a folder before any picture is decoded.

    Args:
        table: one row a picture: file, object (its class), part ("" where it is to be dealt out).
        attributes: one row a picture that a table names, by path.
        skipped: what is left out.
        notes: what there is to say.
    """

    table: pd.DataFrame
    attributes: pd.DataFrame
    skipped: list[Skipped]
    notes: list[Note]


def from_folder(path_or_zip: Source, *, on_step: OnStep = silent, **settings: Any) -> Splits:
    """Load one folder a class, or pictures with a table of labels; warn of what a person should know.

    Args:
        path_or_zip: a folder, a zip file, or the bytes or stream of one. Folders named after parts (train, validation,
            test, and the usual spellings) are taken as such; otherwise the pictures are dealt out, every class alike.
            A CSV file whose rows name pictures gives attributes, and labels where no folders do.
        on_step: called after every picture.
        settings: see `FolderSettings`.

    Returns:
        the three parts. What was turned, converted, skipped or missing is warned of, the most urgent first;
        `read_folder` gives it as `notes` that a program can read.

    Raises:
        DataError: when there are not two classes with pictures that can be read, or when an upload is beyond `Limits`.
    """
    reading = read_folder(path_or_zip, FolderSettings.of(**settings), on_step=on_step)
    if reading.notes:
        warnings.warn(" ".join(note.sentence for note in reading.notes), stacklevel=2)
    return reading.splits


def read_folder(
    path_or_zip: Source,
    settings: FolderSettings | None = None,
    *,
    on_step: OnStep = silent,
    limits: Limits | None = None,
) -> Reading:
    """As `from_folder`, and say which files were left out and why.

    Args:
        path_or_zip: see `from_folder`.
        settings: how pictures are made to fit, and dealt out.
        on_step: called after every picture.
        limits: what an upload may cost; by default what the environment says.
    """
    chosen, allowed = FolderSettings.of(settings), limits or Limits.from_environment()
    in_time = _deadline(path_or_zip, allowed)
    files = open_files(path_or_zip, allowed)
    listing = _listed(files, chosen, allowed)
    _check_memory(len(listing.table), chosen, allowed)
    _check_pixels(files, listing.table["file"], allowed, in_time)
    pixels = _read(files, listing, chosen, allowed, in_time, on_step)
    known = _known(listing)
    table = listing.table[known].reset_index(drop=True)
    kept = [picture for picture, of_known in zip(pixels, known, strict=True) if of_known]
    splits = _splits(table, kept, listing.attributes, chosen)
    own = {part for part in ("validation", "test") if (table["part"] == part).any()}
    said = [*about_parts(splits.parts, own), *listing.notes, *about_skipped(_reasons(listing.skipped))]
    return Reading(splits, listing.skipped, most_urgent_first(said))


def check_upload(content: bytes, settings: FolderSettings | None = None, limits: Limits | None = None) -> None:
    """Refuse an archive that makes no data set or costs too much, by its directory and headers alone.

    Raises:
        DataError: with the reason. Nothing has been decoded or stored by then.
    """
    chosen, allowed = FolderSettings.of(settings), limits or Limits.from_environment()
    in_time = _deadline(content, allowed)
    files = open_files(content, allowed)
    listing = _listed(files, chosen, allowed)
    _check_memory(len(listing.table), chosen, allowed)
    _check_pixels(files, listing.table["file"], allowed, in_time)


def _listed(files: Files, settings: FolderSettings, limits: Limits) -> _Listing:
    """Every picture with its class and part."""
    pictures = [name for name in files.names if name.lower().endswith(ENDINGS)]
    placed, empty, notes = place(pictures, files.folders)
    labelled = len({item.label for item in placed if not item.skipped}) > 1
    known = tables.read_tables(files, pictures, labelled=labelled)
    skipped = [Skipped(name, reason) for name, reason in files.skipped.items()]
    used = {*pictures, *known.used}
    skipped += [Skipped(name, "Not a picture file.") for name in files.names if name not in used]
    rows = []
    for item in placed:
        label = item.label if labelled else known.labels.get(item.file, "" if known.labels else item.label)
        reason = item.skipped if labelled or not known.labels or item.skipped == UNLABELLED else ""
        if not label and not reason:
            reason = "No table says its label."
        if reason:
            skipped.append(Skipped(item.file, reason))
        else:
            rows.append((item.file, label, known.parts.get(item.file, item.part)))
    if not rows:
        raise DataError(
            "A folder with one folder of pictures for each class",
            (f"{counted(len(pictures))}, none of them in a class's folder" if pictures else "no pictures")
            + _left_out(skipped),
            "Put the pictures of each class into a folder that is named after it, or add a CSV file with the columns "
            "filename and label. Without classes, python -m core explain still shows what a network looks at.",
        )
    table = pd.DataFrame(rows, columns=["file", "object", "part"])
    table["object"], merged = unified(table["object"].tolist())
    classes = table["object"].nunique()
    if classes > limits.upload_classes:
        raise DataError(f"A data set may have {limits.upload_classes} classes", f"{classes}")
    said = [*files.notes, *notes, *merged, *known.notes]
    if empty and labelled:
        said.append(Note("empty_class", f"Class folders without a picture: {quoted(empty)}.", urgent=True))
    table, left_out = _at_most(_without_predicted(table, skipped), settings)
    return _Listing(table, known.attributes, skipped, said + left_out)


def _without_predicted(table: pd.DataFrame, skipped: list[Skipped]) -> pd.DataFrame:
    predicted = table["part"] == "predict"
    skipped.extend(Skipped(name, UNLABELLED) for name in table.loc[predicted, "file"])
    return table[~predicted]


def _at_most(table: pd.DataFrame, settings: FolderSettings) -> tuple[pd.DataFrame, list[Note]]:
    """In random order, with no more to learn from than was asked for; what a test folder holds always stays."""
    rng = np.random.default_rng([settings.seed, 0])
    mixed = table.iloc[rng.permutation(len(table))]
    learned = mixed["part"].isin(LEARNED)
    place_in_class = mixed[learned].groupby("object", sort=False).cumcount()
    out = place_in_class.index[place_in_class >= settings.most]
    kept = mixed.drop(index=out).reset_index(drop=True)
    if not len(out):
        return kept, []
    counts = table.loc[out, "object"].value_counts()
    classes = quoted(f"{count:,} of {name}" for name, count in counts.items())
    said = f"At most {settings.most:,} pictures of a class are used to learn from; left out at random: {classes}."
    return kept, [Note("left_out", f"{said} Raise the setting most to use them.", urgent=True)]


def _check_memory(count: int, settings: FolderSettings, limits: Limits) -> None:
    height, width = settings.sides
    needed = count * height * width * (3 if settings.colour else 1)
    if needed > limits.dataset_bytes:
        raise DataError(
            f"All pictures together may take {limits.dataset_bytes / 2**30:.1f} gigabytes",
            f"{counted(count)} that would take {needed / 2**30:.1f}",
            "Lower their size, or take fewer of each class.",
        )


def _check_pixels(files: Files, names: pd.Series, limits: Limits, in_time: Callable[[], None]) -> None:
    """Refuse an archive that decodes to far more than was sent, before any picture is decoded."""
    check_unpacked(files, names, limits)
    if files.packed is None:
        return
    allowed, total = limits.upload_pixels + PIXELS_PER_BYTE * files.packed, 0
    for name in names:
        in_time()
        total += _cost(files, name, limits)
        if total > allowed:
            raise DataError(
                f"The pictures of an archive of this size may have {allowed / 10**6:.0f} million pixels in all",
                "more",
                "Make them smaller, or unpack the archive and give the folder.",
            )


def _cost(files: Files, name: str, limits: Limits) -> int:
    try:
        return decoding_cost(files.read(name), limits)
    except DataError:
        return 0  # it is skipped with its reason when it is read


def _deadline(source: Source | bytes, limits: Limits) -> Callable[[], None]:
    """A check that raises once an upload has taken too long; one's own folder and file may take their time."""
    uploaded = isinstance(source, bytes) or hasattr(source, "read")
    end = time.monotonic() + limits.upload_seconds

    def check() -> None:
        if uploaded and time.monotonic() > end:
            raise DataError(
                f"An upload may take {limits.upload_seconds} seconds to read", "one that takes longer", "Upload less."
            )

    return check


def _read(
    files: Files,
    listing: _Listing,
    settings: FolderSettings,
    limits: Limits,
    in_time: Callable[[], None],
    on_step: OnStep,
) -> list[np.ndarray]:
    """Decode every picture; the listing keeps those that could be read."""
    pixels: list[np.ndarray] = []
    kept: list[int] = []
    bits = 8
    changed: dict[Change, list[str]] = {}
    total = len(listing.table)
    for row, name in enumerate(listing.table["file"]):
        in_time()
        try:
            picture = read_picture(
                files.read(name), size=settings.sides, colour=settings.colour, fit=settings.fit, limits=limits
            )
        except DataError as error:
            listing.skipped.append(Skipped(name, error.sentence))
        else:
            pixels.append(picture.pixels)
            kept.append(row)
            bits = max(bits, picture.bits)
            for change in picture.changes:
                changed.setdefault(change, []).append(name)
        on_step(row + 1, total, name)
    listing.table = listing.table.iloc[kept].reset_index(drop=True)
    listing.notes += about_changes(changed, bits)
    return [eight_bits(picture, bits, colour=settings.colour) for picture in pixels]


def _known(listing: _Listing) -> np.ndarray:
    """Which rows belong to a class that can be learned, bool (N,)."""
    table = listing.table
    learned = set(table.loc[table["part"].isin(LEARNED), "object"])
    if len(learned) < 2:
        raise DataError(
            "Two or more classes with pictures that can be read",
            f"{len(learned)}{_left_out(listing.skipped)}",
            "Put the pictures of each class into a folder that is named after it.",
        )
    known = table["object"].isin(learned).to_numpy()
    unknown = table.loc[~known, "object"]
    if len(unknown):
        said = f"Classes without a picture to learn from were left out: {quoted(sorted(set(unknown)))}."
        listing.notes.append(Note("unlearned_class", said, True, tuple(table.loc[~known, "file"])))
    listing.skipped += [Skipped(name, "Its class has no pictures to learn from.") for name in table["file"][~known]]
    return known


def _deal(table: pd.DataFrame, settings: FolderSettings) -> np.ndarray:
    """The part of every row: its own folder's, or dealt out class by class so that every part has every class."""
    parts = table["part"].to_numpy(dtype=object)
    shares = {name: getattr(settings, name) for name in ("test", "validation") if name not in set(parts)}
    rng = np.random.default_rng([settings.seed, 1])
    for _, group in table[table["part"].isin(LEARNED)].groupby("object"):
        rows = rng.permutation(group.index.to_numpy())
        parts[rows] = "train"
        taken = 0
        for name, share in shares.items():
            count = max(1, round(share * len(rows))) if len(rows) > len(shares) else 0
            parts[rows[taken : taken + count]] = name
            taken += count
    return parts


def _splits(table: pd.DataFrame, pixels: list[np.ndarray], known: pd.DataFrame, settings: FolderSettings) -> Splits:
    names = tuple(sorted(set(table["object"])))
    number = {name: place for place, name in enumerate(names)}
    labels = table["object"].map(number).to_numpy()
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
        files = table["file"].iloc[rows]
        attributes = known.reindex(files).reset_index(drop=True)
        attributes.insert(0, "file", files.to_numpy())
        made[part] = Dataset(_stacked(pixels, rows), labels[rows], names, attributes=attributes)
    return Splits(**made)


def _left_out(skipped: list[Skipped]) -> str:
    """The end of a sentence that says what was left out; nothing where nothing was."""
    return "".join(f"; {note.sentence}" for note in about_skipped(_reasons(skipped))).rstrip(".")


def _reasons(skipped: list[Skipped]) -> dict[str, str]:
    return {item.name: item.reason for item in skipped}


def _stacked(pixels: list[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The pictures of these rows as one array, let go one by one so that they never lie in memory twice."""
    images = np.empty((len(rows), *pixels[rows[0]].shape), np.uint8)
    for place_in_part, row in enumerate(rows):
        images[place_in_part] = pixels[row]
        pixels[row] = images[place_in_part, :0]
    return images
