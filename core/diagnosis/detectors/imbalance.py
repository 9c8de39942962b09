"""Is a class rare, and does the network miss it?"""

from __future__ import annotations

import numpy as np

from core.datasets.base import Part
from core.diagnosis.base import DetectorInfo, Finding, Harm, bars
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.serving_checks import Service


def measure(context: DiagnosisContext) -> Finding | str:
    """(1 - 1/rarity) times the recall that the class lacks against the median one; both are needed.

    Rarity is the median count of training pictures over the class's own.
    """
    counts = np.bincount(context.splits.train.labels, minlength=context.classes)
    recall, errors = _recall(context)
    known = np.isfinite(recall)
    if known.sum() < 2:
        return "There were too few pictures of two classes to compare how well they are recognised."
    rarity = np.median(counts) / np.maximum(counts, 0.5)
    lacking = np.where(known, np.median(recall[known]) - recall - np.nan_to_num(errors), 0)
    values = np.clip(1 - 1 / np.maximum(rarity, 1), 0, 1) * np.maximum(lacking, 0)
    rare = int(values.argmax()) if values.max() > 0 else int(counts.argmin())
    told = "is not known" if not known[rare] else f"is {recall[rare]:.0%}"
    return Finding(
        statistic=float(values[rare]),
        evidence=(
            f"There are {counts[rare]} pictures of {context.names[rare]} to learn from and {np.median(counts):.0f} of "
            f"the median class. Its recall {told} against {np.median(recall[known]):.0%}."
        ),
        data=bars([f"{name} ({count})" for name, count in zip(context.names, counts, strict=True)], recall, errors),
        axis="Recall (training pictures in brackets)",
        class_index=rare,
        part="test",
        indices=np.flatnonzero(context.splits.test.labels == rare),
        harm=_harm(context.names[rare], float(lacking[rare]), float(np.nan_to_num(errors[rare]))),
    )


def _harm(name: str, lacking: float, error: float) -> Harm:
    """The recall that a class lacks; `lacking` is one standard error less than what was measured."""
    value = lacking + error
    return Harm(value, value - 1.96 * error, value + 1.96 * error, f"of the pictures of {name}, beyond the usual")


def _recall(context: DiagnosisContext) -> tuple[np.ndarray, np.ndarray]:
    """Recall of each class on validation and test pictures together, and its standard error; NaN for fewer than 3.

    Test pictures count only where they are not far worse as a whole: they may reach the network changed.
    """
    parts: list[Part] = ["validation"] if context.evidence(Service).changed else ["validation", "test"]
    labels = np.concatenate([context.part(part).labels for part in parts])
    right = np.concatenate([context.probabilities(part).argmax(1) for part in parts]) == labels
    totals = np.bincount(labels, minlength=context.classes)
    share = np.bincount(labels, right, context.classes) / np.maximum(totals, 1)
    errors = np.sqrt(np.maximum(share * (1 - share), 0.01) / np.maximum(totals, 1))
    return np.where(totals >= 3, share, np.nan), np.where(totals >= 3, errors, np.nan)


DETECTOR = DetectorInfo(
    name="imbalance",
    title="A rare class",
    plain="Training pictures are counted, and the rare classes' recall is compared with the median one's.",
    looked="No class is so rare that the network misses it.",
    fixes=("classes_balanced", "more_pictures"),
    measure=measure,
    order=20,
    floor=0.08,
    full=0.8,
    worth=0.1,
)
