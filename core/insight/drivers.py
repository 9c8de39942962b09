"""Drivers: which things about an image change the network's prediction, how much, and whether they are causes.

The score is the network's confidence in each class. It is regressed on the object's class and on all attributes at
once,
separately for each class. That choice makes a shortcut visible: a scene that gives away the answer "boot" raises the
score of "boot" whatever the object is, so it is a plain effect of the scene on that score. On the score of the *right*
answer there would be no effect, since it helps boots as much as it hurts the rest.

Correlation is not causation. So each attribute that can be changed is also changed on purpose (`interventions`), the
same regression is fitted to the changed images, and the two are reported side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.hypothesis_tests import holm
from core.insight import sentences
from core.insight.attributes import CLASS
from core.insight.gather import gather
from core.insight.regression import TIE, AttributeEffects, estimate_effects, two_sided
from core.insight.sample import RIGHT, InterventionTrial, Sample
from core.insight.settings import DriverSettings, Unit
from core.insight.subgroups import unexplained_gaps
from core.networks.interface import Interface, prepared_for
from core.progress import OnStep, silent

EVERYONE = "everyone"
FOUND, CHANGED = "pictures as they are", "pictures changed on purpose"
APART = {"points": 5.0, "log odds": 0.5}
"""Correlation and cause that differ by less than this are not called different."""
COLUMNS = (
    "attribute", "level", "effect", "low", "high", "subgroup", "score", "unit", "p_value", "clear", "n",
    "cause", "cause_low", "cause_high", "disagree", "source", "strength",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Drivers:
    """The result of a driver analysis.

    Args:
        table: see `drivers`.
        strengths: one row per attribute, including the class: attribute, strength (how much it changes the score in a
            typical image), p_value, source, cause_strength (the same when it is changed on purpose; NaN if it was not).
        sentence: the result in plain words.
        notes: what to keep in mind, as sentences.
        sample: the answers behind it, for further analyses.
    """

    table: pd.DataFrame
    strengths: pd.DataFrame
    sentence: str
    notes: tuple[str, ...]
    sample: Sample


def drivers(
    model: keras.Model,
    dataset: Dataset,
    *,
    of: str | None = None,
    interface: Interface | None = None,
    on_step: OnStep = silent,
    **settings: Any,
) -> pd.DataFrame:
    """What changes the network's score, strongest first.

    Args:
        model: any Keras classifier with the data set's classes. Not changed.
        dataset: labelled images, ideally not used in training. Attributes are taken from its table; if it has none,
            they
            are measured in the images.
        of: whose score: a class, `RIGHT` for the right answer, or None for each class in turn.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: called as pictures are done; stops the work when it raises.
        settings: see `DriverSettings`.

    Returns:
        one row for each level of each attribute and each score:

        - attribute, level: such as scene, grass; of a number "one step more", a step being one standard deviation
        - effect, low, high: how much it changes the score from the mean of the levels, with its interval, holding the
          object's class and all other attributes fixed
        - subgroup: "everyone", or a class in which the effect on the right answer differs from the others (only where
        that
          is more than chance)
        - score, unit: whose score, and "points" of 100 or "log odds"
        - p_value, clear: corrected for all rows (Holm), and whether it is below 1 - confidence
        - n: images with this level
        - cause, cause_low, cause_high: the same when the attribute is changed on purpose; NaN if it was not
        - disagree: whether correlation and cause differ by more than chance, and enough to matter
        - source: the images that the effect comes from. Where two attributes always occur together, the images as they
        are
          cannot separate them, and the effect is that of changing it; where that is not possible either, the effect is
          NaN
          and its interval is unbounded.
        - strength: of the whole attribute, by which the table is sorted

    Raises:
        DataError, ModelError: as `gather`.
        InputError: for an unknown class or setting.
    """
    return find_drivers(model, dataset, of=of, interface=interface, on_step=on_step, **settings).table


def find_drivers(
    model: keras.Model,
    dataset: Dataset,
    *,
    of: str | None = None,
    interface: Interface | None = None,
    on_step: OnStep = silent,
    **settings: Any,
) -> Drivers:
    """The same with strengths, sentences, and the answers behind them.

    Args:
        model: as for `drivers`.
        dataset: as for `drivers`.
        of: as for `drivers`.
        on_step: as for `drivers`.
        interface: as for `drivers`.
        **settings: as for `drivers`.
    """
    chosen = DriverSettings.of(**settings)
    network = prepared_for(model, interface, dataset.class_names)
    return summarise(gather(network, dataset, chosen, on_step=on_step), chosen, of=of)


def summarise(sample: Sample, settings: DriverSettings, *, of: str | None = None) -> Drivers:
    """Drivers from answers that are available.

    Args:
        sample: see `gather`.
        settings: unit and confidence.
        of: whose score, as for `drivers`.
    """
    view, unit = sample.view, settings.unit
    names = view.named(of)
    found = estimate_effects(view.scores(of, unit), list(view.columns.values()), view.truth)
    causes = _causes(sample, of, unit)
    chosen = {name: _best(effects, causes.get(name)) for name, effects in found.items()}
    rows = [
        row
        for name in sample.attributes.columns
        for row in _rows(sample, chosen[name], found[name], causes.get(name), names, settings)
    ]
    table = _judge_rows(pd.DataFrame(rows), settings)
    table = _ordered(pd.concat([table, *_subgroups(sample, settings, of)], ignore_index=True))
    strengths = _strengths(chosen, found, causes)
    notes = (*sample.notes, *_notes(sample, found, causes))
    return Drivers(table, strengths, sentences.drivers(table, strengths, unit), notes, sample)


def _best(found: AttributeEffects, cause: AttributeEffects | None) -> AttributeEffects:
    return cause if not found.known and cause is not None and cause.known else found


def _causes(sample: Sample, of: str | None, unit: Unit) -> dict[str, AttributeEffects]:
    """The effects of changing each attribute, in steps of the sample."""
    found: dict[str, AttributeEffects] = {}
    for trial in sample.trials:
        if len(trial.rows):
            found |= _of_trial(sample, trial, of, unit)
    causes = {name: _rescale(effects, sample, name) for name, effects in found.items()}
    return causes


def _of_trial(sample: Sample, trial: InterventionTrial, of: str | None, unit: Unit) -> dict[str, AttributeEffects]:
    view = sample.changed(trial)
    if trial.paired:
        return {trial.names[0]: _slope(sample, trial, of, unit)}
    found = estimate_effects(view.scores(of, unit), list(view.columns.values()), view.truth)
    kept = {*trial.names, *([CLASS] if len(trial.names) > 1 else [])}
    return {name: effects for name, effects in found.items() if name in kept}


def _rescale(effects: AttributeEffects, sample: Sample, name: str) -> AttributeEffects:
    """A number's effect for a step of the sample rather than of the changed pictures."""
    column = sample.attributes.columns.get(name)
    trial = sample.trial_of(name)
    if column is None or trial is None or not column.numeric or trial.paired:
        return effects
    spread = float(trial.columns[name].data.std())
    factor = float(column.data.std()) / spread if spread > 0 else 1.0
    return replace(effects, sizes=effects.sizes * factor, errors=effects.errors * factor)


def _slope(sample: Sample, trial: InterventionTrial, of: str | None, unit: Unit) -> AttributeEffects:
    """Change of the score for a step, from pairs of a picture and its changed version."""
    import statsmodels.api as sm

    name = trial.names[0]
    column = sample.attributes.columns[name]
    step = (trial.columns[name].data - column.data[trial.rows]) / column.data.std()
    gains = sample.changed(trial).scores(of, unit) - sample.view.take(trial.rows).scores(of, unit)
    if np.square(step).sum() < TIE or len(step) < 3:
        nothing = np.full((1, gains.shape[1]), np.nan)
        return AttributeEffects(
            name, ("one step more",), nothing, np.full_like(nothing, np.inf), 1.0, 1.0, 0.0, known=False
        )
    fits = [sm.OLS(gain, step[:, None]).fit(cov_type="HC3", use_t=True) for gain in gains.T]
    values = np.array([[float(fit.params[0]) for fit in fits]])
    errors = np.sqrt(np.array([[float(fit.cov_params()[0, 0]) for fit in fits]]))
    freedom = float(len(step) - 1)
    p_value = float(min(1.0, two_sided(values, errors, freedom).min() * len(fits)))
    power = float((values**2 - errors**2).sum()) / (2 if len(fits) > 1 else 1)
    return AttributeEffects(name, ("one step more",), values, errors, freedom, p_value, float(np.sqrt(max(power, 0.0))))


def _rows(
    sample: Sample,
    chosen: AttributeEffects,
    found: AttributeEffects,
    cause: AttributeEffects | None,
    scores: tuple[str, ...],
    settings: DriverSettings,
) -> list[dict[str, Any]]:
    low, high = _within(*chosen.interval(settings.confidence), settings.unit)
    blank = np.full(chosen.sizes.shape, np.nan)
    known = cause is not None and cause.known and cause.levels == chosen.levels
    cause_low, cause_high = cause.interval(settings.confidence) if known and cause is not None else (blank, blank)
    values = cause.sizes if known and cause is not None else blank
    gap = (
        two_sided(found.sizes - values, _join_effects(found, cause), found.freedom) if known and found.known else blank
    )
    column = sample.attributes.columns[chosen.name]
    rows = []
    for level, label in enumerate(chosen.levels):
        n = len(sample) if column.numeric else int((column.data == label).sum())
        for score, title in enumerate(scores):
            at = (level, score)
            rows.append(
                {
                    "attribute": chosen.name, "level": label, "effect": chosen.sizes[at], "low": low[at],
                    "high": high[at], "subgroup": EVERYONE, "score": title, "unit": settings.unit,
                    "p_value": chosen.p_values[at], "n": n, "cause": values[at], "cause_low": cause_low[at],
                    "cause_high": cause_high[at], "gap": gap[at], "source": FOUND if chosen is found else CHANGED,
                    "strength": chosen.strength,
                }
            )  # fmt: skip
    return rows


def _within(low: np.ndarray, high: np.ndarray, unit: Unit) -> tuple[np.ndarray, np.ndarray]:
    """Points cannot move by more than all of 100."""
    if unit == "points":
        return np.clip(low, -100, 100), np.clip(high, -100, 100)
    return low, high


def _join_effects(found: AttributeEffects, cause: AttributeEffects | None) -> np.ndarray:
    assert cause is not None
    return np.hypot(found.errors, cause.errors)


def _judge_rows(table: pd.DataFrame, settings: DriverSettings) -> pd.DataFrame:
    """Corrected p-values, and where correlation and cause disagree."""
    level = 1 - settings.confidence
    table["p_value"] = holm(table["p_value"].to_numpy())
    table["clear"] = table["p_value"] < level
    gaps = table["gap"].to_numpy(dtype=float)
    known = np.isfinite(gaps)
    corrected = np.ones(len(table))
    corrected[known] = holm(gaps[known])
    far = (table["effect"] - table["cause"]).abs() >= APART[settings.unit]
    table["disagree"] = (corrected < level) & far
    return table[list(COLUMNS)]


def _subgroups(sample: Sample, settings: DriverSettings, of: str | None) -> list[pd.DataFrame]:
    """Classes in which an attribute's effect on the right answer is another than in the rest."""
    if of not in (None, RIGHT):
        return []
    found = unexplained_gaps(sample.view, CLASS, settings)
    if found.empty or not found["clear"].any():
        return []
    clear = found[found["clear"]]
    table = pd.DataFrame(
        {
            "attribute": clear["attribute"], "level": clear["level"], "effect": clear["first"],
            "low": clear["first_low"],
            "high": clear["first_high"], "subgroup": clear["group"], "score": RIGHT, "unit": settings.unit,
            "p_value": clear["p_value"], "clear": True, "n": clear["n_first"], "cause": np.nan, "cause_low": np.nan,
            "cause_high": np.nan, "disagree": False, "source": FOUND, "strength": np.nan,
        }
    )  # fmt: skip
    return [table[list(COLUMNS)]]


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Strongest attribute first; in it everyone before subgroups, and the largest effect first."""
    everyone = table["subgroup"] == EVERYONE
    strength = table["attribute"].map(table[everyone].groupby("attribute")["strength"].first())
    keys = pd.DataFrame(
        {
            "strength": -strength,
            "attribute": table["attribute"],
            "subgroup": ~everyone,
            "effect": -table["effect"].abs(),
        }
    )
    order = keys.sort_values(["strength", "attribute", "subgroup", "effect"], kind="stable").index
    return table.assign(strength=strength).loc[order].reset_index(drop=True)


def _strengths(
    chosen: dict[str, AttributeEffects], found: dict[str, AttributeEffects], causes: dict[str, AttributeEffects]
) -> pd.DataFrame:
    rows = []
    for name, effects in chosen.items():
        cause = causes.get(name)
        rows.append(
            {
                "attribute": name,
                "strength": effects.strength if effects.known else np.nan,
                "p_value": effects.p_value,
                "source": FOUND if effects is found[name] else CHANGED,
                "cause_strength": cause.strength if cause is not None and cause.known and name != CLASS else np.nan,
            }
        )
    table = pd.DataFrame(rows)
    table["p_value"] = holm(table["p_value"].to_numpy())
    return table.sort_values("strength", ascending=False, kind="stable", ignore_index=True)


def _notes(sample: Sample, found: dict[str, AttributeEffects], causes: dict[str, AttributeEffects]) -> list[str]:
    notes = []
    lost = [name for name, effects in found.items() if not effects.known and name != CLASS]
    if lost and len(sample) < 40:
        notes.append(f"{len(sample)} pictures are too few to judge {', '.join(lost)}.")
    elif lost:
        helped = [name for name in lost if name in causes and causes[name].known]
        notes.append(
            f"In these pictures {sentences.join_titles(lost)} always occurs together with something else, so "
            "the two cannot be separated. "
            + (f"For {sentences.join_titles(helped)}, the figures shown come from changing it." if helped else "")
        )
    if sample.attributes.measured:
        notes.append("These pictures have no attributes, so light, colour, sharpness, size and position were measured.")
    return notes
