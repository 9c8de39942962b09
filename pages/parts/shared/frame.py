"""The frame of every screen: page settings, menu, current run, title, and what happens when something goes wrong.

Home is the first thing that anyone waits for, so whatever it does not need is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import Cancelled, HunchError
from core.networks.training.foreground import FOREGROUND
from pages.parts.markdown import Markdown, literal
from pages.parts.shared import access_notes, run_box, style
from pages.parts.state import access, keras_session, links, presentation_mode

ARRIVED, SCREEN, UNDER_ANSWER = "_arrived", "_screen", "_under_answer"
Recipe = Callable[[], str]
ROOT = Path(__file__).parents[3]
DATA, TRAIN, SERVER = "pages/data.py", "pages/train.py", "pages/server.py"
LOGO = str(ROOT / "assets" / "logo.svg")


@dataclass(frozen=True)
class Screen:
    """A screen as the menu and its own title name it."""

    file: str
    menu: str
    question: str
    icon: str

    @property
    def exists(self) -> bool:
        return (ROOT / self.file).is_file()


HOME = Screen("app.py", "Home", "What is it really looking at?", ":material/home:")
SECTIONS: dict[str, tuple[Screen, ...]] = {
    "Build": (
        Screen(DATA, "Data", "What does it learn from?", ":material/photo_library:"),
        Screen(TRAIN, "Train", "Can it learn this?", ":material/model_training:"),
    ),
    "Look": (
        Screen("pages/attribution.py", "Why this answer?", "Why this answer?", ":material/center_focus_strong:"),
        Screen("pages/features.py", "What has it learned?", "What is this neuron for?", ":material/grain:"),
        Screen("pages/compare.py", "Compare two", "How do two networks differ?", ":material/compare:"),
    ),
    "Test": (
        Screen("pages/hunches.py", "Test a hunch", "Test a hunch", ":material/experiment:"),
        Screen("pages/diagnosis.py", "Find the flaw", "What is wrong with it?", ":material/troubleshoot:"),
        Screen("pages/game.py", "Blind game", "Can you find the flaw?", ":material/search:"),
    ),
    "Fix": (Screen("pages/repair.py", "Fix and prove", "Did it help?", ":material/build:"),),
    "Explain": (
        Screen("pages/trust.py", "Can we trust it?", "What do I tell the client?", ":material/handshake:"),
        Screen(
            "pages/insight.py", "What have we learned?", "Which things matter, and for whom?", ":material/insights:"
        ),
        Screen("pages/usefulness.py", "Do these methods help?", "Which tool for which flaw?", ":material/balance:"),
        Screen("pages/guide.py", "Guide", "What is Grad-CAM?", ":material/menu_book:"),
    ),
    "Operate": (Screen(SERVER, "This server", "How is this server doing?", ":material/dns:"),),
}


@contextmanager
def page(
    file: str, sentence: str, *, title: Callable[[], str] | None = None, recipe: Recipe = links.recipe_text
) -> Iterator[None]:
    """Draw the frame of a screen; what fails inside is reported in a sentence.

    Args:
        file: the screen's file, such as "pages/data.py".
        sentence: what happens here, in one sentence under the title.
        title: gives the screen's title, where it depends on what is asked; empty for the screen's own question.
        recipe: gives the recipe that links from this screen carry, as the link has it; by default the one that came
            with the link.
    """
    with FOREGROUND:
        yield from _drawn(file, sentence, title, recipe)


def _drawn(file: str, sentence: str, title: Callable[[], str] | None, recipe: Recipe) -> Iterator[None]:
    screen = screen_of(file)
    dropped = links.drop_endless_numbers()
    st.session_state[ARRIVED] = st.session_state.get(SCREEN) != file
    st.session_state[SCREEN] = file
    if st.session_state[ARRIVED]:
        links.follow()
    st.session_state.pop(UNDER_ANSWER, None)
    asked = (title() if title else "") or screen.question
    st.set_page_config(
        page_title=f"{asked} · Hunch",
        page_icon=LOGO,
        layout="wide",
        initial_sidebar_state="collapsed" if presentation_mode.on() else "auto",
    )
    style.apply()
    presentation_mode.apply()
    st.logo(LOGO, size="large")
    with st.sidebar:
        place = st.empty()
        carried = _menu(place, _carried(recipe))
        run_box.draw()
        access_notes.draw_visitor()
        presentation_mode.draw_toggle()
    st.title(literal(asked), anchor=False)
    st.markdown(literal(sentence))
    _draw_dropped(dropped)
    try:
        with boundary():
            yield
    finally:
        keras_session.keep()
    # Dials of a fresh link are known only once they are drawn, and a run may have been opened since.
    if carried != links.parameters(_carried(recipe)):
        _menu(place, _carried(recipe))


def _draw_dropped(names: list[str]) -> None:
    """One line about what the link says and no dial can be set to."""
    if names:
        told = literal(", ".join(sorted(names)))
        st.info(f"The link has numbers that no setting can take. Defaults are used: {told}.", icon=":material/link:")


def arrived() -> bool:
    """Whether this screen was just opened, rather than drawn again."""
    return bool(st.session_state.get(ARRIVED, True))


@contextmanager
def boundary(about: str = "") -> Iterator[None]:
    """Show a `HunchError` as its sentence. Fragments need one of their own: they run without their page.

    Args:
        about: what it is about, to stand before the sentence where several things may fail in one place.
    """
    before = f"{about}: " if about else ""
    try:
        yield
    except Cancelled as stopped:
        st.info(literal(f"{before}{stopped.sentence}"), icon=":material/stop_circle:")
    except HunchError as error:
        st.error(literal(f"{before}{error.sentence}"), icon=":material/error:")


def next_step(file: str, label: str, *, recipe: Recipe = links.recipe_text, at_end: bool = False) -> None:
    """The one button that carries the story on, under the answer; nothing where that screen does not exist.

    Args:
        file: the screen that it leads to.
        label: the words on it.
        recipe: gives the recipe that it carries; see `page`.
        at_end: whether it stands where it is called all the same.
    """
    if not screen_of(file).exists:
        return
    place = None if at_end else st.session_state.pop(UNDER_ANSWER, None)
    with st.container() if place is None else place:
        links.button(file, label, ":material/arrow_forward:", links.parameters(_carried(recipe)), key="next_step")


def dials_and_result(share: float = 2.7, *, folded: bool = True) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two columns: dials, and what they change beside them; on a phone the result comes first.

    Args:
        share: how much wider the result is.
        folded: whether a phone shows the dials only when asked, in a sheet over the lower part of the screen, so that
            the result stays in sight while they are moved.
    """
    with st.container(key="dials_and_result"):
        if folded:
            style.settings_sheet()
        dials, result = st.columns([1, share], gap="large")
    return dials.container(key="dials"), result


def draw_game_notice(code: str) -> None:
    """On a screen that tells how a run was made: not in a blind game."""
    with st.container(border=True):
        st.markdown(
            f"**Case {literal(code)}** is a blind game. How it was made is hidden until you have named the flaw."
        )
        links.button(
            "pages/game.py", "Back to the case", ":material/search:", links.parameters(links.recipe_text()), key="case"
        )


def answer(verdict: str, sentence: str, small: str = "", *, tone: str = "plain") -> None:
    """The box at the top of a result: a verdict in a word or two, one plain sentence, the statistics beneath.

    Args:
        verdict, sentence, small: plain text, or `Markdown`.
        tone: "good" for healthy, "bad" for suspect, "plain" for neither.
    """
    colour = {"good": "green", "bad": "orange", "plain": ""}[tone]
    with st.container(border=True, key="answer"):
        verdict = literal(verdict)
        st.header(f":{colour}[{verdict}]" if colour else verdict, anchor=False)
        st.markdown(literal(sentence))
        if small:
            style.small(small)
    if UNDER_ANSWER not in st.session_state:
        st.session_state[UNDER_ANSWER] = st.container()


def screen_of(file: str) -> Screen:
    """The screen that a file draws."""
    everything = (HOME, *(screen for section in SECTIONS.values() for screen in section))
    return next(screen for screen in everything if screen.file == file)


def _carried(recipe: Recipe) -> str:
    """The recipe that links from this screen carry."""
    try:
        # What made the run of a blind game stays hidden.
        return links.recipe_text() if links.game() else recipe()
    except HunchError:
        # The screen itself says what is wrong with its dials or its link.
        return ""


def _is_for_me(screen: Screen) -> bool:
    """Whether the menu shows a screen to this person."""
    return screen.file != SERVER or access.visitor().role == "operator"


def _menu(place: DeltaGenerator, recipe: str) -> dict[str, str]:
    """Draw the menu with links that carry this recipe; what they carry."""
    parameters = links.parameters(recipe)
    with place.container():
        st.page_link(HOME.file, label=HOME.menu, icon=HOME.icon, query_params=parameters)
        for section, screens in SECTIONS.items():
            there = [screen for screen in screens if screen.exists and _is_for_me(screen)]
            if there:
                style.small(Markdown(f"**{section}**"))
            for screen in there:
                st.page_link(screen.file, label=screen.menu, icon=screen.icon, query_params=parameters)
    return parameters
