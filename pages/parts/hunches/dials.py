"""The dials beside a hunch: its own, which pictures it is tried on, how strict the verdict is."""

from __future__ import annotations

import streamlit as st

from core.datasets import Dataset
from core.hunches import HunchInfo, TestSettings, hunch_info, hunches
from core.hunches.mask_edits import MaskSettings
from core.images.compositing import ObjectSettings
from core.settings import Settings
from pages.parts.hunches import compute, parser, rectangle
from pages.parts.hunches import masks as hunches_masks
from pages.parts.hunches.compute import TestedRun, TrialSettings
from pages.parts.hunches.parser import HUNCH, prefix
from pages.parts.hunches.rectangle import NAME as RECTANGLE
from pages.parts.shared import controls, style
from pages.parts.state import current_run
from pages.parts.state.current_run import SOURCES, Opened

SOURCE, TRIAL, STRICT = "hunch_from", "trial", "strict"


def keep() -> None:
    """Hold on to what all dials say: Streamlit forgets a dial that is not drawn."""
    shared: dict[str, type[Settings]] = {TRIAL: TrialSettings, STRICT: TestSettings, hunches_masks.MASKS: MaskSettings}
    keys = {controls.key(name, dial.name) for name, settings in shared.items() for dial in settings.dials()}
    keys |= {SOURCE, HUNCH, parser.SAYS, hunches_masks.WITHOUT, *parser.dial_keys()}
    for key in keys & set(map(str, st.session_state)):
        st.session_state[key] = st.session_state[key]


def draw_hunch() -> tuple[HunchInfo, Settings] | None:
    """Which hunch, and its own dials; None while none is chosen."""
    names = list(hunches())
    name = st.selectbox(
        "What is changed", names, None, format_func=lambda name: hunch_info(name).title, key=HUNCH,
        help="Corrects what was understood from your words.", bind="query-params", placeholder="Choose one",
    )  # fmt: skip
    if name is None:
        return None
    info = hunch_info(name)
    style.small(info.plain)
    if info.name == RECTANGLE:
        return info, rectangle.draw(prefix(info.name))
    return info, controls.draw(info.Settings, prefix(info.name), skip=("masks",))


def draw_subject(opened: Opened, *, masks: bool = True) -> TestedRun:
    """Which pictures, how many, how strict, and where their objects are."""
    source = draw_source(opened)
    data = parts(opened)[source]
    trial = controls.draw(TrialSettings, TRIAL, folded="Which pictures")
    with st.expander("How strict", key="strictness"):
        test = controls.draw(TestSettings, STRICT, folded="More")
    corrections, left_out = (MaskSettings(), ()) if not masks else hunches_masks.draw_dials(data)
    used = compute.pictures(f"{opened.run.key} {source}", data, corrections, left_out)
    return TestedRun(opened, source, used, trial, test, corrections, left_out)


def draw_source(opened: Opened) -> str:
    """Which of the run's pictures."""
    current_run.read_old_source(SOURCE)
    return st.selectbox(
        "Pictures from", list(parts(opened)), format_func=lambda source: SOURCES[source], key=SOURCE,
        help="Test pictures are new to the network and like those it was trained on.", bind="query-params",
    )  # fmt: skip


def parts(opened: Opened) -> dict[str, Dataset]:
    """The pictures that one can choose from, by name."""
    return opened.pictures("test", "judge", "validation")


def needs_objects(info: HunchInfo) -> bool:
    """Whether it matters to a hunch where the object is."""
    return issubclass(info.Settings, ObjectSettings) or info.family == "artefact"
