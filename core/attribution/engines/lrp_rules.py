"""Rules by which layer-wise relevance propagation hands relevance from a step's value to what it was made of.

Every rule shares out in proportion to contributions to some sum z, and so has one form,
R_in = x * gradient of (z * R / z held fixed) with respect to x: the steps' own code does the sums, and no rule needs to
know how a convolution pads or strides.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from core.networks.graph import Call, Step


@dataclass(frozen=True, eq=False)
class RecordedStep:
    """One step as it ran: what went in, what came out, and a tape between them."""

    step: Step
    inputs: tuple[tf.Tensor, ...]
    output: tf.Tensor
    tape: tf.GradientTape

    def back(self, above: tf.Tensor) -> list[tf.Tensor]:
        """`above` times the step's derivative, one tensor for each input."""
        return list(self.tape.gradient(self.output, list(self.inputs), output_gradients=above))


def record_step(step: Step, seen: dict[str, RecordedStep]) -> Call:
    """The step's own call, which also leaves a `RecordedStep` under its path."""

    def call(*inputs: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            # Each step has its own copies, so that a value that is used twice gets two gradients.
            copies = tuple(tf.identity(value) for value in inputs)
            tape.watch(copies)
            output = step.call(*copies)
        seen[step.path] = RecordedStep(step, copies, output, tape)
        return output

    return call


def move_relevance(seen: RecordedStep, relevance: tf.Tensor) -> list[tf.Tensor]:
    """Relevance goes where the values came from: for steps that move values or keep the largest."""
    return seen.back(relevance)


def share_relevance(
    seen: RecordedStep, relevance: tf.Tensor, epsilon: float, *, norm: RecordedStep | None = None, biases: bool = True
) -> list[tf.Tensor]:
    r"""The epsilon rule: $R_i = \sum_j x_i w_{ij} / (z_j + \epsilon \, sign z_j) \cdot R_j$.

    Args:
        seen: the recorded step.
        relevance: relevance of the step's output.
        epsilon: as a share of the mean size of z in each picture.
        norm: the batch norm that follows and is taken together with the step.
        biases: whether z counts the bias, which then swallows its share.
    """
    total = (norm or seen).output
    total = total if biases else total - _constant_part(seen, norm)
    ratio = relevance / _away_from_zero(total, epsilon)
    above = norm.back(ratio)[0] if norm else ratio
    return [value * part for value, part in zip(seen.inputs, seen.back(above), strict=True)]


def positive_relevance(
    seen: RecordedStep,
    relevance: tf.Tensor,
    *,
    norm: RecordedStep | None = None,
    below_zero: bool = True,
    rectified: bool = True,
) -> list[tf.Tensor]:
    r"""The z⁺ rule: $R_i = \sum_j (x_i w_{ij})^+ / \sum_k (x_k w_{kj})^+ \cdot R_j$; biases take no part.

    Args:
        seen: the recorded step.
        relevance: relevance of the step's output.
        norm: the batch norm that follows; its factors are taken as part of the weights.
        below_zero: whether the input may have values below zero.
        rectified: whether a ReLU follows. Where none does, a unit may lie below zero, and what pushed it there is
            what its relevance goes to.
    """
    if rectified:
        return [_along(seen, relevance, 1, norm, below_zero)]
    raised = tf.cast((norm or seen).output >= 0, relevance.dtype)
    up = _along(seen, relevance * raised, 1, norm, below_zero)
    return [up + _along(seen, relevance * (1 - raised), -1, norm, below_zero)]


def _along(
    seen: RecordedStep, relevance: tf.Tensor, sign: int, norm: RecordedStep | None, below_zero: bool
) -> tf.Tensor:
    """Relevance in proportion to the contributions of one sign."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        value = tf.identity(seen.inputs[0])
        tape.watch(value)
        parts = (tf.nn.relu(value), tf.minimum(value, 0.0)) if below_zero else (value,)
        total = _same_sign(seen.step, parts, sign)
        if norm is not None:
            factor = _factor(norm)
            total = tf.nn.relu(factor) * total + tf.minimum(factor, 0.0) * _same_sign(seen.step, parts, -sign)
    ratio = tf.math.divide_no_nan(relevance, total)
    return value * tape.gradient(total, value, output_gradients=ratio)


def spread_evenly(seen: RecordedStep, relevance: tf.Tensor) -> list[tf.Tensor]:
    r"""The flat rule: each value in the window gets the same share."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        value = tf.ones_like(seen.inputs[0])
        tape.watch(value)
        total = _with_weights(seen.step, [tf.ones_like] * len(_kernels(seen.step)), value)
    ratio = tf.math.divide_no_nan(relevance, total)
    return [tape.gradient(total, value, output_gradients=ratio)]


def _same_sign(step: Step, parts: Sequence[tf.Tensor], sign: int) -> tf.Tensor:
    """Sum of the products of input and weights that have this sign, given the input's positive and negative part."""
    total = _signed_weights(step, parts[0], sign)
    return total + _signed_weights(step, parts[1], -sign) if len(parts) > 1 else total


def _signed_weights(step: Step, value: tf.Tensor, sign: int) -> tf.Tensor:
    """The step without bias, with those weights only whose sign (the product's, for two kernels) is this one."""
    halves: dict[int, Callable[[tf.Tensor], tf.Tensor]] = {1: tf.nn.relu, -1: lambda kernel: tf.minimum(kernel, 0.0)}
    choices = itertools.product((1, -1), repeat=len(_kernels(step)))
    fitting = [signs for signs in choices if _product(signs) == sign]
    return tf.add_n([_with_weights(step, [halves[each] for each in signs], value) for signs in fitting])


def _product(signs: Sequence[int]) -> int:
    return -1 if signs.count(-1) % 2 else 1


def _with_weights(step: Step, changes: Sequence[Callable[[tf.Tensor], tf.Tensor]], value: tf.Tensor) -> tf.Tensor:
    """The step's value with its kernels changed and its bias at zero; the layer itself keeps its weights."""
    kernels = _kernels(step)
    mapping = [(kernel, change(kernel.value)) for kernel, change in zip(kernels, changes, strict=True)]
    others = {id(kernel) for kernel in kernels}
    mapping += [(weight, tf.zeros_like(weight.value)) for weight in step.layer.weights if id(weight) not in others]
    with keras.StatelessScope(mapping):
        return step.call(value)


def _kernels(step: Step) -> list[Any]:
    return [weight for weight in step.layer.weights if weight.name != "bias"]


def _factor(norm: RecordedStep) -> tf.Tensor:
    """What batch norm multiplies each channel by, (C,)."""
    channels = (1,) * (len(norm.step.shape) - 1) + (norm.step.shape[-1],)
    return tf.reshape(norm.step.call(tf.ones(channels)) - norm.step.call(tf.zeros(channels)), [-1])


def _constant_part(seen: RecordedStep, norm: RecordedStep | None) -> tf.Tensor:
    """What the step, and the batch norm after it, give for an input of zeros; one row, the same for every picture."""
    blank = seen.step.call(*(tf.zeros_like(value[:1]) for value in seen.inputs))
    return norm.step.call(blank) if norm else blank


def _away_from_zero(total: tf.Tensor, epsilon: float) -> tf.Tensor:
    """Values moved away from zero by a share of their mean size in each picture; exact zeros are made harmless."""
    axes = tuple(range(1, len(total.shape)))
    room = epsilon * tf.reduce_mean(tf.abs(total), axis=axes, keepdims=True)
    away = total + tf.where(total < 0, -room, room)
    return tf.where(away == 0, tf.fill(tf.shape(away), tf.constant(float("inf"), away.dtype)), away)
