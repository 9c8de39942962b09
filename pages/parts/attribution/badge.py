"""Which maps to believe: each method's badge, computed on a press and kept for every visitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import attribution, trust
from core.datasets import Dataset
from core.errors import Cancelled, HunchError, LimitReached
from core.glossary import meaning
from core.progress import OnStep
from core.settings import Settings, digest, setting
from core.trust import TrustSettings
from pages.parts.attribution import compute
from pages.parts.attribution.question import Question
from pages.parts.shared import controls, long_work, style
from pages.parts.state import access
from pages.parts.state.current_run import Opened

if TYPE_CHECKING:
    from core.trust import Badge

PENDING = "_checking"
LABELS = {True: "passes", False: "fails"}
REFUSED, UNCHECKED = "cannot be checked", "not checked"


class Sample(Settings):
    """The pictures that methods are checked on."""

    pictures: int = setting(
        16,
        "How many pictures each method is checked on. More pictures take longer and give narrower intervals.",
        low=4,
        high=64,
        step=4,
    )


@dataclass(frozen=True)
class Refused:
    """A method that cannot be checked on this network, and why."""

    sentence: str


@dataclass(frozen=True, eq=False)
class Check:
    """How the methods of a question are checked, and on what.

    Args:
        opened: the current run.
        data: the pictures to draw the sample from.
        question: the methods with their settings, and the layer.
        options: the dials of the check.
        pictures: how many pictures.
    """

    opened: Opened
    data: Dataset
    question: Question
    options: TrustSettings
    pictures: int

    def key(self, name: str) -> str:
        """Everything that the badge of a method depends on."""
        layer = self.question.layer if attribution.methods()[name].needs_layer else None
        settings = self.question.methods[name].key
        parts = [self.opened.run.key, self.data.key, self.options.key, self.pictures, layer, name, settings]
        return digest(["badge", *parts])

    def found(self, name: str) -> Badge | Refused | None:
        """The badge of a method, from this server's memory or the store; None where it was not checked yet."""
        from core.trust import history

        key = self.key(name)
        known: Badge | Refused | None = compute.large().get(key)
        if known is None and key in self._stored:
            known = history.load(self.opened.run.key, key, access.store())
            if known is not None:
                compute.large().put(key, known)
        return known

    @cached_property
    def _stored(self) -> set[str]:
        """The keys of the badges in the store, listed once a drawing of the screen."""
        from core.trust import history

        return history.keys(self.opened.run.key, access.store())

    @property
    def badges(self) -> dict[str, Badge]:
        """Those of the question's methods that have one."""
        seen = {name: self.found(name) for name in self.question.methods}
        return {name: badge for name, badge in seen.items() if badge is not None and not isinstance(badge, Refused)}

    @property
    def missing(self) -> list[str]:
        """The methods that were not checked yet."""
        return [name for name in self.question.methods if self.found(name) is None]

    @property
    def failed(self) -> dict[str, Badge]:
        """The methods whose maps should not be believed here."""
        return {name: badge for name, badge in self.badges.items() if not badge.passes}

    def words(self, name: str) -> tuple[str, str]:
        """A method's badge, and what it rests on."""
        found = self.found(name)
        if found is None:
            return UNCHECKED, meaning("trust badge")
        if isinstance(found, Refused):
            return REFUSED, found.sentence
        return LABELS[found.passes], found.sentence


def draw_dials(opened: Opened, data: Dataset, question: Question) -> Check:
    """The dials of the check, folded away."""
    with st.popover("How maps are checked", icon=":material/verified:", type="tertiary", key="trust_dials"):
        st.markdown(meaning("trust badge"))
        pictures = controls.draw(Sample, "checked").pictures
        options = controls.draw(TrustSettings, "trust", folded="All settings of the check")
    return Check(opened, data, question, options, pictures)


def draw_button(check: Check) -> None:
    """The button that begins, and what it will do."""
    missing = [attribution.methods()[name].title for name in check.missing]
    # Emptied at once, so that no pale button stays below the bar.
    place = st.empty()
    if not missing or st.session_state.get(PENDING):
        return
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Check these methods",
            key="check",
            icon=":material/verified:",
            on_click=_begin,
            args=([check.key(name) for name in check.missing],),
            help=meaning("trust badge"),
        )
        style.small(f"Not checked yet on this network: {', '.join(missing)}. This takes a few seconds for each.")


def work(check: Check) -> None:
    """Check what was asked for and is not checked yet; call it last, since the rest of the screen need not wait."""
    from core.trust import history

    if not st.session_state.get(PENDING):
        return
    missing = check.missing
    total = len(check.question.methods)
    for number, name in enumerate(missing, total - len(missing) + 1):
        title = attribution.methods()[name].title
        label = f"Checking {title}, method {number} of {total}"
        shelf, key = compute.large(), check.key(name)
        made = long_work.compute_once(shelf, key, label, _maker(check, name), run=check.opened.run.key, in_turn=True)
        if made is None:
            break
        if not isinstance(made, Refused):
            history.save(check.opened.run.key, key, made, access.store())
    del st.session_state[PENDING]
    st.rerun()


def _maker(check: Check, name: str) -> Callable[[OnStep], Badge | Refused]:
    def make(on_step: OnStep) -> Badge | Refused:
        sample = check.data.take(_sample(len(check.data), check.pictures))
        try:
            return trust.badge(
                check.opened.run.model,
                sample.images,
                method=name,
                layer=check.question.layer if attribution.methods()[name].needs_layer else None,
                masks=sample.masks,
                options=check.options,
                on_step=on_step,
                **check.question.methods[name].model_dump(),
            )
        except (Cancelled, LimitReached):
            raise
        except HunchError as error:
            return Refused(error.sentence)

    return make


def _sample(n: int, wanted: int) -> np.ndarray:
    return np.sort(np.random.default_rng(0).choice(n, min(wanted, n), replace=False))


def _begin(keys: list[str]) -> None:
    long_work.forget_stops(keys)
    st.session_state[PENDING] = True
