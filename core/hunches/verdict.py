"""From the network's answers to a verdict: the effect, its significance, and the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.hunches.base import Conclusion, Evidence, HunchInfo, TestSettings, Verdict
from core.hypothesis_tests import better_than_guessing, bootstrap_interval, holm, sign_flip_test, sum_by_unit
from core.text import lower_first

NEARLY_ALL = 0.9  # share of the pictures from which on it is not said that some could not be tried
FEWEST = 8  # pictures without which nothing is concluded


@dataclass(frozen=True, eq=False)
class ScopeTest:
    """One comparison within the answers.

    Args:
        scope: the class it is about; None for all images.
        rows: the images it is about.
        gain: whether it asks if the change improves the answers.
        effect: mean drop beyond the control's.
        fall: mean drop.
        p_value: the larger of two sign-flip tests, of the drop and of the drop beyond the control's; uncorrected.
    """

    scope: int | None
    rows: np.ndarray
    gain: bool
    effect: float
    fall: float
    p_value: float


def reach_verdict(
    info: HunchInfo,
    settings: Mapping[str, Any],
    evidence: Evidence,
    class_names: tuple[str, ...],
    test: TestSettings,
    seed: int,
) -> Verdict:
    """The verdict on one hunch, as if it were the only one.

    Args:
        info: the hunch that was tested.
        settings: its settings.
        evidence: the answers; may hold no image at all.
        class_names: one name per class.
        test: how strict the verdict is.
        seed: seed of the bootstrap and the sign flips.
    """
    looks = _scope_tests(info, evidence, test, np.random.default_rng(seed))
    p_values = holm(np.array([look.p_value for look in looks]))
    index = _strongest_index(looks, p_values, test)
    look = looks[index]
    falls, control_falls = evidence.falls[look.rows], evidence.control_falls[look.rows]
    units = evidence.units[look.rows]
    low, high = bootstrap_interval(sum_by_unit(falls - control_falls, units), test.confidence, test.resamples, seed)
    fall_low, fall_high = bootstrap_interval(sum_by_unit(falls, units), test.confidence, test.resamples, seed)
    found = Verdict(
        hunch=info.name,
        title=info.title,
        kind=info.kind,
        settings=dict(settings),
        effect=look.effect,
        low=low,
        high=high,
        fall=look.fall,
        fall_low=fall_low,
        fall_high=fall_high,
        p_value=float(p_values[index]),
        p_corrected=float(p_values[index]),
        scope=None if look.scope is None else class_names[look.scope],
        conclusion="inconclusive",
        helps=look.gain,
        sentence="",
        reading="",
        caveat="",
        evidence=evidence,
        **_verdict_figures(evidence, look.rows),
    )
    return conclude(found, info, class_names, test)


def conclude(verdict: Verdict, info: HunchInfo, class_names: tuple[str, ...], test: TestSettings) -> Verdict:
    """Add the conclusion and the sentences to a verdict, from its figures and its corrected p-value.

    Supported: the corrected p-value is below 1 - confidence, and both the drop and the drop beyond the control's reach
    the
    threshold (or, where the change can improve a network, the answers improve by a threshold of their own). Not
    supported:
    the interval of one of them lies entirely below the threshold, and the network is better than guessing, so that it
    had
    something to lose. Inconclusive: everything else, and fewer than eight images.

    Args:
        verdict: figures without a conclusion.
        info: the hunch that was tested.
        class_names: one name per class.
        test: how strict the verdict is.
    """
    conclusion, remark = _conclusion(verdict, class_names, test)
    caveat = " ".join(part for part in (remark, _tried_remark(verdict), verdict.evidence.note) if part)
    helps = verdict.helps and conclusion == "supported"
    decided = replace(verdict, conclusion=conclusion, caveat=caveat, helps=helps)
    return replace(decided, sentence=_sentence(decided, info), reading=_reading(decided, info))


def _scope_tests(info: HunchInfo, evidence: Evidence, test: TestSettings, rng: np.random.Generator) -> list[ScopeTest]:
    everything = np.arange(len(evidence.labels))
    looks = [_scope_test(evidence, None, everything, False, test, rng)]
    if info.cures:
        looks.append(_scope_test(evidence, None, everything, True, test, rng))
    if test.within_classes and info.by_class:
        for label in np.unique(evidence.labels):
            rows = np.flatnonzero(evidence.labels == label)
            if FEWEST <= len(rows) < len(everything):
                looks.append(_scope_test(evidence, int(label), rows, False, test, rng))
    return looks


def _scope_test(
    evidence: Evidence, scope: int | None, rows: np.ndarray, gain: bool, test: TestSettings, rng: np.random.Generator
) -> ScopeTest:
    if not len(rows):
        return ScopeTest(scope, rows, gain, 0.0, 0.0, 1.0)
    falls = evidence.falls[rows]
    beyond = falls - evidence.control_falls[rows]
    units = evidence.units[rows]
    p_value = max(sign_flip_test(sum_by_unit(values, units), test.resamples, rng) for values in (falls, beyond))
    return ScopeTest(scope, rows, gain, float(beyond.mean()), float(falls.mean()), p_value)


def _strongest_index(looks: list[ScopeTest], p_values: np.ndarray, test: TestSettings) -> int:
    """The comparison that is reported: all images, unless only another one, or a single class, shows something."""
    passing = [
        index
        for index, look in enumerate(looks)
        if p_values[index] < 1 - test.confidence
        and _reaches(look.effect, look.fall, look.gain, _threshold(look.scope, look.gain, test))
    ]
    classes = [index for index in passing if looks[index].scope is not None]
    if len(classes) == 1:
        return classes[0]
    if not passing or 0 in passing:
        return 0
    return max(passing, key=lambda index: (looks[index].gain, abs(looks[index].effect)))


def _threshold(scope: int | str | None, gain: bool, test: TestSettings) -> float:
    if gain:
        return test.gain_threshold
    return test.threshold if scope is None else max(test.threshold, test.class_threshold)


def _reaches(effect: float, fall: float, gain: bool, threshold: float) -> bool:
    """Whether an effect counts both by itself and beyond the control: a control that does good proves nothing."""
    return max(effect, fall) <= -threshold if gain else min(effect, fall) >= threshold


def _verdict_figures(evidence: Evidence, rows: np.ndarray) -> dict[str, Any]:
    """The counts of a verdict over its images; zeros if there are none."""
    labels = evidence.labels[rows]
    before, after, control = (
        given[rows].argmax(axis=1) for given in (evidence.before, evidence.after, evidence.control)
    )
    counted = {
        "control_effect": evidence.control_falls[rows],
        "flips": after != before,
        "control_flips": control != before,
        "accuracy_before": before == labels,
        "accuracy_after": after == labels,
        "accuracy_control": control == labels,
    }
    return {"n": len(rows), **{name: float(v.mean()) if len(v) else 0.0 for name, v in counted.items()}}


def _conclusion(verdict: Verdict, class_names: tuple[str, ...], test: TestSettings) -> tuple[Conclusion, str]:
    if verdict.n == 0:
        return "inconclusive", "There was no picture to test it on."
    if verdict.n < FEWEST:
        return "inconclusive", f"{verdict.n} pictures are too few to conclude anything."
    reached = _reaches(verdict.effect, verdict.fall, verdict.helps, _threshold(verdict.scope, verdict.helps, test))
    if verdict.p_corrected < 1 - test.confidence and reached:
        return "supported", ""
    if verdict.evidence.untouched:
        return "not supported", "The change leaves these pictures as they are."
    right = round(verdict.accuracy_before * verdict.n)
    chance = max(1 / len(class_names), _largest_share(verdict.evidence.labels))
    if not better_than_guessing(right, verdict.n, min(chance, 1.0), test.confidence):
        return "inconclusive", "The network is no better than guessing here, so it has nothing to lose."
    if min(verdict.high, verdict.fall_high) < test.threshold:
        return "not supported", ""
    return "inconclusive", "More pictures may settle it."


def _tried_remark(verdict: Verdict) -> str:
    """How many images were tested, where that is not all of them, and why."""
    tried, chosen = len(verdict.evidence.indices), verdict.evidence.chosen
    return (
        ""
        if tried > NEARLY_ALL * chosen
        else f"Tested on {tried} of {chosen} pictures. {verdict.evidence.lacking}".strip()
    )


def _largest_share(labels: np.ndarray) -> float:
    return float(np.bincount(labels).max() / len(labels)) if len(labels) else 1.0


def _sentence(verdict: Verdict, info: HunchInfo) -> str:
    if verdict.n == 0:
        return "It could not be tested."
    among = f"Of the {verdict.n} pictures of the class {verdict.scope}, " if verdict.scope else ""
    if verdict.helps:
        right, instead = (round(share * verdict.n) for share in (verdict.accuracy_after, verdict.accuracy_before))
        return f"{info.action} makes {right} of {verdict.n} answers right instead of {instead}."
    changed, control = (round(share * verdict.n) for share in (verdict.flips, verdict.control_flips))
    if among:
        return f"{among}{lower_first(info.action)} changes the answer in {changed}. {info.control} changes {control}."
    return f"{info.action} changes the answer in {changed} of {verdict.n} pictures. {info.control} changes {control}."


def _reading(verdict: Verdict, info: HunchInfo) -> str:
    if verdict.conclusion == "inconclusive":
        return "These pictures do not settle it."
    if verdict.helps:
        return (
            "The change improves the network: the pictures reach it in a different form from those it was trained on."
        )
    return info.supported if verdict.conclusion == "supported" else info.rejected
