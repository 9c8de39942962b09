"""Presentation mode: ?present=1 hides the developer's dials and enlarges pictures, for a room that looks on.

The dials are still there, only out of sight: a dial that is not drawn would lose what the link says of it. Those that
?keep=... names stand in a row above the result, and whatever should always stay in sight, such as a search box, stands
in a container whose key begins with "stay_".
"""

from __future__ import annotations

import re

import streamlit as st

PRESENT, KEEP = "present", "keep"
LARGER = 1.5
OFTEN_MOVED = {
    "methods": "Methods",
    "layer": "Layer",
    "picture": "Picture",
    "from": "Pictures from",
    "target": "Explain",
}
"""Dials of "Why this answer?" beside those of settings, by their keys."""
_OFFERED = "_dials_to_keep"
_KEY = re.compile(r"[A-Za-z0-9_]{1,80}")
_DIALS = ".stSlider, .stSelectbox, .stMultiSelect, .stNumberInput, .stCheckbox"
_SEEN = (
    ".stImage, .stVegaLiteChart, .stDataFrame, .st-key-answer, [class*='st-key-stay_'], "
    "[data-testid='stBidiComponentIsolated']"
)
_CSS = """
<style>
  .stMain :is(DIALS):not([class*="st-key-stay_"] *, KEPT) { display: none; }
  .stMain .stExpander:has(DIALS):not(:has(SEEN, KEPT)) { display: none; }
  .stMain .stColumn:has(DIALS):not(:has(SEEN, KEPT)) { display: none; }
  .stMain [class*="_reset"], .stMain [class*="_undo"], .stMain .settings-sheet { display: none; }
  .stMain.stMain .stMainBlockContainer { max-width: 1600px; }
  .stMain .st-key-dials_and_result .stHorizontalBlock > .stColumn:not(.stColumn .stColumn) { width: 100%; flex: auto; }
</style>
"""
_ROW = """
<style>
  .stHorizontalBlock:has(> .stColumn > * .st-key-dials) { flex-direction: column; }
  .stHorizontalBlock > .stColumn:has(.st-key-dials) { display: block; position: static; order: 0; }
  .stMain .st-key-dials { flex-flow: row wrap; }
  .stMain .st-key-dials > * { flex: 1 1 12rem; width: auto; }
  .stMain .st-key-dials > :not(:has(KEPT)):not(KEPT) { display: none; }
</style>
"""


def on() -> bool:
    """Whether the screen is being presented."""
    return st.query_params.get(PRESENT) == "1"


def kept() -> list[str]:
    """The keys of the dials that stay in sight."""
    return [key for key in st.query_params.get(KEEP, "").split(",") if _KEY.fullmatch(key)]


def offer(key: str, label: str) -> None:
    """Let this dial be one of those that stay in sight."""
    st.session_state.setdefault(_OFFERED, dict(OFTEN_MOVED))[key] = label


def link_parameters() -> dict[str, str]:
    """What links carry so that the next screen is presented too."""
    if not on():
        return {}
    return {PRESENT: "1", **({KEEP: ",".join(kept())} if kept() else {})}


def scaled_side(side: int) -> int:
    """How wide a picture is drawn that is `side` pixels wide as a rule."""
    return round(LARGER * side) if on() else side


def apply() -> None:
    """Hide the dials where the screen is being presented, but for those that are kept."""
    if not on():
        return
    selectors = [f".st-key-{key}" for key in kept()] or [".no-dial-is-kept"]
    inside = ", ".join(f"{one}, {one} *" for one in selectors)
    css = f"{_CSS}{_ROW}" if kept() else _CSS
    st.html(css.replace("DIALS", _DIALS).replace("SEEN", _SEEN).replace("KEPT", inside))


def draw_toggle() -> None:
    """The switch, in the sidebar, and the dials to keep; the link alone knows how they stand."""
    st.session_state["_present"] = on()
    st.toggle(
        "Presentation",
        key="_present",
        on_change=_switch,
        help="Hides the settings and enlarges the pictures. The link keeps this mode.",
    )
    if on():
        _draw_kept()


def _draw_kept() -> None:
    offered = st.session_state.get(_OFFERED, OFTEN_MOVED)
    names = [key for key in {**offered, **dict.fromkeys(kept())} if key in st.session_state or key in kept()]
    st.session_state["_keep"] = kept()
    st.multiselect(
        "Dials to keep",
        names,
        format_func=lambda key: offered.get(key) or key.replace("_", " "),
        key="_keep",
        on_change=_keep,
        help="They stay in sight, in a row above the result. The link keeps them.",
        placeholder="None",
    )


def _keep() -> None:
    _write(KEEP, ",".join(st.session_state["_keep"]))


def _switch() -> None:
    _write(PRESENT, "1" if st.session_state["_present"] else "")


def _write(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]
