"""No group of test images may be answered right less often than a limit."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from core.acceptance.base import Check, CheckKind, Outcome, Trial, judge, share_figure
from core.datasets.base import Dataset
from core.errors import DataError
from core.networks.interface import probabilities


class GroupCheck(Check):
    """A floor under the worst group's accuracy.

    Args:
        attribute: the column of the images' attributes that makes the groups, such as "site"; "" for the classes.
        at_least: the smallest accuracy that a group may have, 0 to 1.
        smallest: groups of fewer images are not judged.
    """

    attribute: str = ""
    at_least: float = Field(0.85, ge=0, le=1)
    smallest: int = Field(10, ge=1)


def run(check: GroupCheck, trial: Trial) -> Outcome:
    """Count right answers by group, and judge the group that does worst."""
    dataset = trial.splits.test
    groups = _groups(dataset, check.attribute)
    answers = probabilities(trial.model, dataset.images, interface=trial.interface).argmax(axis=1)
    right = answers == dataset.labels
    counts = {name: (int(right[groups == name].sum()), int((groups == name).sum())) for name in np.unique(groups)}
    judged = {name: count for name, count in counts.items() if count[1] >= check.smallest}
    if not judged:
        raise DataError(f"Some group should have {check.smallest} images or more", f"{len(dataset)} images in all")
    # The worst of several groups is worse than any one by chance alone: its interval is widened for their number.
    confidence = 1 - (1 - trial.confidence) / len(judged)
    worst = min(judged, key=lambda name: judged[name][0] / judged[name][1])
    hits, n = judged[worst]
    sentence = (
        f"In its worst group, {worst}, the network is right in {hits} of {n}; "
        f"it should be right in at least {check.at_least:.0%}."
    )
    return judge(check, share_figure(hits, n, confidence), sentence, at_least=check.at_least)


def _groups(dataset: Dataset, attribute: str) -> np.ndarray:
    """The name of each image's group, (N,)."""
    if not attribute:
        return np.asarray(dataset.class_names, object)[dataset.labels].astype(str)
    if dataset.attributes is None or attribute not in dataset.attributes:
        known = ", ".join(dataset.attributes.columns) if dataset.attributes is not None else "none"
        raise DataError(f"The images should have the attribute {attribute!r}", f"the attributes {known}")
    return dataset.attributes[attribute].astype(str).to_numpy()


KIND = CheckKind("groups", "No group falls behind", GroupCheck, run, order=20)
