"""What is compiled stays compiled from one script run to the next."""

from __future__ import annotations

import keras
from streamlit.runtime.scriptrunner import script_runner


def test_a_script_run_leaves_kerass_session_alone(visit, small_run) -> None:
    visit("pages/attribution.py", run=small_run)
    name = keras.layers.Dense(1).name
    script_runner._clean_problem_modules()
    assert keras.layers.Dense(1).name != name, "a cleared session counts layers from the beginning"


def test_keras_own_routine_still_clears(visit, small_run) -> None:
    visit("pages/attribution.py", run=small_run)
    names = []
    for _ in range(2):
        keras.utils.clear_session()
        names.append(keras.layers.Dense(1).name)
    assert names[0] == names[1]
