"""The ladder: fixes compared with two controls, with several seeds, and evaluated on images that no fix touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset, Splits
from core.errors import InputError
from core.networks.interface import Interface, prepared_for, require_one_class
from core.networks.prepared import Prepared, standalone
from core.networks.training.run import Run
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.progress import OnStep, silent
from core.repair.evaluation_set import EvaluationSet, evaluation_set_for
from core.repair.run_keys import training_effort
from core.repair.rung_measures import RungMeasurement, measure
from core.repair.rung_training import Origin, train_rung
from core.repair.rungs import AS_IT_IS, Fixes, Rung, rungs_for
from core.repair.sentences import ladder_sentence
from core.repair.symptoms import Symptom, find_symptoms
from core.repair.table import LadderContext, ladder_context, ladder_table
from core.store import Store, default_store

UNITS = 1000  # progress steps of one original training
MOST_SEEDS = 20


@dataclass(frozen=True, eq=False)
class Ladder:
    """The result of a ladder.

    Args:
        table: one row a rung, controls first: fix, title, control, seeds, worst_group_name, worst_named (accuracy in
            that group), worst_before (accuracy in the group in which the network as it is does worst); accuracy,
            worst_group (mean over seeds of each seed's worst), reversed (accuracy in the group of each class in which
            the network as it is does worst), mass (relevance mass on the object over its share of the picture), ece,
            seconds (of training), gain (of `measure` over training on as before) and elsewhere (change of accuracy
            where the network did well), each with its _low and _high; p_value and p_corrected (Holm) of the gain;
            better, whether it is beyond doubt and large enough.
        runs: rung name -> the run of the median seed.
        medians: rung name -> which seed that is.
        best: name of the fix that helps most beyond doubt; None if none does, or if nothing was wrong.
        sentence: the result in plain words.
        judge: the evaluation set, with its groups and limits.
        answers: rung name -> probabilities (S, N, K) on the evaluation set.
        symptoms: what was wrong with the network as it is; empty for a healthy one.
        measure: what a fix had to raise: "worst_group" or "accuracy".
        settings: rung name -> its steps with all settings.
        complete: whether every rung has all its seeds.
    """

    table: pd.DataFrame
    runs: Mapping[str, Run]
    medians: Mapping[str, int]
    best: str | None
    sentence: str
    judge: EvaluationSet = field(repr=False)
    answers: Mapping[str, np.ndarray] = field(repr=False)
    symptoms: list[Symptom]
    measure: str
    settings: Mapping[str, list[dict[str, Any]]]
    complete: bool = True


OnLadder = Callable[[Ladder], None]


def ladder(
    run_or_model: Run | keras.Model,
    splits: Splits,
    fixes: Fixes,
    *,
    seeds: int = 3,
    judge: Dataset | None = None,
    on_step: OnStep | None = None,
    on_ladder: OnLadder | None = None,
    store: Store | None = None,
    interface: Interface | None = None,
    network_spec: NetworkSpec | None = None,
    training_spec: TrainingSpec | None = None,
    seed: int = 0,
) -> Ladder:
    """Compare fixes with leaving a network as it is and with training it further for as long.

    Finished trainings are stored: a ladder that was stopped continues where it was, and the same ladder run twice gives
    the
    same table.

    Args:
        run_or_model: the network to repair; never changed.
        splits: the data it was trained on; test images are as served.
        fixes: names from `fixes()`, several joined by "+" for a combination; or names with a dict of settings.
        seeds: how many times each fix is trained, 1 to 20. With one, luck of training cannot be told from a fix.
        judge: pictures that no fix touches, whose attributes have a column "group"; None builds one from test pictures
            by interventions, with the limits that are stated in `Ladder.judge.limits`.
        on_step: called as the work goes on; `Cancelled` raised from it stops the ladder, which can be gone on with.
        on_ladder: called with what is known so far, before the first training and after each.
        store: where runs are kept; `default_store()` where None.
        interface: how the network is read, from `core.networks.interface`: splits hold the user's own pictures, and the
            networks of the ladder carry the preprocessing inside.
        network_spec: what the network is made of, for a model that does not say.
        training_spec: how it was taught, for a model that does not say.
        seed: of the built judge, and the first seed of the fixes.

    Raises:
        InputError: for an unknown fix or setting, or a number of seeds out of bounds.
        ModelError: for a network of independent labels.
        DataError: for a judge that cannot be used, or pictures that a fix cannot use.
        Cancelled: when `on_step` raised it.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise InputError(f"The number of seeds should lie in 1 to {MOST_SEEDS}", repr(seeds))
    run_or_model = _read(run_or_model, interface, splits)
    rungs = rungs_for(fixes)
    steps = [step for rung in rungs for step in rung.steps]
    climb = _LadderRun(
        origin=Origin.of(run_or_model, splits, network_spec, training_spec),
        splits=splits,
        rungs=rungs,
        seeds=seeds,
        first=seed,
        judge=evaluation_set_for(splits, judge, steps, seed),
        store=store or default_store(),
        on_step=on_step or silent,
        on_ladder=on_ladder,
    )
    return climb.go()


def _read(given: Run | keras.Model, interface: Interface | None, splits: Splits) -> Run | keras.Model:
    """The network with its preprocessing inside, since fixes train it on the user's own pictures and save it."""
    model = given.model if isinstance(given, Run) else given
    require_one_class(model, "A ladder of fixes")
    read = prepared_for(model, interface, splits.class_names)
    if isinstance(given, Run) or not isinstance(read, Prepared) or not read.preprocessing.changes:
        return given
    return standalone(read.network, read.preprocessing)


@dataclass(eq=False)
class _LadderRun:
    """One ladder in progress."""

    origin: Origin
    splits: Splits
    rungs: list[Rung]
    seeds: int
    first: int
    judge: EvaluationSet
    store: Store
    on_step: OnStep
    on_ladder: OnLadder | None
    measured: dict[str, list[RungMeasurement]] = field(default_factory=dict)
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def go(self) -> Ladder:
        """Train every rung with the first seed, then every rung with the next, so that a first table appears early."""
        total, done = self._total(), 0
        self.on_step(done, total, "As it is: evaluating every picture")
        before = measure(self.origin.run, self.judge)
        right = before.right(self.judge.data.labels)
        symptoms = find_symptoms(self.origin.run.model, self.splits, self.judge, right)
        in_groups = symptoms[0].in_groups if symptoms else True
        scene = ladder_context(self.judge, right, in_groups)
        self.measured[AS_IT_IS], self.runs[AS_IT_IS] = [before] * self.seeds, [self.origin.run]
        if self.on_ladder:
            self.on_ladder(self._so_far(scene, symptoms))
        for number in range(self.seeds):
            for rung in self.rungs[1:]:
                units = round(UNITS * max(0.1, self._effort(rung) * rung.cost))
                run = self._made(rung, number, done, total)
                self.runs.setdefault(rung.name, []).append(run)
                self.measured.setdefault(rung.name, []).append(measure(run, self.judge))
                done += units
                self.on_step(min(done, total), total, f"{rung.title}, seed {number + 1} of {self.seeds}: done")
                if self.on_ladder:
                    self.on_ladder(self._so_far(scene, symptoms))
        return self._so_far(scene, symptoms)

    def _effort(self, rung: Rung) -> float:
        return training_effort(rung, self.rungs)

    def _total(self) -> int:
        return self.seeds * sum(round(UNITS * max(0.1, self._effort(rung) * rung.cost)) for rung in self.rungs[1:])

    def _made(self, rung: Rung, number: int, done: int, total: int) -> Run:
        title = f"{rung.title}, seed {number + 1} of {self.seeds}"
        units = UNITS * max(0.1, self._effort(rung) * rung.cost)

        before, whole = done, total

        def on_step(done: int, total: int, note: str = "") -> None:
            self.on_step(before + int(units * done / max(1, total)), whole, f"{title}: {note}" if note else title)

        self.on_step(done, total, f"{title}: preparing")

        def getting_ready(done: int, total: int, note: str = "") -> None:  # noqa: ARG001
            self.on_step(before, whole, f"{title}: preparing, {note}" if note else f"{title}: preparing")

        return train_rung(
            self.origin,
            rung,
            effort=self._effort(rung),
            seed=self.first + number,
            store=self.store,
            on_step=on_step,
            preparing=getting_ready,
        )

    def _so_far(self, scene: LadderContext, symptoms: list[Symptom]) -> Ladder:
        table = ladder_table(scene, self.rungs, self.measured)
        best = _best(table, scene.measure) if symptoms else None
        labels = self.judge.data.labels
        medians = {name: _median_run(self.measured[name], labels, scene) for name in self.runs}
        return Ladder(
            table=table.assign(better=table["better"] & bool(symptoms)),
            runs={name: runs[medians[name]] for name, runs in self.runs.items()},
            medians=medians,
            best=best,
            sentence=ladder_sentence(table, symptoms, scene.measure, best),
            judge=self.judge,
            answers={name: np.stack([each.probabilities for each in done]) for name, done in self.measured.items()},
            symptoms=symptoms,
            measure=scene.measure,
            settings={rung.name: rung.plain() for rung in self.rungs},
            complete=all(len(self.measured.get(rung.name, [])) == self.seeds for rung in self.rungs),
        )


def _best(table: pd.DataFrame, measure: str) -> str | None:
    """The highest-scoring of the fixes that help beyond doubt."""
    helping = table[table["better"] & ~table["control"]]
    return None if helping.empty else str(helping.sort_values(measure, ascending=False, kind="stable")["fix"].iloc[0])


def _median_run(measured: list[RungMeasurement], labels: np.ndarray, scene: LadderContext) -> int:
    """Which of the seeds has the median value of the measure; the lower of two."""
    if len({id(each) for each in measured}) == 1:
        return 0
    right = np.stack([each.right(labels) for each in measured])
    values = (scene.draws.worst if scene.measure == "worst_group" else scene.draws.mean)(right)[0]
    return int(np.argsort(values, kind="stable")[(len(values) - 1) // 2])
