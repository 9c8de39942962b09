"""Errors that a person can read.

Every error that bad input can cause is a `HunchError` whose text is one to three plain sentences: what was
expected, what was received, and what to do. A screen shows that text as it is; the command line prints it and
exits with 2.
"""

MOST_RECEIVED = 400  # characters


class HunchError(Exception):
    """Base of every error that Hunch raises on purpose."""

    @property
    def sentence(self) -> str:
        """The whole message, ready to be shown to a person."""
        return str(self)


class InputError(HunchError, ValueError):
    """A value, picture, file or model that cannot be used.

    Args:
        expected: what is needed, as a sentence without its full stop.
        received: what came instead, in the same form; empty where nothing more can be said. Only its beginning is
            told where it is long, for it may be anything that a stranger's link or file holds.
        hint: what to do about it, as a sentence with its full stop; may be empty.
    """

    def __init__(self, expected: str, received: str = "", hint: str = ""):
        received = received if len(received) <= MOST_RECEIVED else f"{received[:MOST_RECEIVED]}…"
        parts = [f"{expected}.", f"Received: {received}." if received else "", hint]
        super().__init__(" ".join(part for part in parts if part))


class DataError(InputError):
    """Pictures, labels, masks or a folder that make no data set."""


class LayerError(InputError):
    """A layer that does not exist, or that a method cannot use."""


class TargetError(InputError):
    """A class that the network does not have."""


class ModelError(InputError):
    """A model that cannot be read, or whose shape a method does not support."""


class Unavailable(HunchError):
    """Something outside Hunch (a download, a bucket, a package) that could not be reached."""


class StoreError(Unavailable):
    """The store cannot be used: full, not writable, not reachable, or an address that means nothing."""


class Damaged(HunchError):
    """An artefact in the store whose bytes are no longer what was written. Making it again repairs it.

    Args:
        sentence: the whole message.
        name: of the artefact.
    """

    def __init__(self, sentence: str, name: str):
        super().__init__(sentence)
        self.name = name


class LimitReached(HunchError):
    """More than this server allows at once, or one person on it."""


class NotAllowed(HunchError):
    """Something that this person may not do, or not see."""


class Cancelled(HunchError):
    """Long work was stopped by its owner; whatever was finished is kept."""
