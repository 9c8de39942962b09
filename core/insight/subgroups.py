"""Does an attribute have the same effect in two sub-populations?

Each of the two groups gets its own regression, on the levels that both have, so that nothing about one leaks into the
other; the two effects are then independent, and their difference is tested.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.errors import InputError
from core.hypothesis_tests import holm
from core.insight.attributes import CLASS, FEWEST, Attribute
from core.insight.regression import estimate_effects, two_sided
from core.insight.sample import RIGHT, Sample, SampleView
from core.insight.settings import DriverSettings

LOWER, UPPER = "lower half", "upper half"
SMALLEST = 12
"""A group with fewer pictures is not compared."""
COMPARED = (
    "attribute", "level", "first", "first_low", "first_high", "second", "second_low", "second_high",
    "difference", "low", "high", "p_value", "clear", "n_first", "n_second",
)  # fmt: skip


def groupings(view: SampleView) -> dict[str, tuple[str, ...]]:
    """What images can be grouped by, and the groups: the class, categories, and numbers split at their median."""
    found = {} if view.truth is None else {CLASS: view.truth.levels}
    return found | {name: column.levels or (LOWER, UPPER) for name, column in view.columns.items()}


def compare_groups(
    sample: Sample, by: str, first: str, second: str, *, of: str = RIGHT, settings: DriverSettings | None = None
) -> pd.DataFrame:
    """The effect of every attribute in two groups, and the difference.

    Args:
        sample: answers (see `gather`).
        by: what groups the images: "class" or an attribute; a number is split at its median.
        first: one group (see `groupings`).
        second: the other group.
        of: whose score: `RIGHT` for the right answer, or a class.
        settings: unit and confidence.

    Returns:
        one row per level of each other attribute that both groups have: attribute, level, first, first_low, first_high,
        second, second_low, second_high, difference (first - second), low, high, p_value (corrected, Holm), clear,
        n_first,
        n_second; and the same difference when the attribute is changed on purpose: cause, cause_low, cause_high,
        cause_p
        (NaN if it was not). Most significant first; empty if a group is too small.

    Raises:
        InputError: for a grouping or a group that does not exist.
    """
    chosen = settings or DriverSettings()
    _check(sample.view, by, first, second)
    table = _corrected(_pair(sample.view, by, first, second, of, chosen), chosen)
    caused = [
        _pair(sample.changed(trial), by, first, second, of, chosen).query("attribute in @names")
        for trial in sample.trials
        if not trial.paired and len(trial.rows) and _groups_exist(sample.changed(trial), by, first, second)
        for names in [trial.names]
    ]
    joined = _with_causes(table, pd.concat(caused) if caused else None, chosen)
    order = np.lexsort((-joined["difference"].abs().fillna(0), joined["p_value"].fillna(1)))
    return joined.iloc[order].reset_index(drop=True)


def unexplained_gaps(view: SampleView, by: str, settings: DriverSettings, *, of: str = RIGHT) -> pd.DataFrame:
    """Each group against all others, corrected for all comparisons: the columns of `compare_groups` and "group".

    Args:
        view: answers.
        by: what groups the images.
        settings: unit and confidence.
        of: whose score.
    """
    groups = groupings(view).get(by, ())
    parts = [_pair(view, by, group, None, of, settings).assign(group=group) for group in groups]
    parts = [part for part in parts if len(part)]
    if len(groups) < 2 or not parts:
        return pd.DataFrame(columns=[*COMPARED, "group"])
    return _corrected(pd.concat(parts, ignore_index=True), settings)


def membership(view: SampleView, by: str) -> Attribute:
    """The group of each picture."""
    if by == CLASS and view.truth is not None:
        return view.truth
    if by not in view.columns:
        raise InputError(f"Pictures can be grouped by {', '.join(groupings(view))}", repr(by))
    column = view.columns[by]
    if not column.numeric:
        return column
    halves = np.where(column.data > np.median(column.data), UPPER, LOWER).astype(object)
    return Attribute(by, halves, (LOWER, UPPER))


def _check(view: SampleView, by: str, first: str, second: str) -> None:
    levels = membership(view, by).levels
    strange = [group for group in (first, second) if group not in levels]
    if strange or first == second:
        raise InputError(f"There should be two different groups among {', '.join(levels)}", f"{first} and {second}")


def _groups_exist(view: SampleView, by: str, first: str, second: str) -> bool:
    return {first, second} <= set(membership(view, by).levels)


def _pair(view: SampleView, by: str, first: str, second: str | None, of: str, settings: DriverSettings) -> pd.DataFrame:
    """Both groups' effects; `second` None stands for everyone else. Uncorrected."""
    groups = membership(view, by).data
    sides = [np.flatnonzero(groups == first), np.flatnonzero(groups != first if second is None else groups == second)]
    if min(len(rows) for rows in sides) < SMALLEST:
        return pd.DataFrame(columns=list(COMPARED))
    names = [name for name in view.columns if name != by]
    parts = _alike([view.take(rows) for rows in sides], names)
    if parts is None:
        return pd.DataFrame(columns=list(COMPARED))
    names = [name for name in names if all(name in part.columns for part in parts)]
    fits = []
    for part in parts:
        truth = None if (by == CLASS and second is not None) or part.truth is None else part.truth
        fits.append(estimate_effects(part.scores(of, settings.unit), [part.columns[name] for name in names], truth))
    scale = {name: _steps(view, parts, name) for name in names}
    rows = [row for name in names for row in _differences(fits[0][name], fits[1][name], scale[name], parts, settings)]
    return pd.DataFrame(rows, columns=list(COMPARED))


def _alike(parts: list[SampleView], names: list[str]) -> list[SampleView] | None:
    """Both groups with only those levels that both have often enough, and without attributes that then do not vary."""
    shared: dict[str, tuple[str, ...]] = {}
    for name in names:
        column = parts[0].columns[name]
        if not column.numeric:
            shared[name] = tuple(
                level for level in column.levels
                if all((part.columns[name].data == level).sum() >= FEWEST for part in parts)
            )  # fmt: skip
    usable = {name for name, levels in shared.items() if len(levels) > 1}
    kept = []
    for part in parts:
        rows = np.ones(len(part), bool)
        for name in usable:
            rows &= np.isin(part.columns[name].data, shared[name])
        kept.append(part.take(np.flatnonzero(rows)))
    if min(len(part) for part in kept) < SMALLEST:
        return None
    columns = [
        name for name in names
        if all(np.ptp(part.columns[name].data) > 0 if part.columns[name].numeric else name in usable for part in kept)
    ]  # fmt: skip
    return [_only(part, columns, shared) for part in kept]


def _only(part: SampleView, names: list[str], shared: dict[str, tuple[str, ...]]) -> SampleView:
    """These columns; of kinds with the levels that are shared, unless the filter took one away."""
    columns = {}
    for name in names:
        column = part.columns[name]
        levels = tuple(level for level in shared.get(name, ()) if (column.data == level).any())
        if column.numeric or len(levels) > 1:
            columns[name] = Attribute(name, column.data, levels)
    return SampleView(part.labels, part.class_names, columns, part.logits)


def _steps(view: SampleView, parts: list[SampleView], name: str) -> tuple[float, float]:
    """How many of each group's own steps make one step of all pictures."""
    if not view.columns[name].numeric:
        return 1.0, 1.0
    whole = float(view.columns[name].data.std())
    first, second = (whole / float(part.columns[name].data.std()) for part in parts)
    return first, second


def _differences(
    first: Any, second: Any, scale: tuple[float, float], parts: list[SampleView], settings: DriverSettings
) -> list[dict[str, Any]]:
    if not (first.known and second.known) or first.levels != second.levels:
        return []
    rows = []
    for index, level in enumerate(first.levels):
        ends = []
        for effects, factor in ((first, scale[0]), (second, scale[1])):
            low, high = effects.interval(settings.confidence)
            ends.append([float(part[index, 0]) * factor for part in (effects.sizes, low, high, effects.errors)])
        (a, a_low, a_high, a_error), (b, b_low, b_high, b_error) = ends
        error, freedom = float(np.hypot(a_error, b_error)), first.freedom + second.freedom
        reach = _reach(settings.confidence, freedom) * error
        n = [_count(part, first.name, level) for part in parts]
        rows.append(
            {
                "attribute": first.name, "level": level, "first": a, "first_low": a_low, "first_high": a_high,
                "second": b, "second_low": b_low, "second_high": b_high, "difference": a - b, "low": a - b - reach,
                "high": a - b + reach, "clear": False,
                "p_value": float(two_sided(np.array(a - b), np.array(error), freedom)),
                "n_first": n[0], "n_second": n[1],
            }
        )  # fmt: skip
    return rows


def _reach(confidence: float, freedom: float) -> float:
    from scipy import stats

    return float(stats.t.ppf((1 + confidence) / 2, freedom))


def _count(part: SampleView, name: str, level: str) -> int:
    column = part.columns[name]
    return len(part) if column.numeric else int((column.data == level).sum())


def _corrected(table: pd.DataFrame, settings: DriverSettings) -> pd.DataFrame:
    if table.empty:
        return table
    corrected = holm(table["p_value"].to_numpy(dtype=float))
    return table.assign(p_value=corrected, clear=corrected < 1 - settings.confidence)


def _with_causes(table: pd.DataFrame, caused: pd.DataFrame | None, settings: DriverSettings) -> pd.DataFrame:
    """The table with the differences that changing things makes beside it; rows that only those know are added."""
    renamed = {"difference": "cause", "low": "cause_low", "high": "cause_high", "p_value": "cause_p",
               "first": "cause_first", "second": "cause_second"}  # fmt: skip
    wanted = ["attribute", "level", *renamed.values()]
    if caused is None or caused.empty:
        return table.assign(**dict.fromkeys(renamed.values(), np.nan))
    other = _corrected(caused.reset_index(drop=True), settings).rename(columns=renamed)[wanted]
    joined = table.merge(other, how="outer", on=["attribute", "level"])
    return joined.assign(clear=joined["clear"].fillna(False).astype(bool))
