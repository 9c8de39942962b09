"""Data types of a fix: a step from one training recipe to the next.

A recipe says which data a network is trained on, what the network is, how it is trained, from which weights, and which
layers precede it when it serves. A fix takes a recipe and returns another, so fixes combine, left to right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.datasets.base import Dataset, Splits
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.progress import OnStep, silent
from core.random_streams import random_stream
from core.settings import Settings

if TYPE_CHECKING:
    import keras

    from core.diagnosis.base import Suspect
    from core.images.image_batch import ImageBatch
    from core.networks.training.run import Run

Family = Literal["pictures", "labels", "training", "last layer", "serving"]
Finish = Callable[["keras.Model", "TrainingRecipe"], "keras.Model"]
Front = Callable[[tuple[int, int, int]], "list[keras.layers.Layer]"]
Challenge = Callable[["ImageBatch", np.ndarray, Any], np.ndarray]


@dataclass(frozen=True, eq=False)
class Penalty:
    """An extra loss: the squared input gradient where the network should not look.

    Args:
        masks: bool (N, H, W), where it should not look, one per training image.
        weight: weight relative to the cross-entropy.
    """

    masks: np.ndarray
    weight: float


@dataclass(frozen=True, eq=False)
class TrainingRecipe:
    """How to make a better network from an existing one.

    Args:
        origin: the network to repair. Read only.
        splits: training and validation data. Its test images change only through `front`.
        network: specification of a network with new weights; None for the origin's own architecture.
        training: how it is trained; `epochs` are those of the original training.
        seed: seed of every random draw of a fix.
        base: number of training images per epoch of the original training, before any fix.
        effort: training steps, as a multiple of the original training's; 0 for no training.
        fresh: whether training starts from new weights rather than from the origin's.
        copies: number of versions of each training image.
        penalty: an extra loss; None for none.
        finish: steps applied to the network after training, in order.
        front: factories of the layers placed before the network, in order.
        origin_splits: the splits before any fix.
        on_step: reports work that a fix does before training; a `Cancelled` that it raises stops that work.
    """

    origin: Run | keras.Model
    splits: Splits
    network: NetworkSpec | None
    training: TrainingSpec
    seed: int
    base: int
    effort: float = 0.0
    fresh: bool = False
    copies: int = 1
    penalty: Penalty | None = None
    finish: tuple[Finish, ...] = ()
    front: tuple[Front, ...] = ()
    origin_splits: Splits | None = None
    on_step: OnStep = silent

    @property
    def model(self) -> keras.Model:
        """The network to repair; read only."""
        return getattr(self.origin, "model", self.origin)

    @property
    def epochs(self) -> int:
        """Epochs over the current training images that amount to the requested steps; at least one."""
        wanted = self.effort * self.training.epochs * self.base
        return max(1, min(200, round(wanted / max(1, len(self.splits.train)))))

    def with_training(self, effort: float, *, fresh: bool | None = None, **changes: Any) -> TrainingRecipe:
        """The recipe with at least this much training, and other changes.

        Args:
            effort: training steps, as a multiple of the original training's.
            fresh: whether to start from new weights; None to leave that as it is.
            changes: other fields to replace.
        """
        fresh = self.fresh if fresh is None else self.fresh or fresh
        return replace(self, effort=max(self.effort, effort), fresh=fresh, **changes)

    def generator(self, *words: str) -> np.random.Generator:
        """A random generator for one purpose, named by `words`."""
        return random_stream(self.seed, *words)


Apply = Callable[[TrainingRecipe, Any], TrainingRecipe]


@dataclass(frozen=True)
class FixInfo:
    """Declaration of a fix, for menus, suspects and the ladder.

    Args:
        name: identifier that `ladder` takes.
        title: display name.
        plain: what it does and why that helps, in one plain sentence.
        family: what it changes.
        Settings: its settings class; a suspect passes what it found by field name.
        flaws: names of the flaws that it suits.
        apply: (recipe, settings) -> the next recipe.
        settings_for: suspect -> the settings that follow from what a diagnosis found; the others keep their defaults.
        effort: settings -> training that it takes, as a multiple of the original training's steps.
        cost: settings -> how many times longer a step takes.
        challenge: (batch, donors of another class, settings) -> images that reveal whether the fix was needed; None if
            no
            such images can be made. Evaluation sets for people's own images are built from it.
        challenged: what such an image is called, as the end of a group's name.
        needs_colour: whether its challenge is meaningless for greyscale images.
        source: authors, year and arXiv number if it comes from a paper.
        order: position in menus; lower comes first.
    """

    name: str
    title: str
    plain: str
    family: Family
    Settings: type[Settings]
    flaws: tuple[str, ...]
    apply: Apply
    settings_for: Callable[[Suspect], dict[str, Any]] = field(default=lambda _: {})
    effort: Callable[[Any], float] = field(default=lambda _: 0.0)
    cost: Callable[[Any], float] = field(default=lambda _: 1.0)
    challenge: Challenge | None = None
    challenged: str = ""
    needs_colour: bool = False
    source: str = ""
    order: int = 1000


def change_pictures(
    recipe: TrainingRecipe, work: Callable[[Dataset, np.random.Generator], Dataset], word: str
) -> Splits:
    """The splits with changed training and validation images; the test images stay as they are.

    Args:
        recipe: whose splits are changed.
        work: (data, rng) -> changed data.
        word: names the purpose, so that its random draws are its own.
    """
    parts = recipe.splits
    return replace(
        parts,
        train=work(parts.train, recipe.generator(word, "train")),
        validation=work(parts.validation, recipe.generator(word, "validation")),
    )


def repeat_training_pictures(recipe: TrainingRecipe, copies: int) -> TrainingRecipe:
    """The recipe with each training image repeated at least `copies` times."""
    times = -(-copies // recipe.copies)
    if times <= 1:
        return recipe
    train = recipe.splits.train
    rows = np.tile(np.arange(len(train)), times)
    penalty = recipe.penalty
    if penalty is not None:
        penalty = replace(penalty, masks=penalty.masks[rows])
    return replace(
        recipe,
        splits=replace(recipe.splits, train=train.take(rows)),
        copies=recipe.copies * times,
        penalty=penalty,
    )


def replace_images(data: Dataset, images: np.ndarray) -> Dataset:
    """The data with other images; of the old masks, only the object's is kept."""
    masks = {name: mask for name, mask in (data.masks or {}).items() if name == "object"}
    return replace(data, images=images, masks=masks or None)
