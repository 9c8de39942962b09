"""Looking for every flaw that a detector is there for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.datasets.base import Splits
from core.diagnosis.base import DetectorInfo, Finding, Level, Suspect, bars, box_of
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.explaining_away import explained
from core.diagnosis.registry import DETECTORS, detectors
from core.errors import DataError
from core.hypothesis_tests import holm
from core.networks.interface import Interface, check_better_than_chance, prepared_for, require_one_class
from core.networks.training.run import Run
from core.progress import OnStep, silent

if TYPE_CHECKING:
    import keras

DOUBT = 0.01  # chance of raising even one flaw that is none, all detectors together, below which nothing is in doubt
UNCALIBRATED = "This detector is not calibrated yet: it measures, and raises nothing."
LEVELS = ("flaw", "leaning", "silent")


def diagnose(
    model: keras.Model | Run,
    splits: Splits,
    *,
    history: pd.DataFrame | None = None,
    seed: int = 0,
    budget: int | None = None,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> list[Suspect]:
    """Name the likeliest flaws of a network, the strongest first.

    Every detector looks at the network and its pictures, never at an answer key; masks are used where the pictures have
    them and found where not. A suspect is raised where its effect is beyond doubt on this very network, large enough to
    be worth a word, costs something, and is not explained away by another one.

    Args:
        model: any Keras classifier whose classes are the data's, or a run, whose history is then used. Not changed.
        splits: what it learned from, was chosen by, and is judged on. Any part but train may be empty.
        history: one row an epoch, with the columns val_loss and so on; None where unknown.
        seed: the same seed gives the same diagnosis.
        budget: most forward passes, about; None for as many as a network of this size can be asked in reasonable time.
        interface: how the network is read, from `core.networks.interface`; splits hold the user's own pictures.
        on_step: called after each detector and during long ones; stops the work when it raises.

    Returns:
        one suspect a detector: flaws first, then leanings, then the rest, each by score.

    Raises:
        DataError: when there are no training pictures, or they do not fit the network.
        ModelError: for a network with other classes, of independent labels, whose answers are not numbers, or that does
            no better than chance on its training pictures; the sentence says what would mend that.
    """
    watch = _Watch(on_step or silent, len(detectors()))
    context = _context(model, splits, history, seed, budget, interface, watch.within)
    findings: dict[str, Finding | str] = {}
    for info in detectors().values():
        watch.begin(info.title)
        findings[info.name] = info.measure(context)
        watch.end()
    return judged(findings, splits.class_names)


def detect(
    model: keras.Model | Run,
    splits: Splits,
    flaw: str,
    *,
    history: pd.DataFrame | None = None,
    seed: int = 0,
    budget: int | None = None,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
) -> Suspect:
    """Look for one flaw: what its detector finds, judged as if it were the only one.

    Its p-value is not corrected for other detectors, and no other flaw explains it away; `diagnose` does both.

    Args:
        model: any Keras classifier whose classes are the data's, or a run, whose history is then used. Not changed.
        splits: what it learned from, was chosen by, and is judged on. Any part but train may be empty.
        flaw: the detector's name, a key of `detectors()`.
        history: one row an epoch, with the columns val_loss and so on; None where unknown.
        seed: the same seed gives the same answer.
        budget: most forward passes, about; None for as many as a network of this size can be asked in reasonable time.
        interface: how the network is read, from `core.networks.interface`; splits hold the user's own pictures.
        on_step: called during the work; stops it when it raises.

    Raises:
        InputError: for an unknown name, listing those that exist.
        DataError, ModelError: as `diagnose`.
    """
    info = DETECTORS.get(flaw)
    watch = _Watch(on_step or silent, 1)
    context = _context(model, splits, history, seed, budget, interface, watch.within)
    watch.begin(info.title)
    found = info.measure(context)
    watch.end()
    return judged({info.name: found}, splits.class_names)[0]


def _context(
    model: keras.Model | Run,
    splits: Splits,
    history: pd.DataFrame | None,
    seed: int,
    budget: int | None,
    interface: Interface | None,
    on_step: OnStep,
) -> DiagnosisContext:
    """The network and its pictures, ready to be looked at; an error where a diagnosis of them would mean nothing."""
    if not len(splits.train):
        raise DataError("There should be training pictures", "none", "Put more pictures into the training part.")
    network = model.model if isinstance(model, Run) else model
    if history is None and isinstance(model, Run):
        history = model.history
    network = prepared_for(network, interface, splits.class_names)
    require_one_class(network, "A diagnosis")
    context = DiagnosisContext(network, splits, history=history, seed=seed, budget=budget, on_step=on_step)
    check_better_than_chance(network, splits.train.images, splits.train.labels)
    return context


def judged(findings: Mapping[str, Finding | str], class_names: tuple[str, ...]) -> list[Suspect]:
    """Suspects from what all detectors measured: corrected for their number, explained away, and in order.

    Args:
        findings: detector name -> what it found, or why it could not look.
        class_names: one name a class.
    """
    known = detectors()
    corrected = _corrected(findings)
    suspects = [
        _unseen(known[name], found)
        if isinstance(found, str)
        else suspected(known[name], found, class_names, corrected.get(name))
        for name, found in findings.items()
    ]
    return ranked(explained(suspects, known))


def ranked(suspects: list[Suspect]) -> list[Suspect]:
    """Flaws, leanings, the rest: each by score, and by how far above the threshold where scores are equal."""
    return sorted(
        suspects,
        key=lambda suspect: (
            LEVELS.index(suspect.level),
            -suspect.score,
            -suspect.statistic / max(suspect.threshold, 1e-9),
        ),
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


def _corrected(findings: Mapping[str, Finding | str]) -> dict[str, float]:
    """Holm's correction over all detectors that have a p-value."""
    known = {
        name: found.p_value
        for name, found in findings.items()
        if isinstance(found, Finding) and found.p_value is not None
    }
    return dict(zip(known, holm(np.array(list(known.values()), float)).tolist(), strict=True))


def suspected(
    info: DetectorInfo, found: Finding, class_names: tuple[str, ...], p_value: float | None = None
) -> Suspect:
    """One suspect, not yet beside the others.

    Args:
        info: the detector.
        found: what it measured.
        class_names: one name a class.
        p_value: corrected for all detectors; None where there is none.
    """
    statistic, label = float(found.statistic), found.class_index
    large = info.floor is not None and statistic >= info.floor
    sure = p_value is None or p_value <= DOUBT
    costly = found.harm is None or (found.harm.low > 0 and found.harm.value >= info.worth)
    told = large and sure and not found.doubt
    raised = told and costly and not found.leaning
    level: Level = "flaw" if raised else "leaning" if told and found.leaning else "silent"
    score = info.score(statistic) if level != "silent" else min(0.49, info.score(statistic))
    return Suspect(
        flaw=info.name,
        title=info.title,
        raised=raised,
        score=score,
        p_value=p_value,
        statistic=statistic,
        threshold=info.floor or 0.0,
        evidence=" ".join(filter(None, (found.evidence, found.doubt, "" if info.calibrated else UNCALIBRATED))),
        looked=info.plain if large else info.looked,
        data=found.data,
        axis=found.axis,
        fixes=info.fixes,
        hunch=info.hunch,
        settings=dict(found.settings),
        class_index=label,
        class_name=None if label is None else class_names[label],
        other=found.other,
        mask=found.mask,
        box=box_of(found.mask),
        part=found.part,
        indices=found.indices,
        level=level,
        harm=found.harm,
    )


def _unseen(info: DetectorInfo, why: str) -> Suspect:
    """A flaw that could not be looked for."""
    settings: dict[str, Any] = {}
    return Suspect(
        flaw=info.name,
        title=info.title,
        raised=False,
        score=0.0,
        p_value=None,
        statistic=0.0,
        threshold=info.floor or 0.0,
        evidence=why,
        looked=f"Not looked for: {why}",
        data=bars([], []),
        axis="",
        fixes=info.fixes,
        hunch=info.hunch,
        settings=settings,
        examined=False,
    )
