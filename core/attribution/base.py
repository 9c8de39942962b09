"""What a method is, and how a question about a class is put."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.errors import TargetError
from core.settings import Settings

Family = Literal["gradient", "class activation", "perturbation", "decomposition"]
Attribute = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Cost:
    """How often a method runs the network for one picture.

    Args:
        forwards: evaluations of the score alone.
        gradients: evaluations of the score and its gradient with respect to the picture.
    """

    forwards: int = 0
    gradients: int = 0

    @property
    def evaluations(self) -> int:
        """All of them together."""
        return self.forwards + self.gradients


CostRule = Callable[[Any, tuple[int, int, int], int], Cost]


@dataclass(frozen=True)
class MethodInfo:
    """A method as a menu, a table and `explain` need it.

    Args:
        name: what `explain` calls it.
        title: what the field calls it.
        family: what its evidence is: gradients, class activation maps, perturbed pictures, or a decomposition.
        signed: whether values below zero mean "against the class".
        needs_layer: whether it reads the maps of a layer.
        Settings: its dials.
        reference: authors, year, arXiv number or venue.
        plain: what it does, in one or two plain sentences, for a hover.
        text: what it does, for the guide: a short paragraph for readers without a background in the field.
        misleads: when its maps mislead, for the guide.
        attribute: (network, images, targets, settings, layer=, on_step=) -> float32 (N, H, W).
        caveat: when not to believe it; empty where nothing special is known.
        cost: (settings, (H, W, C) of a picture, maps of the layer) -> how often it runs the network for one picture;
            None where nobody has counted.
        order: its place in menus; lower comes first.
    """

    name: str
    title: str
    family: Family
    signed: bool
    needs_layer: bool
    Settings: type[Settings]
    reference: str
    plain: str
    text: str
    misleads: str
    attribute: Attribute
    caveat: str = ""
    cost: CostRule | None = None
    order: int = 1000

    def draws_signed(self, settings: Any) -> bool:
        """Whether maps made with these settings have a meaning below zero: a dial may change what `signed` says."""
        return bool(getattr(settings, "signed", self.signed))


@dataclass(frozen=True)
class Contrast:
    """The question "why this class and not that one?": the difference of two logits."""

    target: int
    against: int


Targets = int | Contrast | np.ndarray | list[int] | None


def target_weights(targets: Targets, images: int, classes: int) -> np.ndarray:
    """The question as weights on the logits, float32 (N, K); a row of zeros asks for the predicted class.

    Raises:
        TargetError: when a class does not exist, or the number of classes given is not N.
    """
    weights = np.zeros((images, classes), np.float32)
    if targets is None:
        return weights
    if isinstance(targets, Contrast):
        _check_range(np.array([targets.target, targets.against]), classes)
        if targets.target == targets.against:
            raise TargetError("A contrast needs two different classes", f"class {targets.target} twice")
        weights[:, targets.target], weights[:, targets.against] = 1, -1
        return weights
    chosen = np.asarray(targets)
    if chosen.ndim > 1 or not np.issubdtype(chosen.dtype, np.integer) or chosen.size not in (1, images):
        raise TargetError(f"Targets should be one class or {images} of them, as whole numbers", _describe(chosen))
    _check_range(chosen, classes)
    weights[np.arange(images), np.broadcast_to(chosen.reshape(-1), (images,))] = 1
    return weights


def _describe(array: np.ndarray) -> str:
    return f"{array.dtype} of shape {array.shape}"


def _check_range(chosen: np.ndarray, classes: int) -> Any:
    if chosen.min() < 0 or chosen.max() >= classes:
        raise TargetError(f"The network has the classes 0 to {classes - 1}", f"{chosen.min()} to {chosen.max()}")
