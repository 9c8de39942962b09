"""The blind game: a network with a hidden flaw, for a team to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core import game
from core.errors import Cancelled, HunchError
from pages.parts.game import case, evidence, reveal
from pages.parts.game import name_flaw as game_name
from pages.parts.game import style as game_style
from pages.parts.game.case import BEAT, CASE, Play
from pages.parts.markdown import literal
from pages.parts.shared import access_notes, frame, style
from pages.parts.shared.progress import duration
from pages.parts.state import access, caches, links

if TYPE_CHECKING:
    from core.networks import Job, Run

HERE = "pages/game.py"
EVERY = 0.7


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "Customers complain about this network. Find out what is wrong with it."):
        name = case.code()
        if not name:
            draw_cover()
            return
        try:
            current = case.play(name)
        except HunchError as error:
            st.error(literal(error.sentence), icon=":material/error:")
            draw_cover()
            return
        key = case.key(current)
        if links.store_of(key) is None:
            draw_making(current)
            return
        draw_case(current, key)


def draw_cover() -> None:
    """No case yet: what the game is, and a way into it."""
    frame.answer(
        "Nineteen things can be wrong, or nothing",
        "You get a network, its pictures, and what customers complain of. Look at it with every tool, and name what is "
        "wrong with it. Perhaps nothing is.",
        f"Worth {game.FULL} points. Hints cost {game.HINTS[0].cost} to {game.HINTS[-1].cost}, a wrong answer costs "
        f"{game.WRONG}. Time is shown and costs nothing.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Take a case", key="take", type="primary", icon=":material/folder_open:", on_click=case.take_new)
        typed = st.text_input(
            "Or open one by its code", key="_code", placeholder=f"{game.LENGTH} letters and digits", width=260,
            help="The same code deals the same case to everyone.",
        )  # fmt: skip
    game_style.apply()
    if typed:
        with frame.boundary():
            code = case.checked(typed)
            st.button(f"Open case {literal(code)}", key="open_code", on_click=case.open_code, args=(code,))
    won = case.score()
    if won.total:
        style.small(f"Your streak is {won.streak}, your points are {won.total}.")


def draw_making(current: Play) -> None:
    """The network has yet to be made."""
    job = case.job(current)
    challenge = _challenge(current)
    if job is None and challenge:
        frame.answer(f"Case {current.case.code}", challenge, "Training its network takes about 15 seconds.")
        st.button(
            "Take the challenge", key="accept", type="primary", icon=":material/folder_open:",
            on_click=_accept, args=(current,), disabled=not access.may("train"),
        )  # fmt: skip
        access_notes.draw_refusal("train")
        return
    if not access.may("train"):
        frame.answer(f"Case {current.case.code}", "Its network is not on this server yet, and has to be trained first.")
        access_notes.draw_refusal("train")
        return
    job = job or case.submit(current)
    frame.answer(f"Case {current.case.code}", "Its network is being trained.")
    watch(job, current)


def _accept(current: Play) -> None:
    with frame.boundary():
        case.submit(current)


@st.fragment(run_every=EVERY)
def watch(job: Job[Run], current: Play) -> None:
    """How far it is: how many epochs there are would be a hint."""
    with frame.boundary():
        if not job.active:
            if job.state == "failed" and job.error is not None:
                raise job.error
            if job.state == "cancelled":
                raise Cancelled("The case was closed before its network was trained. Take another one.")
            current.began = case.time.time()
            st.rerun(scope="app")
        if job.state == "queued":
            first = f"{job.place} trainings are ahead in the queue" if job.place > 1 else "Next in the queue"
            st.progress(0.0, first)
            return
        left = job.seconds_left
        share = min(job.done / max(job.total, 1), 1.0)
        st.progress(share, "Preparing" if left is None else f"About {duration(left)} left")


def draw_case(current: Play, key: str) -> None:
    """The case file."""
    _open(current, key)
    game_style.apply()
    store = links.store_of(key)
    assert store is not None
    run = caches.run(key, store)
    if current.over:
        game_style.stamp("solved" if current.found else "closed", "good" if current.found else "bad")
        reveal.draw(current, run)
        evidence.draw_wall(current, run)
        return
    draw_head(current, run)
    evidence.draw_wall(current, run)
    evidence.draw_tools(current)
    evidence.draw_hints(current, run)
    game_name.draw(current)


def draw_head(current: Play, run: Run) -> None:
    """What is known, and what is at stake."""
    game_style.stamp("open", "bad")
    wrong = current.wrong
    last = ""
    if wrong:
        last = f"It is not: {game.flaws.info(current.tries[-1]).title.lower()}. "
    frame.answer(
        f"Case {current.case.code}",
        f"{last}On its own test set the network gets {run.accuracy:.0%} right. Is one of nineteen "
        f"things wrong with it, or "
        "nothing at all?",
        _challenge(current),
        tone="bad" if wrong else "plain",
    )
    won = case.score()
    with st.container(horizontal=True, gap="medium"):
        st.metric("At stake", f"{current.points} points", width="content")
        st.metric("Wrong answers", str(wrong), width="content")
        st.metric("Time on this case", duration(current.seconds), width="content")
        st.metric("Streak", str(won.streak), width="content")


def _open(current: Play, key: str) -> None:
    """Make the case's run the current one, so that every other screen opens it."""
    fresh = links.current() != key
    if fresh:
        links.open_run(key)
    links.write_recipe({links.MATERIAL: case.data_source(current).plain()})
    case.write(current)
    if fresh:
        st.rerun()


def _challenge(current: Play) -> str:
    beat = st.query_params.get(BEAT, "")
    if not beat.isdigit() or st.query_params.get(CASE, "").upper() != current.case.code:
        return ""
    if beat == "0":
        return "Somebody gave this case up. Can you find the flaw?"
    return f"Somebody found the flaw of this case with {min(int(beat), game.FULL)} points. Can you?"


main()
