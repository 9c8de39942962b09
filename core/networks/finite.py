"""Numbers that are none: which layer they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.errors import ModelError
from core.networks.steps import Step


def check_weights(steps: Iterable[Step]) -> None:
    """ModelError naming the first layer whose weights are not all finite."""
    seen: set[int] = set()
    for step in steps:
        if isinstance(step.layer, keras.layers.Layer) and id(step.layer) not in seen:
            seen.add(id(step.layer))
            if not all(_finite(_read(weight)) for weight in step.layer.weights):
                raise not_a_number("weights", step.path.removesuffix(":linear"))


def blame(steps: Sequence[Step], images: Any) -> ModelError:
    """The error for answers that are not numbers, with the first layer that gives such on these pictures."""
    check_weights(steps)
    values = {0: tf.convert_to_tensor(np.asarray(images, np.float32))}
    for step in steps:
        values[step.output] = step.call(*(values[slot] for slot in step.inputs))
        if not all(_finite(value) for value in tf.nest.flatten(values[step.output])):
            return not_a_number("an answer", step.path.removesuffix(":linear"))
    return not_a_number("an answer", "the output")


def not_a_number(what: str, where: str) -> ModelError:
    """The error that says so."""
    return ModelError(
        "A network's weights and answers should be finite numbers",
        f"{what} of {where} that is NaN or infinite",
        "Train it again with a smaller learning rate, or load an earlier checkpoint.",
    )


def _read(weight: keras.Variable) -> Any:
    """A weight's numbers. Keras takes longer to read them, and every explanation asks for all of them."""
    variable = weight.value
    if not isinstance(variable, tf.Variable):
        return variable
    return tf.raw_ops.ReadVariableOp(resource=variable.handle, dtype=variable.dtype)


def _finite(value: Any) -> bool:
    array = np.asarray(keras.ops.convert_to_numpy(value))
    # A sum is finite just where all its terms are, and is found at once.
    return not np.issubdtype(array.dtype, np.inexact) or bool(np.isfinite(array.sum(dtype=np.float64)))
