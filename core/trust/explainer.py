"""What is tested: a method with its settings, or any function that makes maps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from core.attribution.base import Contrast, Targets, target_weights
from core.attribution.explain import explain
from core.attribution.registry import method_info
from core.errors import InputError
from core.networks.evaluator import ModelEvaluator, checked_images

Maker = Callable[[keras.Model, np.ndarray, Targets], np.ndarray]


@dataclass(frozen=True)
class Explainer:
    """A way to make maps, with everything fixed except the model and the images.

    Args:
        name: the method's name.
        title: display name.
        make: (model, images (N, H, W, C), targets) -> maps (N, H, W).
    """

    name: str
    title: str
    make: Maker

    @classmethod
    def of(cls, method: str | Maker, layer: str | None = None, settings: dict[str, Any] | None = None) -> Explainer:
        """From a method's name, or from a function (model, images, targets) -> maps (N, H, W), such as a control.

        Raises:
            InputError: for an unknown method, a dial out of bounds, or a function that is given dials.
        """
        settings = settings or {}
        if callable(method):
            if settings or layer is not None:
                given = ", ".join([*settings, *([f"layer {layer}"] if layer else [])])
                raise InputError("A function that makes maps takes no layer and no dials", given)
            name = getattr(method, "__name__", type(method).__name__)
            return cls(name, name.replace("_", " "), method)
        info = method_info(method)
        info.Settings.of(**settings)

        def make(model: keras.Model, images: np.ndarray, targets: Targets) -> np.ndarray:
            return explain(model, images, targets, method=method, layer=layer, **settings)

        return cls(method, info.title, make)


@dataclass(frozen=True)
class CheckInput:
    """The images and the class that each map explains, fixed once so that every network gets the same question.

    Args:
        images: (N, H, W, C), as the model takes them.
        targets: one class per image, or a contrast of two.
        weights: the same as weights on the logits, float32 (N, K).
        maps: the explainer's maps of them on the model itself, float32 (N, H, W).
    """

    images: np.ndarray
    targets: Targets
    weights: np.ndarray
    maps: np.ndarray = field(repr=False)

    @classmethod
    def put(cls, model: keras.Model, images: Any, targets: Targets, explainer: Explainer) -> CheckInput:
        """Fix the classes and make the maps."""
        network = ModelEvaluator.of(model)
        pictures = checked_images(network.graph, images)
        weights = network.resolve(pictures, target_weights(targets, len(pictures), network.graph.classes))
        settled = targets if isinstance(targets, Contrast) else weights.argmax(axis=1)
        return cls(pictures, settled, weights, explainer_maps(explainer, model, pictures, settled))


def explainer_maps(explainer: Explainer, model: keras.Model, images: np.ndarray, targets: Targets) -> np.ndarray:
    """The explainer's maps, validated: finite float32 (N, H, W).

    Args:
        explainer: what makes the maps.
        model: any classifier.
        images: (N, H, W, C), in the scale that the model takes.
        targets: as in `core.attribution.explain`.

    Raises:
        InputError: when a function gives maps of another shape.
    """
    maps = np.asarray(explainer.make(model, images, targets), np.float32)
    if maps.shape != images.shape[:3]:
        raise InputError(f"Maps should have the shape {images.shape[:3]}", f"{maps.shape} from {explainer.name}")
    return np.nan_to_num(maps, nan=0.0, posinf=0.0, neginf=0.0)
