"""What there is to say of a folder of pictures, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from core.datasets.archive_names import printable
from core.datasets.base import Dataset
from core.datasets.notes import SHOWN, Note, counted, quoted
from core.datasets.pictures import Change

FEW = 10  # pictures to learn a class from, below which little can be said
UNEVEN = 5  # how many times larger the largest class may be before it is said

_SAID: dict[Change, tuple[str, bool]] = {
    "turned": (
        "{} turned upright as the EXIF data says. Keras' own loader ignores this, so a network that was trained "
        "with it saw them lying on their side.",
        True,
    ),
    "deep": ("{} with {bits} bits of grey stretched to 8, all by the same factor.", False),
    "deep_colour": ("{} with 16 bits a colour cut to the upper 8.", False),
    "floating": ("{} of floating-point values scaled by each one's own range.", True),
    "cmyk": ("{} in print colours (CMYK) converted to RGB, so colours may differ from what was meant.", False),
    "transparent": ("{} with transparent parts put on white.", False),
    "animated": ("{} with several frames: only the first is used.", False),
}


def about_changes(changed: Mapping[Change, list[str]], bits: int) -> list[Note]:
    """What was converted.

    Args:
        changed: the files to which each change was made.
        bits: the bits of the deepest grey.
    """
    return [
        Note(change, words.format(counted(len(files)), bits=bits), urgent, tuple(files))
        for change, (words, urgent) in _SAID.items()
        if (files := changed.get(change))
    ]


def about_skipped(reasons: Mapping[str, str]) -> list[Note]:
    """What was left out, and why.

    Args:
        reasons: file -> why it was left out.
    """
    if not reasons:
        return []
    shown = printable(" ".join(f"{name}: {reason}" for name, reason in list(reasons.items())[:SHOWN]))
    rest = f" And {len(reasons) - SHOWN:,} more." if len(reasons) > SHOWN else ""
    were = "file was" if len(reasons) == 1 else "files were"
    return [Note("skipped", f"{len(reasons):,} {were} left out. {shown}{rest}", True, tuple(reasons))]


def about_parts(parts: Mapping[str, Dataset], own: Collection[str]) -> list[Note]:
    """Classes that are missing, small or uneven, and where the parts come from.

    Args:
        parts: train, validation and test.
        own: the parts that have a folder of their own.
    """
    names = parts["train"].class_names
    counts = {part: np.bincount(data.labels, minlength=len(names)) for part, data in parts.items()}
    notes = []
    for part, count in counts.items():
        missing = [name for name, pictures in zip(names, count, strict=True) if not pictures]
        if missing:
            said = f"No {part} picture shows {quoted(missing)}, so nothing can be said about that class there."
            notes.append(Note("missing_class", said, urgent=True))
    learned = sorted(zip(counts["train"], names, strict=True))
    few = [f"{name} ({counted(count)})" for count, name in learned if count < FEW]
    if few:
        said = f"Too few pictures to learn from: {quoted(few)}. Conclusions about these classes are unreliable."
        notes.append(Note("few_pictures", said, urgent=True))
    (least, smallest), (most, largest) = learned[0], learned[-1]
    if most >= UNEVEN * max(least, 1):
        said = f"Classes are uneven: {counted(most)} of {largest} to learn from, and {counted(least)} of {smallest}."
        notes.append(Note("uneven_classes", said, urgent=True))
    if len(own) == 1:
        (there,) = own
        absent = "test" if there == "validation" else "validation"
        said = f"There is no {absent} folder: {counted(len(parts[absent]))} were taken from those to learn from."
        notes.append(Note("dealt", said))
    return notes
