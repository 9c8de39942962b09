"""The shipped study on the screen: the answer, the tool for each flaw, all of them, and what acting on them brought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.experiments.study.cells import study_tools
from core.experiments.study.conclusions import titles
from core.experiments.study.conclusions.advice import Summary
from core.experiments.study.conclusions.advice_file import is_earlier
from core.experiments.study.conclusions.answer import study_answer
from core.experiments.study.conclusions.recommend import EARLIER
from core.experiments.study.design import FLAWED, HEALTHY
from core.experiments.study.tables import ANY_FLAW, ANY_HEALTHY, only
from pages.parts.shared import charts, frame, progress, style
from pages.parts.usefulness import study_charts, study_compute, study_dials
from pages.parts.usefulness.study_compute import Question

TOO_FEW = "No tool is left that was tried on these networks. Allow more time, or ask about all networks."


def draw() -> None:
    """The study, from its answer to its figures."""
    place = st.container()
    question = study_dials.draw()
    found = progress.run(lambda _: study_compute.summary(question), "The study's tables", f"study_{question}")
    if found is None:
        return
    with place:
        answer = study_answer(study_compute.summary(Question()).named)
        frame.answer(
            answer.verdict, answer.sentence, f"{answer.small} {titles.coverage(study_compute.study().manifest)}"
        )
    if found.detected.empty:
        st.info(TOO_FEW)
    else:
        draw_advice(found)
        draw_grid(found)
        draw_one(question)
    draw_acting(question)
    draw_claims()
    draw_how()


def draw_advice(found: Summary) -> None:
    """Which tool to take for which flaw, and how sure that is."""
    st.header("Which tool for which flaw", anchor=False)
    table = found.advice
    shown = pd.DataFrame(
        {
            "If the flaw may be": [titles.condition_title(name) for name in table["flaw"]],
            "use": [titles.tool_title(name) for name in table["tool"]],
            "correct, of 100": [_of(share, low, high) for share, low, high in _spans(table)],
            "how sure": ["beyond doubt" if sure else "not beyond doubt" for sure in table["sure"]],
            "in seconds": table["seconds"].round(1),
            "best heatmap, of 100": [
                f"{titles.tool_title(name)}, {100 * share:.0f}" if name else "not tried"
                for name, share in zip(table["heatmap"], table["heatmap_auc"], strict=True)
            ],
            "test accuracy, of 100": [
                "not tried" if share != share else f"{100 * share:.0f}" for share in table["accuracy"]
            ],
            "networks": table["n"],
        }
    )
    st.dataframe(shown, hide_index=True, height="content")
    tools = int(table["picked_from"].max()) if len(table) else 0
    style.small(
        "Correct: how often, of 100 pairs of a network with the flaw and a healthy one, the tool's signal is stronger "
        f"on the first; 50 is a coin toss. The best was picked afterwards from up to {tools} tools, which flatters it; "
        "beyond doubt is what remains after correcting for all that were tried."
    )


def draw_grid(found: Summary) -> None:
    """Every tool on every flaw, by the measure that one chooses."""
    st.header("Every tool on every flaw", anchor=False)
    measure = st.segmented_control(
        "Of 100 networks, how often a tool",
        list(study_charts.MEASURES),
        format_func=lambda name: study_charts.MEASURES[name],
        default="names",
        required=True,
        key="useful_measure",
        bind="query-params",
        help="Naming is judged without a hint: a tool that says something else, or nothing, is wrong. Detecting and "
        "reading higher ask about one flaw at a time, by the tool's best reading.",
    )
    cells = named_cells(found) if measure == "names" else told_cells(found, str(measure))
    if cells.empty:
        st.info("Too few healthy networks of other data: no threshold with 5 false alarms in 100 can be set yet.")
        return
    charts.show(study_charts.grid(cells, str(measure)), key="usefulness_grid")


def named_cells(found: Summary) -> pd.DataFrame:
    """Blind top-1 as the grid draws it; on healthy networks, how often a tool rightly names nothing."""
    seconds = found.detected.groupby("tool")["seconds"].first()
    shown = found.named[found.named["condition"].isin([*FLAWED, ANY_HEALTHY])]
    order = {name: place for place, name in enumerate((*FLAWED, ANY_HEALTHY))}
    shown = shown.sort_values("condition", key=lambda names: names.map(order), kind="stable")
    return pd.DataFrame(
        {
            "tool": [titles.tool_title(name) for name in shown["tool"]],
            "condition": [titles.condition_title(name) for name in shown["condition"]],
            "value": shown["top1"],
            "low": shown["low"],
            "high": shown["high"],
            "n": shown["n"],
            "reading": "all its readings",
            "of": 1,
            "seconds": shown["tool"].map(seconds),
        }
    )


def told_cells(found: Summary, measure: str) -> pd.DataFrame:
    """Power, or area under the ROC curve, as the grid draws it."""
    shown = found.detected[found.detected[measure].notna()]
    return pd.DataFrame(
        {
            "tool": [titles.tool_title(name) for name in shown["tool"]],
            "condition": [titles.condition_title(name) for name in shown["flaw"]],
            "value": shown[measure],
            "low": shown[f"{measure}_low"],
            "high": shown[f"{measure}_high"],
            "n": shown["n"],
            "reading": [titles.reading_title(name) for name in shown["reading"]],
            "of": shown["of"],
            "seconds": shown["seconds"],
        }
    )


def draw_one(question: Question) -> None:
    """What one tool read on each network with one flaw, and on each healthy one."""
    st.header("A closer look at one tool", anchor=False)
    rows = only(study_compute.rows(), question.within)
    conditions, tools = set(rows["condition"]), set(rows["tool"])
    with st.container(horizontal=True):
        flaw = _pick("Flaw", [name for name in FLAWED if name in conditions], titles.condition_title, "flaw")
        names = [name for name in study_tools() if name in tools]
        tool = _pick("Tool", names, titles.tool_title, "tool")
        mine = rows[rows["tool"] == tool]
        reading = _pick("Reading", list(dict.fromkeys(mine["reading"])), titles.reading_title, "reading")
    mine = mine[(mine["reading"] == reading) & mine["condition"].isin([flaw, *HEALTHY])]
    points = pd.DataFrame(
        {
            "planted": ["flawed" if name == flaw else "healthy" for name in mine["condition"]],
            "value": mine["value"],
            "about": [
                f"{row['data']}, {row['network']}, {titles.condition_title(row['condition'])}, group {row['block']}"
                for row in mine.to_dict("records")
            ],
        }
    )
    charts.show(study_charts.readings(points, titles.reading_title(str(reading))), key="usefulness_readings")


def draw_acting(question: Question) -> None:
    """What each policy brings, on flawed and on healthy networks."""
    table = study_compute.acting(question)
    if table.empty:
        return
    st.header("What acting on it brought", anchor=False)
    flawed = table[table["condition"] == ANY_FLAW]
    if len(flawed):
        ranked = flawed.sort_values("gain", ascending=False, kind="stable")
        ranked = ranked.assign(title=[titles.policy_title(name) for name in ranked["policy"]])
        charts.show(study_charts.gains(ranked), key="usefulness_gains")
    harmed = table[table["condition"] == ANY_HEALTHY].sort_values("harmed", ascending=False, kind="stable")
    if len(harmed):
        worst = harmed.iloc[0]
        style.small(
            "Accuracy of the worst group on pictures in which the flaw's tie is broken, after less before. On "
            f"{worst['n']} healthy networks, what did harm most often was: {titles.policy_title(worst['policy'])}; the "
            f"worst group lost more than 5 of 100 answers on {100 * worst['harmed']:.0f} of 100."
        )


def draw_claims() -> None:
    """What others published, and what this study says to it."""
    st.header("What others found", anchor=False)
    columns = ["They found", "This study", "because", "published by"]
    shown = pd.DataFrame(study_compute.claims(), columns=columns)
    for row in shown.to_dict("records"):
        with st.container(border=True):
            st.markdown(f"**{row['This study'].capitalize()}.** {row['They found']}")
            style.small(f"{row['because']} Published by {row['published by']}.")


def draw_how() -> None:
    """How it was done, what was left out, and the figures."""
    found = study_compute.study()
    with st.expander("How this was done", key="usefulness_how", icon=":material/rule:"):
        st.markdown(
            "Every rule was written down before any network was trained (`core/experiments/PROTOCOL.md`). Networks "
            "were trained on pictures with a flaw and on pictures without one; some healthy ones were shown pictures "
            "that carry a flaw's mark, so that no tool is praised for seeing what merely lies there. Each tool then "
            "gives numbers by rules that know nothing of what was planted. Thresholds come from healthy networks of "
            "other data than those that are judged. Intervals draw groups of networks that share pictures, not "
            "networks.\n\n"
            "What a person sees in a heatmap may be more, or less, than these numbers."
        )
        for line in left_out(found.manifest):
            style.small(line)
        with st.container(horizontal=True):
            for label, table in (("All readings", "readings"), ("What fixes brought", "outcomes")):
                name, content = f"{table}.csv", study_compute.as_csv(table)
                st.download_button(
                    label, content, name, "text/csv", key=f"usefulness_{name}", icon=":material/download:"
                )


def left_out(manifest: Mapping[str, Any]) -> list[str]:
    """What the study does not have, each with its count."""
    missing = manifest.get("cells_not_done_yet", {})
    lines = []
    if is_earlier(manifest):
        lines.append(EARLIER)
    lines += [f"{count} networks are left out: {reason}." for reason, count in manifest["left_out"].items()]
    if missing:
        lines.append(f"Not done yet: {', '.join(f'{titles.tool_title(name)} on {n}' for name, n in missing.items())}.")
    lines += [f"{count} times, a tool could not look: {reason}" for reason, count in manifest["could_not_look"].items()]
    return lines + [
        f"{count} times, a fix could not be done: {reason}" for reason, count in manifest["could_not_be_done"].items()
    ]


def _pick(label: str, names: list[str], title: Any, key: str) -> str:
    return str(st.selectbox(label, names, format_func=title, key=f"useful_{key}", bind="query-params", width=260))


def _spans(table: pd.DataFrame) -> Any:
    return zip(table["auc"], table["auc_low"], table["auc_high"], strict=True)


def _of(share: float, low: float, high: float) -> str:
    return f"{100 * share:.0f} ({100 * low:.0f} to {100 * high:.0f})" if high > low else f"{100 * share:.0f}"
