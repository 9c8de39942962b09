"""A hunch in words: what was understood, what else it may mean, and a list to pick from instead."""

from __future__ import annotations

import streamlit as st

from core.hunches import HunchInfo, ParsedHunch, asks_in_general, hunch_info, hunches, parse_hunches
from core.hunches.base import FAMILIES
from core.settings import Settings
from pages.parts.hunches import rectangle
from pages.parts.hunches.rectangle import NAME as RECTANGLE
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import controls, style
from pages.parts.shared.controls import Position
from pages.parts.state import links, old_titles

HUNCH, SAYS = "hunch", "hunch_says"
FIRST = "background_swapped"
EXAMPLES = ("it's the blue background", "remove the stickers", "maybe it only sees the colour", "the upper left corner")
QUESTIONS = {
    "background": "Is it the background?",
    "object": "Is it the object?",
    "artefact": "Is it a sticker, a border or a place?",
    "colour": "Is it the colour?",
    "light": "Is it the light?",
    "detail": "Is it sharpness or noise?",
    "geometry": "Is it position or size?",
    "structure": "Is it shape or texture?",
}
"""The screen's title, by the family of the hunch that is tested."""


def prefix(name: str) -> str:
    """What the keys of a hunch's dials begin with."""
    return f"try_{name}"


def draw() -> None:
    """The box to type in, what was understood, and the list."""
    st.text_input(
        "Your hunch, in your own words", key=SAYS, placeholder="such as: it's the blue background",
        on_change=_read_typed, bind="query-params",
        help="Words are looked up in a table on this server. What was understood is shown, so you can "
        "correct it.",
    )  # fmt: skip
    text = st.session_state.get(SAYS) or ""
    if text.strip():
        _draw_readings(parse_hunches(text))
    else:
        _draw_examples()


def draw_list() -> None:
    """Every hunch by family, to pick from; drawn only while it is open."""
    place = st.popover("Pick one from the list", icon=":material/list:", key="hunch_list", on_change="rerun")
    if not place.open:
        return
    with place:
        for family, words in FAMILIES.items():
            st.markdown(f"**{literal(words.title)}**")
            with st.container(horizontal=True, gap="small"):
                for info in hunches().values():
                    if info.family == family:
                        st.button(
                            literal(info.title), key=f"pick_{info.name}", type="tertiary", help=literal(info.plain),
                            on_click=choose, args=(info.name,),
                        )  # fmt: skip


def choose(name: str, settings: Settings | None = None) -> None:
    """Make this the hunch that is tested, with these settings or with those that its dials have; in a callback."""
    moves = dial_positions(hunch_info(name), settings) if settings is not None else []
    controls.put([Position(HUNCH, name, hunch_info(name).title), *moves])


def dial_positions(info: HunchInfo, settings: Settings) -> list[Position]:
    """Where a hunch's dials stand at these settings."""
    if isinstance(settings, rectangle.RectangleCoveredSettings):
        return rectangle.positions(settings, prefix(info.name))
    return [
        move
        for move in controls.positions(settings, prefix(info.name))
        if move.key != controls.key(prefix(info.name), "masks")
    ]


def dial_keys() -> set[str]:
    """The keys of every dial of every hunch."""
    own = {controls.key(prefix(info.name), dial.name) for info in hunches().values() for dial in info.Settings.dials()}
    return own | rectangle.keys(prefix(RECTANGLE))


def set_from_link() -> None:
    """Choose what a fresh link means: the hunch that it names, else the one that its words mean.

    Without words it is the first hunch; words that mean no hunch choose none, so that nothing else is tested for them.
    """
    old_titles.apply(HUNCH, old_titles.HUNCHES, {info.title: info.name for info in hunches().values()})
    if HUNCH in st.session_state or HUNCH in st.query_params:
        return
    text = st.query_params.get(SAYS, "")
    readings = parse_hunches(text)
    st.session_state[HUNCH] = readings[0].hunch if readings else None if text.strip() else FIRST
    if readings:
        st.session_state.update({move.key: move.shown for move in _moves(readings[0])})


def question() -> str:
    """The question that the chosen hunch puts; empty where none is chosen."""
    name = current()
    return QUESTIONS.get(hunch_info(name).family, "") if name else ""


def _read_typed() -> None:
    text = st.session_state[SAYS] or ""
    readings = parse_hunches(text)
    if readings:
        _take(readings[0])
    elif text.strip():
        controls.put([Position(HUNCH, None, None)])


def _take(reading: ParsedHunch) -> None:
    controls.put([Position(HUNCH, reading.hunch, reading.title), *_moves(reading)])


def _moves(reading: ParsedHunch) -> list[Position]:
    info = hunch_info(reading.hunch)
    return dial_positions(info, info.Settings.of(**reading.settings))


def _draw_examples() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        style.small("Try:")
        for number, text in enumerate(EXAMPLES):
            st.button(f"“{text}”", key=f"example_{number}", type="tertiary", on_click=_type, args=(text,))
        draw_list()


def _type(text: str) -> None:
    st.session_state[SAYS] = text
    _read_typed()


def _draw_readings(readings: list[ParsedHunch]) -> None:
    if not readings:
        _draw_not_understood()
        return
    chosen = next((one for one in readings if one.hunch == current()), None)
    st.markdown(_chips(chosen or readings[0]))
    if chosen is None:
        style.small("You corrected this: another hunch is chosen below.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        style.small("It may mean:")
        for reading in readings:
            mine = chosen is not None and reading.hunch == chosen.hunch
            st.button(
                literal(reading.title), key=f"reading_{reading.hunch}", type="secondary" if mine else "tertiary",
                icon=":material/check:" if mine else None,
                help=literal(f"{reading.sentence} Score {reading.score:.0%}."), on_click=_take, args=(reading,),
            )  # fmt: skip
        draw_list()


def _draw_not_understood() -> None:
    text = st.session_state.get(SAYS) or ""
    if asks_in_general(text):
        st.markdown(
            "That asks whether anything is wrong with it at all. The search for flaws answers it: it looks for every "
            "flaw that it knows. A hunch names one thing, such as the background."
        )
        links.button(
            "pages/diagnosis.py", "Search for flaws", ":material/troubleshoot:", links.parameters(links.recipe_text()),
            key="search_instead",
        )  # fmt: skip
    else:
        st.markdown("None of these words is known here. Say it in other words, or pick a hunch from the list.")
    draw_list()


def current() -> str | None:
    """The hunch that is chosen, also before its widget was drawn for the first time."""
    if HUNCH in st.session_state:
        return st.session_state[HUNCH]
    title = st.query_params.get(HUNCH)
    return next((info.name for info in hunches().values() if info.title == title), None)


def _chips(reading: ParsedHunch) -> Markdown:
    used = []
    for item in reading.matched:
        guess = ", spelling guessed" if item.guessed else ""
        meant = "" if item.meant == item.typed else f" as {item.meant}"
        used.append(f":green-badge[{literal(item.typed + meant)}{guess}]")
    unused = [f":gray-badge[{literal(word)}: not used]" for word in reading.unused]
    return Markdown(" ".join(["Understood:", *used, *unused]))
