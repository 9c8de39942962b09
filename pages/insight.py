"""What have we learned?: which things matter to the network, for whom, and how that is said in pictures and rules."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.insight import (
    ConceptSettings,
    DriverSettings,
    NeighbourSettings,
    PrototypeSettings,
    StandInSettings,
)
from core.settings import Settings
from pages.parts.insight import drivers, groups, ideas, neighbours, prototypes, rules
from pages.parts.insight.compute import Asked, draw_source
from pages.parts.shared import controls, frame
from pages.parts.state import current_run
from pages.parts.state.current_run import Opened

HERE = "pages/insight.py"
MOVES, GROUPS, LIKE = "What moves it", "Two groups", "Most like this one"
TYPICAL, IDEAS, RULES = "Typical and odd", "Ideas", "Rules"
VIEWS = (MOVES, GROUPS, LIKE, TYPICAL, IDEAS, RULES)
VIEW = "insight_view"
SETTINGS: dict[str, type[Settings]] = {
    drivers.PREFIX: DriverSettings,
    neighbours.PREFIX: NeighbourSettings,
    prototypes.PREFIX: PrototypeSettings,
    ideas.PREFIX: ConceptSettings,
    rules.PREFIX: StandInSettings,
}
DIALS = {
    f"insight_{name}"
    for name in (
        "of", "thing", "by", "first", "second", "sure", "picture", "count", "class", "ideas", "layer", "name", "own",
        "answer",
    )
}  # fmt: skip


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "See what influences the network's answer, for which pictures, and whether it is a cause."):
        body(current_run.require())
        frame.next_step("pages/hunches.py", "Test a hunch about it")


def body(opened: Opened) -> None:
    """Everything that depends on the dials. No fragment: in one, a press on "Stop" would wait."""
    keep_dials()
    with frame.boundary():
        if st.session_state.get(VIEW, MOVES) is None:
            st.session_state[VIEW] = MOVES
        view = st.segmented_control(
            "Look at", VIEWS, default=MOVES, key=VIEW, bind="query-params", required=True,
            help="What influences the answer, whether it does so in two groups alike, and what was learned as "
            "pictures, concepts and "
            "rules.",
        )  # fmt: skip
        dials, result = frame.dials_and_result()
        with dials:
            asked = draw_source(opened)
        DRAWN[view or MOVES](asked, dials, result)


def keep_dials() -> None:
    """Hold on to what the dials of the other views say: Streamlit forgets a dial that is not drawn."""
    prefixed = {controls.key(prefix, dial.name) for prefix, settings in SETTINGS.items() for dial in settings.dials()}
    for key in (DIALS | prefixed) & set(map(str, st.session_state)):
        st.session_state[key] = st.session_state[key]


def moves_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """Drivers."""
    with dials:
        settings, of = drivers.draw_dials(asked)
    with result:
        drivers.draw(asked, settings, of)


def groups_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """Sub-populations."""
    with dials:
        settings = controls.draw(DriverSettings, drivers.PREFIX)
    with result:
        groups.draw(asked, settings)


def like_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """Exemplars."""
    with dials:
        row, count, settings = neighbours.draw_dials(asked)
    with result:
        neighbours.draw(asked, row, count, settings)


def typical_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """Prototypes and criticisms."""
    with dials:
        name, settings = prototypes.draw_dials(asked)
    with result:
        prototypes.draw(asked, name, settings)


def ideas_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """Concepts."""
    with dials:
        wanted, settings = ideas.draw_dials(asked)
    with result:
        ideas.draw(asked, wanted, settings)


def rules_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """The readable stand-in."""
    with dials:
        settings = rules.draw_dials()
    with result:
        rules.draw(asked, settings)


DRAWN = {
    MOVES: moves_view,
    GROUPS: groups_view,
    LIKE: like_view,
    TYPICAL: typical_view,
    IDEAS: ideas_view,
    RULES: rules_view,
}

main()
