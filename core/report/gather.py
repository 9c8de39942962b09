"""From a network and its images to the facts of a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import keras
import numpy as np

from core import datasets
from core.audit.summary import AuditSummary, read_audit
from core.datasets.base import Dataset, Splits
from core.errors import DataError, InputError
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared_for, require_one_class
from core.networks.training.run import Run
from core.progress import OnStep, silent
from core.report import adapters, heatmaps
from core.report.accuracy import by_class, wilson_score, worst_group
from core.report.facts import AccuracyScore, Facts, MethodTrial, ReviewRule
from core.report.review_threshold import review_rule
from core.report.settings import ReportSettings
from core.trust.temperature import Temperature, from_logits, scale_logits

TOTAL, BEFORE, AFTER = 100, 20, 90
"""Steps in all, and where trying heatmaps begins and ends: most of the time goes into that."""
NINETY = (0.85, 0.95)


@dataclass(frozen=True, eq=False)
class Answers:
    """What the network says of some pictures."""

    logits: np.ndarray
    labels: np.ndarray

    @property
    def probabilities(self) -> np.ndarray:
        return scale_logits(self.logits, 1.0)

    @property
    def right(self) -> np.ndarray:
        return self.logits.argmax(axis=1) == self.labels

    def sure(self, temperature: float = 1.0) -> np.ndarray:
        """How sure each answer is, (N,)."""
        return scale_logits(self.logits, temperature).max(axis=1)


def gather(
    run_or_model: Run | keras.Model,
    splits: Splits,
    *,
    title: str,
    settings: ReportSettings | None = None,
    verdicts: Iterable[Any] | None = None,
    suspects: Iterable[Any] | None = None,
    ladder: Any | None = None,
    judge: Dataset | None = None,
    trials: tuple[MethodTrial, ...] | None = None,
    interface: Interface | None = None,
    audit: str = "",
    on_step: OnStep | None = None,
) -> Facts:
    """Measure everything that a report says.

    Args:
        run_or_model: a run, or any Keras 3 classifier; neither is changed.
        splits: what it learned from, was chosen by, and is judged on.
        title: of the report.
        settings: the dials; the defaults where None.
        verdicts: of hunches that were tested on this network, or their summaries.
        suspects: what `core.diagnosis.diagnose` says of it; None where it was not asked.
        ladder: what `core.repair.ladder` gave; None where no fix was tried.
        judge: a second exam whose pictures break habits of the first; None where there is none.
        trials: heatmaps that were tried on these pictures before with these settings; None to try them now.
        interface: how the network is read, from `core.networks.interface`; splits hold the user's own pictures.
        audit: folder or address of an audit of this network; empty for none.
        on_step: called as it goes on; stops the work when it raises.

    Raises:
        DataError: when there are no test pictures, or pictures or classes do not fit the network.
        InputError: for an unknown heatmap, an empty title, or an audit that is not there or has other classes.
    """
    settings, step = settings or ReportSettings(), on_step or silent
    if not title.strip():
        raise InputError("A report needs a title", "an empty one", "Say what the network is for.")
    given = run_or_model.model if isinstance(run_or_model, Run) else run_or_model
    model = prepared_for(given, interface, splits.class_names)
    require_one_class(model, "A report")
    audited = _audited(audit, splits.class_names) if audit else None
    step(0, TOTAL, "evaluating it on every picture")
    names, strict = splits.class_names, settings.confidence
    test = _answers(model, splits.test, _between(step, 0, 6))
    if not len(test.labels):
        raise DataError("A report needs test pictures", "none")
    validation = _answers(model, splits.validation, _between(step, 6, 10))
    step(10, TOTAL, "comparing confidence with accuracy")
    sureness = _sureness(validation, test, settings)
    again = None if judge is None else _answers(model, judge, _between(step, 12, BEFORE)).right
    grouped = (splits.test, test.right) if judge is None or again is None else (judge, again)
    step(BEFORE, TOTAL, "trying heatmaps")
    tried = trials
    if tried is None:
        later = _between(step, BEFORE, AFTER)
        tried = heatmaps.try_methods(model, splits.test, settings.methods, settings.pictures, settings.seed, later)
    step(AFTER, TOTAL, "drawing heatmaps")
    shown = next((trial.method for trial in tried if trial.passes), None)
    run = run_or_model if isinstance(run_or_model, Run) else None
    key, about = (run.key, run.about) if run else ("", {})
    facts = Facts(
        title=title.strip(),
        key=key,
        about=about,
        recipe=_recipe(run) if run else {},
        parent=run.parent if run else "",
        class_names=names,
        origin=_origin(about),
        taught={name: int((splits.train.labels == label).sum()) for label, name in enumerate(names)},
        overall=wilson_score("all", test.right, strict),
        classes=by_class(test.labels, test.right, names, strict),
        groups=worst_group(*grouped, settings.fewest, strict),
        second=None if again is None else wilson_score("second exam", again, strict),
        sureness=sureness,
        near_ninety=_near_ninety(test, sureness, strict),
        checking=_checking(validation, test, settings),
        trials=tried,
        examples=heatmaps.choose_examples(
            model, splits.test, test.probabilities, settings.examples, shown, settings.seed
        ),
        tested=(),
        suspects=None,
        repaired=None,
        settings=settings,
        made=datetime.now(UTC).date().isoformat(),
        audit=audited,
    )
    step(TOTAL, TOTAL, "done")
    return with_findings(facts, verdicts=verdicts, suspects=suspects, ladder=ladder)


def with_findings(
    facts: Facts,
    *,
    verdicts: Iterable[Any] | None = None,
    suspects: Iterable[Any] | None = None,
    ladder: Any | None = None,
) -> Facts:
    """The same facts with other findings; see `gather`.

    Args:
        facts: what was measured.
        verdicts: tested hunches.
        suspects: of `diagnose`.
        ladder: of fixes.
    """
    return replace(
        facts,
        tested=adapters.tested_hunches(verdicts),
        suspects=adapters.suspected_flaws(suspects),
        repaired=adapters.repair_proof(ladder, facts.key),
    )


def _answers(model: keras.Model, data: Dataset, on_step: OnStep) -> Answers:
    network = ModelEvaluator.of(model)
    classes = network.graph.classes
    if classes != len(data.class_names):
        raise DataError(f"The data should have the network's {classes} classes", f"{len(data.class_names)}")
    if not len(data):
        return Answers(np.zeros((0, classes)), data.labels)
    return Answers(network.logits(checked_images(network.graph, data.images), on_step=on_step), data.labels)


def _audited(address: str, class_names: tuple[str, ...]) -> AuditSummary:
    found = read_audit(address)
    if found.class_names != class_names:
        raise InputError(
            f"The audit should be of a network with the classes {', '.join(class_names)}",
            ", ".join(found.class_names),
            "Name the audit of this network.",
        )
    return found


def _sureness(validation: Answers, test: Answers, settings: ReportSettings) -> Temperature | None:
    if not len(validation.labels):
        return None
    known = [(answers.logits, answers.labels) for answers in (validation, test)]
    return from_logits(known[0], known[1], bins=settings.bins, seed=settings.seed)


def _near_ninety(
    test: Answers, sureness: Temperature | None, confidence: float
) -> tuple[AccuracyScore, AccuracyScore] | None:
    if sureness is None:
        return None
    before, after = (test.right[_within(test.sure(degree))] for degree in (1.0, sureness.value))
    return wilson_score("before", before, confidence), wilson_score("after", after, confidence)


def _within(sure: np.ndarray) -> np.ndarray:
    return (sure >= NINETY[0]) & (sure <= NINETY[1])


def _checking(validation: Answers, test: Answers, settings: ReportSettings) -> ReviewRule | None:
    found = [(answers.sure(), answers.right) for answers in (validation, test)]
    return review_rule(found[0], found[1], settings.wanted, settings.confidence)


def _between(on_step: OnStep, begin: int, end: int) -> OnStep:
    def step(done: int, total: int, note: str = "") -> None:
        on_step(begin + round((end - begin) * done / max(total, 1)), TOTAL, note)

    return step


def _recipe(run: Run) -> dict[str, Any]:
    """What made a run; for a blind game only its code, because the rest would give it away."""
    batch = run.about.get("material")
    if batch is None or "game" in batch:
        return {"material": batch}
    specs = {"network": run.network_spec, "training": run.training_spec}
    plain = {name: spec.model_dump(mode="json", exclude_defaults=True) for name, spec in specs.items()}
    return {"material": batch, **plain}


def _origin(about: Any) -> str:
    """Where the pictures come from, for the named data sets."""
    name = about.get("dataset") or about.get("material", {}).get("data", "wardrobe" if "material" in about else "")
    return datasets.info(name).help if name in datasets.names() else ""
