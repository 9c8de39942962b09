"""Data: what the network learns from, and the flaw that is planted in it."""

from __future__ import annotations

from pages.parts.data import contents, dials
from pages.parts.own_network import uploaders
from pages.parts.shared import frame


def main() -> None:
    """Draw the screen."""
    with frame.page(
        "pages/data.py", "Choose the pictures, look at them, and plant a flaw to see what it does.", recipe=dials.recipe
    ):
        played = dials.apply_recipe_from_link()
        if played is None:
            uploaders.draw_folded()
        left, result = frame.dials_and_result()
        with left:
            if played is not None:
                frame.draw_game_notice(played.game)
            source = played or dials.draw()
        with result, frame.boundary():
            contents.draw(source)
        if played is None:
            frame.next_step("pages/train.py", "Train a network on these", recipe=dials.recipe)


main()
