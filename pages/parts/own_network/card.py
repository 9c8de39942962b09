"""How a network was read, each part of which can be corrected, with what each correction comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.errors import InputError
from core.glossary import meaning
from pages.parts.markdown import literal
from pages.parts.own_network import opened_files
from pages.parts.shared import frame, style
from pages.parts.shared.controls import DECIDE
from pages.parts.state import planted_data
from pages.parts.state.data_source import TrainingData

if TYPE_CHECKING:
    from core.networks import Interface
    from core.networks.recognition import Fit

CLASSES, PREPROCESSING = "own_classes", "own_preprocessing"
HEADS = {
    "softmax": "one class of {}, as probabilities",
    "probabilities": "one class of {}, as probabilities",
    "logits": "one class of {}, as scores",
    "sigmoid": "one of two classes, as one probability",
    "independent": "{} labels, each of which may hold",
}


def draw(file: str, source: TrainingData) -> Interface | None:
    """The dials that correct the reading, and what it comes to; None where it cannot be read so."""
    with st.container(border=True, key="own_card"):
        st.subheader("How it was read", anchor=False)
        names = _draw_classes(file, source)
        preprocessing = draw_preprocessing()
        found = None
        with frame.boundary():
            found = opened_files.reading(file, source.key, names, preprocessing, source)
            _draw_reading(found)
        with st.expander("Each known preprocessing, tried on your training pictures", key="own_fits"):
            if found is not None and preprocessing is None:
                _draw_fits(found.fits)
            elif st.toggle("Try them", key="own_try", help="Takes up to a minute with a large network."):
                _draw_fits(opened_files.fits(file, source.key, names, source))
        return found


def pictures_taken(shape: tuple[int | None, ...]) -> str:
    """Which pictures a network takes, (H, W, C), in words."""
    height, width, channels = shape
    size = f"{height} by {width} pixels" if height and width else "pictures of any size"
    return f"{size}, {'grey' if channels == 1 else 'colour'}"


def _draw_classes(file: str, source: TrainingData) -> tuple[str, ...]:
    """The classes in the network's order, as they stand or as somebody corrected them."""
    folders = planted_data.load(source).splits.class_names
    own = opened_files.names_in(file)
    usual = own if set(own) == set(folders) else folders
    st.session_state.setdefault(CLASSES, ", ".join(usual))
    typed = st.text_input(
        "Classes, in the order of the network's outputs",
        key=CLASSES,
        help="The names of your folders, separated by commas. A wrong order makes every answer mean another class.",
    )
    names = tuple(name.strip() for name in str(typed).split(",") if name.strip())
    if sorted(names) != sorted(folders):
        raise InputError(
            f"The classes should be the names of the folders, {', '.join(folders)}, each once",
            ", ".join(names) or "nothing",
            "Rename the folders where the network tells other classes apart.",
        )
    return names


def draw_preprocessing() -> str | None:
    """The dial for what is done to pictures before; None where Hunch decides."""
    from core.networks import preprocessings

    known = preprocessings()
    chosen = st.selectbox(
        "Preprocessing",
        [DECIDE, *known],
        format_func=lambda name: name if name == DECIDE else known[name].title,
        key=PREPROCESSING,
        help=meaning("preprocessing"),
    )
    return None if chosen == DECIDE else chosen


def _draw_reading(found: Interface) -> None:
    if found.accuracy is not None:
        st.markdown(f"**Read like this, it is right on {100 * found.accuracy:.0f} of 100 training pictures.**")
    lines = [
        f"Takes {pictures_taken(found.input_shape)}.",
        f"Answers with {HEADS[found.head].format(found.classes)}.",
        f"Preprocessing: {found.transform.title.rstrip('.')}{'' if found.decided else ' (not certain)'}.",
        f"Maps are taken from the layer {found.layer}." if found.layer else "It has no layer for maps.",
    ]
    st.markdown("  \n".join(literal(line) for line in lines))
    for note in found.notes:
        style.small(note)
    if found.class_order != tuple(range(found.classes)):
        better = ", ".join(found.reordered().class_names)
        st.warning(f"In this order it would be right far more often: {literal(better)}.", icon=":material/warning:")
        st.button("Use this order", key="own_reorder", on_click=_use_order, args=(better, found.transform.name))


def _use_order(names: str, preprocessing: str) -> None:
    """Correct the order, and stay with the preprocessing that was recognised: it need not be tried again."""
    st.session_state.update({CLASSES: names, PREPROCESSING: preprocessing})


def _draw_fits(tried: tuple[Fit, ...]) -> None:
    from core.networks import preprocessings

    titles = preprocessings()
    table = pd.DataFrame(
        {
            "preprocessing": [titles[fit.preprocessing].title for fit in tried],
            "right of 100": [round(100 * fit.accuracy) for fit in tried],
            "log loss": [round(fit.log_loss, 3) for fit in tried],
        }
    )
    st.dataframe(table, hide_index=True)
    style.small(
        "Right of 100 training pictures, each with the order of classes that fits best, and the log loss in nats: "
        "lower is better."
    )
