"""Looking for every flaw that a detector is there for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from core.datasets.base import Splits
from core.diagnosis.base import DetectorInfo, Finding, Suspect, bars, box_of
from core.diagnosis.calibration import Calibration, calibrations
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.explaining_away import explained
from core.diagnosis.registry import detectors
from core.errors import DataError
from core.networks.interface import Interface, check_better_than_chance, prepared_for, require_one_class
from core.networks.training.run import Run
from core.progress import OnStep, silent

if TYPE_CHECKING:
    import keras


def diagnose(
    model: keras.Model | Run,
    splits: Splits,
    *,
    history: pd.DataFrame | None = None,
    seed: int = 0,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> list[Suspect]:
    """Name the likeliest flaws of a network, the strongest first.

    Every detector looks at the network and its pictures, never at an answer key; masks are used where the pictures have
    them and found where not. What it measures becomes a score by what it measures on healthy networks. A suspect is
    raised above its threshold, unless another one explains it away.

    Args:
        model: any Keras classifier whose classes are the data's, or a run, whose history is then used. Not changed.
        splits: what it learned from, was chosen by, and is judged on. Any part but train may be empty.
        history: one row an epoch, with the columns val_loss and so on; None where unknown.
        seed: the same seed gives the same diagnosis.
        interface: how the network is read, from `core.networks.interface`; splits hold the user's own pictures.
        on_step: called after each detector and during long ones; stops the work when it raises.

    Returns:
        one suspect a detector: raised ones first, then by score.

    Raises:
        DataError: when there are no training pictures, or they do not fit the network.
        ModelError: for a network with other classes, of independent labels, whose answers are not numbers, or that does
            no better than chance on its training pictures; the sentence says what would mend that.
    """
    if not len(splits.train):
        raise DataError("There should be training pictures", "none", "Put more pictures into the training part.")
    network, history = (model.model, history or model.history) if isinstance(model, Run) else (model, history)
    network = prepared_for(network, interface, splits.class_names)
    require_one_class(network, "A diagnosis")
    watch, known = _Watch(on_step or silent, len(detectors())), calibrations()
    context = DiagnosisContext(network, splits, history=history, seed=seed, on_step=watch.within)
    check_better_than_chance(network, splits.train.images, splits.train.labels)
    suspects = []
    for info in detectors().values():
        watch.begin(info.title)
        suspects.append(suspected(context, info, known[info.name]))
        watch.end()
    return ranked(explained(suspects))


def ranked(suspects: list[Suspect]) -> list[Suspect]:
    """Raised suspects first, then by score, and by how far above the threshold where scores are equal."""
    return sorted(
        suspects,
        key=lambda suspect: (not suspect.raised, -suspect.score, -suspect.statistic / max(suspect.threshold, 1e-9)),
    )


class _Watch:
    """Turns the steps of detectors into steps of the whole."""

    def __init__(self, on_step: OnStep, total: int) -> None:
        self.on_step, self.total, self.done, self.title = on_step, total, 0, ""

    def begin(self, title: str) -> None:
        self.title = title
        self.on_step(self.done, self.total, title)

    def within(self, done: int, total: int, note: str = "") -> None:  # noqa: ARG002
        self.on_step(self.done, self.total, f"{self.title}: {note}" if note else self.title)

    def end(self) -> None:
        self.done += 1
        self.on_step(self.done, self.total, self.title)


def suspected(context: DiagnosisContext, info: DetectorInfo, known: Calibration) -> Suspect:
    """What one detector finds, as its calibration judges it."""
    found = info.measure(context)
    if isinstance(found, str):
        return _unseen(info, known, found)
    statistic = float(found.statistic)
    return Suspect(
        flaw=info.name,
        title=info.title,
        raised=statistic >= known.threshold,
        score=known.score(statistic),
        p_value=known.p_value(statistic),
        statistic=statistic,
        threshold=known.threshold,
        evidence=found.evidence,
        looked=info.looked if statistic < known.threshold else info.plain,
        data=found.data,
        axis=found.axis,
        fixes=info.fixes,
        hunch=info.hunch,
        settings=dict(found.settings),
        **_where(context, found),
    )


def _where(context: DiagnosisContext, found: Finding) -> dict[str, Any]:
    label = found.class_index
    return {
        "class_index": label,
        "class_name": None if label is None else context.names[label],
        "other": found.other,
        "mask": found.mask,
        "box": box_of(found.mask),
        "part": found.part,
        "indices": found.indices,
    }


def _unseen(info: DetectorInfo, known: Calibration, why: str) -> Suspect:
    """A flaw that could not be looked for."""
    return Suspect(
        flaw=info.name,
        title=info.title,
        raised=False,
        score=0.0,
        p_value=1.0,
        statistic=0.0,
        threshold=known.threshold,
        evidence=why,
        looked=f"Not looked for: {why}",
        data=bars([], []),
        axis="",
        fixes=info.fixes,
        hunch=info.hunch,
        settings={},
    )
