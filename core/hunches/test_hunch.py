"""Testing hunches on a network."""

# ruff: noqa: PT028 - test_hunch and test_hunches are the library's names for what they do, not cases for pytest

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from core.datasets.base import Dataset
from core.errors import InputError, ModelError
from core.hunches.base import Evidence, HunchInfo, TestSettings, Treatment, Verdict
from core.hunches.registry import hunch_info, hunches
from core.hunches.verdict import conclude, reach_verdict
from core.hypothesis_tests import holm
from core.images.image_batch import ImageBatch, ValueScale
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared_for
from core.progress import OnStep, silent
from core.settings import Settings

Asked = str | tuple[str, Mapping[str, Any]]
_ORDER = {"supported": 0, "inconclusive": 1, "not supported": 2}


def test_hunch(
    model: keras.Model,
    dataset: Dataset,
    hunch: str,
    *,
    n: int = 200,
    seed: int = 0,
    interface: Interface | None = None,
    **settings: Any,
) -> Verdict:
    """Test one hunch on a network against its control.

    effect = mean over images of [p(true | unchanged) - p(true | changed)] - [p(true | unchanged) - p(true | control)]

    The p-value comes from a paired sign-flip test, the interval from a bootstrap over images. Where the control allows
    it,
    each class is tested as well, with a Holm correction, so that a flaw that affects one class is not missed.

    Args:
        model: any Keras classifier with the data set's classes. Not modified.
        dataset: labelled images, ideally not used in training.
        hunch: a key of `hunches()`.
        n: number of images to test, at least 1; a random subset if there are more.
        seed: the same seed gives the same verdict.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        settings: settings of the hunch (see its `Settings`) and of the test (`TestSettings`: threshold, confidence,
            ...).

    Raises:
        InputError: for an unknown hunch or setting, or a value out of bounds.
        DataError: for images that do not fit the network.
        ModelError: for a network with other classes, or with outputs that are not finite.
    """
    return _Trial(prepared_for(model, interface, dataset.class_names), dataset, n, seed).run(
        *_split_settings(hunch, settings)
    )


def test_hunches(
    model: keras.Model,
    dataset: Dataset,
    asked: Iterable[Asked] | None = None,
    *,
    n: int = 200,
    seed: int = 0,
    interface: Interface | None = None,
    on_step: OnStep = silent,
    on_verdict: Callable[[Verdict], None] | None = None,
    **settings: Any,
) -> list[Verdict]:
    """Test several hunches on the same images, correct for their number (Holm), and rank them.

    Args:
        model: any Keras classifier with the data set's classes. Not modified.
        dataset: labelled images, ideally not used in training.
        asked: names, or pairs of a name and its settings; None for every hunch in each of its variants.
        n: number of images to test, at least 1; a random subset if there are more.
        seed: the same seed gives the same verdicts.
        interface: as in `test_hunch`.
        on_step: called after each hunch. A `Cancelled` that it raises is passed on.
        on_verdict: called with each verdict as if it were the only one, before its step, so that a caller who stops
            early keeps it; `rank_verdicts` turns them into a list.
        settings: settings of the test, the same for all hunches.

    Returns:
        supported hunches first, then inconclusive ones, then those not supported; largest effect first.

    Raises:
        InputError, DataError, ModelError: as `test_hunch` does.
    """
    test = TestSettings.of(**settings)
    wanted = [(hunch_info(name), hunch_info(name).Settings.of(**chosen)) for name, chosen in plan_tests(asked)]
    trial, verdicts = _Trial(prepared_for(model, interface, dataset.class_names), dataset, n, seed), []
    for done, (info, chosen) in enumerate(wanted):
        verdicts.append(trial.run(info, chosen, test))
        if on_verdict is not None:
            on_verdict(verdicts[-1])
        on_step(done + 1, len(wanted), info.title)
    return rank_verdicts(verdicts, dataset.class_names, **settings)


def rank_verdicts(verdicts: Iterable[Verdict], class_names: tuple[str, ...], **settings: Any) -> list[Verdict]:
    """Correct verdicts that were reached one by one for their number (Holm) and rank them as `test_hunches` does.

    Args:
        verdicts: each reached as if it were the only one.
        class_names: the data set's class names.
        settings: settings of the test that produced them.
    """
    return sorted(_correct_p_values(list(verdicts), class_names, TestSettings.of(**settings)), key=_rank)


def plan_tests(asked: Iterable[Asked] | None = None) -> list[tuple[str, Mapping[str, Any]]]:
    """The tests that `test_hunches` runs, as pairs of a hunch's name and its settings.

    Args:
        asked: names, or pairs of a name and its settings; None for every hunch in each of its variants.
    """
    if asked is None:
        return [(info.name, variant) for info in hunches().values() for variant in info.variants]
    return [(item, {}) if isinstance(item, str) else item for item in asked]


def _correct_p_values(verdicts: list[Verdict], class_names: tuple[str, ...], test: TestSettings) -> list[Verdict]:
    corrected = holm(np.array([verdict.p_value for verdict in verdicts]))
    return [
        conclude(replace(verdict, p_corrected=float(p_value)), hunch_info(verdict.hunch), class_names, test)
        for verdict, p_value in zip(verdicts, corrected, strict=True)
    ]


def _rank(verdict: Verdict) -> tuple[int, float]:
    strength = -verdict.effect if verdict.helps else min(verdict.effect, verdict.fall)
    return _ORDER[verdict.conclusion], -strength


def _split_settings(hunch: str, settings: Mapping[str, Any]) -> tuple[HunchInfo, Settings, TestSettings]:
    """Split keyword settings into the hunch's own and the test's."""
    info = hunch_info(hunch)
    strict = {name: value for name, value in settings.items() if name in TestSettings.model_fields}
    own = {name: value for name, value in settings.items() if name not in strict}
    unknown = set(own) - set(info.Settings.model_fields)
    if unknown:
        known = [*info.Settings.model_fields, *TestSettings.model_fields]
        raise InputError(
            f"The hunch {hunch} has the settings {', '.join(known)}", ", ".join(sorted(unknown)), "Check the spelling."
        )
    return info, info.Settings.of(**own), TestSettings.of(**strict)


def restore_pictures(verdict: Verdict, dataset: Dataset, *, n: int = 200, seed: int = 0) -> Verdict:
    """A verdict that was kept without its pictures, with them: they are changed again, and no network is asked.

    Args:
        verdict: with light evidence.
        dataset: as `test_hunch` was given it.
        n: as `test_hunch` was given it.
        seed: as `test_hunch` was given it.
    """
    info = hunch_info(verdict.hunch)
    settings = info.Settings.of(**verdict.settings)
    part = dataset.take(_chosen_rows(len(dataset), n, seed))
    batch = ImageBatch.of(part.images, part.labels, part.masks)
    arms = info.change(batch, np.random.default_rng(_draw_seed(seed, info, settings)), settings)
    rows = np.arange(len(batch)) if arms.able is None else np.flatnonzero(arms.able)
    evidence = replace(
        verdict.evidence,
        pictures=part.images[rows],
        changed=batch.to_dataset_scale(arms.changed[rows]),
        controls=batch.to_dataset_scale(arms.control[rows]),
        region=None if arms.region is None else arms.region[rows],
    )
    return replace(verdict, evidence=evidence)


def _chosen_rows(count: int, n: int, seed: int) -> np.ndarray:
    """The pictures that are tried: all, or a random choice where there are more."""
    return np.sort(np.random.default_rng(seed).permutation(count)[:n])


def _draw_seed(seed: int, info: HunchInfo, settings: Settings) -> int:
    """The seed of a hunch's draws: it depends on the trial's seed, the hunch and its settings alone."""
    return zlib.crc32(f"{seed} {info.name} {settings.key}".encode())


@dataclass(eq=False)
class _Trial:
    """One choice of images with the network's answers to them, shared by all hunches tested on it."""

    model: keras.Model
    dataset: Dataset
    n: int
    seed: int

    def __post_init__(self) -> None:
        if self.n < 1:
            raise InputError("The number of pictures should be at least 1", f"{self.n}")
        self.network = ModelEvaluator.of(self.model)
        classes = len(self.dataset.class_names)
        if self.network.graph.classes != classes:
            raise ModelError(
                f"The network should have the data's {classes} classes", f"one of {self.network.graph.classes}"
            )
        self.indices = _chosen_rows(len(self.dataset), self.n, self.seed)
        self.part = self.dataset.take(self.indices)
        if len(self.dataset):
            checked_images(self.network.graph, self.part.images)
        # The whole data set shows its scale, or the interface says it: a choice of dark pictures must not change it.
        scale = ValueScale.of(self.dataset.images, self.network.graph.scale)
        self.batch = ImageBatch.of(self.part.images, self.part.labels, self.part.masks, scale)
        self.before = self._answers(self.batch.pictures)

    def run(self, info: HunchInfo, settings: Settings, test: TestSettings) -> Verdict:
        """Test one hunch on these images. Its draws depend only on the seed, the hunch and its settings."""
        seed = _draw_seed(self.seed, info, settings)
        evidence = self._evidence(info, settings, np.random.default_rng(seed))
        return reach_verdict(info, settings.model_dump(), evidence, self.dataset.class_names, test, seed)

    def _evidence(self, info: HunchInfo, settings: Settings, rng: np.random.Generator) -> Evidence:
        batch = self.batch
        arms = info.change(batch, rng, settings) if len(batch) else Treatment(batch.pictures, batch.pictures)
        rows = np.arange(len(batch)) if arms.able is None else np.flatnonzero(arms.able)
        changed, control = (arm if len(rows) == len(batch) else arm[rows] for arm in (arms.changed, arms.control))
        return Evidence(
            indices=self.indices[rows],
            chosen=len(batch),
            labels=self.part.labels[rows],
            units=rows if arms.units is None else arms.units[rows],
            before=self.before[rows],
            after=self._answers(changed),
            control=self._answers(control),
            pictures=self.part.images[rows],
            changed=batch.to_dataset_scale(changed),
            controls=batch.to_dataset_scale(control),
            region=None if arms.region is None else arms.region[rows],
            lacking=arms.lacking,
            note=arms.note,
        )

    def _answers(self, images: np.ndarray) -> np.ndarray:
        if not len(images):
            return np.zeros((0, len(self.dataset.class_names)))
        return self.network.probabilities(self.batch.to_network_scale(images))
