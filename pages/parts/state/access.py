"""Who is looking: the role and the owner's mark of this session, and the store as this person sees it.

access.store()              # one's own artefacts, and what is published
access.require("train")     # NotAllowed for those who may only look

`HUNCH_ROLE=viewer` makes everyone a viewer. With Streamlit's own sign-in (a section `[auth]` in its secrets), those
whose e-mail address is named in `HUNCH_OPERATORS` are operators, and all others viewers. Without either, everyone is an
operator of their own runs and uploads, told apart by a cookie that no script can read.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import access
from core.access import Action, OwnedStore, Role
from core.errors import InputError, NotAllowed
from core.limits import Limits
from core.store import default_store

ROLE, OPERATORS = "HUNCH_ROLE", "HUNCH_OPERATORS"
COOKIE = "hunch_owner"
SECRET = "_owner_secret"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECRET = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Visitor:
    """Somebody with an open session.

    Args:
        owner: mark of what belongs to them in the store.
        role: "viewer" or "operator".
        browser: mark of their browser's cookie; "" where it keeps none.
    """

    owner: str
    role: Role
    browser: str = ""


def visitor() -> Visitor:
    """Who runs this script."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        # A thread of its own belongs to nobody, and must be given the store that it works for.
        raise RuntimeError("Who is looking can be asked by a session's own script only.")
    browser = secret_of(st.context.cookies.get(COOKIE, ""))
    mark = access.mark_of(_identity() or browser or _window())
    found = Visitor(mark, _role(), access.mark_of(browser) if browser else "")
    _SESSIONS.note(context.session_id, found)
    return found


def store() -> OwnedStore:
    """The server's store as this person sees it. Work in the background is given this store, for it cannot ask."""
    who = visitor()
    return OwnedStore.of(default_store(), who.owner, who.role)


def room_for(action: Action) -> OwnedStore:
    """The store of somebody who may do something and may keep one more run.

    Raises:
        NotAllowed: where they may not.
        LimitReached: where they keep as many runs, or as much, as one person may.
    """
    require(action)
    found = store()
    access.require_room(found)
    return found


def owner() -> str:
    """Mark of whom this session belongs to."""
    return visitor().owner


def may(action: Action) -> bool:
    """Whether this person may do something; see `core.access.may`."""
    return access.may(visitor().role, action)


def require(action: Action) -> None:
    """Nothing where this person may do something.

    Raises:
        NotAllowed: where they may not.
    """
    access.require(visitor().role, action)


def most_seconds() -> int | None:
    """How long one piece of this person's work may compute; None for as long as any job."""
    return Limits.from_environment().viewer_seconds if visitor().role == "viewer" else None


def window() -> str:
    """What tells this window from all others."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def is_open(window: str) -> bool:
    """Whether a window still is; every one is where there is no server, as in tests."""
    return not st.runtime.exists() or st.runtime.get_instance().is_active_session(window)


@lru_cache(maxsize=1)
def sign_in_is_configured() -> bool:
    """Whether Streamlit's own sign-in is; read once, so that a file that breaks later opens nothing.

    Raises:
        InputError: where there are secrets that cannot be read, for they may have asked for a sign-in.
    """
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    broken = [path for path in st.get_option("secrets.files") if Path(path).is_file()]
    if broken:
        raise InputError("The file of secrets should be readable", broken[0], "Correct or remove it.")
    return False


def signed_in() -> bool:
    """Whether this person is."""
    return sign_in_is_configured() and bool(st.user.get("is_logged_in", False))


def is_open_to_all() -> bool:
    """Whether everyone who reaches this server may do everything, and others than this machine can reach it.

    A proxy makes everyone look like this machine, so only the address that the server listens on counts.
    """
    return not os.environ.get(ROLE) and not sign_in_is_configured() and st.get_option("server.address") not in LOOPBACK


def require_this_machine(what: str) -> None:
    """Let files on the server be named only where nobody but this machine reaches it: a link can name them too.

    Args:
        what: what would be read, as the start of a sentence.

    Raises:
        NotAllowed: where the server listens on other addresses.
    """
    if st.get_option("server.address") not in LOOPBACK:
        raise NotAllowed(
            f"{what} is read only where this machine alone reaches the server. Start Hunch with "
            "--server.address=localhost, name a network of keras.applications, or use the command line: "
            "python -m core train --backbone FILE."
        )


def configured_role() -> Role | None:
    """The role that everyone has; None where nothing says so.

    Raises:
        InputError: for a role that there is not.
    """
    named = os.environ.get(ROLE, "")
    if named not in ("", "viewer", "operator"):
        raise InputError(f"{ROLE} should be viewer or operator", repr(named))
    return cast(Role, named) if named else None


def new_secret() -> str:
    """What a browser keeps, so that a reload finds what is one's own."""
    return secrets.token_hex(32)


def secret_of(cookie: object) -> str:
    """The secret in a cookie; "" where it holds none."""
    return cookie if isinstance(cookie, str) and _SECRET.fullmatch(cookie) else ""


def session(session_id: str) -> Visitor | None:
    """Who has an open session; None where there is no such session, or it has run no script yet."""
    return _SESSIONS.get(session_id)


def sessions() -> dict[str, Visitor]:
    """Who has an open session, by its id."""
    return _SESSIONS.open()


def is_here(mark: str) -> bool:
    """Whether somebody has an open session."""
    return any(found.owner == mark for found in _SESSIONS.open().values())


class _Sessions:
    """Who has which session. Those that are closed are forgotten."""

    def __init__(self) -> None:
        self._known: dict[str, Visitor] = {}
        self._lock = threading.Lock()

    def note(self, session_id: str, found: Visitor) -> None:
        with self._lock:
            self._known[session_id] = found

    def get(self, session_id: str) -> Visitor | None:
        return self._known.get(session_id)

    def open(self) -> dict[str, Visitor]:
        with self._lock:
            if st.runtime.exists():
                active = st.runtime.get_instance().is_active_session
                self._known = {name: found for name, found in self._known.items() if active(name)}
            return dict(self._known)


_SESSIONS = _Sessions()


def _role() -> Role:
    named = configured_role()
    if named is not None:
        return named
    if not sign_in_is_configured():
        return "operator"
    operators = {name.strip().lower() for name in os.environ.get(OPERATORS, "").split(",") if name.strip()}
    # Some providers let people type in any address: one that they say is not verified counts for nothing.
    verified = signed_in() and st.user.get("email_verified", True) not in (False, "false")
    return "operator" if verified and str(st.user.get("email", "")).lower() in operators else "viewer"


def _identity() -> str:
    """What a sign-in names a person by; "" where nobody is signed in."""
    return f"{st.user.get('iss', '')} {st.user.get('sub', '')}" if signed_in() and st.user.get("sub") else ""


def _window() -> str:
    """A secret that lasts as long as this window, where the browser keeps no cookie."""
    found: str = st.session_state.setdefault(SECRET, new_secret())
    return found
