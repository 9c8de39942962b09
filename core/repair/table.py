"""The table of a ladder: what each rung reaches, with intervals, and what it gains over the control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.hypothesis_tests import holm
from core.intervals import estimate
from core.repair.evaluation_set import EvaluationSet
from core.repair.rung_measures import RungMeasurement
from core.repair.rungs import AS_IT_IS, KEEP_TRAINING, Rung
from core.repair.significance import Draws, interval, p_of_gain

MEASURES = ("accuracy", "worst_group", "reversed", "mass", "ece", "seconds")
ENOUGH = {"worst_group": 0.05, "accuracy": 0.02}  # the smallest gain that counts
DOUBT = 0.05


@dataclass(frozen=True, eq=False)
class LadderContext:
    """What all rungs are compared on.

    Args:
        judge: the evaluation set.
        draws: bootstrap samples of the groups.
        opposed: bootstrap samples of the groups, one per class, in which the network as it is does worst; None if no
            class has several groups.
        elsewhere: bootstrap samples of the groups in which it does well.
        measure: what a fix must raise, "worst_group" or "accuracy".
    """

    judge: EvaluationSet
    draws: Draws
    opposed: Draws | None
    elsewhere: Draws
    measure: str


def ladder_context(judge: EvaluationSet, before: np.ndarray, in_groups: bool) -> LadderContext:
    """Prepare the comparison.

    Args:
        judge: the evaluation set.
        before: which predictions of the network as it is are right, bool (N,).
        in_groups: whether its symptoms show in groups.
    """
    counted = {name: np.flatnonzero(judge.groups == name) for name in judge.counted_groups}
    shares = {name: float(before[rows].mean()) for name, rows in counted.items()}
    mean = float(np.mean(list(shares.values())))
    well = [rows for name, rows in counted.items() if shares[name] >= mean - 0.05]
    opposed = _opposed_groups(judge, counted, shares)
    return LadderContext(
        judge=judge,
        draws=Draws.of(list(counted.values())),
        opposed=Draws.of(opposed, 1) if opposed else None,
        elsewhere=Draws.of(well, 2),
        measure="worst_group" if in_groups else "accuracy",
    )


def _opposed_groups(
    judge: EvaluationSet, counted: Mapping[str, np.ndarray], shares: Mapping[str, float]
) -> list[np.ndarray]:
    """The group of each class in which the network as it is does worst, for classes with several groups."""
    by_class: dict[int, list[str]] = {}
    for name, rows in counted.items():
        by_class.setdefault(int(judge.data.labels[rows[0]]), []).append(name)
    return [counted[min(names, key=lambda name: shares[name])] for names in by_class.values() if len(names) > 1]


def ladder_table(
    scene: LadderContext, rungs: Sequence[Rung], measured: Mapping[str, list[RungMeasurement]]
) -> pd.DataFrame:
    """One row per rung that was measured, controls first.

    Args:
        scene: what the rungs are compared on.
        rungs: all rungs of the ladder.
        measured: rung name -> a measurement per seed.
    """
    ready = [rung for rung in rungs if measured.get(rung.name)]
    rows = [_row(scene, rung, measured) for rung in ready]
    table = pd.DataFrame(rows)
    fixes = ~table["control"].to_numpy() & table["p_value"].notna().to_numpy()
    table["p_corrected"] = np.nan
    if fixes.any():
        table.loc[fixes, "p_corrected"] = holm(table.loc[fixes, "p_value"].to_numpy())
    table["better"] = (table["gain"] >= ENOUGH[scene.measure]) & (table["p_corrected"] < DOUBT)
    return table


def _row(scene: LadderContext, rung: Rung, measured: Mapping[str, list[RungMeasurement]]) -> dict[str, Any]:
    mine = measured[rung.name]
    labels = scene.judge.data.labels
    right = np.stack([each.right(labels) for each in mine])
    row: dict[str, Any] = {
        "fix": rung.name,
        "title": rung.title,
        "control": rung.control,
        "seeds": len(mine),
        "worst_group_name": _worst_name(scene, right),
        "worst_named": _in_group(scene, right, _worst_name(scene, right)),
        "worst_before": _in_group(scene, right, _worst_before(scene, measured.get(AS_IT_IS, mine))),
    }
    row |= _spread("accuracy", *scene.draws.mean(right), scene.draws)
    row |= _spread("worst_group", *scene.draws.worst(right), scene.draws)
    if scene.opposed is None:
        row |= _nothing("reversed")
    else:
        row |= _spread("reversed", *scene.opposed.mean(right), scene.opposed)
    row |= _estimate("mass", _mean_mass(mine))
    row |= _calibration(mine, labels)
    row |= _estimate("seconds", np.array([each.seconds for each in mine]))
    row |= _gain(scene, right, measured.get(KEEP_TRAINING, []), rung)
    return row | _elsewhere(scene, right, measured.get(AS_IT_IS, []))


def _worst_name(scene: LadderContext, right: np.ndarray) -> str:
    means = [right[:, rows].mean() for rows in scene.draws.groups]
    return scene.judge.counted_groups[int(np.argmin(means))]


def _worst_before(scene: LadderContext, before: list[RungMeasurement]) -> str:
    """The name of the group in which the network as it is does worst."""
    return _worst_name(scene, np.stack([each.right(scene.judge.data.labels) for each in before]))


def _in_group(scene: LadderContext, right: np.ndarray, name: str) -> float:
    """Accuracy in one group, over all seeds."""
    return float(right[:, scene.draws.groups[scene.judge.counted_groups.index(name)]].mean())


def _spread(name: str, now: np.ndarray, samples: np.ndarray, draws: Draws) -> dict[str, float]:
    low, high = interval(draws.over_seeds(samples))
    return {name: float(now.mean()), f"{name}_low": low, f"{name}_high": high}


def _nothing(name: str) -> dict[str, float]:
    return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}


def _estimate(name: str, values: np.ndarray) -> dict[str, float]:
    found = estimate(values)
    if not np.isfinite(found.low):
        return {name: found.value, f"{name}_low": np.nan, f"{name}_high": np.nan}
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _mean_mass(mine: list[RungMeasurement]) -> np.ndarray:
    """The relevance mass of each image, averaged over seeds."""
    return np.stack([each.mass for each in mine]).mean(axis=0)


def _calibration(mine: list[RungMeasurement], labels: np.ndarray) -> dict[str, float]:
    from core.trust.reliability import from_probabilities

    found = [from_probabilities(each.probabilities.astype(np.float64), labels) for each in mine]
    return {
        "ece": float(np.mean([each.ece for each in found])),
        "ece_low": float(np.mean([each.low for each in found])),
        "ece_high": float(np.mean([each.high for each in found])),
    }


def _gain(scene: LadderContext, right: np.ndarray, keep: list[RungMeasurement], rung: Rung) -> dict[str, float]:
    """What the rung gains over the control that keeps training, seed by seed and image by image."""
    count = min(len(right), len(keep))
    if not count or rung.name == KEEP_TRAINING:
        return {**_nothing("gain"), "p_value": np.nan}
    labels = scene.judge.data.labels
    other = np.stack([each.right(labels) for each in keep[:count]])
    measure = scene.draws.worst if scene.measure == "worst_group" else scene.draws.mean
    (now, samples), (was, before) = measure(right[:count]), measure(other)
    gains = samples - before
    low, high = interval(scene.draws.over_seeds(gains))
    return {
        "gain": float((now - was).mean()),
        "gain_low": low,
        "gain_high": high,
        "p_value": p_of_gain(now - was, gains.mean(axis=1)),
    }


def _elsewhere(scene: LadderContext, right: np.ndarray, before: list[RungMeasurement]) -> dict[str, float]:
    """The change of accuracy where the network as it is did well."""
    count = min(len(right), len(before))
    if not count:
        return _nothing("elsewhere")
    labels = scene.judge.data.labels
    other = np.stack([each.right(labels) for each in before[:count]])
    (now, samples), (was, old) = scene.elsewhere.mean(right[:count]), scene.elsewhere.mean(other)
    return _spread("elsewhere", now - was, samples - old, scene.elsewhere)
