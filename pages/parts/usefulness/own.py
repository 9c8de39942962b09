"""One's own experiment on the screen: pairs of a flawed and a healthy network under the tools that one chooses."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.experiments import ExperimentSettings, by_flaw, studied_flaws, tools, usefulness_answer
from core.experiments.summary import frequency
from core.spreadsheets import csv_of
from pages.parts.shared import access_notes, charts, controls, frame, long_work, style
from pages.parts.shared.progress import duration
from pages.parts.state import access
from pages.parts.usefulness import charts as usefulness_charts
from pages.parts.usefulness import compute as work
from pages.parts.usefulness.compute import Plan, flaw_title

ASKED = "_usefulness_asked"


def draw(readings: pd.DataFrame, table: pd.DataFrame, about: str) -> None:
    """The verdict, the tool for each flaw, all of them, and one of them closely."""
    found = usefulness_answer(table)
    frame.answer(found.verdict, found.sentence, f"{found.small} {about}")
    draw_choice(table)
    st.header(
        "Every tool on every flaw",
        anchor=False,
        help="Of 100 times that a flawed and a healthy network were drawn, how often the tool's signal was stronger on "
        "the flawed one. 100 is always right, 50 a coin toss, 0 always wrong.",
    )
    charts.show(usefulness_charts.grid(work.cells(table)), key="usefulness_grid")
    draw_one(readings, table)
    draw_how(readings, table)


def draw_choice(table: pd.DataFrame) -> None:
    """Which tool to take for which flaw."""
    rows = by_flaw(table)
    st.header("Which tool for which flaw", anchor=False)
    shown = pd.DataFrame(
        {
            "If the flaw may be": [flaw_title(name) for name in rows["flaw"]],
            "use": [tools()[name].title for name in rows["tool"]],
            "correct, of 100": [frequency(share) for share in rows["share"]],
            "in seconds": rows["seconds"].round(1),
            "best heatmap, of 100": [
                _told(name, share) for name, share in zip(rows["heatmap"], rows["heatmap_share"], strict=True)
            ],
            "test accuracy, of 100": [_number(share) for share in rows["accuracy"]],
        }
    )
    st.dataframe(shown, hide_index=True, height="content")
    style.small(
        "The best tool and the best heatmap were picked afterwards, from many, which flatters them. It is correct "
        "when the tool's signal is stronger on the flawed network; 50 is a coin toss."
    )


def draw_one(readings: pd.DataFrame, table: pd.DataFrame) -> None:
    """The readings of one tool on one flaw."""
    st.header("A closer look at one tool", anchor=False)
    kinds = list(dict.fromkeys(table["flaw"]))
    with st.container(horizontal=True):
        flaw = st.selectbox(
            "Flaw", kinds, format_func=flaw_title, key="useful_flaw", bind="query-params", width=260,
            help="What was planted in the flawed networks.",
        )  # fmt: skip
        names = list(table.loc[table["flaw"] == flaw, "tool"])
        tool = st.selectbox(
            "Tool", names, format_func=lambda name: tools()[name].title, key="useful_tool", bind="query-params",
            width=260, help="What looked at both networks of each pair.",
        )  # fmt: skip
    rows = readings[(readings["flaw"] == flaw) & (readings["tool"] == tool) & readings["took"].astype(bool)]
    points = rows.melt(["seed"], ["flawed", "healthy"], "network", "reading").rename(columns={"seed": "pair"})
    charts.show(usefulness_charts.readings(points, "Signal strength"), key="usefulness_readings")
    info = tools()[tool]
    style.small(f"{info.title}: {info.plain}")


def draw_how(readings: pd.DataFrame, table: pd.DataFrame) -> None:
    """How it was done, and the figures."""
    with st.expander("How this was done", key="usefulness_how", icon=":material/rule:"):
        st.markdown(
            "For each flaw, networks were trained on pictures with it and on pictures without it. Both were then shown "
            "the same pictures, the flaw's mark included, so that no tool is praised for seeing what merely lies "
            "there. Only where labels or numbers of pictures are what is wrong does a healthy network keep its own "
            "pictures. A flaw that made no difference to the network does not count.\n\n"
            "Each tool gives one number, by a rule that was fixed before: heatmaps by how far they light up off the "
            "object, on the frame, or on one spot; tests by what they measure. Objects are found by the computer. What "
            "a person sees in a heatmap may be more, or less, than this number."
        )
        with st.container(horizontal=True):
            st.download_button(
                "Comparison", csv_of(table), "comparison.csv", "text/csv", key="usefulness_table",
                icon=":material/download:",
            )  # fmt: skip
            st.download_button(
                "All readings", csv_of(readings), "readings.csv", "text/csv", key="usefulness_readings_csv",
                icon=":material/download:",
            )  # fmt: skip


def draw_own() -> Plan | None:
    """The dials of one's own experiment; the plan once it was asked for."""
    with st.expander("Run it yourself", key="usefulness_own", icon=":material/science:"):
        kinds = st.multiselect(
            "Flaws", studied_flaws(), ["sticker"], format_func=flaw_title, key="useful_flaws", bind="query-params",
            help="What is planted, one at a time.",
        )  # fmt: skip
        names = st.multiselect(
            "Tools", list(tools()), ["accuracy", "grad_cam", "occlusion", "diagnosis"],
            format_func=lambda name: tools()[name].title, key="useful_tools", bind="query-params",
            help="What is asked which network is flawed.",
        )  # fmt: skip
        seeds = st.slider(
            "Pairs of networks", 1, 10, 2, key="useful_seeds", bind="query-params",
            help="How many flawed and healthy networks are trained for each flaw. Fewer than five seldom prove much.",
        )  # fmt: skip
        settings = controls.draw(ExperimentSettings, "useful")
        plan = Plan(tuple(kinds), tuple(names), seeds, settings)
        if not kinds or not names:
            st.markdown("Choose at least one flaw and one tool.")
            return None
        asked = st.session_state.get(ASKED) == plan.key
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Run it", key="usefulness_run", type="primary", icon=":material/play_arrow:",
                disabled=asked or not access.may("train"),
                on_click=ask, args=(plan.key,),
            )  # fmt: skip
            if asked:
                st.button(
                    "Back to the shipped results",
                    key="usefulness_back",
                    icon=":material/undo:",
                    on_click=ask,
                    args=("",),
                )
            else:
                style.small(f"About {duration(plan.seconds)}; what was trained before is not trained again.")
        access_notes.draw_refusal("train")
    return plan if asked else None


def ask(key: str) -> None:
    """Remember which experiment was asked for; the callback of its buttons."""
    st.session_state[ASKED] = key
    long_work.forget_stops([key])


def _told(name: str, share: float) -> str:
    return f"{tools()[name].title}, {frequency(share)}" if name else "not tried"


def _number(share: float) -> str:
    return "not tried" if share != share else frequency(share)
