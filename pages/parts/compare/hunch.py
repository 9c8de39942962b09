"""One hunch on both networks: the same change to the same pictures, beside its control."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.hunches import HunchInfo, TestSettings, Verdict, hunch_info, hunches
from core.hunches.compare_verdicts import compare_effects
from core.hunches.mask_edits import MaskSettings
from core.settings import Settings
from pages.parts.compare.other_run import Pair
from pages.parts.hunches import charts as hunches_charts
from pages.parts.hunches import compute
from pages.parts.hunches.compute import TestedRun, TrialSettings
from pages.parts.hunches.verdict import WORDS, tone
from pages.parts.markdown import literal
from pages.parts.shared import charts, style


def draw(pair: Pair, source: str) -> None:
    """Which hunch, its verdict on each, and by how much they differ."""
    st.subheader("The same hunch on both", anchor=False)
    names = list(hunches())
    name = st.selectbox(
        "What is changed", names, None, format_func=lambda each: hunch_info(each).title, key="both_hunch",
        placeholder="Choose one", help="With its usual settings. Both are tested on the same pictures.",
        bind="query-params",
    )  # fmt: skip
    if name is None:
        return
    info = hunch_info(name)
    settings = info.Settings()
    style.small(info.plain)
    found = _verdicts(pair, source, info, settings)
    if found is None:
        return
    draw_effects(pair, found)


def _verdicts(pair: Pair, source: str, info: HunchInfo, settings: Settings) -> list[Verdict] | None:
    """The verdict on each; None until they are asked for."""
    subjects = [_subject(pair, number, source) for number in (0, 1)]
    known = [compute.verdict(subject, info, settings) for subject in subjects]
    wanted = st.button(
        "Test it on both", type="primary", icon=":material/experiment:", key="both_test",
        disabled=None not in known, help="The same settings give the same verdict." if None not in known else None,
    )  # fmt: skip
    if not wanted and None in known:
        return None
    return [
        compute.judge(subject, info, settings) if verdict is None else verdict
        for subject, verdict in zip(subjects, known, strict=True)
    ]


def _subject(pair: Pair, number: int, source: str) -> TestedRun:
    opened, data = pair.both[number], pair.pictures(source)[number]
    return TestedRun(opened, source, data, TrialSettings(), TestSettings(), MaskSettings(), ())


def draw_effects(pair: Pair, found: list[Verdict]) -> None:
    """Both effects, and their difference picture by picture."""
    rows = [
        {"name": name, "value": verdict.effect, "low": verdict.low, "high": verdict.high,
         "tone": "bad" if tone(verdict) == "bad" else "neutral", "said": WORDS[verdict.conclusion].lower(),
         "detail": verdict.sentence}
        for name, verdict in zip(pair.names, found, strict=True)
    ]  # fmt: skip
    charts.show(
        hunches_charts.whiskers(
            pd.DataFrame(rows), "fall beyond the control's", TestSettings().threshold, "The effect on both networks"
        )
    )
    if found[0].scope != found[1].scope:
        st.markdown(literal(f"{_scoped('This network', found[0])}, {_scoped('the other', found[1])}."))
    difference = compare_effects(found[1], found[0])
    sure = difference.low > 0 or difference.high < 0
    more = "more" if difference.value > 0 else "less"
    told = f"This network depends on it {more} than the other" if sure else "The two may depend on it equally"
    st.markdown(
        f"{told}: {difference.value:+.2f} of the true class's probability, picture by picture over all classes (95% "
        f"interval {difference.low:+.2f} to {difference.high:+.2f}, {difference.n} pictures)."
    )


def _scoped(name: str, verdict: Verdict) -> str:
    return f"{name}: {'all classes' if verdict.scope is None else verdict.scope}"
