"""Which fixes are tried, with which settings: chosen here, or handed over by a link."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from core.diagnosis import Suspect, history
from core.errors import InputError
from core.repair import fix_info, fixes, settings_for
from core.settings import Settings, digest, setting
from pages.parts.markdown import literal
from pages.parts.shared import controls, style
from pages.parts.shared.controls import Position
from pages.parts.state import access, links, old_titles
from pages.parts.state.current_run import Opened

LINK, NAMES, DIALS = "fixes", "fix", "ladder"
JOINED = "+"


class LadderSettings(Settings):
    """How the fixes are tried."""

    seeds: int = setting(
        3,
        "How many times each is trained, to separate real improvement from luck.",
        low=1,
        high=10,
        step=1,
        unit="seeds",
    )
    together: bool = setting(False, "Also try all of the chosen fixes at once.")
    judge: Literal["decide", "held back", "built"] = setting(
        "decide",
        "Evaluate on held-back pictures in which the shortcut is uninformative, or on test pictures "
        "with parts of other "
        "classes pasted in. Auto: the first where a flaw was planted.",
        common=False,
    )
    seed: int = setting(
        0, "The first seed of the fixes, and of a built evaluation set.", low=0, high=1000, step=1, common=False
    )


@dataclass(frozen=True)
class Choice:
    """Fixes to try.

    Args:
        fixes: rung name -> its settings, as `core.repair.ladder` takes them.
        how: how it is tried.
    """

    fixes: Mapping[str, Mapping[str, Any]]
    how: LadderSettings

    def key(self, run: str) -> str:
        """A hash of everything that decides what comes out for a run."""
        return digest([run, self.fixes, self.how.model_dump(mode="json")])


def take_link() -> None:
    """Move the fixes that the link hands over into the dials.

    Raises:
        InputError: when they cannot be read.
    """
    text = st.query_params.get(LINK)
    if text is None:
        return
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, dict) for value in given.values()):
        raise InputError("The fixes in the link should be readable", text[:60], "Go back to Find the flaw.")
    controls.put(_positions(given), **{LINK: None})
    st.rerun()


def choose(given: Mapping[str, Mapping[str, Any]]) -> None:
    """The callback of a button that chooses these fixes with these settings."""
    controls.put(_positions(given))


def _positions(given: Mapping[str, Mapping[str, Any]]) -> list[Position]:
    names = list(given)
    moves = [Position(NAMES, names, [fix_info(name).title for name in names])]
    for name, settings in given.items():
        moves += controls.positions(fix_info(name).Settings.of(**settings), _prefix(name))
    return moves


def draw() -> Choice:
    """The dials: which fixes, each with its settings, and how they are tried."""
    st.header("Fixes", anchor=False)
    known = fixes()
    titles = {info.title: name for name, info in known.items()}
    old_titles.apply(NAMES, old_titles.FIXES, titles)
    names = st.multiselect(
        "Fixes to try",
        list(known),
        format_func=lambda name: known[name].title,
        key=NAMES,
        help="Each is tried alone, beside two controls.",
        placeholder="Choose some",
        wrap=True,
        bind="query-params",
    )
    chosen: dict[str, Mapping[str, Any]] = {}
    for name in names:
        st.subheader(literal(known[name].title), anchor=False)
        style.small(known[name].plain)
        chosen[name] = controls.draw(known[name].Settings, _prefix(name), folded="More of its settings").model_dump()
    st.header("Proof", anchor=False)
    how = controls.draw(LadderSettings, DIALS)
    if how.together and len(names) > 1:
        chosen[JOINED.join(names)] = {name: chosen[name] for name in names}
    return Choice(chosen, how)


def draw_suggestions(opened: Opened) -> None:
    """Where nothing is chosen yet: what the diagnosis suggests, or the way to it."""
    style.small("Choose what to try under Fixes, or begin with what was found.")
    suspects = history.load(opened.run.key, store=access.store()) or ()
    told = [suspect for suspect in suspects if suspect.level != "silent" and settings_for(suspect)]
    for suspect in told:
        _suggestion(suspect)
    if not told:
        st.page_link(
            "pages/diagnosis.py",
            label="Find the flaw first",
            icon=":material/troubleshoot:",
            query_params=links.parameters(links.recipe_text()),
        )


def _suggestion(suspect: Suspect) -> None:
    given = settings_for(suspect)
    first = next(iter(given))
    st.button(
        literal(f"{suspect.title}: try “{fix_info(first).title}”"),
        key=f"suggest_{suspect.flaw}",
        icon=":material/build:",
        on_click=choose,
        args=({first: given[first]},),
    )


def _prefix(name: str) -> str:
    return f"fix_{name}"
