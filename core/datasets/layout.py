"""Which class and which part (train, validation, test) a picture's folder says it belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.datasets.base import Part
from core.datasets.notes import Note, quoted
from core.errors import DataError

FolderPart = Part | Literal["predict"]
Path = tuple[str, ...]
LONGEST = 64  # characters of a name that can mean a part
_FILLER = r"(?:seg|set|data|dataset|images?|imgs?|pictures?|photos?|splits?|cls|[\W\d_])*"
_NAMES: dict[FolderPart, str] = {
    "train": "train(?:ing)?",
    "validation": "val(?:id(?:ation)?)?|dev(?:elopment)?",
    "test": "test(?:ing)?",
    "predict": "pred(?:ict(?:ions?)?)?|unlabell?ed",
}
_PARTS = {part: re.compile(f"{_FILLER}(?:{names}){_FILLER}") for part, names in _NAMES.items()}
NO_CLASS = "It is in no class's folder."
UNLABELLED = "It is kept for prediction and has no label."


@dataclass(frozen=True)
class Placed:
    """Where a picture belongs.

    Args:
        file: its path.
        label: its class's folder; "" where it has none.
        part: the part whose folder it is in; "" where there are no such folders.
        skipped: why it is left out; "" where it is not.
    """

    file: str
    label: str
    part: str
    skipped: str = ""


def part_of(name: str) -> FolderPart | None:
    """The part that a folder's or a column's word means: "seg_train", "Training_Set", "val2017"; None for any other."""
    if len(name) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", name).casefold()
    return next((part for part, pattern in _PARTS.items() if pattern.fullmatch(plain)), None)


def place(pictures: Iterable[str], folders: Iterable[str] = ()) -> tuple[list[Placed], list[str], list[Note]]:
    """Sort pictures by the folders they are in.

    Folders that only wrap others are looked through. Folders named after parts are parts where they hold class
    folders; `train` beside `bus` and `car` is a class. Where it cannot be told, nobody guesses.

    Args:
        pictures: paths from the top, with single forward slashes.
        folders: the same for folders; empty ones are told.

    Returns:
        a `Placed` for each picture, the class folders that hold no picture, and what there is to say.

    Raises:
        DataError: where some folders look like parts and others beside them hold the same classes.
    """
    paths = [tuple(name.split("/")) for name in pictures]
    depth = _wrappers(paths)
    parts, notes = _parts(paths, depth)
    notes += _only_part(paths, depth)
    inner = _inner_depths(paths, depth, parts) if parts else {}
    classes_first = not parts and _classes_hold_parts(paths, depth)

    def placed(path: Path) -> Placed:
        name = "/".join(path)
        if len(path) < depth + 2:
            return Placed(name, "", "", NO_CLASS)
        if classes_first:
            part = part_of(path[depth + 1]) or ""
            return Placed(name, path[depth], part, UNLABELLED if part == "predict" else "")
        if not parts:
            return Placed(name, path[depth], "")
        top, start = path[depth], inner.get(path[depth], depth + 1)
        if top not in parts:
            return Placed(
                name, "", "", f"The folder {top} is beside {quoted(sorted(parts))}, and is none of the parts."
            )
        if parts[top] == "predict":
            return Placed(name, "", "predict", UNLABELLED)
        if len(path) < start + 2:
            return Placed(name, "", parts[top], NO_CLASS)
        return Placed(name, path[start], parts[top])

    found = [placed(path) for path in paths]
    held = {item.label for item in found if not item.skipped}
    level = depth + (2 if parts else 1)
    empty = {
        item.label
        for path in (tuple(name.split("/")) for name in folders)
        if len(path) == (inner.get(path[depth], depth + 1) + 1 if parts and len(path) > depth else level)
        and not (item := placed((*path, ""))).skipped
    }
    if not parts and not classes_first:
        notes += _nested(paths, depth)
    return found, sorted(empty - held), notes


def _wrappers(paths: list[Path]) -> int:
    """How many leading folders do nothing but wrap others, as zipping a folder does; stray files do not count."""
    depth = 0
    while True:
        tops = {path[depth] for path in paths if len(path) > depth + 1}
        deeper = any(len(path) > depth + 2 for path in paths)
        if len(tops) != 1 or not deeper or part_of(next(iter(tops))) == "train":
            return depth
        depth += 1


def _only_part(paths: list[Path], depth: int) -> list[Note]:
    through = max(paths, key=len, default=())[:depth]
    named = [name for name in through if part_of(name)]
    if not named:
        return []
    said = f"All pictures lie in a folder named {named[0]}; they were dealt out into train, validation and test anew."
    return [Note("only_part", said, urgent=True)]


def _parts(paths: list[Path], depth: int) -> tuple[dict[str, FolderPart], list[Note]]:
    """Which folders at this depth are parts; none where they are classes."""
    tops = {path[depth] for path in paths if len(path) > depth + 1}
    classes = {top: {path[depth + 1] for path in paths if len(path) > depth + 2 and path[depth] == top} for top in tops}
    named = {top: part for top in tops if (part := part_of(top))}
    split = {top: part for top, part in named.items() if classes[top]}
    others = sorted(tops - named.keys())
    if not split and not others and {"train"} < set(named.values()):
        return named, []  # pictures without class folders: a table may tell their labels
    if "train" not in split.values():
        return {}, []
    if others and len(set(split.values())) < 2:
        shared = set.union(*(classes[top] for top in split))
        alike = [top for top in others if classes[top] & shared]
        if not alike:
            return {}, []
        raise DataError(
            "Folders that can be told apart as parts or as classes",
            f"{quoted(sorted(split))} beside {quoted(alike)}, which hold folders of the same names",
            "Name the parts train, validation and test.",
        )
    notes = []
    if others:
        said = f"Left out beside {quoted(sorted(named))}: {quoted(others)}. Name the parts train, validation and test."
        notes.append(Note("unknown_part", said, urgent=True))
    for part in ("validation", "test"):
        flat = [top for top, kind in named.items() if kind == part and not classes[top]]
        if flat and part not in split.values():
            said = f"The folder {flat[0]} holds no class folders, so its pictures have no labels and are not used."
            notes.append(Note("unlabelled_part", said, urgent=True))
    return named, notes


def _inner_depths(paths: list[Path], depth: int, parts: dict[str, FolderPart]) -> dict[str, int]:
    """For each part's folder, how deep its class folders lie: some archives wrap each part once more."""
    depths = {}
    inner = {top: {path[depth + 1] for path in paths if len(path) > depth + 2 and path[depth] == top} for top in parts}
    for top, names in inner.items():
        elsewhere = set().union(*(other for name, other in inner.items() if name != top))
        wrapped = len(names) == 1 and not names & elsewhere and part_of(next(iter(names))) == parts[top]
        depths[top] = depth + 2 if wrapped else depth + 1
    return depths


def _classes_hold_parts(paths: list[Path], depth: int) -> bool:
    """Whether every class's folder holds train, test and the like, in place of the other way round."""
    inside = [path for path in paths if len(path) > depth + 1]
    names = {part_of(path[depth + 1]) if len(path) > depth + 2 else None for path in inside}
    return bool(inside) and None not in names and "train" in names and len({path[depth] for path in inside}) > 1


def _nested(paths: list[Path], depth: int) -> list[Note]:
    holding: dict[str, set[str]] = {}
    for path in paths:
        if len(path) > depth + 2:
            holding.setdefault(path[depth], set()).add(path[depth + 1])
    if not holding:
        return []
    name, folders = next(iter(sorted(holding.items())))
    said = f"Folders within a class's folder all count as that class: {quoted(sorted(folders))} as {name}."
    return [Note("nested_folders", said, urgent=True)]
