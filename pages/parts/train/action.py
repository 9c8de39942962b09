"""The one button under Train: what it will do, and the training that it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from core.errors import Cancelled
from core.flaws.spec_shared import check_has_blocks
from core.networks import NetworkSpec, TrainingSpec, run_key, submit_training
from core.networks.training.specs import APPLICATIONS, IMAGENET, NEW_WEIGHTS
from pages.parts.markdown import literal
from pages.parts.shared import access_notes, frame
from pages.parts.state import access, links, planted_data
from pages.parts.state.data_source import TrainingData
from pages.parts.train import training_timeline

if TYPE_CHECKING:
    from core.flaws import Planted
    from core.networks import Job, Run
    from pages.parts.train.training_timeline import Filming

S = TypeVar("S", NetworkSpec, TrainingSpec)
JOB, EPOCHS = "_job", "_epochs"


def draw(
    source: TrainingData, network: NetworkSpec, training: TrainingSpec, filming: Filming | None = None
) -> Job[Run] | None:
    """The one button, and what it will do; the training that runs, if one does."""
    planted = planted_data.load(source)
    _check(planted, network)
    network, training = _flawed(planted.network_spec, network), _flawed(planted.training_spec, training)
    job: Job[Run] | None = st.session_state.get(JOB)
    if job is not None and not job.active:
        finish(job)
        job = None
    key = run_key(planted.splits, network, training)
    current = links.current() == key
    again = training_timeline.needs_recording(filming, key) and links.store_of(key) is not None
    known = not current and not again and links.store_of(key) is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Open this run" if known else "Train again and record" if again else "Train",
            type="primary",
            icon=":material/folder_open:" if known else ":material/model_training:",
            key="train",
            disabled=job is not None or (current and not again) or (not known and not access.may("train")),
        )
        st.markdown(literal(_what(source, planted, known, current and not again)), width="content")
        if not known:
            access_notes.draw_refusal("train")
    if pressed and known:
        links.open_run(key)
        st.rerun()
    if pressed:
        store = access.room_for("train")
        title = source.sentence
        about = {"title": title, "material": source.plain()}
        st.session_state[EPOCHS] = training.epochs
        watch = training_timeline.camera(filming, planted, key)
        st.session_state[JOB] = submit_training(
            planted.splits, network, training, store=store, about=about, title=title, watch=watch, again=again,
            owner=store.owner,
        )  # fmt: skip
        st.rerun()
    return job


def finish(job: Job[Run]) -> None:
    """Make what came of a job the current run, and start the page anew; tell what went wrong, where something did."""
    del st.session_state[JOB]
    with frame.boundary():
        if job.state == "cancelled" and job.error is not None:
            raise Cancelled("Training was stopped before its first epoch ended, so there is nothing to keep.")
        training_timeline.keep(job.result().key)
        links.open_run(job.result().key)
        st.rerun()


def _flawed(flawed: S | None, chosen: S) -> S:
    """What the dials say, but for what a flaw in the specs says otherwise."""
    return chosen if flawed is None else type(chosen).of(chosen, **flawed.model_dump(exclude_defaults=True))


def _check(planted: Planted, network: NetworkSpec) -> None:
    """Refuse a backbone that the flaw contradicts, and files that strangers may not name."""
    check_has_blocks(planted.network_spec, network)
    weights = network.backbone_weights if network.backbone in APPLICATIONS else ""
    if network.backbone not in ("", *APPLICATIONS) or weights not in ("", IMAGENET, NEW_WEIGHTS):
        access.require_this_machine("A backbone from a file")


def _what(source: TrainingData, planted: Planted, known: bool, current: bool) -> str:
    if current:
        return "These are the settings of the run below. Change one to train another."
    if known:
        return "A run with these settings exists already."
    note = " The flaw decides part of the network's settings." if planted.network_spec or planted.training_spec else ""
    return f"{source.sentence}; {len(planted.splits.train):,} training pictures.{note}"
