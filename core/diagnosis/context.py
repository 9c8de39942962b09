"""The network and its pictures as detectors see them: what several of them need is computed once.

Validation pictures were not learned from, and reach the network as training pictures did; so whatever asks what the
network reads is asked of them. Test pictures may arrive changed, which is what serving faults are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from core.asked_once import AskedOnce
from core.datasets.base import Dataset, Part, Splits
from core.diagnosis.effort import LARGE, usual_budget
from core.diagnosis.figure_ground import FigureGround, figure_ground
from core.errors import ModelError
from core.images.image_batch import ImageBatch, ValueScale
from core.networks.evaluator import ModelEvaluator, checked_images
from core.progress import OnStep, silent

if TYPE_CHECKING:
    import keras

Evidence = TypeVar("Evidence")

LOOKED_AT, FEWEST_LOOKED_AT = 1500, 100  # pictures of each part that are answered, at most and in any case
PROBED, MOST_PROBED, PROBED_EACH = 240, 480, 48  # pictures in which parts are exchanged: usually, at most, a class
FEWEST_PROBED = 96
# Shares of a small budget, by counting what all detectors ask.
PASSES = 24  # forward passes of the budget for one probed picture
LOOKS = 25  # forward passes of the budget for one picture of each part that is answered
FEWEST = 20  # probed pictures a class below which training pictures are taken too


class DiagnosisContext:
    """One network to be diagnosed.

    Args:
        model: any Keras classifier whose classes are the data's. Not changed.
        splits: its pictures; masks are used where they are there, attributes never.
        history: one row an epoch, with the columns accuracy and val_accuracy; None where unknown.
        seed: of every random draw.
        budget: most forward passes, about; fewer pictures are looked at where it is small. None for as many as a
            network of this size can be asked in reasonable time.
        on_step: asked between steps, so that long work can be stopped.
    """

    def __init__(
        self,
        model: keras.Model,
        splits: Splits,
        *,
        history: pd.DataFrame | None = None,
        seed: int = 0,
        budget: int | None = None,
        on_step: OnStep = silent,
    ) -> None:
        self.model, self.splits = model, splits
        # A network that was trained elsewhere has a history without a row.
        self.history = history if history is not None and len(history) else None
        self.seed, self.on_step = seed, on_step
        self.budget = usual_budget(model) if budget is None else budget
        self.network = ModelEvaluator.of(model)
        if self.network.graph.classes != len(splits.class_names):
            raise ModelError(
                f"The network should tell the data's {len(splits.class_names)} classes apart",
                f"one of {self.network.graph.classes}",
            )
        for part in splits.parts.values():
            if len(part):
                checked_images(self.network.graph, part.images[:1])
        self._known: dict[str, np.ndarray] = {}
        self._asked_once = AskedOnce(self._all_logits)
        self._evidence: dict[Callable[[DiagnosisContext], Any], Any] = {}

    @property
    def sparing(self) -> bool:
        """Whether so few forward passes may be made that each has to tell something: looks are short at first then."""
        return self.budget <= LARGE

    @property
    def left(self) -> int:
        """How many pictures may still be answered, about; only counted where they are few."""
        return self.budget - len(self._asked_once)

    def evidence(self, kind: Callable[[DiagnosisContext], Evidence]) -> Evidence:
        """What several detectors share, made from this context when it is first asked for, such as `Reference`."""
        if kind not in self._evidence:
            self._evidence[kind] = kind(self)
        found: Evidence = self._evidence[kind]
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """One name a class."""
        return self.splits.class_names

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.names)

    @property
    def chance(self) -> float:
        """Accuracy of guessing."""
        return 1 / max(1, self.classes)

    def rng(self, *words: str) -> np.random.Generator:
        """A random generator of its own for each purpose."""
        from core.random_streams import random_stream

        return random_stream(self.seed, "diagnosis", *words)

    @lru_cache(maxsize=8)  # noqa: B019 - a context lives for one diagnosis
    def rows(self, part: Part) -> np.ndarray:
        """The rows of a part that are looked at, sorted: all of them, or a random choice of equal shares a class."""
        most = min(LOOKED_AT, max(FEWEST_LOOKED_AT, self.budget // LOOKS))
        return chosen(self.splits.parts[part].labels, most, self.rng("rows", part))

    @lru_cache(maxsize=8)  # noqa: B019
    def part(self, part: Part) -> Dataset:
        """Those pictures."""
        return self.splits.parts[part].take(self.rows(part))

    def probabilities(self, part: Part) -> np.ndarray:
        """The answers to those pictures, (n, K)."""
        if part not in self._known:
            self._known[part] = self.answers(self.part(part).images)
        return self._known[part]

    def accuracy(self, part: Part) -> float:
        """Share of right answers among those pictures; NaN where there are none."""
        labels = self.part(part).labels
        return float((self.probabilities(part).argmax(1) == labels).mean()) if len(labels) else float("nan")

    def answers(self, images: np.ndarray) -> np.ndarray:
        """Probabilities (n, K) of pictures in the scale of the data, which may be none at all."""
        if not len(images):
            return np.zeros((0, self.classes))
        found = (self._asked_once if self.sparing else self._all_logits)(images).astype(np.float64)
        weights = np.exp(found - found.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def _all_logits(self, images: np.ndarray) -> np.ndarray:
        return self.network.logits(images, on_step=self._stepped)

    def _stepped(self, done: int, total: int, note: str = "") -> None:  # noqa: ARG002 - batches are too small to be told
        self.on_step(done, total, "")

    @cached_property
    def probed(self) -> tuple[Part, np.ndarray]:
        """Which pictures parts are exchanged between: the name of their part, and rows of it."""
        held = self.splits.validation.labels
        part: Part = "validation" if len(held) >= FEWEST * self.classes else "train"
        usual = min(MOST_PROBED, max(PROBED, PROBED_EACH * self.classes))
        if self.sparing:  # of those that are answered anyway; a third is only searched
            rows = self.rows(part)
            most = min(usual * 3 // 2, max(FEWEST_PROBED, self.budget // PASSES))
            return part, rows[chosen(self.splits.parts[part].labels[rows], most, self.rng("probed"))]
        return part, chosen(self.splits.parts[part].labels, usual, self.rng("probed"))

    @cached_property
    def figure_ground(self) -> FigureGround:
        """Where the objects are in those pictures: by the data's own masks, or found ones."""
        part, rows = self.probed
        data = self.splits.parts[part].take(rows)
        pictures = ImageBatch.of(data.images, data.labels, None, self._scale).pictures
        return figure_ground(pictures, data.labels, (data.masks or {}).get("object"), self.rng("figure"))

    @cached_property
    def _scale(self) -> ValueScale:
        return ValueScale.of(self.splits.train.images, self.network.graph.scale)

    @cached_property
    def batch(self) -> ImageBatch:
        """Those pictures as hunches take them, in 0..255, with masks."""
        part, rows = self.probed
        data = self.splits.parts[part].take(rows)
        return ImageBatch.of(data.images, data.labels, {"object": self.figure_ground.objects}, self._scale)

    def read(self, pictures: np.ndarray) -> np.ndarray:
        """Probabilities of pictures in 0..255, as `batch` holds them."""
        return self.answers(self.batch.to_network_scale(pictures))


def chosen(labels: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Rows, sorted: all, or about `most` of them with as many of each class as there are."""
    if len(labels) <= most:
        return np.arange(len(labels))
    present = np.unique(labels)
    order = [rng.permutation(np.flatnonzero(labels == label)) for label in present]
    each = max(1, most // len(present))
    return np.sort(np.concatenate([rows[:each] for rows in order]))
