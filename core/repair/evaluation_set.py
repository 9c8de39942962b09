"""The images on which a ladder is evaluated, which no fix ever changes.

Where the shortcut is known to be broken in some images, they come with their groups. For people's own images, an
evaluation set is built by interventions on test images: backgrounds, regions, colours or positions of another class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.datasets.base import Dataset, Splits
from core.errors import DataError
from core.repair.base import FixInfo
from core.repair.engines.cross_class_donors import donors_of_another_class
from core.repair.engines.foreground import masked_batch, object_masks

GROUP = "group"
SMALLEST = 8  # pictures without which a group does not count
MOST = 600  # test pictures from which a judge is built
STANDARD = "background_randomised"


@dataclass(frozen=True, eq=False)
class EvaluationSet:
    """Images to evaluate on.

    Args:
        data: the images; their attributes have a column "group".
        masks: object masks, bool (N, H, W).
        built: whether it was built by interventions.
        limits: what this evaluation set cannot show, as a sentence.
    """

    data: Dataset
    masks: np.ndarray
    built: bool
    limits: str

    @cached_property
    def groups(self) -> np.ndarray:
        """The name of each image's group, (N,)."""
        assert self.data.attributes is not None
        return self.data.attributes[GROUP].astype(str).to_numpy()

    @cached_property
    def counted_groups(self) -> list[str]:
        """The groups with enough images to count, in order of name; all of them if none has."""
        names, counts = np.unique(self.groups, return_counts=True)
        large = names[counts >= SMALLEST]
        return [str(name) for name in (large if len(large) else names)]


def evaluation_set_for(
    splits: Splits, given: Dataset | None, steps: Sequence[tuple[FixInfo, Any]], seed: int
) -> EvaluationSet:
    """The evaluation set that was given, or one built from the test images.

    Args:
        splits: its test images are used where no evaluation set is given.
        given: images with a column "group" in their attributes; None to build an evaluation set.
        steps: the fixes of the ladder with their settings, which decide what is pasted in from other classes.
        seed: seed of a built evaluation set.

    Raises:
        DataError: for an evaluation set without groups, with other classes, or without images.
    """
    if given is None:
        return _build(splits.test, steps, seed)
    if not len(given) or given.attributes is None or GROUP not in given.attributes:
        raise DataError(
            'The evaluation set (judge) should be pictures whose attributes have a column "group"',
            f"{len(given)} pictures" + ("" if given.attributes is None else f" with {list(given.attributes.columns)}"),
            "Leave it out to have one built from the test pictures.",
        )
    if given.class_names != splits.class_names:
        raise DataError(
            f"The evaluation set (judge) should have the classes {splits.class_names}", f"{given.class_names}"
        )
    limits = "The evaluation set consists of held-back pictures in which the shortcut says nothing about the class."
    return EvaluationSet(given, object_masks(given, "own"), False, limits)


def _build(test: Dataset, steps: Sequence[tuple[FixInfo, Any]], seed: int) -> EvaluationSet:
    if not len(test):
        raise DataError("There should be test pictures to evaluate on", "none")
    rng = np.random.default_rng([seed, 17])
    chosen = np.sort(rng.permutation(len(test))[:MOST])
    plain = test.take(chosen)
    cut = masked_batch(plain, "own")
    parts, words = [plain.images], [np.full(len(plain), "as it is", object)]
    for fix, settings in _challenges(steps, plain):
        assert fix.challenge is not None
        changed = fix.challenge(cut, donors_of_another_class(plain.labels, rng), settings)
        parts.append(cut.to_dataset_scale(changed))
        words.append(np.full(len(plain), fix.challenged, object))
    times = len(parts)
    labels = np.tile(plain.labels, times)
    names = np.array(plain.class_names, object)[labels]
    groups = [f"{name} {word}" for name, word in zip(names, np.concatenate(words), strict=True)]
    images = np.concatenate(parts)
    data = replace(plain, images=images, labels=labels, masks=None, attributes=pd.DataFrame({GROUP: groups}))
    limits = (
        "The evaluation set is built from the test pictures by cutting and pasting. Damage from pasting counts "
        "against every network alike, and a shortcut that nobody thought of is not tested."
    )
    return EvaluationSet(data, np.tile(cut.objects, (times, 1, 1)), True, limits)


def _challenges(steps: Sequence[tuple[FixInfo, Any]], data: Dataset) -> list[tuple[FixInfo, Any]]:
    """What is pasted in from other classes: the background always, and whatever the fixes are about."""
    from core.repair.registry import fix_info

    standard = fix_info(STANDARD)
    found: dict[str, tuple[FixInfo, Any]] = {standard.challenged: (standard, standard.Settings())}
    for fix, settings in steps:
        possible = not fix.needs_colour or data.shape[2] == 3
        if fix.challenge is not None and possible:
            found.setdefault(fix.challenged, (fix, settings))
    return list(found.values())
