"""The effect of a hunch on each class."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.hunches.base import Evidence, TestSettings
from core.hypothesis_tests import bootstrap_interval, sum_by_unit

COLUMNS = ["class", "effect", "low", "high", "fall", "control", "flips", "n"]


def class_effects(
    evidence: Evidence, class_names: tuple[str, ...], test: TestSettings | None = None, *, seed: int = 0
) -> pd.DataFrame:
    """The effect in each class that was tested, largest first.

    Args:
        evidence: the evidence of a verdict.
        class_names: one name per class.
        test: its confidence and resamples are used; None for the defaults.
        seed: seed of the bootstrap.

    Returns:
        A row per class: class; effect, low and high (mean drop of the true class's probability beyond the control's,
            with
        its interval); fall; control; flips (number of predictions that changed) and n. The intervals are not corrected
        for the number of classes.
    """
    test = test or TestSettings()
    rows = [_row(evidence, int(label), class_names, test, seed) for label in np.unique(evidence.labels)]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values("effect", ascending=False, ignore_index=True)


def _row(evidence: Evidence, label: int, names: tuple[str, ...], test: TestSettings, seed: int) -> dict[str, object]:
    rows = np.flatnonzero(evidence.labels == label)
    falls, controls = evidence.falls[rows], evidence.control_falls[rows]
    low, high = bootstrap_interval(
        sum_by_unit(falls - controls, evidence.units[rows]), test.confidence, test.resamples, seed
    )
    flipped = evidence.before[rows].argmax(axis=1) != evidence.after[rows].argmax(axis=1)
    return {
        "class": names[label],
        "effect": float((falls - controls).mean()),
        "low": low,
        "high": high,
        "fall": float(falls.mean()),
        "control": float(controls.mean()),
        "flips": int(flipped.sum()),
        "n": len(rows),
    }
