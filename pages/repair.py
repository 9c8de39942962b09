"""Fix and prove: fixes tried beside two controls, and judged on pictures that none of them has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.networks import Job
from core.networks.training.run import REPAIRED
from pages.parts.markdown import literal
from pages.parts.repair import choice as repair_choice
from pages.parts.repair import compute, examination, lineage, results
from pages.parts.repair.choice import Choice
from pages.parts.shared import access_notes, frame, style
from pages.parts.shared.progress import duration
from pages.parts.state import access, current_run
from pages.parts.state.current_run import Opened

if TYPE_CHECKING:
    from core.repair import Ladder

HERE = "pages/repair.py"
EVERY = 1.0  # seconds between two looks at a running ladder


def main() -> None:
    """Draw the screen."""
    with frame.page(
        HERE, "Each fix is trained alongside two controls and evaluated on pictures that none of them has seen."
    ):
        repair_choice.take_link()
        body(current_run.require())


def body(opened: Opened) -> None:
    """Lineage, then the answer, then dials beside the evidence."""
    lineage.draw(opened)
    top = st.container()
    dials, below = frame.dials_and_result(2.4, folded=False)
    with dials:
        choice = repair_choice.draw()
    with top, frame.boundary():
        if not choice.fixes:
            draw_nothing(opened)
        elif not draw_adopted(opened, choice, below):
            draw_ladder(opened, choice, below)
    frame.next_step("pages/trust.py", "Write the report", at_end=True)


def draw_adopted(opened: Opened, choice: Choice, below: DeltaGenerator) -> bool:
    """The proof from which the current run was adopted, while its question is still the one on the screen."""
    before = str(opened.run.about.get(REPAIRED, ""))
    proof, ladder = compute.find_proof(before, choice) if before else (None, None)
    if proof is None or opened.run.key not in proof.runs.values():
        return False
    results.draw(proof, ladder, opened, below)
    examination.draw(opened)
    return True


def draw_nothing(opened: Opened) -> None:
    """Where nothing is chosen yet."""
    frame.answer(
        "Nothing chosen yet",
        "Here a fix is tested against two controls: the network as it is, and the network trained for just as long.",
    )
    repair_choice.draw_suggestions(opened)


def draw_ladder(opened: Opened, choice: Choice, below: DeltaGenerator) -> None:
    """What is known of the chosen fixes: the proof, the ladder while it runs, or the plan."""
    key = compute.desk_key(opened.run.key, choice)
    proof, ladder = compute.find_proof(opened.run.key, choice)
    if proof is not None:
        results.draw(proof, ladder, opened, below)
    if ladder is not None:
        return
    job = compute.desk().job(key)
    if job is not None and job.active:
        if proof is None:
            draw_running(job, key)
        else:
            draw_loading(job, below)
        return
    table = compute.plan_table(opened, choice)
    if job is None and not table["seconds"].sum() and access.may("train"):
        compute.begin(opened, choice, at_once=True)
        st.rerun()
    if proof is not None:
        return
    if job is not None:
        draw_end(job, key)
    draw_plan(opened, choice, table, below)


def draw_loading(job: Job[Any], below: DeltaGenerator) -> None:
    """While groups and pictures of a proof that was kept are fetched: its networks answer once more."""
    with below:
        style.small("Its groups and pictures are being loaded.")
        wait(job)


@st.fragment(run_every=EVERY)
def wait(job: Job[Any]) -> None:
    """Draw the screen anew once a job is over."""
    if not job.active:
        st.rerun(scope="app")


def draw_end(job: Job[Any], key: str) -> None:
    """What ended a ladder that gave no result; what was known by then stays in sight."""
    with frame.boundary():
        if job.error is not None and job.state != "cancelled":
            raise job.error
        style.small("Stopped. Finished trainings are kept, and you can continue from there.")
    partial: Ladder | None = compute.desk().partial.get(key)
    if partial is not None:
        results.draw_rungs(partial)


def draw_plan(opened: Opened, choice: Choice, table: pd.DataFrame, below: DeltaGenerator) -> None:
    """What will be trained, what that costs, and the button that starts it."""
    left = int((table["trainings"] - table["done"]).sum())
    done = int(table["done"].sum())
    kept = f" {done} are already done." if done else ""
    frame.answer(
        "Ready to try",
        f"{left} trainings, about {duration(float(table['seconds'].sum()))} in all.{kept}",
        "Estimated from how long this network took to train. You can use other screens meanwhile.",
    )
    st.button(
        "Continue" if done else "Try them" if len(choice.fixes) > 1 else "Try it",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        disabled=not access.may("train"),
        on_click=begin,
        args=(opened, choice),
    )
    access_notes.draw_refusal("train")
    shown = pd.DataFrame(
        {
            "": table["title"],
            "Trainings": table["trainings"],
            "Done": table["done"],
            "Takes": [duration(seconds) if seconds else "–" for seconds in table["seconds"]],
        }
    )
    below.dataframe(shown, hide_index=True)


def begin(opened: Opened, choice: Choice) -> None:
    """Start the ladder, or say why not; the callback of the button."""
    with frame.boundary():
        compute.begin(opened, choice)


def draw_running(job: Job[Any], key: str) -> None:
    """A ladder on its way, and what is known of it so far."""
    partial: Ladder | None = compute.desk().partial.get(key)
    live(job, key, partial)
    if partial is None:
        style.small("The first results appear here shortly.")
        return
    results.draw_so_far(partial)
    results.draw_rungs(partial)
    st.dataframe(results.figures(partial.table), hide_index=True)


@st.fragment(run_every=EVERY)
def live(job: Job[Any], key: str, drawn: Ladder | None) -> None:
    """How a ladder is doing, drawn anew every second; its figures only where they are others than those drawn."""
    with frame.boundary():
        if not job.active or compute.desk().partial.get(key) is not drawn:
            st.rerun(scope="app")
        if job.state == "queued":
            st.progress(0.0, f"{job.place} ahead in the queue" if job.place else "Next in the queue")
        else:
            left = job.seconds_left
            words = f"{job.note}, about {duration(left)} left" if left else job.note or "Preparing"
            st.progress(min(job.done / max(job.total, 1), 1.0), literal(words))
        st.button(
            "Stop", key="stop_ladder", icon=":material/stop:", on_click=job.cancel, help="Finished trainings are kept."
        )


main()
