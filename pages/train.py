"""Train: every hyperparameter, live curves, and the runs that were made before."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import Cancelled
from core.networks import NetworkSpec, TrainingSpec, run_key, runs, submit_training
from pages.parts.shared import charts, controls, frame, style, tables, training_timeline, words
from pages.parts.shared.controls import spaced
from pages.parts.shared.progress import duration
from pages.parts.state import caches, links
from pages.parts.state import current_run as opening
from pages.parts.state.training_data import TrainingData

S = TypeVar("S", NetworkSpec, TrainingSpec)

if TYPE_CHECKING:
    from core.flaws import Planted
    from core.networks import Job, Run, RunInfo
    from pages.parts.shared.training_timeline import Filming

HERE = "pages/train.py"
JOB, EPOCHS = "_job", "_epochs"
LISTED = 10
EVERY = 1.0  # seconds between two looks at a running training
ENDINGS = {
    "cancelled": "It was stopped; this is its best epoch until then.",
    "patience": "It stopped by itself when it got no better.",
    "diverged": "Its loss ran away; this is the best epoch before that.",
}


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "Set up a network, let it learn, and watch how well it does."):
        action = st.container()
        dials, result = st.columns([1, 2.7], gap="large")
        source = opening.take_recipe()
        with dials:
            if source.game:
                frame.draw_game_notice(source.game)
            else:
                draw_material(source)
                network, training = draw_specs()
                filming = training_timeline.draw_dials()
        with result:
            with frame.boundary():
                job = None
                if not source.game:
                    with action:
                        job = draw_action(source, network, training, filming)
                draw_result(job)
            draw_past()
        if opening.opened() is not None:
            frame.next_step("pages/attribution.py", "See why it answers as it does", HERE)


def draw_material(source: TrainingData) -> None:
    """What it learns from, and the way to its dials."""
    st.header("Pictures", anchor=False)
    st.markdown(source.sentence)
    st.page_link(
        "pages/data.py",
        label="Look at them or change them",
        icon=":material/photo_library:",
        query_params=links.parameters(links.written({links.MATERIAL: source.plain()})),
    )


def draw_specs() -> tuple[NetworkSpec, TrainingSpec]:
    """The dials of the network and of the training."""
    st.header("Training", anchor=False)
    training = controls.draw(TrainingSpec, links.TRAINING, folded="All training settings")
    st.header("Network", anchor=False)
    return controls.draw(NetworkSpec, links.NETWORK, folded="All network settings"), training


def draw_action(
    source: TrainingData, network: NetworkSpec, training: TrainingSpec, filming: Filming | None = None
) -> Job[Run] | None:
    """The one button, and what it will do; the training that runs, if one does."""
    planted = caches.planted(source)
    network, training = _flawed(planted.network_spec, network), _flawed(planted.training_spec, training)
    job: Job[Run] | None = st.session_state.get(JOB)
    if job is not None and not job.active:
        finish(job)
        job = None
    key = run_key(planted.splits, network, training)
    current = links.current() == key
    again = training_timeline.wanted(filming, key) and links.store_of(key) is not None
    known = not current and not again and links.store_of(key) is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Open this run" if known else "Train again, filmed" if again else "Train",
            type="primary",
            icon=":material/folder_open:" if known else ":material/model_training:",
            key="train",
            disabled=job is not None or (current and not again),
        )
        st.markdown(_what(source, planted, known, current and not again), width="content")
    if pressed and known:
        links.open_run(key)
        st.rerun()
    if pressed:
        title = source.sentence
        about = {"title": title, "material": source.plain()}
        st.session_state[EPOCHS] = training.epochs
        watch = training_timeline.camera(filming, planted, key)
        st.session_state[JOB] = submit_training(
            planted.splits, network, training, about=about, title=title, watch=watch, again=again
        )
        st.rerun()
    return job


def draw_result(job: Job[Run] | None) -> None:
    """What is running, or what came of it."""
    if job is not None:
        live(job)
        return
    found = opening.opened()
    if found is None:
        style.small("Its curves and its exam will stand here. With the dials as they are it takes less than a minute.")
        return
    draw_run(found)


def _flawed(flawed: S | None, chosen: S) -> S:
    """What the dials say, but for what a flaw in the specs says otherwise."""
    return chosen if flawed is None else type(chosen).of(chosen, **flawed.model_dump(exclude_defaults=True))


def finish(job: Job[Run]) -> None:
    """Make what came of a job the current run, and start the page anew; tell what went wrong, where something did."""
    del st.session_state[JOB]
    with frame.boundary():
        if job.state == "cancelled" and job.error is not None:
            raise Cancelled("The training was stopped before its first epoch had ended, so there is nothing to keep.")
        training_timeline.keep(job.result().key)
        links.open_run(job.result().key)
        st.rerun()


@st.fragment(run_every=EVERY)
def live(job: Job[Run]) -> None:
    """How a training is doing, drawn anew every second."""
    with frame.boundary():
        if not job.active:
            st.rerun(scope="app")
        if job.state == "queued":
            st.progress(0.0, _queue_words(job.place))
        else:
            st.progress(min(job.done / max(job.total, 1), 1.0), _where(job))
        st.button(
            "Stop and keep the best so far", key="cancel", icon=":material/stop:", on_click=job.cancel,
            help="The best epoch until now is kept, where one has ended.",
        )  # fmt: skip
        draw_numbers(job)
        draw_curves(job.curves(), st.session_state[EPOCHS])


def draw_numbers(job: Job[Run]) -> None:
    """Pace and time left."""
    point = job.points[-1] if job.points else None
    with st.container(horizontal=True):
        st.metric("Right so far", f"{point.accuracy:.1%}" if point else "–", help=words.meaning("accuracy"))
        st.metric("Pictures a second", f"{point.pictures_per_second:,.0f}" if point else "–")
        left = job.seconds_left
        st.metric("Time left", duration(left) if left is not None else "–")


def draw_curves(points: pd.DataFrame, epochs: int) -> None:
    """Loss and accuracy over so many epochs."""
    terms = ("loss", "accuracy", "validation", "epoch")
    explained = "  \n".join(f"**{term.capitalize()}**: {words.meaning(term)}" for term in terms)
    st.subheader("How it learns", anchor=False, help=explained)
    loss, accuracy = st.columns(2)
    with loss.container(height=280, border=False):
        if len(points):
            charts.show(charts.curves(points, "loss", unit="loss", epochs=epochs))
    with accuracy.container(height=280, border=False):
        if len(points):
            charts.show(charts.curves(points, "accuracy", unit="right answers", epochs=epochs))


def draw_run(found: opening.Opened) -> None:
    """The exam of a finished run: answer first, then curves and the confusion matrix."""
    run = found.run
    metrics = run.metrics
    worst, (correct, n) = min(metrics["recall"].items(), key=lambda item: item[1][0] / max(item[1][1], 1))
    frame.answer(
        f"{run.accuracy:.1%} right",
        f"It recognises {metrics['correct']:,} of {metrics['n']:,} test pictures that it has never seen. "
        f"Its hardest class is {spaced(worst)}: {correct:,} of {n:,}. {ENDINGS.get(run.ending, '')}",
        f"{run.about.get('title', 'Own data')}. {metrics['weights']:,} weights, {metrics['epochs']} epochs in "
        f"{duration(metrics['seconds'])}, epoch {metrics['epoch']} kept.",
        tone="good",
    )
    draw_curves(run.history, run.training_spec.epochs)
    if not found.training_data.game:
        training_timeline.draw(found)
    st.subheader("Which classes it mixes up", anchor=False, help=words.meaning("confusion matrix"))
    charts.show(charts.confusion(confusion_table(found)))
    with st.expander("Layers", key="layers"):
        rows = caches.layers(run.key, run)
        st.dataframe(
            pd.DataFrame(
                {"layer": [row.path for row in rows], "kind": [row.kind for row in rows],
                 "output": [" × ".join(str(side) for side in row.shape[1:]) for row in rows],
                 "weights": [row.weights for row in rows]}
            ),
            hide_index=True,
        )  # fmt: skip


def confusion_table(found: opening.Opened) -> pd.DataFrame:
    """One row for each pair of truth and answer: truth, answer, pictures, share of the truth's pictures."""
    test = found.planted.splits.test
    sure = caches.answers(found.run.key, test.key, found.run, test.images)
    names = np.array([spaced(name) for name in test.class_names])
    counts = pd.crosstab(names[test.labels], names[sure.argmax(axis=1)])
    return tables.long(counts.reindex(index=names, columns=names, fill_value=0), "truth", "answer")


def draw_past() -> None:
    """The runs that are kept, the latest first."""
    past = [*runs(), *runs(caches.SHIPPED)]
    with st.expander(f"Past runs ({len(past)})", icon=":material/history:", key="past"):
        for info in past[:LISTED]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    "Open", key=f"open_{info.key}", on_click=_open, args=(info,), disabled=info.key == links.current()
                )
                st.markdown(_past_words(info), width="stretch")
        if len(past) > LISTED:
            style.small(f"{len(past) - LISTED} older ones are kept too; open them by their links.")


def _open(info: RunInfo) -> None:
    links.open_run(info.key)
    if links.MATERIAL in info.about and "game" in info.about[links.MATERIAL]:
        links.write_recipe(opening.recipe_of(info))
        return
    links.write_recipe({**opening.recipe_of(info), links.TRAINING: info.training_spec.model_dump(mode="json")})


def _past_words(info: RunInfo) -> str:
    stopped = ", stopped" if info.cancelled else ""
    when = info.made[:16].replace("T", " ")
    return f"{info.about.get('title', 'Own data')}: **{info.accuracy:.1%}** right{stopped} :small[{when}, `{info.key}`]"


def _what(source: TrainingData, planted: Planted, known: bool, current: bool) -> str:
    if current:
        return "The dials are those of the run below. Move one to train another."
    if known:
        return "A run with these settings exists already."
    note = " The flaw decides part of the network's settings." if planted.network_spec or planted.training_spec else ""
    return f"{source.sentence}; {len(planted.splits.train):,} pictures to learn from.{note}"


def _where(job: Job[Run]) -> str:
    return f"Epoch {int(job.points[-1].epoch) + 1} of {st.session_state[EPOCHS]}" if job.points else "Getting ready"


def _queue_words(place: int) -> str:
    if place <= 1:
        return "Next in line: one training at a time runs on this machine"
    return f"{place} trainings go first: one at a time runs on this machine"


main()
