"""A CSV file beside pictures: their labels where no folders give them, and what else is known of each picture."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from core.datasets.archive_names import decoded, printable
from core.datasets.files import Files
from core.datasets.layout import part_of
from core.datasets.notes import Note, counted, quoted
from core.errors import DataError

ENDINGS = (".csv", ".tsv")
FILE_COLUMNS = (
    "filename",
    "file_name",
    "file",
    "image",
    "image_name",
    "image_id",
    "img",
    "path",
    "filepath",
    "picture",
)
LABEL_COLUMNS = ("label", "labels", "class", "class_name", "classname", "category", "target")
PART_COLUMNS = ("split", "part", "subset", "set", "partition")
MOST_COLUMNS = 100
LONGEST_NAME = 64
LEAST_MATCHED = 0.5  # of a table's rows have to name a picture


@dataclass(frozen=True)
class Tables:
    """What tables say about pictures.

    Args:
        labels: path -> class; empty where no table has a column of labels.
        parts: path -> the part that a column says.
        attributes: one row a picture that a table names, by path.
        used: paths of the tables that were used.
        notes: what there is to say.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    attributes: pd.DataFrame = field(default_factory=pd.DataFrame)
    used: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def read_tables(files: Files, pictures: Sequence[str], *, labelled: bool) -> Tables:
    """Read every CSV file whose rows name pictures.

    Args:
        files: what was opened.
        pictures: paths of the pictures.
        labelled: whether folders already give the classes. A column of labels is then an attribute as any other.

    Returns:
        labels, parts and attributes by the path of the picture.

    Raises:
        DataError: where labels are wanted, and a table names the pictures but has no column that can be the label.
    """
    index = _Index(pictures)
    labels: dict[str, str] = {}
    parts: dict[str, str] = {}
    attributes = pd.DataFrame()
    used: list[str] = []
    notes: list[Note] = []
    for name in files.names:
        if not name.lower().endswith(ENDINGS):
            continue
        try:
            table = _parsed(files.read(name))
        except DataError as error:
            notes.append(Note("unread_table", f"The table {name} was not read. {error.sentence}", True, (name,)))
            continue
        column, places = _file_column(table, index)
        if not column:
            continue
        used.append(name)
        known = table[places.notna()].set_axis(places.dropna(), axis=0)
        notes += _unmatched(name, len(table) - len(known), known.index[known.index.duplicated()])
        known = known[~known.index.duplicated()].drop(columns=column)
        part = _named(known, PART_COLUMNS)
        if part and known[part].dropna().map(lambda value: part_of(str(value)) is not None).all():
            parts |= {str(path): part_of(str(value)) or "" for path, value in known[part].dropna().items()}
            known = known.drop(columns=part)
        if not labelled:
            label = _label_column(known, name)
            labels |= {
                str(path): str(value).strip() for path, value in known[label].dropna().items() if str(value).strip()
            }
            known = known.drop(columns=label)
        columns = list(dict.fromkeys([*attributes.columns, *known.columns]))
        attributes = attributes.combine_first(known)[columns]
    return Tables(labels, parts, _tidy(attributes), tuple(used), tuple(notes))


class _Index:
    """Finds the picture that a cell means: its path, the end of its path, or its name without the ending."""

    def __init__(self, pictures: Iterable[str]) -> None:
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in pictures:
            name = path.rpartition("/")[2]
            for key in {name, name.rpartition(".")[0]}:
                self._by_name[key.casefold()].append(path)

    def find(self, value: object) -> str | None:
        """The path, or None where no picture or several fit; an empty cell is no text."""
        if not isinstance(value, str):
            return None
        wanted = printable(value).strip().replace("\\", "/").removeprefix("./").strip("/").casefold()
        found = self._by_name.get(wanted.rpartition("/")[2], [])
        if "/" in wanted and len(found) > 1:
            ends = [path for path in found if f"/{path.casefold()}".endswith(f"/{wanted}")]
            found = ends or [path for path in found if f"/{wanted}".endswith(f"/{path.casefold()}")]
        return found[0] if len(found) == 1 else None


def _parsed(content: bytes) -> pd.DataFrame:
    """A table of texts."""
    text = _text(content)
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    if heading.count(separator) >= MOST_COLUMNS:
        raise DataError(f"A table may have {MOST_COLUMNS} columns", "more")
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, skipinitialspace=True, index_col=False)
    except (ValueError, pd.errors.ParserError, OverflowError) as error:
        raise DataError(
            "A table of comma-separated values with a heading", " ".join(str(error).split())[:200]
        ) from error
    table.columns = [printable(str(name)).strip()[:LONGEST_NAME] for name in table.columns]
    return table.loc[:, ~table.columns.duplicated()]


def _text(content: bytes) -> str:
    (text,), encoding = decoded([content])
    # A spreadsheet on Western Windows writes code page 1252, not the 437 of old archives.
    return text.removeprefix("\ufeff") if encoding != "cp437" else content.decode("cp1252", "replace")


def _file_column(table: pd.DataFrame, index: _Index) -> tuple[str, pd.Series]:
    """The column whose cells name pictures, and the pictures; "" where there is none."""
    first = [name for name in table.columns if name.casefold() in FILE_COLUMNS]
    for name in dict.fromkeys([*first, *table.columns]):
        places = table[name].map(index.find)
        if len(table) and places.notna().mean() >= LEAST_MATCHED:
            return name, places
    return "", pd.Series(dtype=object)


def _label_column(table: pd.DataFrame, name: str) -> str:
    label = _named(table, LABEL_COLUMNS)
    if not label and len(table.columns) == 1:
        label = str(table.columns[0])
    if not label:
        raise DataError(
            "A table with a column named label, or pictures in one folder for each class",
            f"{name}, which has the columns {quoted(map(str, table.columns))}",
            "Rename the column that holds the classes to label.",
        )
    return label


def _named(table: pd.DataFrame, names: Sequence[str]) -> str:
    found = {str(column).casefold(): str(column) for column in table.columns}
    return next((found[name] for name in names if name in found), "")


def _unmatched(name: str, missing: int, repeated: pd.Index) -> list[Note]:
    notes = []
    if missing:
        said = f"{counted(missing, 'row')} of {name} name no picture, or a name that several pictures have."
        notes.append(Note("unmatched_rows", said, True, (name,)))
    if len(repeated):
        said = f"{name} names some pictures more than once ({quoted(map(str, repeated))}); the first row counts."
        notes.append(Note("repeated_rows", said, True, (name,)))
    return notes


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of numbers as numbers, and none of the names that Hunch gives itself."""
    table = table.rename(columns={"file": "file (table)"})
    for name in table.columns:
        numbers = pd.to_numeric(table[name], errors="coerce")
        if numbers.notna().sum() == table[name].notna().sum() > 0:
            table[name] = numbers
    return table
