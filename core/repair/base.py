"""What a fix is: a step from one recipe for a better network to the next.

A recipe says what is learned from, by which network, how, from which weights, and what is put before the network when
it serves. A fix takes a recipe and gives another, so that fixes combine, left to right.
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
        masks: bool (N, H, W), where it should not look, one a training picture.
        weight: how much it counts against the cross-entropy.
    """

    masks: np.ndarray
    weight: float


@dataclass(frozen=True, eq=False)
class TrainingRecipe:
    """How a better network is to be made from one that is there.

    Args:
        origin: the network that is to be repaired. Read only.
        splits: what is learned from and chosen by. Its test pictures are never changed but by what `front` does.
        network: what a network with new weights is made of; None for the origin's own architecture.
        training: how it is taught; `epochs` are those of the original training.
        seed: of every random draw of a fix.
        base: training pictures that the origin learned from in an epoch, before any fix.
        effort: training steps, in multiples of the original training's; 0 for none.
        fresh: whether it starts from new weights rather than from the origin's.
        copies: in how many versions each training picture is there.
        penalty: an extra loss; None for none.
        finish: what is done to the network once it is trained, in this order.
        front: what makes the layers that are put before the network, in this order.
        origin_splits: the splits before any fix.
        on_step: told of work that a fix does before the training; `Cancelled` raised from it stops that.
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
        """The network that is to be repaired; read only."""
        return getattr(self.origin, "model", self.origin)

    @property
    def epochs(self) -> int:
        """Epochs over the pictures as they are now that come to the steps that are wanted; at least one."""
        wanted = self.effort * self.training.epochs * self.base
        return max(1, min(200, round(wanted / max(1, len(self.splits.train)))))

    def taught(self, effort: float, *, fresh: bool | None = None, **changes: Any) -> TrainingRecipe:
        """The recipe with at least so much training, and other changes."""
        fresh = self.fresh if fresh is None else self.fresh or fresh
        return replace(self, effort=max(self.effort, effort), fresh=fresh, **changes)

    def generator(self, *words: str) -> np.random.Generator:
        """A random generator of its own for each purpose."""
        return random_stream(self.seed, *words)


Apply = Callable[[TrainingRecipe, Any], TrainingRecipe]


@dataclass(frozen=True)
class FixInfo:
    """A fix as a menu, a suspect and the ladder need it.

    Args:
        name: what `ladder` calls it.
        title: what a person calls it.
        plain: what it does and why that helps, in one plain sentence.
        family: what it changes.
        Settings: its dials; a suspect hands over what it found by their names.
        flaws: names of the flaws that it suits.
        apply: makes the next recipe of one, given its settings.
        settings_for: the settings that follow from what a diagnosis found, given the suspect; what it leaves out keeps
            its default.
        effort: how much training it takes with these settings, in multiples of the original training's steps.
        cost: how many times longer a step takes with these settings.
        challenge: changes pictures so that they tell whether the fix was needed, given donors of another class; None
            where nothing of the kind can be made. Judges for people's own pictures are built from it.
        challenged: what such a picture is called, as the end of a group's name.
        needs_colour: whether its challenge says nothing of grey pictures.
        source: authors, year and arXiv number where it comes from a paper.
        order: its place in menus; lower comes first.
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
    """The splits with training and validation pictures changed; test stays as it is."""
    parts = recipe.splits
    return replace(
        parts,
        train=work(parts.train, recipe.generator(word, "train")),
        validation=work(parts.validation, recipe.generator(word, "validation")),
    )


def repeat_training_pictures(recipe: TrainingRecipe, copies: int) -> TrainingRecipe:
    """The recipe with each training picture there at least so often."""
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
    """The data with other pictures; of what was known of the old ones, only the object's mask is kept."""
    masks = {name: mask for name, mask in (data.masks or {}).items() if name == "object"}
    return replace(data, images=images, masks=masks or None)
