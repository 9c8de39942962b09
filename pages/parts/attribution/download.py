"""A map to download: as a picture, as numbers, and as a script that makes it again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np
import streamlit as st

from core import attribution, render
from core.attribution.snippet import ArrayFile, ModelFile, snippet
from core.networks import save_model
from pages.parts.attribution import compute
from pages.parts.attribution.question import Question
from pages.parts.markdown import Markdown
from pages.parts.shared import controls, style
from pages.parts.state.current_run import Opened

WIDE = 448
NETWORK, PICTURE, SCRIPT = "network.keras", "picture.npy", "explain_it.py"


def draw(opened: Opened, question: Question, pending: Sequence[str]) -> None:
    """The downloads, folded away.

    Args:
        pending: methods whose fine maps are still to come: a coarse map is not handed out.
    """
    place = st.expander("Download", key="downloads", on_change="rerun", bind="query-params")
    if not place.open:
        return
    known = attribution.methods()
    default = next(iter(question.methods), "grad_cam")
    with place:
        name = st.selectbox(
            "Map",
            list(known),
            None,
            format_func=lambda method: known[method].title,
            key="taken",
            placeholder=known[default].title,
            help="With its current settings.",
            bind="query-params",
        )
        if (name or default) in pending:
            style.small("The fine map is what is downloaded, and it is not there yet.")
            return
        _draw_buttons(opened, question, name or default)


def _draw_buttons(opened: Opened, question: Question, name: str) -> None:
    settings = question.methods.get(name) or controls.read(attribution.methods()[name].Settings, name)
    values = compute.ours(opened, question, name, settings)
    if values is None:
        return
    text = script(question, name)
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Map, PNG", drawn(question, name, values), f"{name}.png", "image/png", key="take_png", on_click="ignore"
        )
        st.download_button("Numbers, NPY", npy(values), f"{name}.npy", key="take_npy", on_click="ignore")
        st.download_button("Script, PY", text, SCRIPT, "text/x-python", key="take_script", on_click="ignore")
        st.download_button(
            "Script with network and picture, ZIP",
            lambda: bundle(opened, question, text),
            f"{name}.zip",
            "application/zip",
            key="take_all",
            on_click="ignore",
        )
    style.small(
        Markdown(f"The script reproduces this map. It reads `{NETWORK}` and `{PICTURE}`, which are in the zip.")
    )
    st.code(text, "python")


def script(question: Question, name: str) -> str:
    """A Python script that makes the map and the picture of it that is on the screen."""
    info = attribution.methods()[name]
    settings = question.methods.get(name) or controls.read(info.Settings, name)
    text = snippet(
        ModelFile(NETWORK),
        ArrayFile(PICTURE),
        target=question.target,
        method=name,
        layer=question.layer,
        **settings.model_dump(),
    )
    how = f"{question.strength!r}, {question.colormap!r}, signed={info.draws_signed(settings)!r}"
    lines = (
        "",
        "# The map over the picture, as it was on the screen.",
        "from PIL import Image",
        "",
        "from core.render import enlarge, overlay",
        "",
        f"seen = overlay(image, map, {how})",
        f'Image.fromarray(enlarge(seen, {WIDE})).save("{name}.png")',
        "",
    )
    return text + "\n".join(lines)


def drawn(question: Question, name: str, values: np.ndarray) -> bytes:
    """The map over its picture as a PNG file."""
    info = attribution.methods()[name]
    settings = question.methods.get(name) or controls.read(info.Settings, name)
    signed = info.draws_signed(settings)
    seen = render.overlay(question.picture.image, values, question.strength, question.colormap, signed=signed)
    return render.png(render.enlarge(seen, WIDE))


def npy(values: np.ndarray) -> bytes:
    """An array as an NPY file."""
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def bundle(opened: Opened, question: Question, text: str) -> bytes:
    """The script with everything that it reads, as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SCRIPT, text)
        archive.writestr(PICTURE, npy(question.picture.image))
        archive.writestr(NETWORK, save_model(opened.run.model, opened.run.class_names))
    return buffer.getvalue()
