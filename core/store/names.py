"""How artefacts are named: "runs/<key>.zip", "films/<key>.npz", "hunches/<key>/<hash>.json", "uploads/<digest>.zip".

What belongs to one person stands below "owners/<mark>/", under the same names. What the store itself keeps about its
artefacts stands below ".hunch/", and is never listed among them.
"""

from __future__ import annotations

PARTIAL = ".partial"
OWNERS = "owners"
INTERNAL = ".hunch"
SET_ASIDE, USED = f"{INTERNAL}/set_aside", f"{INTERNAL}/used"
PUBLISHED, PINNED = f"{INTERNAL}/published", f"{INTERNAL}/pinned"


def key_of(name: str) -> str:
    """The key that an artefact belongs to: "1a2b" of "runs/1a2b.zip" and of "hunches/1a2b/77.json"."""
    parts = plain(name).split("/")
    return parts[1].partition(".")[0] if len(parts) > 1 else parts[0]


def kind_of(name: str) -> str:
    """The folder that an artefact stands in, such as "runs"."""
    return plain(name).partition("/")[0]


def owner_of(name: str) -> str:
    """The mark of whom an artefact belongs to; "" for what everybody on the server may open."""
    return name.split("/")[1] if name.startswith(f"{OWNERS}/") else ""


def plain(name: str) -> str:
    """The name without its owner's folder."""
    return name.split("/", 2)[2] if name.startswith(f"{OWNERS}/") and name.count("/") > 1 else name
