"""Which heatmap can be believed on this network, and the images that are shown with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.attribution import explain, method_info
from core.datasets.base import Dataset
from core.errors import Cancelled, HunchError
from core.progress import OnStep
from core.render import as_rgb, overlay
from core.report.facts import Example, MethodTrial
from core.trust.badges import badge
from core.trust.settings import TrustSettings

if TYPE_CHECKING:
    import keras

STRENGTH = 0.55
"""How much of the heatmap shows over its picture."""
QUICK = TrustSettings(stages=3, steps=8, orders=2, copies=2)
"""The check that a report can wait for; the screen about heatmaps has all of it."""


def try_methods(
    model: keras.Model, data: Dataset, methods: tuple[str, ...], images: int, seed: int, on_step: OnStep
) -> tuple[MethodTrial, ...]:
    """Try heatmaps in their order until one can be believed.

    Args:
        model: the network.
        data: pictures that it has not learned from.
        methods: names of attribution methods.
        images: how many pictures each is tried on.
        seed: of the choice of pictures and of the check.
        on_step: called with how much of all methods is done.
    """
    rows = np.sort(np.random.default_rng(seed).permutation(len(data))[:images])
    sample, found = data.take(rows), []
    for number, name in enumerate(methods):
        step = _later(on_step, number, len(methods), method_info(name).title)
        found.append(_trial(model, sample, name, seed, step))
        if found[-1].passes:
            break
    return tuple(found)


def choose_examples(
    model: keras.Model, data: Dataset, probabilities: np.ndarray, count: int, method: str | None, seed: int
) -> tuple[Example, ...]:
    """Right answers drawn at random, of different classes as far as there are some, and the surest wrong ones.

    Args:
        model: the network.
        data: labelled test images.
        probabilities: how sure the network is of each class, (N, K).
        count: how many of each.
        method: the heatmap to show; None for none.
        seed: of the draw.
    """
    answers, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    right = answers == data.labels
    rows = [*_spread(np.flatnonzero(right), data.labels, count, seed), *_surest(~right, sure, count)]
    if not rows:
        return ()
    chosen = data.take(np.array(rows))
    drawn = _overlays(model, chosen, answers[rows], method)
    names = data.class_names
    return tuple(
        Example(int(row), as_rgb(image), heatmap, names[truth], names[answers[row]], float(sure[row]))
        for row, image, heatmap, truth in zip(rows, chosen.images, drawn, chosen.labels, strict=True)
    )


def _trial(model: keras.Model, sample: Dataset, name: str, seed: int, on_step: OnStep) -> MethodTrial:
    title = method_info(name).title
    try:
        found = badge(model, sample.images, method=name, seed=seed, masks=sample.masks, options=QUICK, on_step=on_step)
    except Cancelled:
        raise
    except HunchError as error:
        return MethodTrial(name, title, None, error.sentence)
    return MethodTrial(name, title, found)


def _later(on_step: OnStep, number: int, methods: int, title: str) -> OnStep:
    return lambda done, total, _note="": on_step(number * total + done, methods * total, f"trying {title}")


def _spread(rows: np.ndarray, labels: np.ndarray, count: int, seed: int) -> list[int]:
    """Rows of as many classes as there are, at random."""
    drawn = np.random.default_rng(seed).permutation(rows)
    seen: dict[int, int] = {}
    turns = []
    for row in drawn:
        turns.append(seen.get(int(labels[row]), 0))
        seen[int(labels[row])] = turns[-1] + 1
    return [int(row) for row in drawn[np.argsort(turns, kind="stable")][:count]]


def _surest(wrong: np.ndarray, sure: np.ndarray, count: int) -> list[int]:
    rows = np.flatnonzero(wrong)
    return [int(row) for row in rows[np.argsort(-sure[rows], kind="stable")][:count]]


def _overlays(
    model: keras.Model, chosen: Dataset, answers: np.ndarray, method: str | None
) -> list[np.ndarray] | list[None]:
    if method is None:
        return [None] * len(chosen)
    info = method_info(method)
    maps = explain(model, chosen.images, answers, method=method)
    signed = info.draws_signed(info.Settings())
    return [overlay(image, each, STRENGTH, signed=signed) for image, each in zip(chosen.images, maps, strict=True)]
