"""What a link carries from screen to screen: the current run, and the recipe that it was or will be made by.

Both are plain parameters of the link; a screen's own dials are bound to it by Streamlit. No dial is bound on two
screens, because it would be lost on the way back in the browser's history. `st.switch_page` refuses to leave a screen
whose dials are bound, so screens are linked by `st.page_link`. That leaves an entry in the history with the old screen
and the new parameters: a screen that finds a recipe there sets its dials to it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import InputError
from pages.parts.markdown import literal
from pages.parts.state import presentation_mode

if TYPE_CHECKING:
    from core.networks.training.run import RunInfo
    from core.store import Store

RUN, RECIPE = "run", "recipe"
WITH = "with"
"""The run that the current one is compared with."""
MATERIAL, NETWORK, TRAINING = "material", "network", "training"
MATERIAL_TYPES = {"data": str, "flaw": str, "upload": str, "settings": dict, "planting": dict, "flaw_settings": dict}
_KEY = re.compile(r"[0-9a-f]{8,64}")
_DROPPED = "_dropped"
_TEXTS = frozenset({RUN, WITH, RECIPE, "upload", "network", "pictures", "tested", "case"})
"""Parameters that may look like a number, such as a key of sixteen digits, and are none."""
_COPY = st.components.v2.component(
    "copy_link",
    html='<button type="button">Copy link</button>',
    css="""
    button { font: inherit; font-size: 0.875rem; color: var(--st-link-color); background: none; border: none;
             padding: 0.25rem 0; cursor: pointer; }
    button:hover { text-decoration: underline; }
    """,
    js="""
    export default function ({ parentElement }) {
      const button = parentElement.querySelector("button");
      const say = (words) => {
        button.textContent = words;
        setTimeout(() => { button.textContent = "Copy link"; }, 2000);
      };
      button.onclick = () => navigator.clipboard
        .writeText(window.location.href)
        .then(() => say("Copied"), () => say("Copy it from the address bar"));
    }
    """,
)


def current() -> str:
    """The key of the current run; empty for none."""
    return st.query_params.get(RUN, "")


def store_of(key: str) -> Store | None:
    """The store that has this run and shows it to this person: the server's own, or the one that ships with Hunch."""
    if not _KEY.fullmatch(key):
        return None
    from core.networks.training.run import has_run
    from pages.parts.state import access, caches

    return next((store for store in (access.store(), caches.SHIPPED) if has_run(key, store)), None)


def current_info() -> RunInfo | None:
    """What is known of the current run; None where there is none on this server."""
    store = store_of(current())
    if store is None:
        return None
    from core.networks.training.run import run_info

    return run_info(current(), store)


def open_run(key: str) -> None:
    """Make this the current run."""
    st.query_params[RUN] = key.strip()
    if game():
        # A case stays with its own run.
        del st.query_params[RECIPE]


def game() -> str:
    """The code of the blind game that the link's recipe belongs to; empty for none."""
    try:
        return str(read_recipe().get(MATERIAL, {}).get("game", ""))
    except InputError:
        return ""


def follow() -> None:
    """Let the link by which a screen was just opened set its dials, also those that an earlier visit has left set."""
    for name in st.query_params.keys() & set(st.session_state):
        if not name.startswith("_"):  # which no dial is called
            del st.session_state[name]


def drop_endless_numbers() -> list[str]:
    """Take from the link what is no finite number, which Streamlit's widgets cannot be drawn with.

    Starts the script anew where there is any, for Streamlit has read the link already.

    Returns:
        the names of these parameters, when the script has started anew.
    """
    endless = [name for name in st.query_params if name not in _TEXTS and is_endless(st.query_params[name])]
    if not endless:
        return st.session_state.pop(_DROPPED, [])
    for name in endless:
        del st.query_params[name]
    st.session_state[_DROPPED] = endless
    st.rerun()


def is_endless(text: str) -> bool:
    """Whether a text is read as infinite or as no number at all ("1e309", "nan", four hundred digits)."""
    try:
        return not math.isfinite(float(text))
    except (ValueError, OverflowError):
        return False


def recipe_text() -> str:
    """The recipe as the link says it; empty where it carries none."""
    return st.query_params.get(RECIPE, "")


def read_recipe() -> dict[str, Any]:
    """The recipe that the link carries; empty where it carries none.

    Raises:
        InputError: when it cannot be read.
    """
    return parse_recipe(st.query_params.get(RECIPE, "{}"))


def parse_recipe(text: str) -> dict[str, Any]:
    """A recipe as `written` puts it into a link; anybody may have changed it since.

    Returns:
        MATERIAL, NETWORK and TRAINING -> settings by name. Whether these exist is for their `Settings` class to say.

    Raises:
        InputError: when it cannot be read.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not all(isinstance(part, dict) for part in content.values()):
        raise InputError("The recipe in the link should be readable", repr(text[:60]), "Copy the link again.")
    named = content.get(MATERIAL, {})
    strange = [name for name, kind in MATERIAL_TYPES.items() if not isinstance(named.get(name, kind()), kind)]
    if strange:
        raise InputError(
            f"The recipe in the link should say {strange[0]} in another way", repr(named[strange[0]])[:60],
            "Copy the link again.",
        )  # fmt: skip
    return content


def write_recipe(recipe: Mapping[str, Any]) -> None:
    """Put a recipe into the link; an empty one leaves it."""
    text = format_recipe(recipe)
    if text == st.query_params.get(RECIPE, ""):
        return
    if text:
        st.query_params[RECIPE] = text
    else:
        del st.query_params[RECIPE]


def format_recipe(recipe: Mapping[str, Any]) -> str:
    """A recipe as the link says it; empty for an empty one."""
    filled = {name: part for name, part in recipe.items() if part}
    return json.dumps(filled, separators=(",", ":"), sort_keys=True) if filled else ""


def parameters(recipe: str, **more: str) -> dict[str, str]:
    """What a link to another screen should carry: the current run, this recipe, and more."""
    carried = {RUN: current(), RECIPE: recipe, **presentation_mode.link_parameters(), **more}
    return {name: value for name, value in carried.items() if value}


def button(file: str, label: str, icon: str, parameters: dict[str, str], *, key: str) -> None:
    """A link to a screen that looks like the main button."""
    with st.container(key=f"main_{key}", width="content"):
        st.page_link(
            file, label=literal(label), icon=icon, query_params={**presentation_mode.link_parameters(), **parameters}
        )


def copy_button(key: str) -> None:
    """The same "Copy link" as in the sidebar, for a screen whose point is to be sent to others."""
    _COPY(key=key, height=40)
