"""Train: every hyperparameter, live curves, and the runs that were made before."""

from __future__ import annotations

import streamlit as st

from pages.parts.shared import frame, style
from pages.parts.state import current_run, publishing
from pages.parts.train import action, dials, live, past_runs, result, training_timeline


def main() -> None:
    """Draw the screen."""
    with frame.page("pages/train.py", "Set up a network, train it, and watch how well it does.", recipe=dials.recipe):
        top = st.container()
        left, right = frame.dials_and_result()
        source = dials.apply_recipe_from_link()
        with left:
            if source.game:
                frame.draw_game_notice(source.game)
            else:
                dials.draw_data(source)
                network, training = dials.draw_specs()
                filming = training_timeline.draw_dials()
        with right:
            with frame.boundary():
                job = None
                if not source.game:
                    with top:
                        job = action.draw(source, network, training, filming)
                if job is not None:
                    live.draw(job)
                else:
                    draw_result()
            past_runs.draw()
        if current_run.open_current() is not None:
            frame.next_step("pages/attribution.py", "See why it answers as it does", recipe=dials.recipe)


def draw_result() -> None:
    """The results of the current run, or what will stand in their place."""
    opened = current_run.open_current()
    if opened is None:
        style.small(
            "Training curves and test results appear here. With the default settings, training takes less than a "
            "minute."
        )
        return
    publishing.draw_audience_of_upload(opened.training_data.upload)
    result.draw(opened)


main()
