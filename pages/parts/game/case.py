"""A blind game as a visitor plays it: which case, what was asked and answered so far, and its network."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core import flaws, game
from core.errors import InputError
from core.game import Case
from pages.parts.state import access, caches, links, planted_data, presentation_mode
from pages.parts.state.data_source import TrainingData

if TYPE_CHECKING:
    from core.flaws import Planted
    from core.networks import Job, Run

CASE, HINTS, TRIES, BEAT, STREAK, TOTAL = "case", "hints", "tries", "beat", "streak", "total"
GIVEN_UP = "given up"
_STATES, _JOB, _SCORE = "_game_states", "_game_job", "_game_score"


@dataclass
class Play:
    """How far a visitor is with one case.

    Args:
        case: which.
        hints: names of the hints that were taken, in order.
        tries: names of the flaws that were named, in order; `GIVEN_UP` where the answer was asked for.
        began: when the case was opened, seconds of the clock.
        ended: when it was closed; None while it is open.
        counted: whether its points were added to the score.
    """

    case: Case
    hints: list[str] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.time)
    ended: float | None = None
    counted: bool = False

    @property
    def found(self) -> bool:
        """Whether the flaw was named."""
        return self.case.flaw in self.tries

    @property
    def over(self) -> bool:
        """Whether the answer may be shown."""
        return self.found or GIVEN_UP in self.tries

    @property
    def wrong(self) -> int:
        """How many wrong names were given."""
        return sum(name not in (self.case.flaw, GIVEN_UP) for name in self.tries)

    @property
    def points(self) -> int:
        """What the case is worth, or would be if it were solved now."""
        if self.over and not self.found:
            return 0
        return game.score_points(self.hints, self.wrong)

    @property
    def seconds(self) -> float:
        """How long it has been open."""
        return (self.ended or time.time()) - self.began


@dataclass
class Score:
    """What a visitor has won so far.

    Args:
        streak: cases solved one after another.
        total: points of all cases.
    """

    streak: int = 0
    total: int = 0


def code() -> str:
    """The case that the link names, or the one that the open run belongs to; empty for none."""
    return st.query_params.get(CASE, "").upper() or links.game()


def play(name: str) -> Play:
    """How far the visitor is with this case; where it is new to him, as far as the link says.

    Raises:
        InputError: for a code that is none.
    """
    states: dict[str, Play] = st.session_state.setdefault(_STATES, {})
    if name not in states:
        fresh = Play(Case(name))
        known = {hint.name for hint in game.HINTS}
        fresh.hints = [hint for hint in _listed(HINTS) if hint in known]
        fresh.tries = [each for each in _listed(TRIES) if each in {*flaws.names(), GIVEN_UP}]
        fresh.counted = fresh.over
        states[name] = fresh
    return states[name]


def score() -> Score:
    """The visitor's score: kept while his window is open, and in the link."""
    if _SCORE not in st.session_state:
        st.session_state[_SCORE] = Score(_number(STREAK), _number(TOTAL))
    found: Score = st.session_state[_SCORE]
    return found


def write(current: Play) -> None:
    """Put case, hints, names and score into the link."""
    won = score()
    for name, value in {
        CASE: current.case.code,
        HINTS: ",".join(current.hints),
        TRIES: ",".join(current.tries),
        STREAK: str(won.streak or ""),
        TOTAL: str(won.total or ""),
    }.items():
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def take_new() -> None:
    """Deal another case, and leave the one before; in a callback."""
    states: dict[str, Play] = st.session_state.get(_STATES, {})
    recent = [each.case.flaw for each in states.values()]
    open_code(game.new_code(recent[-len(flaws.names()) // 2 :]))


def open_code(name: str) -> None:
    """Make this the case; in a callback."""
    kept = {key: st.query_params[key] for key in (STREAK, TOTAL, presentation_mode.PRESENT) if key in st.query_params}
    st.query_params.from_dict({CASE: name.strip().upper(), **kept})


def ask(current: Play, hint: str) -> None:
    """Take a hint; in a callback."""
    if hint not in current.hints and not current.over:
        current.hints.append(hint)


def name(current: Play, flaw: str) -> None:
    """Name the flaw, or give up; in a callback."""
    if current.over or flaw in current.tries:
        return
    current.tries.append(flaw)
    if not current.over:
        return
    current.ended = time.time()
    if not current.counted:
        won, current.counted = score(), True
        won.streak = won.streak + 1 if current.found else 0
        won.total += current.points


def data_source(current: Play) -> TrainingData:
    """The pictures of a case, as a screen may know them."""
    return TrainingData.of({"game": current.case.code})


def key(current: Play) -> str:
    """The key of the case's run."""
    from core.networks import run_key

    planted = planted_data.load(data_source(current))
    return run_key(planted.splits, *game.game_specs(planted))


def submit(current: Play) -> Job[Run]:
    """Have its network made; the same job where that is under way.

    Raises:
        NotAllowed: for a viewer.
        LimitReached: where this person has, or all have, as many jobs or runs as are allowed.
    """
    from core.networks import submit_training

    store = access.room_for("train")
    jobs: dict[str, Job[Run]] = st.session_state.setdefault(_JOB, {})
    made = jobs.get(current.case.code)
    if made is None or made.state in ("failed", "cancelled"):
        planted = planted_data.load(data_source(current))
        network, training = game.game_specs(planted)
        title = f"Case {current.case.code}"
        about = {"title": title, "material": data_source(current).plain()}
        made = submit_training(
            planted.splits, network, training, store=store, about=about, title="a blind game", owner=store.owner
        )
        jobs[current.case.code] = made
    return made


def job(current: Play) -> Job[Run] | None:
    """The work on its network, where it was begun in this window."""
    jobs: dict[str, Job[Run]] = st.session_state.get(_JOB, {})
    return jobs.get(current.case.code)


def right(run: Any, images: np.ndarray, pictures: str) -> np.ndarray:
    """How sure the network is of each class, (N, K)."""
    return caches.answers(run.key, pictures, run, images)


def truth(current: Play) -> Planted:
    """What was really planted."""
    return planted_data.answer_key(current.case.code)


def checked(text: str) -> str:
    """A typed code, or an `InputError`."""
    return Case(text.strip().upper()).code


def _listed(parameter: str) -> list[str]:
    return [word for word in st.query_params.get(parameter, "").split(",") if word]


def _number(parameter: str) -> int:
    text = st.query_params.get(parameter, "")
    if text and not text.isdigit():
        raise InputError(f"The {parameter} in the link should be a number", repr(text[:20]))
    return min(int(text or 0), 10**6)
