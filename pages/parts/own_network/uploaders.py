"""Where a network and pictures are dropped. Home is the first thing that anyone waits for, so nothing here is heavy."""

from __future__ import annotations

import re

import streamlit as st

from pages.parts.shared import access_notes, frame, style
from pages.parts.state import access, uploads

NETWORK, PICTURES, TITLE = "network", "pictures", "_own_title"
LONGEST = 60  # letters of a title


def draw_folded() -> None:
    """The uploads in a fold, open where the link names a network."""
    with st.expander(
        "Bring your own network and pictures",
        icon=":material/upload_file:",
        expanded=bool(st.query_params.get(NETWORK)),
        key="bring_your_own",
    ):
        draw()


def draw() -> None:
    """Both uploads, and what became of them."""
    with frame.boundary():
        first, second = st.columns(2)
        with first:
            file = _network()
        with second:
            digest = _pictures()
        if not file:
            style.small(
                "Best bring both: the network, and pictures with their classes, best those that it was trained on. The "
                "network alone can be explained and looked into."
            )
            return
        from pages.parts.own_network import bring

        bring.draw(file, digest, st.session_state.get(TITLE, "Own network"))


def _network() -> str:
    """The uploaded network, now or before, as the link names it; empty for none."""
    given = st.file_uploader(
        "Your network",
        ["keras", "h5", "hdf5", "onnx"],
        key="own_network",
        help="From Keras: model.save('network.keras'). From PyTorch: export it to ONNX. Nothing in the file is run.",
        disabled=not access.may("open"),
    )
    access_notes.draw_refusal("open")
    if given is not None:
        st.session_state[TITLE] = _title(given.name)
        st.query_params[NETWORK] = uploads.save_network(given.getvalue(), given.name)
    return str(st.query_params.get(NETWORK, ""))


def _pictures() -> str:
    given = st.file_uploader(
        "Your pictures",
        "zip",
        key="own_network_pictures",
        help="A zip with one folder a class, or with a CSV of labels; best the pictures that it was trained on, "
        "in folders train and test where you have them.",
        disabled=not access.may("upload"),
    )
    access_notes.draw_refusal("upload")
    if given is not None:
        st.query_params[PICTURES] = uploads.save(given.getvalue())
    return str(st.query_params.get(PICTURES, ""))


def _title(name: str) -> str:
    """The file's name as a title: whatever a screen could take for more than text is left out."""
    return re.sub(r"[^\w. -]+", " ", name)[:LONGEST].strip() or "Own network"
