"""The examination of a repaired network, as part of adopting it: the search for flaws, and what held before."""

from __future__ import annotations

import streamlit as st

from core.diagnosis import Suspect, summary
from core.hunches import TestSettings, Verdict, hunch_info
from core.hunches.mask_edits import MaskSettings
from core.networks.training.run import REPAIRED
from core.progress import OnStep
from core.report import Repeat, hunches_to_repeat
from core.settings import digest
from pages.parts.diagnosis import compute as diagnosis_compute
from pages.parts.diagnosis.compute import DiagnosisSettings
from pages.parts.hunches import compute as hunches_compute
from pages.parts.hunches.compute import FEWEST, MOST, TestedRun, TrialSettings
from pages.parts.markdown import literal
from pages.parts.shared import long_work, style
from pages.parts.state import access, caches, links
from pages.parts.state.current_run import Opened

ADOPTED = "_adopted"


def adopt(key: str) -> None:
    """Make a fix's network the current run, and have it examined; the callback of its button."""
    links.open_run(key)
    st.session_state[ADOPTED] = key


def draw(opened: Opened) -> None:
    """What the examination found; while it runs, how far it is."""
    before = str(opened.run.about.get(REPAIRED, ""))
    if not before:
        return
    repeats = hunches_to_repeat(before, access.store())
    suspects = diagnosis_compute.load_suspects(opened, DiagnosisSettings())
    verdicts = [_verdict(opened, repeat) for repeat in repeats]
    if (suspects is None or None in verdicts) and st.session_state.get(ADOPTED) != opened.run.key:
        st.button(
            "Examine this network", key="examine_adopted", icon=":material/troubleshoot:", on_click=adopt,
            args=(opened.run.key,), help="Searches it for flaws, and tests again what held before the fix.",
        )  # fmt: skip
        return
    if suspects is None:
        suspects = diagnosis_compute.search(opened, DiagnosisSettings())
    if None in verdicts:
        _test_again(opened, repeats)
        verdicts = [_verdict(opened, repeat) for repeat in repeats]
    if suspects is not None:
        _draw_findings(suspects, [verdict for verdict in verdicts if verdict is not None])


def _draw_findings(suspects: list[Suspect], verdicts: list[Verdict]) -> None:
    with st.container(border=True, key="examination"):
        st.markdown(f"**The new network was examined.** {literal(summary(suspects))}")
        for verdict in verdicts:
            style.small(f"{verdict.title}, tested again: {verdict.conclusion}. {verdict.sentence}")


def _verdict(opened: Opened, repeat: Repeat) -> Verdict | None:
    info = hunch_info(repeat.hunch)
    return hunches_compute.verdict(_tested_run(opened, repeat), info, info.Settings.of(**repeat.settings))


def _test_again(opened: Opened, repeats: list[Repeat]) -> None:
    def work(on_step: OnStep) -> bool:
        for done, repeat in enumerate(repeats):
            info = hunch_info(repeat.hunch)
            on_step(done, len(repeats), info.title)
            hunches_compute.judge(_tested_run(opened, repeat), info, info.Settings.of(**repeat.settings))
        return True

    key = digest(
        ["again", access.owner(), opened.run.key, [[repeat.hunch, dict(repeat.settings)] for repeat in repeats]]
    )
    long_work.compute_once(_shelf(), key, "Testing again what held before", work)


def _tested_run(opened: Opened, repeat: Repeat) -> TestedRun:
    sources = opened.pictures("test", "judge", "validation")
    source = repeat.pictures if repeat.pictures in sources else "test"
    trial = TrialSettings(n=max(FEWEST, min(repeat.n, MOST)), seed=repeat.seed)
    return TestedRun(opened, source, sources[source], trial, TestSettings(), MaskSettings(), ())


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> caches.Shelf:
    return caches.Shelf(16)
