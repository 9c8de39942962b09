"""What each unit of a layer answers to each picture."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from core.attribution.evaluate import IMAGES, Network, checked_images
from core.errors import LayerError
from core.progress import OnStep, silent


def activations(
    model: keras.Model, images: Any, layer: str | None = None, *, on_step: OnStep | None = None
) -> np.ndarray:
    """The output of a layer for each picture.

    Args:
        model: any Keras 3 classifier with a graph; it is never changed.
        images: (N, H, W, C) or one picture, in the scale that the model takes.
        layer: a path from `core.networks.layers`; None for the last convolution's maps.
        on_step: called as pictures are done; stops the work when it raises.

    Returns:
        float32 (N, h, w, K); a layer without places gives (N, 1, 1, K).

    Raises:
        LayerError: when the layer does not exist, or gives neither maps nor a row of units.
    """
    network = Network.of(model)
    path = layer or network.graph.last_convolution
    step = network.graph.step(path)
    if len(step.shape) not in (2, 4):
        raise LayerError("A layer should give maps (N, h, w, K) or units (N, K)", f"{path} with {step.shape}")
    function = network.compiled(
        ("activations", path), lambda graph: lambda pictures: graph.run(pictures, until=path), [IMAGES]
    )
    values = network.map(function, checked_images(network.graph, images), on_step=on_step or silent)
    values = values if values.ndim == 4 else values[:, None, None, :]
    return values.astype(np.float32, copy=False)
