"""tf-explain's own routines on any Keras 3 classifier: the reference for Hunch's own methods.

tf-explain 0.3.1 fails on Sequential and nested models under Keras 3, and returns coloured grids. Here its class-level
functions, which return raw values, run on a Functional copy of the model: the same layers in sequence, with a named
marker at the layer of interest. Its quirks are kept and noted in each docstring.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from core.networks.evaluator import ModelEvaluator
from core.networks.graph import graph_of
from core.networks.predictor import require_layers

Output = Literal["logit", "probability"]
MARK = "marked_layer"


def functional_copy(model: keras.Model, *, layer: str | None = None, output: Output = "logit") -> keras.Model:
    """An independent, flat Functional model with the same weights, in the form that tf-explain understands.

    Args:
        model: any Keras 3 classifier with a graph; not changed.
        layer: path of the layer whose value gets the name `MARK`; None for none.
        output: whether the copy returns logits or probabilities.

    Raises:
        LayerError: when the layer does not exist.
        ModelError: when the model has no graph to copy.
    """
    require_layers(model, "tf-explain")
    twin = keras.models.clone_model(model)
    if not twin.built:
        twin.build(model.input_shape)
    twin.set_weights(model.get_weights())
    graph = graph_of(twin)
    inputs = keras.Input(graph.input_shape[1:], name="pictures")
    hooks = {}
    if layer is not None:
        graph.step(layer)
        hooks[layer] = keras.layers.Identity(name=MARK)
    logits = graph.run(inputs, hooks=hooks)
    outputs = keras.layers.Softmax(name="probabilities")(logits) if output == "probability" else logits
    return keras.Model(inputs, outputs, name="reference")


def grad_cam(
    model: keras.Model,
    images: np.ndarray,
    target: int,
    *,
    layer: str | None = None,
    guided: bool = False,
    output: Output = "logit",
) -> np.ndarray:
    """tf-explain's Grad-CAM before resizing and colouring, (N, h, w); not rectified.

    Args:
        model: any Keras 3 classifier with a graph.
        images: (N, H, W, C), in the scale that the model takes.
        target: class index.
        layer: path of the layer; None for the last convolution.
        guided: tf-explain's own default is True, which masks the gradient and is not the paper's method.
        output: whether the score is a logit or a probability.
    """
    from tf_explain.core.grad_cam import GradCAM

    copy = functional_copy(model, layer=ModelEvaluator.of(model).map_layer(layer), output=output)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The structure of `inputs`")
        maps, gradients = GradCAM.get_gradients_and_filters(copy, _floats(images), MARK, target, guided)
    return np.stack([cam.numpy() for cam in GradCAM.generate_ponderated_output(maps, gradients)])


def occlusion(model: keras.Model, images: np.ndarray, target: int, *, patch: int) -> np.ndarray:
    """tf-explain's occlusion, (N, H, W): one minus the probability with a grey square there; stride equals patch.

    Args:
        model: any Keras 3 classifier with a graph.
        images: (N, H, W, C), in the scale that the model takes.
        target: class index.
        patch: side of the square in pixels.
    """
    from tf_explain.core.occlusion_sensitivity import OcclusionSensitivity

    copy = functional_copy(model, output="probability")
    copy.compile()
    copy.predict = partial(copy.predict, verbose=0)
    routine = OcclusionSensitivity(batch_size=64)
    return np.stack([routine.get_sensitivity_map(copy, image, target, patch) for image in _floats(images)])


def activations(model: keras.Model, images: np.ndarray, layer: str) -> np.ndarray:
    """A layer's value, computed by tf-explain's own sub-model, (N, ...).

    Args:
        model: any Keras 3 classifier with a graph.
        images: (N, H, W, C), in the scale that the model takes.
        layer: path of the layer.
    """
    from tf_explain.core.activations import ExtractActivations

    copy = functional_copy(model, layer=layer)
    part = ExtractActivations.generate_activations_graph(copy, [MARK])
    return np.asarray(part.predict(_floats(images), verbose=0))


def vanilla_gradients(model: keras.Model, images: np.ndarray, target: int, *, output: Output = "logit") -> np.ndarray:
    """tf-explain's gradient of the score with respect to the images, (N, H, W, C).

    Args:
        model: any Keras 3 classifier with a graph.
        images: (N, H, W, C), in the scale that the model takes.
        target: class index.
        output: whether the score is a logit or a probability.
    """
    from tf_explain.core.vanilla_gradients import VanillaGradients

    return _gradients(VanillaGradients, model, images, target, output)


def gradients_inputs(model: keras.Model, images: np.ndarray, target: int, *, output: Output = "logit") -> np.ndarray:
    """tf-explain's gradient times input, (N, H, W, C).

    Args:
        model: any Keras 3 classifier with a graph.
        images: (N, H, W, C), in the scale that the model takes.
        target: class index.
        output: whether the score is a logit or a probability.
    """
    from tf_explain.core.gradients_inputs import GradientsInputs

    return _gradients(GradientsInputs, model, images, target, output)


def _gradients(routine: Any, model: keras.Model, images: np.ndarray, target: int, output: Output) -> np.ndarray:
    copy = functional_copy(model, output=output)
    return routine.compute_gradients(tf.constant(_floats(images)), copy, target).numpy()


def integrated_gradients(
    model: keras.Model, images: np.ndarray, target: int, *, steps: int = 10, output: Output = "logit"
) -> np.ndarray:
    """tf-explain's mean gradient along the path from black, (N, H, W, C); it does not multiply by the input.

    Args:
        model: any Keras 3 classifier with a graph.
        images: (N, H, W, C), in the scale that the model takes.
        target: class index.
        steps: number of points on the path.
        output: whether the score is a logit or a probability.
    """
    from tf_explain.core.integrated_gradients import IntegratedGradients

    copy = functional_copy(model, output=output)
    path = IntegratedGradients.generate_interpolations(_floats(images), steps).astype(np.float32)
    return IntegratedGradients.get_integrated_gradients(tf.constant(path), copy, target, steps).numpy()


def smoothgrad(model: keras.Model, noisy_images: np.ndarray, target: int, *, samples: int) -> np.ndarray:
    """tf-explain's mean gradient of the cross-entropy over noisy copies, (N, H, W, C).

    Args:
        model: any Keras 3 classifier with a graph.
        noisy_images: (N * samples, H, W, C), the copies of each image in sequence. tf-explain draws them from the
            global
            generator, so here the caller draws them.
        target: class index.
        samples: number of copies per image.
    """
    from tf_explain.core.smoothgrad import SmoothGrad

    copy = functional_copy(model, output="probability")
    return SmoothGrad.get_averaged_gradients(_floats(noisy_images), copy, target, samples).numpy()


def _floats(images: np.ndarray) -> np.ndarray:
    return np.asarray(images, np.float32)
