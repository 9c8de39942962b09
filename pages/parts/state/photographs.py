"""The photographs that pictures were made from, in more pixels than the network takes: maps lie over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.errors import DataError
from pages.parts.state import uploads
from pages.parts.state.data_source import CLEAN, TrainingData

if TYPE_CHECKING:
    from core.datasets import Dataset
    from core.datasets.files import Files
    from core.datasets.pictures import Fit

LARGEST = 1024  # the longer side of the photograph that is shown, in pixels
FILE = "file"  # the attribute that names each picture's file in its archive


def of_row(source: TrainingData, data: Dataset, row: int) -> np.ndarray | None:
    """The photograph of a picture from an upload, cut alike; None where there is none, or a flaw changed the picture.

    Args:
        source: where the pictures come from.
        data: some of them, with the names of their files.
        row: which of those.

    Raises:
        Unavailable: where they were uploaded by somebody else and are not published.
    """
    if not source.upload or source.flaw != CLEAN or data.attributes is None or FILE not in data.attributes:
        return None
    uploads.require(source.upload)
    height, width, channels = data.shape
    file = str(data.attributes[FILE].iloc[row])
    return _photograph(source.upload, file, (height, width), channels == 3, getattr(source.settings, "fit", "crop"))


def full_size(content: bytes, size: tuple[int, int], colour: bool, fit: Fit) -> np.ndarray | None:
    """A picture file cut as the network takes it, but in more pixels; None where it would have no more.

    Args:
        content: of the file.
        size: (H, W) that the network takes.
        colour: whether it takes three channels.
        fit: what is done to a picture of another shape.
    """
    from core.datasets.pictures import decode

    factor = LARGEST // max(size)
    return decode(content, size=(size[0] * factor, size[1] * factor), colour=colour, fit=fit) if factor > 1 else None


@st.cache_resource(max_entries=32, show_spinner=False)
def _photograph(upload: str, file: str, size: tuple[int, int], colour: bool, fit: Fit) -> np.ndarray | None:
    try:
        return full_size(_files(upload).read(file), size, colour, fit)
    except DataError:  # the network's picture is shown alone, as it is without an upload
        return None


@st.cache_resource(max_entries=1, show_spinner=False)
def _files(upload: str) -> Files:
    from core.datasets.files import open_files

    return open_files(uploads.read(upload))
