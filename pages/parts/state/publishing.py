"""Publishing, taking back and deleting one's own runs, with the uploads that they learned from."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core import access as rules
from core.access import OwnedStore, is_published, owns
from core.errors import HunchError
from core.networks.training.run import has_run, run_info, runs
from pages.parts.state import access, caches, events, uploads
from pages.parts.state.links import MATERIAL

Audience = Literal["shipped", "you", "operators", "everyone"]
PICTURES: dict[Audience, str] = {
    "you": "Only you can see these pictures.",
    "operators": "All operators of this server can see these pictures.",
    "everyone": "Published: everyone here can see these pictures.",
}


def audience_of(key: str, store: OwnedStore) -> Audience:
    """Who can see the run or the upload of a key: "operators" for what belongs to nobody, such as runs from the command
    line. What somebody found on a run that comes with Hunch is theirs, but the run is not.
    """
    if has_run(key, caches.SHIPPED) and not has_run(key, store):
        return "shipped"
    if is_published(store, key):
        return "everyone"
    if owns(store, key):
        return "you"
    return "operators" if has_run(key, store) or store.has(uploads.name_of(key)) else "shipped"


def draw_audience_of_upload(digest: str) -> None:
    """Who can see uploaded pictures, on every screen that shows them; nothing for pictures that were not uploaded."""
    store = access.store()
    if digest.isalnum() and store.has(uploads.name_of(digest)):
        st.markdown(f":small[{PICTURES[audience_of(digest, store)]}]")


def publish(key: str) -> None:
    """Let everyone see a run of one's own, with the pictures that it learned from.

    Raises:
        NotAllowed: for a viewer, or where it belongs to somebody else.
        InputError: where there is no such run.
    """
    access.require("publish")
    store = access.store()
    # First: whoever sees the run must be able to see its pictures.
    upload = _upload(key, store)
    if upload and store.has(uploads.name_of(upload)):
        rules.publish(store, upload)
    rules.publish(store, key)
    events.record("publish", store.owner)


def unpublish(key: str) -> None:
    """Take a run back, and its pictures where no other published run shows them.

    Raises:
        NotAllowed: for a viewer, or where somebody else published it.
    """
    access.require("publish")
    store = access.store()
    upload = _upload(key, store)
    rules.unpublish(store, key)
    if upload and is_published(store, upload) and owns(store, upload) and not _is_shown(upload, store):
        rules.unpublish(store, upload)
    events.record("unpublish", store.owner)


def delete(key: str) -> None:
    """Remove a run of one's own and all that was found on it; its upload stays, for other runs may need it.

    Raises:
        NotAllowed: for a viewer, or where it belongs to somebody else.
    """
    access.require("delete")
    store = access.store()
    if is_published(store, key):
        unpublish(key)
    rules.delete(store, key)
    events.record("delete", store.owner)


def _upload(key: str, store: OwnedStore) -> str:
    """The digest of the upload that a run learned from; "" for none."""
    if not has_run(key, store):
        return ""
    try:
        material = run_info(key, store).about.get(MATERIAL, {})
    except HunchError:
        # A damaged run can be deleted all the same.
        return ""
    return str(material.get("upload", "")) if isinstance(material, dict) else ""


def _is_shown(upload: str, store: OwnedStore) -> bool:
    """Whether a published run shows the pictures of an upload."""
    published = rules.published_keys(store.whole)
    return any(_upload(info.key, store) == upload for info in runs(store) if info.key in published)
