"""Any classifier as a function: accepted wherever a model is, by everything that needs no gradients and no layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.errors import InputError, ModelError

Predict = Callable[[np.ndarray], Any]
LARGEST_SIDE, FEWEST_CLASSES = 1024, 1


class _Answers(keras.layers.Layer):
    """Calls the function on each batch, outside the graph."""

    def __init__(self, predict: Predict, classes: int, whole: bool) -> None:
        super().__init__(name="answers", dtype="float32", trainable=False)
        self._predict, self._classes, self._whole = predict, classes, whole

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """Images (N, H, W, C) to answers (N, K)."""
        answers = tf.numpy_function(self._asked, [images], tf.float32, stateful=False)
        answers.set_shape((None, self._classes))
        return answers

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """(N, H, W, C) to (N, K)."""
        return (input_shape[0], self._classes)

    def _asked(self, images: np.ndarray) -> np.ndarray:
        given = np.clip(images + 0.5, 0, 255).astype(np.uint8) if self._whole else images
        answers = np.asarray(self._predict(given))
        if answers.shape != (len(images), self._classes):
            raise ValueError(f"expected ({len(images)}, {self._classes}), received {answers.shape}")
        return answers.astype(np.float32)


class Predictor(keras.Model):
    """A classifier of which nothing is known but its answers. Make one with `from_function` or `from_onnx`.

    Args:
        predict: images (N, H, W, C) to answers (N, K).
        input_shape: (H, W, C).
        class_names: one name a class.
        whole: whether the function takes uint8; float32 as it comes, where not.
        notes: what a person should know about how it was wrapped.
        file: the ONNX file that it was made from, so that it can be kept; empty for a function.
    """

    def __init__(
        self,
        predict: Predict,
        input_shape: tuple[int, int, int],
        class_names: Sequence[str],
        *,
        whole: bool = True,
        notes: tuple[str, ...] = (),
        file: bytes = b"",
    ) -> None:
        images = keras.Input(input_shape, dtype="float32", name="images")
        answers = _Answers(predict, len(class_names), whole)(images)
        super().__init__(inputs=images, outputs=answers, name="predictor")
        self.class_names, self.notes, self.file = tuple(class_names), notes, file


def from_function(predict: Predict, input_shape: tuple[int, int, int], class_names: Sequence[str]) -> Predictor:
    """Wrap any classifier.

    Args:
        predict: uint8 (N, H, W, C), 0 to 255, to probabilities or logits (N, K). It is called on batches of any size.
        input_shape: (H, W, C) of its images; C is 1 or 3.
        class_names: K names, in the order of its answers.

    Returns:
        What perturbation methods, hunches, diagnosis, calibration and the report take in place of a model. What needs
        gradients or layers refuses it with a `ModelError`.

    Raises:
        InputError: for a shape that is no image's, fewer than two names, or the same name twice.
        ModelError: when the function fails on a grey image, or its answer has another shape than (N, K).
    """
    shape, names = _checked(input_shape, class_names)
    _try(predict, shape, len(names))
    return Predictor(predict, shape, names)


def is_black_box(model: Any) -> bool:
    """Whether a model, or the network behind its preprocessing, is a `Predictor`."""
    return isinstance(model, Predictor) or isinstance(getattr(model, "network", None), Predictor)


def require_layers(model: Any, what: str) -> None:
    """ModelError where a model is a black box.

    Args:
        model: any classifier.
        what: what needs gradients or layers, to begin a sentence, such as "Grad-CAM".
    """
    if is_black_box(model):
        raise ModelError(
            f"{what} needs a Keras network, since it reads gradients or layers",
            "a classifier of which only the answers are known",
            "Occlusion, RISE, LIME, KernelSHAP and Sobol indices need answers alone.",
        )


def _checked(input_shape: Any, class_names: Sequence[str]) -> tuple[tuple[int, int, int], tuple[str, ...]]:
    shape = tuple(input_shape) if isinstance(input_shape, Sequence) else ()
    sides = all(isinstance(side, int | np.integer) and 1 <= side <= LARGEST_SIDE for side in shape)
    if len(shape) != 3 or not sides or shape[2] not in (1, 3):
        raise InputError(
            f"input_shape should be (H, W, C), sides of 1 to {LARGEST_SIDE} pixels and 1 or 3 channels",
            repr(input_shape),
        )
    names = tuple(str(name) for name in class_names)
    if len(names) < 2 or len(set(names)) < len(names):
        raise InputError("class_names should be two or more different names", repr(list(class_names)))
    height, width, channels = (int(side) for side in shape)
    return (height, width, channels), names


def _try(predict: Predict, shape: tuple[int, int, int], classes: int) -> None:
    """Call the function on two grey images, so that a mistake shows now rather than in the middle of a search."""
    images = np.full((2, *shape), 127, np.uint8)
    try:
        answers = np.asarray(predict(images))
    except Exception as error:
        raise ModelError(
            f"The function should answer uint8 images of shape {images.shape}", f"{type(error).__name__}: {error}"
        ) from error
    if answers.shape != (2, classes) or not np.issubdtype(answers.dtype, np.number):
        raise ModelError(
            f"The function should give numbers of shape (2, {classes}) for two images",
            f"{answers.dtype} of shape {answers.shape}",
            "There should be one name for each number that it gives for an image.",
        )
    if not np.isfinite(answers).all():
        raise ModelError("The function should give finite numbers", "some that are not, for a grey image")
