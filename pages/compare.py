"""Compare two networks: the same pictures, maps, curves and hunches, side by side; the address is a link to it."""

from __future__ import annotations

from core.paired_answers import compare_answers
from pages.parts.compare import answers, curves, hunch, maps, other_run
from pages.parts.shared import frame
from pages.parts.state import current_run
from pages.parts.state.current_run import Opened

HERE = "pages/compare.py"


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "Choose another network, and see what the two have in common and where they differ."):
        body(current_run.require())
        frame.next_step("pages/hunches.py", "Test a hunch about it")


def body(opened: Opened) -> None:
    """Everything that depends on the dials. No fragment: in one, a press on "Stop" would wait."""
    with frame.boundary():
        dials, result = frame.dials_and_result()
        with dials:
            key = other_run.draw(opened)
        with result:
            if not key:
                frame.answer(
                    "There is nothing to compare with yet",
                    "No other network on this server tells the same classes apart. Train one with other settings under "
                    "Train, or fix this one: the network with the fix is compared with this one here.",
                )
                return
        pair = other_run.opened_pair(opened, key)
        with dials:
            source = other_run.draw_source(pair)
            data, _ = pair.pictures(source)
            found = compare_answers(*pair.answers(source), data.labels)
            asked = maps.draw_dials(pair, source, found)
        with result:
            answers.draw_answer(found)
            maps.draw(pair, source, asked)
            answers.draw_differences(pair, source, found)
            answers.draw_shares(pair, found)
            hunch.draw(pair, source)
            curves.draw(pair)


main()
