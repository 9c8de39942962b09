"""Data types of attribution: the declaration of a method, and the target of an explanation."""

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
    """How often a method runs the network for one image.

    Args:
        forwards: evaluations of the score alone.
        gradients: evaluations of the score and its gradient with respect to the image.
    """

    forwards: int = 0
    gradients: int = 0

    @property
    def evaluations(self) -> int:
        """Total number of evaluations."""
        return self.forwards + self.gradients


CostRule = Callable[[Any, tuple[int, int, int], int], Cost]
CoarseRule = Callable[[Any, tuple[int, int, int], int], Settings]


@dataclass(frozen=True)
class MethodInfo:
    """Declaration of a method, for menus, tables and `explain`.

    Args:
        name: identifier that `explain` takes.
        title: the field's name for it.
        family: the kind of evidence: gradients, class activation maps, perturbed images, or a decomposition.
        signed: whether negative values mean "against the class".
        needs_layer: whether it uses the maps of a layer.
        Settings: its settings class.
        reference: authors, year, arXiv number or venue.
        plain: what it does, in one or two plain sentences, for a tooltip.
        text: what it does, for the guide: a short paragraph for readers without a background in the field.
        misleads: when its maps mislead, for the guide.
        attribute: (network, images, targets, settings, layer=, on_step=) -> float32 (N, H, W).
        caveat: when not to trust it; empty if nothing special is known.
        cost: (settings, (H, W, C) of an image, maps of the layer) -> network evaluations per image; None if unknown.
        coarse: (settings, (H, W, C) of an image, evaluations) -> settings of a coarser map that takes about so many
            evaluations at most; None where the method is never slow, or does not get coarser.
        order: position in menus; lower comes first.
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
    coarse: CoarseRule | None = None
    order: int = 1000

    def draws_signed(self, settings: Any) -> bool:
        """Whether maps made with these settings have meaningful negative values: a setting can override `signed`."""
        return bool(getattr(settings, "signed", self.signed))


@dataclass(frozen=True)
class Contrast:
    """The question "why this class and not that one?": the difference between two logits."""

    target: int
    against: int


Targets = int | Contrast | np.ndarray | list[int] | None


def target_weights(targets: Targets, images: int, classes: int) -> np.ndarray:
    """The targets as weights on the logits; a row of zeros stands for the predicted class.

    Args:
        targets: None, one class, N classes, or a `Contrast`.
        images: the number N of images.
        classes: the number K of classes.

    Returns:
        float32 (N, K).

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
        raise TargetError(f"Targets should be one class or {images} of them, as integers", _describe(chosen))
    _check_range(chosen, classes)
    weights[np.arange(images), np.broadcast_to(chosen.reshape(-1), (images,))] = 1
    return weights


def _describe(array: np.ndarray) -> str:
    return f"{array.dtype} of shape {array.shape}"


def _check_range(chosen: np.ndarray, classes: int) -> Any:
    if chosen.min() < 0 or chosen.max() >= classes:
        raise TargetError(f"The network has the classes 0 to {classes - 1}", f"{chosen.min()} to {chosen.max()}")
