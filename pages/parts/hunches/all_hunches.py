"""Every hunch at once: tested one after the other, corrected for their number, ranked; and those tested so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.hunches import Verdict, history, hunch_info
from core.spreadsheets import csv_of
from pages.parts.hunches import charts as hunches_charts
from pages.parts.hunches import compute, parser, verdict
from pages.parts.hunches.compute import TestedRun
from pages.parts.markdown import literal
from pages.parts.shared import charts, frame, progress, style
from pages.parts.shared.controls import spaced
from pages.parts.state import access
from pages.parts.state.current_run import Opened

FIRST = 12
VIEW = "hunch_view"


def draw(tested_run: TestedRun) -> None:
    """The button, the progress, and what was found until now."""
    total = len(compute.everything())
    known = compute.known_verdicts(tested_run)
    wanted = f"_wanted_{tested_run.key}"
    begun = bool(st.session_state.get(wanted)) or len(known) == total
    st.button(
        "Test them all", type="primary", icon=":material/playlist_play:",
        key="hunch_all", on_click=_want, args=(wanted, tested_run.key), disabled=begun,
        help=f"{total} tests: every hunch, some of them in several variants.",
    )  # fmt: skip
    place = st.container()
    with place:
        ranked = compute.judge_all(tested_run) if begun else None
    if ranked is None:
        known = compute.known_verdicts(tested_run)
        ranked = compute.rank(tested_run, known) if known else []
    if not ranked:
        frame.answer(
            "Not tested yet",
            f"{total} changes are tried on the same {min(tested_run.trial.n, len(tested_run.data))} pictures, each "
            "beside its control. Results are kept if you stop halfway.",
        )
        return
    draw_answer(ranked, total)
    draw_chart(ranked, tested_run)
    draw_table(ranked, tested_run)


def _want(wanted: str, key: str) -> None:
    st.session_state[wanted] = True
    progress.forget(f"hunches_{key}")


def draw_answer(ranked: list[Verdict], total: int) -> None:
    """What the supported ones say."""
    supported = [found for found in ranked if found.conclusion == "supported"]
    bad = [found for found in supported if verdict.tone(found) == "bad"]
    small = (
        f"{len(ranked)} of {total} tests. {len(supported)} are supported after correction for their number (Holm), "
        f"{sum(found.conclusion == 'inconclusive' for found in ranked)} are inconclusive."
    )
    if not bad:
        sentence = "No change that should be irrelevant affected the answers more than its control."
        frame.answer("No hunch is supported", sentence, small, tone="good")
        return
    first = bad[0]
    frame.answer(first.title, f"{first.sentence} {first.reading}", small, tone="bad")


def draw_chart(ranked: list[Verdict], tested_run: TestedRun) -> None:
    """A forest chart, the strongest first."""
    st.subheader("Effects, the strongest first", anchor=False)
    every = st.toggle(
        f"Show all {len(ranked)}", key="hunch_every", bind="query-params", help=f"Otherwise the first {FIRST}.",
        disabled=len(ranked) <= FIRST,
    )  # fmt: skip
    shown = ranked if every else ranked[:FIRST]
    tones = {"bad": "bad", "good": "neutral", "plain": "good"}
    table = pd.DataFrame(
        [
            {"name": label(found.title, found.hunch, found.settings), "value": found.effect, "low": found.low,
             "high": found.high,
             "tone": tones[verdict.tone(found)] if found.conclusion == "supported" else "neutral", "said": "",
             "detail": f"{found.conclusion}; {found.sentence}"}
            for found in shown
        ]
    )  # fmt: skip
    charts.show(
        hunches_charts.whiskers(
            table, "fall beyond the control's", tested_run.test.threshold, "The effect of every hunch", row=26
        )
    )
    style.small(
        "Orange: supported, and it should not matter. Teal: supported, and it may well matter, such as the object's "
        "shape. Grey: not supported or inconclusive. The dashed lines are no effect, and the smallest that counts."
    )


def draw_table(ranked: list[Verdict], tested_run: TestedRun) -> None:
    """The figures, a file of them, and the way to each."""
    st.subheader("Look closer at one", anchor=False)
    with st.container(horizontal=True, gap="small"):
        for number, found in enumerate(ranked[:6]):
            st.button(
                literal(label(found.title, found.hunch, found.settings)), key=f"closer_{number}",
                type="tertiary", help=literal(found.sentence), on_click=open_one, args=(found.hunch, found.settings),
            )  # fmt: skip
    table = _table([found.summary() for found in ranked])
    with st.expander("All figures", key="hunch_figures"):
        st.dataframe(table, hide_index=True)
    _download(table, f"hunches-{tested_run.opened.run.key[:8]}.csv", "hunch_csv")


def open_one(name: str, settings: Mapping[str, Any]) -> None:
    """Show one hunch alone, and test it; in a callback."""
    info = hunch_info(name)
    parser.choose(name, info.Settings.of(**settings))
    st.session_state[VIEW] = None
    st.session_state["_test_now"] = True


def draw_past(opened: Opened) -> None:
    """Every hunch that was tested on this run."""
    entries = history.load(opened.run.key, access.store())
    if not entries:
        frame.answer("None yet", "Hunches that are tested on this network are kept here, and go into the trust report.")
        return
    supported = sum(entry["conclusion"] == "supported" for entry in entries)
    frame.answer(
        f"{len(entries)} tested",
        f"{supported} of them were supported. They are kept with this network and go into the trust report.",
    )
    table = _table(entries)
    st.dataframe(table, hide_index=True)
    _download(table, f"tested-{opened.run.key[:8]}.csv", "hunch_past_csv")


def label(title: str, name: str, settings: Mapping[str, Any]) -> str:
    """A hunch's title, with the dials that are not at their defaults."""
    defaults = {dial.name: dial.default for dial in hunch_info(name).Settings.dials()}
    other = [f"{spaced(key)} {_said(value)}" for key, value in settings.items() if value != defaults.get(key)]
    return f"{title} ({', '.join(other)})" if other else title


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else spaced(value)


def _table(entries: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            "hunch": label(entry["title"], entry["hunch"], entry["settings"]),
            "verdict": entry["conclusion"],
            "effect": entry["effect"],
            "low": entry["low"],
            "high": entry["high"],
            "control": entry["control_effect"],
            "p, corrected": entry["p_corrected"],
            "flips": entry["flips"],
            "control flips": entry["control_flips"],
            "pictures tried": entry["n"],
            "class": entry["scope"] or "all",
            "sentence": entry["sentence"],
            **{name: entry[name] for name in ("pictures", "seed", "made") if name in entry},
        }
        for entry in entries
    ]
    return pd.DataFrame(rows).round(4)


def _download(table: pd.DataFrame, name: str, key: str) -> None:
    st.download_button(
        "Download the table", csv_of(table), name, "text/csv", key=key, icon=":material/download:",
        help="Every verdict with its figures, as CSV.",
    )  # fmt: skip
