"""A coarse map first where the fine one takes long, and the fine one in its place once it is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import attribution
from core.attribution.coarse import CoarsePlan
from core.settings import Settings
from pages.parts.attribution import compute
from pages.parts.attribution.question import Question
from pages.parts.shared import frame, long_work
from pages.parts.state.current_run import Opened


@dataclass(frozen=True, eq=False)
class FirstMap:
    """What is seen of a method first.

    Args:
        values: its raw map, (H, W); None where it was stopped.
        plan: how the map was made coarse; None for the fine map.
        stopped: whether the fine map that should follow was stopped.
    """

    values: np.ndarray | None
    plan: CoarsePlan | None = None
    stopped: bool = False

    @property
    def badge(self) -> str:
        """What becomes of it, in a few words."""
        return "fine map stopped" if self.stopped else "fine map follows"

    @property
    def reason(self) -> str:
        """How coarse it is, and what becomes of it; empty for the fine map."""
        if self.plan is None:
            return ""
        follows = "The fine map was stopped." if self.stopped else "The fine map follows."
        return f"{self.plan.sentence} {follows}"


def draw_first(opened: Opened, question: Question, name: str, settings: Settings) -> FirstMap:
    """The fine map of a method where it is at hand or quick, else a coarse one."""
    plan = compute.coarse_plan(opened, question, name, settings)
    if plan is None:
        return FirstMap(compute.ours(opened, question, name, settings))
    label = f"Coarse map by {attribution.methods()[name].title}"
    values = compute.ours(opened, question, name, plan.settings, label)
    return FirstMap(values, plan, long_work.is_stopped(question.key(opened.run.key, name, settings)))


def refine(opened: Opened, question: Question, names: Iterable[str]) -> None:
    """Compute the fine maps in place of coarse ones; call it last, since the rest of the screen need not wait."""
    for name in names:
        title = attribution.methods()[name].title
        with frame.boundary(title):
            if compute.ours(opened, question, name, question.methods[name], f"Fine map by {title}") is not None:
                st.rerun()
