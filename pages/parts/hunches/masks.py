"""Where the objects are: shown as an outline, and correctable."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.datasets import Dataset
from core.hunches import object_masks
from core.hunches.mask_edits import MaskSettings, draw_outline
from core.images.image_batch import OBJECT
from pages.parts.hunches.compute import TestedRun
from pages.parts.shared import controls, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.gallery import Tile

MASKS, WITHOUT = "masks", "masks_without"
SIDE, SHOWN = 108, 12
LINE = (180, 83, 15)


def draw_dials(data: Dataset) -> tuple[MaskSettings, tuple[int, ...]]:
    """The corrections, and the pictures that are left out."""
    with st.expander("Where the object is", key="mask_dials"):
        style.small(
            "The data set knows where its objects are."
            if OBJECT in (data.masks or {})
            else "The data set does not know where its objects are, so GrabCut finds them. Look at the outlines below."
        )
        chosen = controls.draw(MaskSettings, MASKS)
        typed = st.text_input(
            "Pictures to leave out", key=WITHOUT, placeholder="such as 3, 17", bind="query-params",
            help="Numbers of pictures whose outline is wrong. They are not tried.",
        )  # fmt: skip
    return chosen, _numbers(typed or "", len(data))


def draw_outlines(tested_run: TestedRun, data: Dataset) -> None:
    """A few pictures with their outlines, each of which can be left out.

    Args:
        data: the pictures as they are numbered, before any was left out.
    """
    with st.expander("Outlines in use", key="outlines"):
        style.small(
            "Where an outline is wrong, change the settings under “Where the object is”, or leave the picture out."
        )
        rows = np.random.default_rng(tested_run.trial.seed).permutation(len(data))
        kept = np.setdiff1d(np.arange(len(data)), tested_run.left_out)
        rows = rows[np.isin(rows, kept)][:SHOWN]
        shown = tested_run.data.take(np.searchsorted(kept, rows))
        tiles = [
            Tile(
                draw_outline(image, mask, 2 * SIDE, LINE), f"Outline of {spaced(data.class_names[label])}",
                f"picture {row}", leave_out, int(row), "Wrong, leave out",
            )
            for row, image, mask, label in zip(rows, shown.images, object_masks(shown), shown.labels, strict=True)
        ]  # fmt: skip
        gallery.show(tiles, side=SIDE, key="outline")


def leave_out(row: int) -> None:
    """Leave a picture out; in a callback."""
    before = str(st.session_state.get(WITHOUT) or "").strip().rstrip(",")
    st.session_state[WITHOUT] = f"{before}, {row}" if before else str(row)


def _numbers(typed: str, count: int) -> tuple[int, ...]:
    """The numbers in a text that are numbers of pictures; what is none is passed over, and said so."""
    words = [word.strip() for word in typed.replace(";", ",").split(",") if word.strip()]
    found = sorted({int(word) for word in words if word.isdigit() and int(word) < count})
    strange = [word for word in words if not (word.isdigit() and int(word) < count)]
    if strange:
        style.small(f"There is no picture {', '.join(strange)}: they go from 0 to {count - 1}.")
    # A test needs something to try.
    return tuple(found[: count - 1])
