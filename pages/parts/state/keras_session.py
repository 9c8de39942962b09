"""Keras' session is left alone between script runs.

Streamlit clears it after every one, fragments included (`_clean_problem_modules` in its script runner). That throws
away the compiled kernels of networks that others train, test or look at meanwhile, and collects all garbage: a training
that is watched then takes several times as long. Hunch names its layers and holds its networks itself, so that nothing
needs to be cleared.
"""

from __future__ import annotations

import sys


def keep() -> None:
    """From now on Streamlit's clearing does nothing, if Keras is loaded yet; `keras.utils.clear_session` still does."""
    keras = sys.modules.get("keras")
    if keras is not None and hasattr(keras, "backend"):
        keras.backend.clear_session = _left_alone


def _left_alone(free_memory: bool = True) -> None:
    """What Streamlit calls in place of Keras' own routine."""
