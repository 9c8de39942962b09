"""What a network's output means, shown on pictures rather than assumed from the name of its last layer.

The steps before the output suggest how it came about; a reading counts only when it gives the model's own output back.
Where no logits can be had, the logarithm of the probabilities stands for them, and the reading says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np
import tensorflow as tf

from core.errors import ModelError
from core.networks.steps import Step

Head = Literal["softmax", "sigmoid", "logits", "independent", "probabilities"]
"""softmax: one class of K, from K logits. sigmoid: one unit for two classes. logits: scores without an activation, K of
them or one for two classes. independent: K labels, each true or not. probabilities: one class of K, from something
that cannot be undone."""
Form = Literal["value", "log", "log odds"]
"""How a value becomes logits: as it is, by its logarithm, or by the logarithm of its odds."""

TOLERANCE = 1e-5
SMALLEST = 1e-30
NEAR_ONE = 1e-7
IDENTITIES = frozenset(
    {"Identity", "Reshape", "Flatten", "Cast", "Squeeze", "ExpandDims", "ActivityRegularization", "Dropout"}
    | {"AlphaDropout", "GaussianDropout", "GaussianNoise", "StopGradient", "Copy"}
)
LEARNED = frozenset({"Dense", "EinsumDense", "Conv1D", "Conv2D", "SeparableConv2D", "DepthwiseConv2D"})
SOFTMAX = frozenset({"softmax", "softmax_v2"})


@dataclass(frozen=True)
class Reading:
    """How logits are made of a value of the network.

    Args:
        head: what the output means.
        output: the slot of the value that logits are made of.
        form: how they are made.
        width: how many numbers the value has for each picture.
        notes: what a person should know about it, as sentences.
    """

    head: Head
    output: int
    form: Form
    width: int
    notes: tuple[str, ...] = ()

    @property
    def classes(self) -> int:
        """How many classes or labels the network tells apart."""
        return 2 if self.width == 1 else self.width

    @property
    def exclusive(self) -> bool:
        """Whether exactly one class is right for each picture."""
        return self.head != "independent"

    def logits(self, value: tf.Tensor) -> tf.Tensor:
        """The value as float32 logits (N, K).

        One unit z becomes (-z/2, z/2), whose softmax is (1 - p, p).
        """
        value = keras.ops.reshape(keras.ops.cast(value, "float32"), (-1, self.width))
        if self.form == "log":
            value = keras.ops.log(keras.ops.clip(value, SMALLEST, 1.0))
        elif self.form == "log odds":
            value = keras.ops.clip(value, SMALLEST, 1.0 - NEAR_ONE)
            value = keras.ops.log(value) - keras.ops.log(1.0 - value)
        return value if self.width > 1 else keras.ops.concatenate([-value / 2, value / 2], axis=-1)

    def probabilities(self, logits: tf.Tensor) -> tf.Tensor:
        """Logits (N, K) as the network's probabilities: of one class of K, or of each label by itself."""
        return tf.nn.softmax(logits, axis=-1) if self.exclusive else tf.sigmoid(logits)


def read_head(
    steps: Sequence[Step], final: int, width: int, values: Mapping[int, np.ndarray], *, seen: bool = True
) -> Reading:
    """The reading of an output that gives that output back.

    Args:
        steps: in the order in which they run.
        final: the slot of the model's own output.
        width: how many numbers it has for each picture.
        values: slot -> its value on the same pictures, as far as it is known; `final` and all that it is made of.
        seen: whether the steps are the model's layers.

    Raises:
        ModelError: when no reading fits, such as a softmax of a single unit.
    """
    by_slot = {step.output: step for step in steps}
    answers = _rows(values[final], width)
    last = by_slot.get(_source(by_slot, final))
    shown = _shown(by_slot, last, width, values, answers)
    return shown or _by_numbers(final, last, width, answers, seen)


def suggested_slots(steps: Sequence[Step], final: int) -> tuple[int, ...]:
    """The slots whose values `read_head` compares with the output."""
    by_slot = {step.output: step for step in steps}
    last = by_slot.get(_source(by_slot, final))
    slots = {final}
    if last is not None:
        slots.update((last.output, *last.inputs))
        before = by_slot.get(_source(by_slot, last.inputs[0])) if last.inputs else None
        slots.update(before.inputs if before is not None else ())
    return tuple(slot for slot in slots if slot)


def _source(by_slot: Mapping[int, Step], slot: int) -> int:
    """The slot that a value was made in, before steps that hand it on unchanged."""
    while (step := by_slot.get(slot)) is not None and len(step.inputs) == 1 and _hands_on(step):
        slot = step.inputs[0]
    return slot


def _hands_on(step: Step) -> bool:
    return step.kind in IDENTITIES or (step.kind == "Activation" and step.function == "linear")


def _shown(
    by_slot: Mapping[int, Step],
    last: Step | None,
    width: int,
    values: Mapping[int, np.ndarray],
    answers: np.ndarray,
) -> Reading | None:
    """The reading that the last steps suggest, where it gives the answers back."""
    if last is None:
        return None
    if last.function in SOFTMAX and width == 1:
        raise ModelError(
            "A softmax should have at least two units",
            "one of a single unit, which says 1 whatever the picture",
            "Use a sigmoid for two classes, or two units.",
        )
    for head, slot in _suggestions(by_slot, last, width):
        if slot not in values or values[slot].size != answers.size:
            continue
        reading = Reading(head, slot, "value", width)
        if _gives_back(reading, values[slot], answers, values[last.output].dtype):
            return reading
    return None


def _suggestions(by_slot: Mapping[int, Step], last: Step, width: int) -> list[tuple[Head, int]]:
    if last.function in SOFTMAX:
        return [("softmax", last.inputs[0])]
    if last.function == "sigmoid":
        return [("sigmoid" if width == 1 else "independent", last.inputs[0])]
    before = by_slot.get(_source(by_slot, last.inputs[0])) if len(last.inputs) == 1 else None
    exponential = last.kind == "Exp" or last.function in ("exp", "exponential")
    if exponential and before is not None and before.function in ("log_softmax", "log_softmax_v2"):
        return [("softmax", before.inputs[0])]
    return []


def _gives_back(reading: Reading, value: np.ndarray, answers: np.ndarray, dtype: np.dtype) -> bool:
    logits = reading.logits(tf.convert_to_tensor(value))
    made = reading.probabilities(logits).numpy()
    if reading.width == 1:
        made = made[:, 1:]
    return bool(np.abs(made - answers).max() <= tolerance(dtype))


def tolerance(dtype: np.dtype) -> float:
    """How far a value may lie from what it is compared with: rounding, and no more."""
    return TOLERANCE if dtype.itemsize >= 4 else 4 * float(np.finfo(np.float16).eps)


def _by_numbers(final: int, last: Step | None, width: int, answers: np.ndarray, seen: bool) -> Reading:
    """The reading that the answers themselves allow."""
    linear = seen and last is not None and last.kind in LEARNED
    between = not linear and bool((answers >= 0).all() and (answers <= 1).all())
    name = (last.function or last.kind) if last is not None else "its input"
    if width == 1:
        return _one_unit(final, last, name, linear, between)
    if not linear and rows_are_probabilities(answers):
        note = (
            "Each row of the output sums to one, and the logits behind it cannot be recovered: "
            "the logarithm of the probabilities stands for them."
        )
        return Reading("probabilities", final, "log", width, (note,))
    if between:
        note = (
            f"The outputs end in {name}, lie between 0 and 1 and do not sum to one: "
            "they are read as independent labels, and the logarithm of their odds as logits."
        )
        return Reading("independent", final, "log odds", width, (note,))
    if rows_are_probabilities(np.exp(np.minimum(answers, 50))):
        return Reading("logits", final, "value", width, ("The outputs are the logarithms of probabilities.",))
    notes: tuple[str, ...] = ()
    if last is not None and last.kind == "Activation":
        notes = (f"The outputs end in {name} and are no probabilities: they are read as scores, and softmaxed.",)
    return Reading("logits", final, "value", width, notes)


def _one_unit(final: int, last: Step | None, name: str, linear: bool, between: bool) -> Reading:
    if between:
        note = (
            f"The single output ends in {name} and lies between 0 and 1: it is read as the probability of the second "
            "class, and the logarithm of its odds as its logit."
        )
        return Reading("sigmoid", final, "log odds", 1, (note,))
    if not linear and last is not None and last.kind == "Activation":
        raise ModelError(
            "A single output should be a logit, or a probability in 0..1",
            f"one that ends in {name}",
            "Give it a sigmoid, or no activation.",
        )
    note = "The single output is read as the logit of the second class, p = sigmoid(z)."
    return Reading("logits", final, "value", 1, (note,))


def rows_are_probabilities(rows: np.ndarray) -> bool:
    """Whether every row is a distribution: nothing below zero, and a sum of one."""
    slack = 1e-3 if rows.dtype.itemsize < 4 else 1e-4
    sums = rows.astype(np.float64).sum(axis=1)
    return bool((rows >= 0).all() and np.abs(sums - 1).max() <= slack)


def _rows(value: np.ndarray, width: int) -> np.ndarray:
    return np.asarray(value).reshape(-1, width)
