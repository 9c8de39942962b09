"""What the screens say about who may do what, and who sees what; and the buttons of an owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.access import Action, owns
from core.errors import HunchError
from core.networks.training.run import FOLDER
from core.store import is_unsaved
from pages.parts.markdown import literal
from pages.parts.shared import style
from pages.parts.state import access, publishing
from pages.parts.state.publishing import Audience

OPEN_TO_ALL = "Everyone who can reach this server may do everything on it."
LOOK_ONLY = "You can look at what is published on this server, and test hunches on it."
REFUSALS: dict[Action, str] = {
    "train": "Training is for operators of this server.",
    "upload": "Uploading is for operators of this server.",
    "open": "Opening networks is for operators of this server.",
}
RUN: dict[Audience, str] = {
    "shipped": "It comes with Hunch.",
    "you": "Only you can see this run.",
    "operators": "All operators of this server can see this run.",
    "everyone": "Published: everyone here can see this run.",
}
DELETING, FAILED = "_deleting_run", "_owner_action_failed"


def draw_visitor() -> None:
    """Who this is and what they may do, in the sidebar; nothing for somebody alone on their own machine."""
    if access.is_open_to_all():
        style.small(OPEN_TO_ALL)
    if access.visitor().role == "viewer":
        style.small(LOOK_ONLY)
    if not access.sign_in_is_configured():
        return
    if access.signed_in():
        st.button("Sign out", key="sign_out", icon=":material/logout:", type="tertiary", on_click=st.logout)
        return
    providers = [name for name, part in st.secrets["auth"].items() if isinstance(part, Mapping)]
    for name in providers or [""]:
        words = f"Sign in with {name}" if len(providers) > 1 else "Sign in"
        args = (name,) if name else ()
        st.button(literal(words), key=f"sign_in_{name}", icon=":material/login:", on_click=st.login, args=args)


def draw_refusal(action: Action) -> None:
    """Why the widgets for something are disabled; nothing where they are not."""
    if not access.may(action):
        way = " Sign in to get on." if access.sign_in_is_configured() and not access.signed_in() else ""
        style.small(f"{REFUSALS[action]}{way}")


def draw_run(key: str) -> None:
    """Who can see the current run, and its owner's buttons."""
    store = access.store()
    audience = publishing.audience_of(key, store)
    style.small(RUN[audience])
    problem = st.session_state.pop(FAILED, "")
    if problem:
        st.error(literal(problem), icon=":material/error:")
    name = f"{FOLDER}/{key}.zip"
    if is_unsaved(store, name):
        st.warning(
            "This run is in memory only: the store cannot be written to. It is tried again.", icon=":material/save:"
        )
        st.download_button("Download the run", store.read(name), f"run-{key[:8]}.zip", key="unsaved_run")
    mine = owns(store, key)
    if not access.may("publish") or audience == "shipped" or (audience == "everyone" and not mine):
        return
    with st.popover("Publish or delete", icon=":material/visibility:", type="tertiary", key="own_run"):
        _draw_publish(key, audience)
        if mine:
            _draw_delete(key)


def _draw_publish(key: str, audience: Audience) -> None:
    if audience == "everyone":
        st.markdown("Everyone who can open this server sees this network, its pictures and what was found on it.")
        _button("Unpublish", "unpublish", ":material/visibility_off:", publishing.unpublish, key)
        return
    st.markdown(
        "Published, everyone who can open this server sees this network, its pictures and class names, and what was "
        "found on it."
    )
    _button("Publish", "publish", ":material/visibility:", publishing.publish, key)


def _draw_delete(key: str) -> None:
    if st.session_state.get(DELETING) != key:
        _button("Delete", "delete", ":material/delete:", _ask_to_delete, key)
        return
    st.markdown("Delete this run and everything that was found on it? This cannot be undone.")
    with st.container(horizontal=True):
        _button("Delete for good", "delete_now", ":material/delete_forever:", _delete, key)
        _button("Keep it", "delete_not", ":material/undo:", _ask_to_delete, "")


def _button(words: str, name: str, icon: str, work: Callable[[str], None], key: str) -> None:
    st.button(words, key=f"{name}_run", icon=icon, on_click=_try, args=(work, key))


def _try(work: Callable[[str], None], key: str) -> None:
    """Do it, and have the reason said where it cannot be done; in a callback."""
    try:
        work(key)
    except HunchError as error:
        st.session_state[FAILED] = error.sentence


def _ask_to_delete(key: str) -> None:
    access.require("delete")
    st.session_state[DELETING] = key


def _delete(key: str) -> None:
    st.session_state.pop(DELETING, None)
    publishing.delete(key)
    st.query_params.pop("run", None)
