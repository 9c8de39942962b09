"""What was found, kept as a check that a later version of the network must pass."""

from __future__ import annotations

import re

import streamlit as st

from core.acceptance import Check
from core.acceptance.file import toml_of


def draw(check: Check, key: str) -> None:
    """A button that downloads the check's file.

    Args:
        check: what must hold from now on.
        key: of the button.
    """
    name = re.sub(r"[^a-z0-9]+", "_", check.name.lower()).strip("_")
    st.download_button(
        "Keep as a check",
        toml_of([check]),
        f"{name or 'check'}.toml",
        "application/toml",
        key=key,
        icon=":material/task_alt:",
        on_click="ignore",
        help="A file for `python -m core check FILE --model new.keras --images FOLDER`, which fails where a later "
        "version of the network does worse. Several such files can be joined into one.",
    )
