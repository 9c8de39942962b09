"""What most screens need is loaded once Home has been painted, so that the next screen opens without waiting for it."""

from __future__ import annotations

import importlib
import threading

import streamlit as st

DELAY = 1.0  # seconds in which the browser gets Home's pictures
MODULES = ("keras", "core.networks.evaluator", "core.attribution.explain")


@st.cache_resource(max_entries=1, show_spinner=False)
def start() -> threading.Timer:
    """Load TensorFlow and what is built on it in the background, once a server."""
    timer = threading.Timer(DELAY, _load)
    timer.daemon = True
    timer.start()
    return timer


def _load() -> None:
    for name in MODULES:
        importlib.import_module(name)
