"""One's own picture in place of one of the run's: read safely, made to fit the network, never in the link."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, get_args

import streamlit as st

from core.datasets.pictures import ENDINGS, Fit, decode
from core.errors import DataError
from core.glossary import meaning
from core.limits import MEGABYTE, Limits
from core.settings import digest
from pages.parts.attribution.picture import Picture
from pages.parts.shared import access_notes, frame
from pages.parts.state import access, caches, photographs
from pages.parts.state.current_run import Opened

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

FITS = {"crop": "crop the longer side", "pad": "pad with grey", "stretch": "stretch"}
LONGEST_NAME = 40


def draw(opened: Opened) -> Picture | None:
    """The uploader; the picture that was uploaded, or None where there is none or it cannot be read."""
    with st.expander("A picture of your own", key="own_picture", icon=":material/upload_file:"):
        given = draw_uploader(
            "Picture file",
            key="own_file",
            help="It replaces the picture above, is kept only while you look at it, and never goes into a link.",
        )
        fit = st.selectbox(
            "Other shapes",
            get_args(Fit),
            format_func=lambda name: FITS[name],
            key="fit",
            help=meaning("fit"),
            bind="query-params",
        )
        if given is None:
            return None
        with frame.boundary():
            return read(opened, given.name, given.getvalue(), fit)
    return None


def draw_uploader(label: str, *, key: str, help: str) -> UploadedFile | None:
    """Where a picture file is given, by those who may; None until there is one."""
    given = st.file_uploader(
        label,
        [ending.removeprefix(".") for ending in ENDINGS],
        key=key,
        max_upload_size=Limits.from_environment().picture_bytes // MEGABYTE,
        help=help,
        disabled=not access.may("upload"),
    )
    access_notes.draw_refusal("upload")
    return given


def read(opened: Opened, name: str, content: bytes, fit: Fit) -> Picture:
    """A picture file as the network takes it.

    Raises:
        DataError: with the reason, when it is no picture, or one that is too small, too large or broken.
        NotAllowed: for a viewer.
    """
    check_allowed(content)
    height, width, channels = opened.run.input_shape
    image = decode(content, size=(height, width), colour=channels == 3, fit=fit)
    key = digest([hashlib.sha256(content).hexdigest(), fit, height, width, channels])
    sure = caches.answers(opened.run.key, key, opened.run, image[None])[0]
    title = f"Your picture {name[:LONGEST_NAME]}, {width} by {height} pixels for the network"
    photo = photographs.full_size(content, (height, width), channels == 3, fit)
    return Picture(image, key, sure, None, title, photo=photo)


def check_allowed(content: bytes) -> None:
    """Nothing where this person may upload this picture file.

    Raises:
        DataError: for one that is too large.
        NotAllowed: for a viewer.
    """
    access.require("upload")
    most = Limits.from_environment().picture_bytes
    if len(content) > most:
        raise DataError(f"A picture file may have {most // MEGABYTE} megabytes", f"{len(content) // MEGABYTE}")
