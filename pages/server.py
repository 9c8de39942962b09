"""The server itself: its limits, its disk, its queue, and what is damaged or not written yet; for operators."""

from __future__ import annotations

from pages.parts.server import overview
from pages.parts.shared import frame


def main() -> None:
    """Draw the screen."""
    with frame.page(frame.SERVER, "Limits, disk, queue and store of this server, for whoever runs it."):
        overview.draw()


main()
