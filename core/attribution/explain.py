"""`explain`: the single entry point to every attribution method."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from core.attribution.base import Targets, target_weights
from core.attribution.registry import method_info
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.interface import Interface, prepared
from core.networks.predictor import require_layers
from core.progress import OnStep, silent


def explain(
    model: keras.Model,
    images: Any,
    targets: Targets = None,
    *,
    method: str = "grad_cam",
    layer: str | None = None,
    interface: Interface | None = None,
    on_step: OnStep | None = None,
    **settings: Any,
) -> np.ndarray:
    """How much each pixel supports a class.

    Args:
        model: any Keras 3 classifier; it is never changed.
        images: (N, H, W, C) or one picture (H, W, C), uint8 or float, in the scale that the model takes; the user's own
            pictures with an interface, and maps are then of these.
        targets: None for each picture's predicted class, one class, N classes, or a `Contrast` of two.
        method: a name from `methods()`.
        layer: for methods that read maps, the path of their layer; None for the last that every path passes.
        interface: how the network is read, from `core.networks.interface`; None to read it from the model alone.
        on_step: called as pictures are done; stops the work when it raises.
        **settings: the method's own dials; see its `Settings`.

    Returns:
        float32 (N, H, W): raw values, larger for pixels that support the class; negative for pixels that speak against
        it,
        if the method is signed. Always finite.

    Raises:
        InputError: for an unknown method or a setting out of bounds.
        DataError: for images that do not fit the network.
        TargetError: for a class that it does not have.
        LayerError: for a layer that does not exist or does not suit the method.
        ModelError: when the network cannot be read, or its answers are not numbers.
    """
    info = method_info(method)
    options = info.Settings.of(**settings)
    if info.family != "perturbation":
        require_layers(model, info.title)
    network = ModelEvaluator.of(prepared(model, interface))
    pictures = checked_images(network.graph, images)
    weights = target_weights(targets, len(pictures), network.graph.classes)
    chosen = network.map_layer(layer) if info.needs_layer else None
    maps = info.attribute(network, pictures, weights, options, layer=chosen, on_step=on_step or silent)
    maps = maps.astype(np.float32, copy=False)
    if np.isfinite(maps).all():
        return maps
    # Answers that are not numbers are an error; a slope may be infinite where the answer is not.
    network.logits(pictures)
    return np.nan_to_num(maps, nan=0.0, posinf=0.0, neginf=0.0)
