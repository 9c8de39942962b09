"""One operation of a network, and the families of operations that several readers of networks know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

Hook = Callable[[tf.Tensor], tf.Tensor]
Call = Callable[..., Any]
CONVOLUTIONS = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose")
POOLINGS = ("MaxPooling2D", "AveragePooling2D")


@dataclass(frozen=True, eq=False)
class Step:
    """One operation of the model.

    Args:
        path: the layer's path, such as "backbone/conv5". The linear part of a layer with a fused activation has the
            path "conv5:linear"; its activation has the layer's own path, since it gives the layer's output.
        kind: the layer's class, such as "Conv2D"; "Activation" for every activation function.
        function: the activation's name, such as "relu"; "" for other kinds.
        layer: the Keras layer or operation that it belongs to; None for a model whose inside cannot be seen. Read only.
        call: what computes it.
        inputs: slots of the values that it reads.
        output: slot of the value that it makes.
        shape: the value's shape with None for the batch.
    """

    path: str
    kind: str
    function: str
    layer: Any
    call: Call
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int | None, ...]

    @property
    def spatial(self) -> bool:
        """Whether the value is a stack of maps with more than one place."""
        return len(self.shape) == 4 and self.shape[1] != 1 and self.shape[2] != 1
