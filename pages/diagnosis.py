"""Find the flaw: every flaw that has a detector is looked for, and the likeliest is named, or none."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.acceptance.kinds.diagnosis import DiagnosisCheck
from core.diagnosis import Suspect, detectors, summary
from pages.parts.diagnosis import compute, others, quality
from pages.parts.diagnosis import suspect as diagnosis_suspect
from pages.parts.diagnosis.compute import DiagnosisSettings
from pages.parts.shared import controls, frame, keep_check, study_advice, style
from pages.parts.shared.progress import duration
from pages.parts.state import current_run, links
from pages.parts.state.current_run import Opened

HERE = "pages/diagnosis.py"
DIALS = "diagnosis"


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "Hunch searches for every flaw it knows and names the likeliest. It may find none."):
        body(current_run.require())


def body(opened: Opened) -> None:
    """The suspects. No fragment: in one, a press on "Stop" would wait until it is too late."""
    with frame.boundary():
        answer = st.container()
        with st.expander("Dials", key="diagnosis_dials"):
            dials = controls.draw(DiagnosisSettings, DIALS)
        quality.draw()
        with answer:
            found = draw_search(opened, dials)
            if found is not None:
                draw_found(opened, found)


def draw_search(opened: Opened, dials: DiagnosisSettings) -> list[Suspect] | None:
    """The button, and the search while it runs."""
    found = compute.load_suspects(opened, dials)
    if found is not None:
        return found
    count, place = len(detectors()), st.empty()
    if not compute.is_requested(opened):
        with place.container():
            draw_button(opened, dials, count)
        return None
    with place.container(border=True):
        st.header("Searching", anchor=False)
        st.markdown(f"Searching for {count} kinds of flaws, one after another.")
    found = compute.search(opened, dials)
    place.empty()
    return found


def draw_button(opened: Opened, dials: DiagnosisSettings, count: int) -> None:
    """What a press will do, how long it will take, and the button."""
    seconds = compute.expected_seconds(opened, dials)
    frame.answer(
        "Not searched yet",
        f"Searches for {count} kinds of flaws. The search does not know how the network was made.",
        "About ten seconds; up to forty if a second network has to be trained for comparison."
        if seconds is None
        else f"About {duration(seconds)}. Under “Dials”, fewer pictures make it quicker and less sure.",
    )
    st.button(
        "Search for flaws",
        type="primary",
        icon=":material/troubleshoot:",
        key="look",
        on_click=compute.request,
        args=(opened, dials),
    )


def draw_found(opened: Opened, suspects: Sequence[Suspect]) -> None:
    """The verdict, the accused in full, and all others in a table."""
    raised = [suspect for suspect in suspects if suspect.raised]
    if raised:
        small = f"{diagnosis_suspect.strength(raised[0])} Searched for {len(suspects)} flaws; found {len(raised)}."
        frame.answer(raised[0].title, summary(suspects), small, tone="bad")
    else:
        small = f"Searched for {len(suspects)} flaws; found none. A flaw of another kind would not be found."
        frame.answer("Nothing found", summary(suspects), small, tone="good")
        study_advice.draw_silence(links.parameters(links.recipe_text()))
    for number, suspect in enumerate(raised):
        diagnosis_suspect.draw(opened, suspect, first=number == 0)
    rest = [suspect for suspect in suspects if not suspect.raised]
    st.header("Other flaws searched for" if raised else "Flaws searched for", anchor=False)
    style.small("Scores run from 0 to 1. From 0.50 on, an effect is large enough to be worth a word.")
    others.draw(rest)
    keep_check.draw(DiagnosisCheck(name="Nothing raised", seed=0), key="diagnosis_check")
    if not raised:
        frame.next_step("pages/trust.py", "Write the report")


main()
