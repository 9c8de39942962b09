"""The network and its pictures as detectors see them: what several of them need is computed once.

Validation pictures were not learned from, and reach the network as training pictures did; so whatever asks what the
network reads is asked of them. Test pictures may arrive changed, which is what serving faults are.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.datasets.base import Dataset, Splits
from core.diagnosis.base import Part
from core.errors import ModelError
from core.images.image_batch import ImageBatch, ValueScale
from core.networks.evaluator import ModelEvaluator, checked_images
from core.progress import OnStep, silent

if TYPE_CHECKING:
    import keras

    from core.diagnosis.baseline_models import Reference
    from core.diagnosis.label_evidence import Labelling
    from core.diagnosis.patch_effects import PatchEffects
    from core.diagnosis.serving_checks import Service
    from core.networks.training.specs import TrainingSpec

LOOKED_AT = 1500  # pictures of each part that are answered at most
PROBED = 200  # pictures in which parts are exchanged
FEWEST = 20  # probed pictures a class below which training pictures are taken too


class DiagnosisContext:
    """One network to be diagnosed.

    Args:
        model: any Keras classifier whose classes are the data's. Not changed.
        splits: its pictures; masks are used where they are there, attributes never.
        history: one row an epoch, with the columns accuracy and val_accuracy; None where unknown.
        training: how it was taught; None where unknown.
        seed: of every random draw.
        on_step: asked between steps, so that long work can be stopped.
    """

    def __init__(
        self,
        model: keras.Model,
        splits: Splits,
        *,
        history: pd.DataFrame | None = None,
        training: TrainingSpec | None = None,
        seed: int = 0,
        on_step: OnStep = silent,
    ) -> None:
        self.model, self.splits, self.history, self.training = model, splits, history, training
        self.seed, self.on_step = seed, on_step
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
        return chosen(self.splits.parts[part].labels, LOOKED_AT, self.rng("rows", part))

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
        found = self.network.logits(images, on_step=self._stepped).astype(np.float64)
        weights = np.exp(found - found.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def _stepped(self, done: int, total: int, note: str = "") -> None:  # noqa: ARG002 - batches are too small to be told
        self.on_step(done, total, "")

    @cached_property
    def probed(self) -> tuple[Part, np.ndarray]:
        """Which pictures parts are exchanged between: the name of their part, and rows of it."""
        held = self.splits.validation.labels
        part: Part = "validation" if len(held) >= FEWEST * self.classes else "train"
        return part, chosen(self.splits.parts[part].labels, PROBED, self.rng("probed"))

    @cached_property
    def batch(self) -> ImageBatch:
        """Those pictures as hunches take them, in 0..255, with masks: the data's own, or found ones."""
        part, rows = self.probed
        data = self.splits.parts[part].take(rows)
        masks = {name: mask for name, mask in (data.masks or {}).items() if name == "object"}
        scale = ValueScale.of(self.splits.train.images, self.network.graph.scale)
        return ImageBatch.of(data.images, data.labels, masks, scale)

    @cached_property
    def patch_effects(self) -> PatchEffects:
        """What parts of these pictures do to the answers."""
        from core.diagnosis.patch_effects import PatchEffects

        return PatchEffects(self)

    @cached_property
    def reference(self) -> Reference:
        """Networks that are trained beside this one, where they are asked for."""
        from core.diagnosis.baseline_models import Reference

        return Reference(self)

    @cached_property
    def service(self) -> Service:
        """What changes of the test pictures do to the answers."""
        from core.diagnosis.serving_checks import Service

        return Service(self)

    @cached_property
    def labelling(self) -> Labelling:
        """What the surest answers say of the labels."""
        from core.diagnosis.label_evidence import Labelling

        return Labelling(self)

    def read(self, pictures: np.ndarray) -> np.ndarray:
        """Probabilities of pictures in 0..255, as `material` holds them."""
        return self.answers(self.batch.networks(pictures))


def chosen(labels: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Rows, sorted: all, or about `most` of them with as many of each class as there are."""
    if len(labels) <= most:
        return np.arange(len(labels))
    present = np.unique(labels)
    order = [rng.permutation(np.flatnonzero(labels == label)) for label in present]
    each = most // len(present)
    return np.sort(np.concatenate([rows[:each] for rows in order]))
