"""The results of a finished training: the answer first, then its curves and which classes it mixes up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.glossary import meaning
from core.networks.training.run import RunInfo
from pages.parts.shared import charts, frame, tables
from pages.parts.shared.controls import spaced
from pages.parts.shared.progress import duration
from pages.parts.state import caches
from pages.parts.state.current_run import Opened
from pages.parts.train import training_timeline

ENDINGS = {
    "cancelled": "Training was stopped; this is the best epoch until then.",
    "patience": "It stopped early, when the validation loss no longer improved.",
    "diverged": "Training diverged; this is the best epoch before that.",
}


def draw(found: Opened) -> None:
    """The exam of a finished run: answer first, then curves and the confusion matrix."""
    run = found.run
    metrics = run.metrics
    worst, (correct, n) = min(metrics["recall"].items(), key=lambda item: item[1][0] / max(item[1][1], 1))
    frame.answer(
        f"{run.accuracy:.1%} right",
        f"It classifies {metrics['correct']:,} of {metrics['n']:,} new test pictures correctly. "
        f"Its hardest class is {spaced(worst)}: {correct:,} of {n:,}. {ENDINGS.get(run.ending, '')}",
        f"{run.about.get('title', 'Own data')}. {metrics['weights']:,} weights, {_trained(run)}.",
        tone="good",
    )
    if len(run.history):
        draw_curves(run.history, run.training_spec.epochs)
        if not found.training_data.game:
            training_timeline.draw(found)
    st.subheader("Which classes it mixes up", anchor=False, help=meaning("confusion matrix"))
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


def _trained(run: RunInfo) -> str:
    """How it was trained, in a few words."""
    if not run.metrics["epochs"]:
        return "trained elsewhere"
    epochs, seconds, kept = (run.metrics[name] for name in ("epochs", "seconds", "epoch"))
    return f"{epochs} epochs in {duration(seconds)}, epoch {kept} kept"


def draw_curves(points: pd.DataFrame, epochs: int) -> None:
    """Loss and accuracy over so many epochs."""
    terms = ("loss", "accuracy", "validation", "epoch")
    explained = "  \n".join(f"**{term.capitalize()}**: {meaning(term)}" for term in terms)
    st.subheader("Training curves", anchor=False, help=explained)
    loss, accuracy = st.columns(2)
    with loss.container(height=280, border=False):
        if len(points):
            charts.show(charts.curves(points, "loss", unit="loss", epochs=epochs))
    with accuracy.container(height=280, border=False):
        if len(points):
            charts.show(charts.curves(points, "accuracy", unit="right answers", epochs=epochs))


def confusion_table(found: Opened) -> pd.DataFrame:
    """One row for each pair of truth and answer: truth, answer, pictures, share of the truth's pictures."""
    test = found.planted.splits.test
    sure = caches.answers(found.run.key, test.key, found.run, test.images)
    names = np.array([spaced(name) for name in test.class_names])
    counts = pd.crosstab(names[test.labels], names[sure.argmax(axis=1)])
    return tables.long(counts.reindex(index=names, columns=names, fill_value=0), "truth", "answer")
