"""Who may do what, and who sees what.

A visitor has a role and an owner's mark. An operator may do everything; a viewer may look at what is published and ask
it questions. What an operator makes is kept in a folder of that owner, where nobody else finds it, until it is
published: it then stands where everybody reads.

store = OwnedStore.of(default_store(), owner=mark_of(secret), role="operator")
runs(store)                     # one's own, and what is published
publish(store, key)

Whoever starts Hunch without any of this uses `default_store()` itself, and everybody sees everything.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, get_args

from core.errors import InputError, LimitReached, NotAllowed
from core.limits import Limits
from core.store import Store
from core.store.artefacts import FileInfo
from core.store.names import INTERNAL, OWNERS, PUBLISHED, key_of, kind_of

Role = Literal["viewer", "operator"]
Action = Literal["look", "ask", "train", "upload", "open", "publish", "delete"]
VIEWER_MAY: frozenset[Action] = frozenset({"look", "ask"})
# What only operators make. Viewers keep the answers to what they asked.
MADE_BY_OPERATORS = ("runs", "films", "uploads", "models", "repair", "repairs", "experiments")
_MARK = re.compile(r"[0-9a-f]{32}")


def may(role: Role, action: Action) -> bool:
    """Whether a role may do something.

    Args:
        role: "viewer" or "operator".
        action: "look" at results, "ask" (attribution, hunches, a diagnosis), "train", "upload", "open" a network or
            pictures from elsewhere, "publish" (and unpublish) or "delete" what is one's own.

    Raises:
        InputError: for a role or an action that there is not.
    """
    if role not in get_args(Role):
        raise InputError("A role should be viewer or operator", repr(role))
    if action not in get_args(Action):
        raise InputError(f"An action should be one of {', '.join(get_args(Action))}", repr(action))
    return role == "operator" or action in VIEWER_MAY


def require(role: Role, action: Action) -> None:
    """Nothing where a role may do something.

    Raises:
        NotAllowed: where it may not.
    """
    if not may(role, action):
        raise NotAllowed(f"Viewers of this server may not {action}. Ask whoever runs it, or sign in.")


def visible_to(owner: str, role: Role, *, made_by: str, published: bool) -> bool:
    """Whether somebody may see an artefact.

    Args:
        owner: mark of the person.
        role: of the person.
        made_by: mark of the artefact's owner; "" for what the server itself has, such as runs from its command line.
        published: whether the artefact is published.
    """
    if published:
        return True
    return made_by == owner if made_by else role == "operator"


def mark_of(secret: str) -> str:
    """What names an owner in a store: a hash, so that whoever reads the store learns no secret.

    Args:
        secret: what only this owner has, such as a random cookie, or the subject of a sign-in.
    """
    if not secret:
        raise InputError("An owner's secret should not be empty", "an empty text")
    return hashlib.sha256(b"hunch owner " + secret.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class OwnedStore(Store):
    """A store as one person sees it: their own artefacts, and what is published.

    It is a `Store`, and is passed wherever one is.

    Args:
        root: as for `Store`.
        owner: mark of the person, from `mark_of`.
        role: of the person.
    """

    owner: str = ""
    role: Role = "viewer"

    @classmethod
    def of(cls, store: Store, owner: str, role: Role) -> OwnedStore:
        """The store as an owner sees it."""
        if not _MARK.fullmatch(owner):
            raise InputError("An owner should be a mark made by mark_of", repr(owner))
        may(role, "look")
        return cls(root=store.root, note_use=store.note_use, owner=owner, role=role)

    def place(self, name: str) -> str:
        """Where what this person writes is kept.

        Raises:
            NotAllowed: where a viewer writes what only operators make.
        """
        if name.partition("/")[0] in MADE_BY_OPERATORS:
            require(self.role, "train")
        return self._own(name)

    def found(self, name: str) -> str:
        """Where this person reads it: their own first.

        Raises:
            KeyError: where it is somebody else's.
        """
        whole, own = self.whole, self._own(name)
        return name if not whole.has(own) and whole.has(name) and self._shared(name) else own

    def files(self, folder: str = "") -> list[FileInfo]:
        """One's own and published artefacts under a folder, each name once."""
        whole, start = self.whole, self._own("")
        published = published_keys(whole)
        seen = {file.name: file for file in whole.files(folder) if self._listed(file.name, published)}
        mine = whole.files(f"{start}{folder}".rstrip("/"))
        seen |= {file.name.removeprefix(start): replace(file, name=file.name.removeprefix(start)) for file in mine}
        return [seen[name] for name in sorted(seen)]

    def names(self, folder: str) -> list[str]:
        """One's own and published artefacts under a folder, by name, sorted."""
        start = self._own("")
        waiting = self.whole.names(f"{start}{folder}".rstrip("/"))
        return sorted({file.name for file in self.files(folder)} | {name.removeprefix(start) for name in waiting})

    def remove(self, name: str) -> None:
        """Forget what is one's own; what is published must be unpublished first."""
        require(self.role, "delete")
        super().remove(name)

    def _own(self, name: str) -> str:
        if name.partition("/")[0] in (OWNERS, INTERNAL):
            raise KeyError(name)
        return f"{OWNERS}/{self.owner}/{name}"

    def _shared(self, name: str) -> bool:
        """Whether what everybody may read at a name may be read by this person too."""
        published = self.role == "operator" or self.whole.has(f"{PUBLISHED}/{key_of(name)}")
        return visible_to(self.owner, self.role, made_by="", published=published)

    def _listed(self, name: str, published: set[str]) -> bool:
        if name.startswith(f"{OWNERS}/"):
            return False
        return visible_to(self.owner, self.role, made_by="", published=key_of(name) in published)


def require_room(store: OwnedStore, size: int = 0, limits: Limits | None = None) -> None:
    """Nothing where a person may keep one more run or upload of a size.

    Args:
        store: as the person sees it.
        size: bytes that are to be added.
        limits: that hold; those of the environment where None.

    Raises:
        LimitReached: where the person has as many runs or bytes as are allowed.
    """
    limits = limits or Limits.from_environment()
    own = store.whole.files(f"{OWNERS}/{store.owner}")
    runs = sum(kind_of(file.name) == "runs" for file in own)
    if runs >= limits.owner_runs:
        raise LimitReached(f"You keep {runs} runs, the most that one person may. Delete one, or publish one.")
    total = sum(file.size for file in own) + size
    if total > limits.owner_bytes:
        raise LimitReached(
            f"That would make {total / 10**6:,.0f} MB of your own, and one person may keep "
            f"{limits.owner_bytes / 10**6:,.0f} MB. Delete a run or an upload, or publish one."
        )


def published_keys(store: Store) -> set[str]:
    """Keys of what everybody may see."""
    return {file.name.rpartition("/")[2] for file in store.files(PUBLISHED)}


def is_published(store: Store, key: str) -> bool:
    """Whether everybody may see what the store has about a key."""
    return store.whole.has(f"{PUBLISHED}/{_key(key)}")


def owns(store: OwnedStore, key: str) -> bool:
    """Whether what the store has about a key belongs to this person, published or not."""
    return bool(_own_names(store, key)) or _publisher(store, key) == store.owner


def publish(store: OwnedStore, key: str) -> None:
    """Let everybody see what one has about a key: the run, its film, verdicts and diagnoses, or an upload.

    Args:
        store: as its owner sees it.
        key: of the run, or the digest of the upload. A run's page shows its pictures: publish their upload too.

    Raises:
        NotAllowed: for a viewer, or where it belongs to somebody else.
        InputError: where there is nothing about the key.
    """
    require(store.role, "publish")
    own = _own_names(store, key)
    if not own and is_published(store, key):
        return
    if not own and not (store.role == "operator" and _at_root(store, key)):
        raise InputError("There should be a run or an upload of your own to publish", repr(key))
    note = {"owner": store.owner, "when": datetime.now(UTC).isoformat(timespec="seconds")}
    for name in own:
        _move(store.whole, f"{OWNERS}/{store.owner}/{name}", name)
    # Last: a viewer then sees all of it at once.
    store.whole.write(f"{PUBLISHED}/{_key(key)}", json.dumps(note).encode())


def unpublish(store: OwnedStore, key: str) -> None:
    """Take back what one has published; only its owner sees it then.

    Raises:
        NotAllowed: where somebody else published it.
    """
    require(store.role, "publish")
    _require_publisher(store, key)
    store.whole.remove(f"{PUBLISHED}/{_key(key)}")
    for name in _at_root(store, key):
        _move(store.whole, name, f"{OWNERS}/{store.owner}/{name}")


def delete(store: OwnedStore, key: str) -> None:
    """Remove everything that is one's own about a key, published or not.

    Raises:
        NotAllowed: for a viewer, or where it was published by somebody else.
    """
    require(store.role, "delete")
    if is_published(store, key) and not _own_names(store, key):
        unpublish(store, key)
    for name in sorted(_own_names(store, key), key=lambda name: not name.startswith(("runs/", "uploads/"))):
        store.whole.remove(f"{OWNERS}/{store.owner}/{name}")


def _own_names(store: OwnedStore, key: str) -> list[str]:
    """Names of one's own artefacts about a key; the run or upload comes last."""
    start = f"{OWNERS}/{store.owner}"
    names = [name.split("/", 2)[2] for name in store.whole.names(start) if key_of(name) == _key(key)]
    return sorted(names, key=_last_first(("runs/", "uploads/", "models/")))


def _at_root(store: OwnedStore, key: str) -> list[str]:
    names = [name for name in store.whole.names("") if not name.startswith(f"{OWNERS}/") and key_of(name) == _key(key)]
    return sorted(names)


def _last_first(folders: tuple[str, ...]) -> Callable[[str], tuple[bool, str]]:
    return lambda name: (name.startswith(folders), name)


def _publisher(store: OwnedStore, key: str) -> str:
    try:
        return str(json.loads(store.whole.read(f"{PUBLISHED}/{_key(key)}")).get("owner", ""))
    except (KeyError, ValueError, AttributeError):
        return ""


def _require_publisher(store: OwnedStore, key: str) -> None:
    if _publisher(store, key) != store.owner:
        raise NotAllowed("Only its owner may take back or delete what is published.")


def _move(store: Store, name: str, target: str) -> None:
    store.write(target, store.read(name))
    store.remove(name)


def _key(key: str) -> str:
    if not key.isalnum():
        raise InputError("A key should be letters and digits", repr(key))
    return key
