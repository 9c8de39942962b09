"""What a test found: the answer first, then the answers that flipped, charts, and words to take along."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

from core import text as words
from core.acceptance import Check
from core.acceptance.base import share_figure
from core.acceptance.kinds.hunch import HunchCheck
from core.glossary import meaning
from core.hunches import HunchInfo, Verdict
from core.hunches.class_effects import class_effects
from core.settings import Settings
from pages.parts.hunches import charts as hunches_charts
from pages.parts.hunches.compute import TestedRun
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import charts, frame, gallery, style
from pages.parts.shared.controls import spaced

SIDE, SHOWN = 92, 8
FEWEST, AT_MOST, CONFIDENCE = 10, 0.05, 0.95
"""Of a check: the fewest pictures, the share of answers that may change, and how sure the interval of today's is."""
ARMS = ("by the change", "by the control")
WORDS = {"supported": "Supported", "not supported": "Not supported", "inconclusive": "Inconclusive"}


def draw_answer(found: Verdict, tested_run: TestedRun) -> None:
    """The verdict in a word, one sentence, and the statistics."""
    frame.answer(
        WORDS[found.conclusion], f"{found.sentence} {found.reading}", _small(found, tested_run), tone=tone(found)
    )


def tone(found: Verdict) -> str:
    """Whether a verdict is bad news for the network."""
    if found.conclusion != "supported":
        return "good" if found.conclusion == "not supported" else "plain"
    return "plain" if found.kind == "dependence" else "bad"


def draw_evidence(found: Verdict, tested_run: TestedRun, info: HunchInfo) -> None:
    """Pictures, chart, classes and words."""
    names = [spaced(name) for name in tested_run.data.class_names]
    draw_flips(found, names)
    st.subheader("How large the effect is", anchor=False, help=meaning("effect"))
    charts.show(
        hunches_charts.whiskers(
            _arms(found, info), hunches_charts.TITLE, tested_run.test.threshold,
            "How far the true class's probability falls under the change and under its control",
        )
    )  # fmt: skip
    draw_classes(found, tested_run, names)
    st.subheader("Summary to copy", anchor=False)
    st.code(client(found, tested_run), language=None, wrap_lines=True)


def as_check(found: Verdict, tested_run: TestedRun, info: HunchInfo, settings: Settings) -> Check:
    """That this change flips few answers from now on, beside what it flips today."""
    return HunchCheck(
        name=f"{info.title} changes few answers",
        hunch=info.name,
        settings=settings.model_dump(mode="json", exclude_defaults=True),
        at_most=AT_MOST,
        n=max(tested_run.trial.n, FEWEST),
        seed=tested_run.trial.seed,
        last=share_figure(round(found.flips * found.n), found.n, CONFIDENCE),
    )


def draw_classes(found: Verdict, tested_run: TestedRun, names: list[str]) -> None:
    """The effect in each class."""
    table = class_effects(found.evidence, tuple(names), tested_run.test, seed=tested_run.trial.seed)
    if len(table) < 2:
        return
    st.subheader("Class by class", anchor=False)
    reached = table["effect"] >= tested_run.test.threshold
    shown = pd.DataFrame(
        {
            "name": table["class"], "value": table["effect"], "low": table["low"], "high": table["high"],
            "tone": np.where(reached & (table["low"] > 0), "bad", "neutral"),
            "said": [f"{value:+.2f}" for value in table["effect"]],
            "detail": [f"{row.flips} of {row.n} answers flipped" for row in table.itertuples()],
        }
    )  # fmt: skip
    charts.show(
        hunches_charts.whiskers(
            shown, "fall beyond the control's", tested_run.test.threshold, "The effect in each class", row=34
        )
    )


def draw_flips(found: Verdict, names: list[str]) -> None:
    """The pictures whose answer flipped, before and after."""
    evidence = found.evidence
    counts = [len(evidence.flipped), len(evidence.control_flipped)]
    st.subheader("Answers that flipped", anchor=False)
    arm = st.segmented_control(
        "Flipped", ARMS, default=ARMS[0], key="hunch_flips", required=True, label_visibility="collapsed",
        bind="query-params",
    )  # fmt: skip
    mine = arm != ARMS[1]
    rows = evidence.flipped if mine else evidence.control_flipped
    if not len(rows):
        st.markdown("No answer flipped.")
        return
    pages = math.ceil(len(rows) / SHOWN)
    page = st.pagination(pages, key="hunch_flips_page") if pages > 1 else 1
    changed, answers = (evidence.changed, evidence.after) if mine else (evidence.controls, evidence.control)
    with st.container(horizontal=True, gap="medium"):
        for row in rows[(page - 1) * SHOWN : page * SHOWN]:
            before, after = names[evidence.before[row].argmax()], names[answers[row].argmax()]
            _pair(evidence.pictures[row], changed[row], before, after, names[evidence.labels[row]])
    style.small(
        f"{counts[0]} of {len(evidence.labels)} answers flipped by the change, {counts[1]} by the control. "
        "The most confident come first."
    )


def _pair(picture: np.ndarray, changed: np.ndarray, before: str, after: str, truth: str) -> None:
    with st.container(width=2 * SIDE + 8, gap="xxsmall"), st.container(horizontal=True, gap="xsmall"):
        for image, said in ((picture, before), (changed, after)):
            with st.container(width=SIDE, gap="xxsmall"):
                gallery.picture(image, f"{words.with_article(truth)}, answered with {said}", SIDE)
                style.small(Markdown(f"**{literal(said)}**") if said == truth else said)


def client(found: Verdict, tested_run: TestedRun) -> str:
    """What was found, in words for whoever pays."""
    title = tested_run.opened.run.about.get("title", "the network")
    caveat = f" {found.caveat}" if found.caveat else ""
    return f"{found.sentence} {found.reading}{caveat} (Tested on {title}.)"


def _small(found: Verdict, tested_run: TestedRun) -> str:
    percent = f"{tested_run.test.confidence:.0%}"
    low_p = 1 / (tested_run.test.resamples + 1)
    p = f"p ≤ {low_p:.2g}" if found.p_corrected <= low_p else f"p = {found.p_corrected:.2g}"
    parts = [
        f"Effect {found.effect:+.2f} ({percent} interval {found.low:+.2f} to {found.high:+.2f}), {p}, "
        f"{found.n} pictures.",
        f"Right answers: {found.accuracy_before:.0%} as they are, {found.accuracy_after:.0%} changed, "
        f"{found.accuracy_control:.0%} under the control.",
        found.caveat,
    ]
    return " ".join(part for part in parts if part)


def _arms(found: Verdict, info: HunchInfo) -> pd.DataFrame:
    bad = tone(found)
    return pd.DataFrame(
        [
            {"name": "the change", "value": found.fall, "low": found.fall_low, "high": found.fall_high,
             "tone": "bad" if bad == "bad" else "good", "said": f"{found.fall:+.2f}", "detail": info.action},
            {"name": "its control", "value": found.control_effect, "low": math.nan, "high": math.nan,
             "tone": "neutral", "said": f"{found.control_effect:+.2f}", "detail": info.control},
            {"name": "beyond the control", "value": found.effect, "low": found.low, "high": found.high,
             "tone": "bad" if bad == "bad" else "good", "said": f"{found.effect:+.2f}",
             "detail": "the effect that the verdict is about"},
        ]
    )  # fmt: skip
