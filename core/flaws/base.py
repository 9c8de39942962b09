"""Data types of a planted flaw: its effect on the data, the specs or serving, and its answer key.

Every flaw is a function from `Planted` to `Planted`, so that several can be planted in sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from core.datasets.base import Dataset, Splits
from core.errors import DataError, TargetError
from core.settings import Settings

Place = Literal["nothing", "data", "specs", "serving"]
LightsUp = Literal["off the object", "on the frame", "on one spot"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Answer:
    """The answer key of one flaw.

    Args:
        flaw: its name.
        class_index, class_name: the class that it is tied to; None if it concerns all classes.
        other: the second class of a confusion; None otherwise.
        region: where in the image it shows: a mask's name ("object", "sticker", "border"), "background", "everywhere",
            or
            "nowhere" if no part of an image shows it.
        box: left, top, right, bottom as fractions of width and height, if its place is fixed; None otherwise.
        sentence: the truth in plain words.
    """

    flaw: str
    sentence: str
    class_index: int | None = None
    class_name: str | None = None
    other: int | None = None
    region: str = "nowhere"
    box: Box | None = None


@dataclass(frozen=True, eq=False)
class Planted:
    """A task with its flaws and the truth about them.

    Args:
        splits: the data that the team would have: train, validation and test, flaw included.
        network_spec, training_spec: `core.networks` specs that carry a flaw; None leaves them unchanged.
        answer: the answer key; of the flaw that was planted first if there are several.
        judge: the evaluation set: test objects with the flaw's correlation broken. Its attributes have a column
            "group".
        answers: the keys of all planted flaws.
        clean: the splits before anything was planted, the control of every comparison.
    """

    splits: Splits
    network_spec: Any | None
    training_spec: Any | None
    answer: Answer
    judge: Dataset
    answers: tuple[Answer, ...]
    clean: Splits


@dataclass(frozen=True, kw_only=True)
class FlawInfo:
    """What a menu says of a flaw.

    Args:
        name: what `plant` calls it.
        title: what a person calls it.
        help: one plain sentence on how it happens in real life.
        text: what it is and what follows from it, for the guide: a short paragraph for readers without a background in
            the field.
        misleads: what can be mistaken for it, or hide it, for the guide.
        place: whether it sits in the data, in the specs, or in how pictures reach the network.
        strength: what the strength dial turns, in plain words.
        Settings: its further dials.
        plant: plants it, given what was planted before, a strength in 0 to 1, a seed and its settings.
        shortcut: whether it makes a network right for the wrong reason.
        studied: whether the study "Do these methods help?" plants it. Training must leave it in the network, since
            that is what all tools of the study look at.
        lights_up: where the maps of a network that has it should light up: anywhere off the object, on a frame along
            the edge, or on one spot. Only the study asks.
        game_settings: dials with which the blind game plants it, so that nobody waits long; the others keep their
            defaults.
        order: its place in menus, and when it is planted among several: scenes and objects first, then what is stuck on
            top, labels, counts, specs and serving.
    """

    name: str
    title: str
    help: str
    text: str
    misleads: str
    place: Place
    strength: str
    Settings: type[Settings]
    plant: Callable[[Planted, float, int, Any], Planted]
    shortcut: bool = False
    studied: bool = False
    lights_up: LightsUp = "off the object"
    game_settings: Mapping[str, Any] = field(default_factory=dict)
    order: int = 1000


def pick_rows(labels: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """A fraction of each class's rows, chosen at random, exact to the nearest image.

    Args:
        labels: int (N,).
        share: fraction in 0..1.
        rng: source of the choice.

    Returns:
        bool (N,).
    """
    rows = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        rows[members[: round(share * len(members))]] = True
    return rows


def spread_evenly(labels: np.ndarray, options: int, rng: np.random.Generator) -> np.ndarray:
    """One of 0..options-1 for each row, as evenly within each class as counts allow.

    Args:
        labels: int (N,).
        options: number of options.
        rng: source of the order.

    Returns:
        int (N,).
    """
    dealt = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        dealt[rng.permutation(members)] = (np.arange(len(members)) + rng.integers(options)) % options
    return dealt


def target_of(names: tuple[str, ...], given: str | None, rng: np.random.Generator) -> int:
    """The index of the named class, or of a random one.

    Args:
        names: all class names.
        given: one of them, or None.
        rng: source of the choice.

    Raises:
        InputError: for an unknown class.
    """
    if given is None:
        return int(rng.integers(len(names)))
    if given not in names:
        raise TargetError(f"The classes are {', '.join(names)}", repr(given))
    return names.index(given)


def with_attributes(data: Dataset, **columns: Any) -> Dataset:
    """The data with these columns added to its attributes, replacing those of the same name."""
    import pandas as pd

    table = pd.DataFrame(index=range(len(data))) if data.attributes is None else data.attributes
    return replace(data, attributes=table.assign(**columns))


def with_groups(judge: Dataset, suffix: np.ndarray | None = None) -> Dataset:
    """The evaluation set with its column "group": the class's name, and whatever else distinguishes images."""
    assert judge.attributes is None or len(judge.attributes) == len(judge)
    known = judge.attributes is not None and "group" in judge.attributes
    if known and suffix is None:
        return judge
    before = judge.attributes["group"].to_numpy() if known else np.array(judge.class_names, object)[judge.labels]  # type: ignore[index]
    if suffix is None:
        return with_attributes(judge, group=before)
    return with_attributes(judge, group=[f"{name} {words}" for name, words in zip(before, suffix, strict=True)])


def follow_with(before: Planted, answer: Answer, **changes: Any) -> Planted:
    """What was planted before, plus this flaw."""
    answers = (*(known for known in before.answers if known.flaw != "none"), answer)
    return replace(before, answer=answers[0], answers=answers, **changes)


def of_class(names: tuple[str, ...], index: int) -> dict[str, Any]:
    """An answer's two fields that name the class."""
    return {"class_index": index, "class_name": names[index]}


def apply_to_splits(
    splits: Splits, change: Callable[[str, Dataset], Dataset], *, parts: tuple[str, ...] = ()
) -> Splits:
    """Apply a change to each part of the splits, or only to the named parts.

    Args:
        splits: the data.
        change: (name of the part, data) -> data.
        parts: names of the parts to change; empty for all.
    """
    wanted = parts or tuple(splits.parts)
    return Splits(**{name: change(name, part) if name in wanted else part for name, part in splits.parts.items()})


def column(data: Dataset, name: str, otherwise: str) -> np.ndarray:
    """One attribute as an object array (N,), or a default value if it is unknown.

    Args:
        data: the images.
        name: of the attribute.
        otherwise: the default.
    """
    if data.attributes is None or name not in data.attributes:
        return np.full(len(data), otherwise, object)
    return data.attributes[name].to_numpy(dtype=object)


def require_objects(data: Dataset) -> np.ndarray:
    """The mask "object", bool (N, H, W); DataError where nobody knows where the objects are."""
    if "object" not in (data.masks or {}):
        raise DataError(
            "This flaw needs data with known object masks",
            "pictures without object masks",
            "Add a mask named object, such as core.images.masks.grabcut_masks makes.",
        )
    assert data.masks is not None
    return data.masks["object"]


def require_colour(data: Dataset, flaw: str) -> None:
    """DataError when the pictures are grey."""
    if data.shape[2] != 3:
        raise DataError(f"The flaw {flaw} needs colour pictures", "grey pictures")
