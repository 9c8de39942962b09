"""Presentation mode: ?present=1 hides the developer's dials and enlarges pictures, for a room that looks on.

The dials are still there, only out of sight: a dial that is not drawn would lose what the link says of it. Whatever
should stay in sight, such as a search box, stands in a container whose key begins with "stay_".
"""

from __future__ import annotations

import streamlit as st

PRESENT = "present"
LARGER = 1.5
_DIALS = ".stSlider, .stSelectbox, .stMultiSelect, .stNumberInput, .stCheckbox"
_SEEN = (
    ".stImage, .stVegaLiteChart, .stDataFrame, .st-key-answer, [class*='st-key-stay_'], "
    "[data-testid='stBidiComponentIsolated']"
)
_CSS = f"""
<style>
  .stMain :is({_DIALS}):not([class*="st-key-stay_"] *) {{ display: none; }}
  .stMain .stExpander:has({_DIALS}):not(:has({_SEEN})) {{ display: none; }}
  .stMain .stColumn:has({_DIALS}):not(:has({_SEEN})) {{ display: none; }}
  .stMain [class*="_reset"], .stMain [class*="_undo"], .stMain .settings-sheet {{ display: none; }}
  .stMain.stMain .stMainBlockContainer {{ max-width: 1600px; }}
</style>
"""


def on() -> bool:
    """Whether the screen is being presented."""
    return st.query_params.get(PRESENT) == "1"


def link_parameters() -> dict[str, str]:
    """What links carry so that the next screen is presented too."""
    return {PRESENT: "1"} if on() else {}


def scaled_side(side: int) -> int:
    """How wide a picture is drawn that is `side` pixels wide as a rule."""
    return round(LARGER * side) if on() else side


def apply() -> None:
    """Hide the dials where the screen is being presented."""
    if on():
        st.html(_CSS)


def draw_toggle() -> None:
    """The switch, in the sidebar; the link alone knows how it stands."""
    st.session_state["_present"] = on()
    st.toggle(
        "Presentation",
        key="_present",
        on_change=_switch,
        help="Hides the settings and enlarges the pictures. The link keeps this mode.",
    )


def _switch() -> None:
    if st.session_state["_present"]:
        st.query_params[PRESENT] = "1"
    elif PRESENT in st.query_params:
        del st.query_params[PRESENT]
