"""The blind game: a network with a hidden flaw, determined by a short code, and the points for finding it.

The code determines everything, so a link with the code gives everyone the same game, and it reveals nothing: the flaw
comes from a hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from core import datasets, flaws
from core.datasets.base import Dataset, Splits
from core.errors import InputError
from core.flaws import Planted
from core.flaws.base import FlawInfo, with_groups
from core.flaws.catalogue.none import ANSWER as NOTHING
from core.intervals import wilson

if TYPE_CHECKING:
    from core.networks.training.specs import NetworkSpec, TrainingSpec

LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"  # no vowels, so that no code spells a word
LENGTH = 5
FULL, LEAST, WRONG = 100, 10, 20
CANDIDATES = 3
SALT = "hunch blind game, first edition"
PICTURES = {"train": 600, "validation": 80, "test": 150}
KNOWN = ("scene", "tint", "size", "x", "y")  # attributes that a team would know too
Tip = Literal["place", "class", "heatmap", "three"]


@dataclass(frozen=True)
class Hint:
    """One step towards the answer.

    Args:
        name: "place", "class", "heatmap" or "three".
        title: what it reveals, as a question.
        cost: points that it costs.
    """

    name: Tip
    title: str
    cost: int


HINTS = (
    Hint("place", "Where does it sit?", 10),
    Hint("class", "Which class does it hit?", 10),
    Hint("heatmap", "What did it look at?", 15),
    Hint("three", "Which three are left?", 25),
)
"""From the weakest to the strongest."""

SITS = {
    "nothing": "Nowhere: there may be nothing wrong at all.",
    "data": "In the data: in the pictures, in their labels, or in how many there are of them.",
    "specs": "In the network, or in how it was trained. The pictures are fine.",
    "serving": "In how pictures reach the network once it is in use. Its training was sound.",
}


@dataclass(frozen=True)
class Case:
    """A game, determined by its code.

    Args:
        code: five letters and digits.
    """

    code: str

    def __post_init__(self) -> None:
        if not re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", self.code):
            raise InputError(
                f"A case's code should be {LENGTH} of the letters and digits {LETTERS}",
                repr(self.code[:20]),
                "Check it, or start a new case.",
            )

    @property
    def flaw(self) -> str:
        """The name of what was planted: the answer."""
        names = flaws.names()
        return names[_number(self.code, "flaw") % len(names)]

    @property
    def info(self) -> FlawInfo:
        """What is known of the flaw."""
        return flaws.info(self.flaw)

    @property
    def seed(self) -> int:
        """Seed of the data and of the planting."""
        return _number(self.code, "seed") % 2**31

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """The flaw and two others, of the same kind if there are enough, in an uninformative order."""
        others = [name for name in flaws.names() if name != self.flaw]
        ordered = sorted(
            others, key=lambda name: (flaws.info(name).place != self.info.place, self._draw("others", name))
        )
        chosen = [self.flaw, *ordered[: CANDIDATES - 1]]
        # Draws of their own: those by which the others were chosen are all small, and would put the flaw last.
        return tuple(sorted(chosen, key=lambda name: self._draw("order", name)))

    def _draw(self, what: str, name: str) -> int:
        return _number(self.code, f"{what}/{name}")

    def plant(self) -> Planted:
        """The data with the flaw in it, and the whole truth about it."""
        images = datasets.load("wardrobe", seed=self.seed, **PICTURES)
        return flaws.plant(images, self.flaw, seed=self.seed, **self.info.game_settings)


def new_code(avoided: Collection[str] = ()) -> str:
    """A random code.

    Args:
        avoided: names of flaws that should not come again, as long as there are others.
    """
    left = set(flaws.names()) - set(avoided) or set(flaws.names())
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if Case(code).flaw in left:
            return code


def hide_answer(planted: Planted) -> Planted:
    """What a team would have: no answer key, no evaluation set, no notes on what was done to the images."""
    splits = Splits(**{name: _plain(part) for name, part in planted.splits.parts.items()})
    return replace(
        planted, splits=splits, answer=NOTHING, answers=(NOTHING,), judge=with_groups(splits.test), clean=splits
    )


def game_specs(planted: Planted) -> tuple[NetworkSpec, TrainingSpec]:
    """The network and the training of a game."""
    from core.networks.training.specs import NetworkSpec, TrainingSpec

    return planted.network_spec or NetworkSpec(), planted.training_spec or TrainingSpec()


def score_points(hints: Collection[str], wrong: int) -> int:
    """Points for finding the flaw: 100, minus the cost of the hints, minus 20 for each wrong answer, at least 10.

    Args:
        hints: names of the hints that were used.
        wrong: number of wrong answers.
    """
    costs = sum(hint.cost for hint in HINTS if hint.name in hints)
    return max(LEAST, FULL - costs - WRONG * wrong)


def class_hint(planted: Planted) -> str:
    """Which class the flaw affects, as a sentence."""
    answer = planted.answer
    if answer.class_name is None:
        return "No class more than the others: whatever it is, it affects all of them."
    if answer.other is None:
        return f"It has to do with the class {answer.class_name}."
    return f"It has to do with the classes {answer.class_name} and {planted.splits.class_names[answer.other]}."


def confident_mistakes(labels: np.ndarray, answers: np.ndarray, count: int) -> np.ndarray:
    """Confident mistakes, most confident first, from as many pairs of true and predicted class as possible.

    Args:
        labels: int (N,).
        answers: probabilities, (N, K).
        count: largest number.

    Returns:
        Positions of the images, int (at most count,).
    """
    said, sure = answers.argmax(axis=1), answers.max(axis=1)
    wrong = np.flatnonzero(said != labels)
    wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
    seen: dict[tuple[int, int], int] = {}
    turn = np.empty(len(wrong), int)
    for place, row in enumerate(wrong):
        pair = int(labels[row]), int(said[row])
        turn[place] = seen[pair] = seen.get(pair, -1) + 1
    return wrong[np.argsort(turn, kind="stable")][:count]


def score_proof(planted: Planted, exam: np.ndarray, judged: np.ndarray) -> pd.DataFrame:
    """The ordinary test compared with the evaluation set, which the flaw cannot deceive.

    Args:
        planted: the whole truth.
        exam: which predictions on the test images were right, bool (N,).
        judged: which predictions on the evaluation set were right, bool (M,).

    Returns:
        name, value, low and high (accuracy with its 95% Wilson interval), correct and n; a row each for the test, the
        evaluation set, and its worst group.
    """
    assert planted.judge.attributes is not None
    groups = planted.judge.attributes["group"].to_numpy()
    worst = min(np.unique(groups), key=lambda group: judged[groups == group].mean())
    rows = [("its own exam", exam), ("the judge", judged), (f"the judge, {worst}", judged[groups == worst])]
    return pd.DataFrame([_share(name, right) for name, right in rows])


def find_traces(planted: Planted, count: int = 6) -> Traces:
    """Where the flaw shows: images with it, beside what they should have been if that is another image or label.

    Args:
        planted: the whole truth.
        count: largest number of images.
    """
    answer, before, after = planted.answer, planted.clean, planted.splits
    if len(before.train) == len(after.train):
        wrong = np.flatnonzero(before.train.labels != after.train.labels)[:count]
        if len(wrong):
            return Traces(after.train.take(wrong), before.train.take(wrong), None)
    changed = _changed_rows(before.test, after.test)
    of_class = changed if answer.class_index is None else changed & (after.test.labels == answer.class_index)
    rows = np.flatnonzero(of_class)[:count]
    mask = _region(after.test, answer.region)
    return Traces(after.test.take(rows), before.test.take(rows), None if mask is None else mask[rows])


@dataclass(frozen=True, eq=False)
class Traces:
    """Images that show a flaw.

    Args:
        flawed: as the network got them.
        clean: the same as they would have been.
        region: bool (N, H, W), where it shows; None if no part of the image shows it.
    """

    flawed: Dataset
    clean: Dataset
    region: np.ndarray | None


def _changed_rows(before: Dataset, after: Dataset) -> np.ndarray:
    if before.images.shape != after.images.shape:
        return np.zeros(len(after), bool)
    return (before.images.astype(np.float32) != after.images.astype(np.float32)).any(axis=(1, 2, 3))


def _region(data: Dataset, region: str) -> np.ndarray | None:
    masks = data.masks or {}
    if region == "background" and "object" in masks:
        return ~masks["object"]
    return masks.get(region)


def _share(name: str, right: np.ndarray) -> dict[str, object]:
    correct, n = int(right.sum()), len(right)
    low, high = wilson(correct, n)
    return {"name": name, "value": correct / max(n, 1), "low": low, "high": high, "correct": correct, "n": n}


def _plain(part: Dataset) -> Dataset:
    attributes = part.attributes
    if attributes is not None:
        attributes = attributes[[name for name in KNOWN if name in attributes]]
    masks = None if part.masks is None else {name: mask for name, mask in part.masks.items() if name == "object"}
    return replace(part, attributes=attributes, masks=masks)


def _number(code: str, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{SALT}/{what}/{code}".encode()).digest()[:8], "big")
