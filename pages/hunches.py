"""Test a hunch: a change, its control, and a verdict."""

from __future__ import annotations

import streamlit as st

from core.hunches import HunchInfo
from core.settings import Settings
from pages.parts.hunches import all_hunches, compute, masks, parser, preview, verdict
from pages.parts.hunches import dials as hunches_dials
from pages.parts.hunches.all_hunches import VIEW
from pages.parts.hunches.compute import TestedRun
from pages.parts.shared import frame, keep_check
from pages.parts.state import current_run
from pages.parts.state.current_run import Opened

HERE = "pages/hunches.py"
ONE, ALL, PAST = VIEWS = ("One hunch", "All of them", "Tested so far")
TESTED, AT_ONCE = "tested", "now"
TITLES = {ALL: "Which hunch holds?", PAST: "What was tested?"}
"""The titles of the views that are about more than one hunch."""
NOW = "_test_now"


def main() -> None:
    """Draw the screen."""
    with frame.page(
        HERE,
        "Say what you suspect. Hunch changes it in many pictures and checks whether the answers change.",
        title=question,
    ):
        body(current_run.require())
        frame.next_step("pages/diagnosis.py", "Let Hunch search for the flaw")


def question() -> str:
    """The title: what the view asks, or the hunch that the link or the dials have chosen."""
    parser.set_from_link()
    return TITLES.get(st.session_state.get(VIEW) or st.query_params.get(VIEW, ONE)) or parser.question()


def body(opened: Opened) -> None:
    """Everything that depends on the dials. No fragment: in one, a press on "Stop" would wait."""
    hunches_dials.keep()
    with frame.boundary():
        if st.session_state.get(VIEW, ONE) is None:
            st.session_state[VIEW] = ONE
        view = st.segmented_control(
            "Test", VIEWS, default=ONE, key=VIEW, bind="query-params", required=True, label_visibility="collapsed"
        )
        VIEW_OF[view or ONE](opened)


def one_view(opened: Opened) -> None:
    """One hunch: words, dials, preview, verdict."""
    parser.draw()
    dials, result = frame.dials_and_result()
    with dials:
        hunch = hunches_dials.draw_hunch()
        tested_run = hunches_dials.draw_subject(opened)
    with result:
        if hunch is None:
            frame.answer("No hunch is chosen", "Rephrase it above, or choose one under “What is changed”.")
        else:
            draw_one(tested_run, *hunch)


def draw_one(tested_run: TestedRun, info: HunchInfo, settings: Settings) -> None:
    """The verdict where there is one, the preview, and the evidence."""
    key = tested_run.asks(info, settings)
    found = compute.verdict(tested_run, info, settings)
    # A link that was copied beneath a verdict shows that verdict, and one that says "now" asks for it.
    asked = st.session_state.pop(NOW, False) or (found is None and st.query_params.get(TESTED) in (key, AT_ONCE))
    st.button(
        "Test it", type="primary", icon=":material/experiment:", key="hunch_test", on_click=_now,
        disabled=found is not None, help="The same settings give the same verdict." if found else None,
    )  # fmt: skip
    place = st.container()
    with place:
        if found is None and asked:
            found = compute.judge(tested_run, info, settings)
        if found is None:
            count = min(tested_run.trial.n, len(tested_run.data))
            frame.answer("Not tested yet", f"{count:,} pictures will be tested, with the change and with its control.")
        else:
            verdict.draw_answer(found, tested_run)
    _write_tested(key if found is not None else "")
    preview.draw(tested_run, info, settings)
    if found is not None:
        verdict.draw_evidence(found, tested_run, info)
        keep_check.draw(verdict.as_check(found, tested_run, info, settings), key="hunch_check")
    if hunches_dials.needs_objects(info):
        masks.draw_outlines(tested_run, hunches_dials.parts(tested_run.opened)[tested_run.source])


def all_view(opened: Opened) -> None:
    """All of them."""
    dials, result = frame.dials_and_result()
    with dials:
        tested_run = hunches_dials.draw_subject(opened)
    with result:
        all_hunches.draw(tested_run)


VIEW_OF = {ONE: one_view, ALL: all_view, PAST: all_hunches.draw_past}


def _now() -> None:
    st.session_state[NOW] = True


def _write_tested(key: str) -> None:
    if key:
        st.query_params[TESTED] = key
    elif TESTED in st.query_params:
        del st.query_params[TESTED]


main()
