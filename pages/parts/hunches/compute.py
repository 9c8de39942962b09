"""What the screen about hunches computes: kept for every visitor, watched while it runs, and stopped on a press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from core import hunches as library
from core.datasets import Dataset
from core.hunches import HunchInfo, TestSettings, Verdict, history
from core.hunches.mask_edits import MaskSettings, apply_mask_edits
from core.hunches.preview import Preview, preview
from core.progress import OnStep
from core.settings import Settings, digest, setting
from pages.parts.shared import long_work, progress
from pages.parts.state import access, caches
from pages.parts.state.caches import Shelf
from pages.parts.state.current_run import Opened

FULL, LIGHT = 6, 500
"""How many verdicts are kept with their pictures, and how many without."""
FEWEST, MOST = 8, 1500


class TrialSettings(Settings):
    """How many pictures are tried, and which."""

    n: int = setting(
        200,
        "Pictures to try. More of them make the interval narrower.",
        low=FEWEST,
        high=MOST,
        step=8,
        title="Pictures",
    )
    seed: int = setting(
        0, "Another seed tries other pictures, with other random changes.", low=0, high=2**31 - 1, step=1, common=False
    )


@dataclass(frozen=True, eq=False)
class TestedRun:
    """What is tested, whichever hunch it is.

    Args:
        opened: the current run.
        source: which of its pictures: "test", "judge" or "validation".
        data: these pictures, with their masks corrected.
        trial: how many, and which.
        test: how strict the verdict is.
        masks: corrections of the object masks.
        left_out: pictures that are left out, as places in the uncorrected data.
    """

    opened: Opened
    source: str
    data: Dataset
    trial: TrialSettings
    test: TestSettings
    masks: MaskSettings
    left_out: tuple[int, ...]

    @property
    def key(self) -> str:
        """Tells one subject from another."""
        parts = [self.opened.run.key, self.data.key, *(part.key for part in (self.trial, self.test, self.masks))]
        return digest(parts)

    def asks(self, info: HunchInfo, settings: Settings) -> str:
        """Tells one test from another."""
        return digest([self.key, info.name, settings.key])


@st.cache_resource(max_entries=1, show_spinner=False)
def full() -> Shelf:
    """The latest verdicts, with their pictures."""
    return Shelf(FULL)


@st.cache_resource(max_entries=1, show_spinner=False)
def light() -> Shelf:
    """Verdicts without their pictures."""
    return Shelf(LIGHT)


def pictures(key: str, data: Dataset, masks: MaskSettings, left_out: tuple[int, ...]) -> Dataset:
    """The pictures with corrected masks."""
    if masks == MaskSettings() and not left_out:
        return data
    return _corrected(f"{key} {data.key} {masks.key} {left_out}", data, masks, left_out)


@st.cache_resource(max_entries=2, show_spinner="Finding the objects")
def _corrected(key: str, _data: Dataset, _masks: MaskSettings, _left_out: tuple[int, ...]) -> Dataset:  # noqa: ARG001
    return apply_mask_edits(_data, _masks, _left_out)


def verdict(tested_run: TestedRun, info: HunchInfo, settings: Settings) -> Verdict | None:
    """The verdict with its pictures, where it is at hand or was kept in the store."""
    key = tested_run.asks(info, settings)
    found: Verdict | None = full().get(key)
    if found is None:
        light_one = history.load_verdict(tested_run.opened.run.key, key, access.store())
        if light_one is not None:
            trial = tested_run.trial
            found = library.restore_pictures(light_one, tested_run.data, n=trial.n, seed=trial.seed)
            full().put(key, found)
    return found


def judge(tested_run: TestedRun, info: HunchInfo, settings: Settings) -> Verdict:
    """Test one hunch, and remember it for the run."""
    with st.spinner(f"Changing {min(tested_run.trial.n, len(tested_run.data)):,} pictures and testing again"):
        with caches.lock(tested_run.opened.run.key):
            found = library.test_hunch(
                tested_run.opened.run.model,
                tested_run.data,
                info.name,
                n=tested_run.trial.n,
                seed=tested_run.trial.seed,
                **_plain(tested_run.test),
                **_plain(settings),
            )
        key = tested_run.asks(info, settings)
        full().put(key, found)
        _keep_light(tested_run, key, found)
        _record(tested_run, [found])
    return found


def known_verdicts(tested_run: TestedRun) -> list[Verdict]:
    """The verdicts of "test them all" that are at hand, each as if it were the only one."""
    keys = [tested_run.asks(info, settings) for info, settings in everything()]
    _load_light(tested_run, [key for key in keys if light().get(key) is None])
    found = (light().get(key) for key in keys)
    return [verdict for verdict in found if verdict is not None]


def _load_light(tested_run: TestedRun, keys: list[str]) -> None:
    """Put the verdicts that were kept in the store on the shelf."""
    run = tested_run.opened.run.key
    store = access.store()
    stored = history.verdict_keys(run, store) if keys else set()
    for key in keys:
        kept = history.load_verdict(run, key, store) if key in stored else None
        if kept is not None:
            light().put(key, kept)


def judge_all(tested_run: TestedRun) -> list[Verdict] | None:
    """Every hunch in each of its variants, those at hand aside; None where it was stopped on the way."""
    missing = [item for item in everything() if light().get(tested_run.asks(*item)) is None]
    if missing:
        label = "Testing" if len(missing) == len(everything()) else "Testing the rest"
        done = progress.run(
            long_work.alone(tested_run.opened.run.key, lambda step: _judge(tested_run, missing, step)),
            label,
            f"hunches_{tested_run.key}",
        )
        if done is None:
            return None
    ranked = rank(tested_run, known_verdicts(tested_run))
    if missing:
        _record(tested_run, ranked, together=True)
    return ranked


def rank(tested_run: TestedRun, verdicts: list[Verdict]) -> list[Verdict]:
    """Corrected for their number, the strongest first."""
    return library.rank_verdicts(verdicts, tested_run.data.class_names, **_plain(tested_run.test))


def everything() -> list[tuple[HunchInfo, Settings]]:
    """What "test them all" tries."""
    pairs = ((library.hunch_info(name), variant) for name, variant in library.plan_tests())
    return [(info, info.Settings.of(**variant)) for info, variant in pairs]


def look(tested_run: TestedRun, info: HunchInfo, settings: Settings, count: int) -> tuple[Preview, np.ndarray]:
    """A few pictures before, after and under the control, and the answers to them, (3, K, classes)."""
    key = digest(["preview", tested_run.asks(info, settings), count])
    found: tuple[Preview, np.ndarray] | None = caches.maps().get(key)
    if found is None:
        seen = preview(tested_run.data, info, settings, count=count, seed=tested_run.trial.seed)
        found = seen, _answers(tested_run, seen)
        caches.maps().put(key, found)
    return found


def _answers(tested_run: TestedRun, seen: Preview) -> np.ndarray:
    from core.networks.evaluator import ModelEvaluator

    together = np.concatenate([seen.pictures, seen.changed, seen.controls])
    if not len(together):
        return np.zeros((3, 0, len(tested_run.data.class_names)))
    with caches.lock(tested_run.opened.run.key):
        sure = ModelEvaluator.of(tested_run.opened.run.model).probabilities(together)
    return sure.reshape(3, len(seen.pictures), -1)


def _judge(tested_run: TestedRun, missing: list[tuple[HunchInfo, Settings]], on_step: OnStep) -> bool:
    waiting = iter(missing)

    def keep(found: Verdict) -> None:
        _keep_light(tested_run, tested_run.asks(*next(waiting)), found)

    library.test_hunches(
        tested_run.opened.run.model,
        tested_run.data,
        [(info.name, _plain(settings)) for info, settings in missing],
        n=tested_run.trial.n,
        seed=tested_run.trial.seed,
        on_step=on_step,
        on_verdict=keep,
        **_plain(tested_run.test),
    )
    return True


def _keep_light(tested_run: TestedRun, key: str, found: Verdict) -> None:
    without_pictures = replace(found, evidence=found.evidence.light)
    light().put(key, without_pictures)
    history.save_verdict(tested_run.opened.run.key, key, without_pictures, access.store())


def _record(tested_run: TestedRun, verdicts: list[Verdict], *, together: bool = False) -> None:
    masks: dict[str, Any] = tested_run.masks.model_dump(exclude_defaults=True)
    if tested_run.left_out:
        masks["left_out"] = list(tested_run.left_out)
    history.save(
        tested_run.opened.run.key,
        verdicts,
        pictures=tested_run.source,
        asked=tested_run.trial.n,
        seed=tested_run.trial.seed,
        masks=masks,
        together=together,
        store=access.store(),
    )


def _plain(settings: Settings) -> Mapping[str, Any]:
    return settings.model_dump()
