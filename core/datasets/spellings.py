"""Class names that differ only in how they are typed."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from core.datasets.notes import Note, quoted

LONGEST = 100


def unified(labels: Sequence[str]) -> tuple[list[str], list[Note]]:
    """Give classes that differ only in capitals, spaces or Unicode form one name: the spelling used most.

    Single characters keep their capitals: where A and a are both classes, the letters themselves are what is told
    apart.

    Args:
        labels: the class of every picture.

    Returns:
        the same with one spelling for each class, and a note where several were found.
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for label, count in Counter(labels).items():
        found[_key(label)][label] += count
    chosen, merged, letters = {}, [], []
    for key, spellings in found.items():
        most = max(spellings, key=lambda name: (spellings[name], name))
        shown = " ".join(unicodedata.normalize("NFC", most).split())
        chosen[key] = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
        if len(spellings) > 1:
            merged.append(f"{', '.join(sorted(map(repr, spellings)))} as {chosen[key]}")
        if len(key) == 1 and key.swapcase() in found and key.islower():
            letters.append(key)
    _keep_apart(chosen)
    notes = []
    if merged:
        said = f"Class names that differ only in how they are typed were read as one class: {quoted(merged)}."
        notes.append(Note("merged_classes", said, urgent=True))
    if letters:
        said = f"Single letters were kept apart by their capitals: {quoted(sorted(letters))}."
        notes.append(Note("letters", said))
    return [chosen[_key(label)] for label in labels], notes


def _key(label: str) -> str:
    plain = " ".join(unicodedata.normalize("NFC", label).split())
    return plain if len(plain) == 1 else unicodedata.normalize("NFC", plain.casefold())


def _keep_apart(chosen: dict[str, str]) -> None:
    """Number names that were cut to the same text."""
    seen: Counter[str] = Counter()
    for key, name in chosen.items():
        seen[name] += 1
        if seen[name] > 1:
            chosen[key] = f"{name} ({seen[name]})"
