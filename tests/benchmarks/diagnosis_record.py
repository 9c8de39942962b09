"""What detectors measured, as JSON can hold it, so that it can be judged anew without measuring it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.diagnosis.base import Finding, Harm, bars

NO_BARS = bars([], [])


def stored(findings: Mapping[str, Finding | str]) -> dict[str, Any]:
    """Detector name -> its figures; a sentence where it could not look."""
    return {name: found if isinstance(found, str) else _figures(found) for name, found in findings.items()}


def restored(figures: Mapping[str, Any]) -> dict[str, Finding | str]:
    """The findings again, without their charts and sentences."""
    return {name: each if isinstance(each, str) else _finding(each) for name, each in figures.items()}


def _figures(found: Finding) -> dict[str, Any]:
    harm = found.harm and [round(each, 4) for each in (found.harm.value, found.harm.low, found.harm.high)]
    return {
        "statistic": round(float(found.statistic), 4),
        "p_value": found.p_value,
        "harm": harm,
        "leaning": bool(found.leaning),
        "doubt": found.doubt,
        "class_index": None if found.class_index is None else int(found.class_index),
    }


def _finding(each: Mapping[str, Any]) -> Finding:
    value, low, high = each["harm"] or (0.0, 0.0, 0.0)
    return Finding(
        statistic=each["statistic"],
        evidence="",
        data=NO_BARS,
        axis="",
        class_index=each["class_index"],
        p_value=each["p_value"],
        harm=None if each["harm"] is None else Harm(value, low, high, ""),
        leaning=each["leaning"],
        doubt=each["doubt"],
    )
