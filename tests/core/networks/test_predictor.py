"""Any classifier as a function: what it answers is what it says, and what needs its inside refuses it."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.attribution import explain, methods
from core.errors import InputError, ModelError
from core.hunches import test_hunch as run_hunch
from core.networks import from_function, probabilities
from core.networks.interface import interface
from core.networks.onnx import from_onnx
from core.trust import badge, calibration
from tests.core.hunches.conftest import SIDE, coloured, reads_mean_colour, ring

NAMES = ("red", "green", "blue")


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return reads_mean_colour(ring())


@pytest.fixture(scope="module")
def wrapped(model: keras.Model):
    return from_function(lambda images: model.predict(images.astype(np.float32), verbose=0), (SIDE, SIDE, 3), NAMES)


@pytest.fixture(scope="module")
def data():
    return coloured(60, 1, background_tied=True)


def test_its_answers_are_the_functions_own(model, wrapped, data):
    own = model.predict(data.images.astype(np.float32), verbose=0)
    assert np.abs(probabilities(wrapped, data.images) - own).max() <= 1e-6


@pytest.mark.parametrize("method", [name for name, info in methods().items() if info.family == "perturbation"])
def test_perturbation_gives_the_networks_own_maps(method, model, wrapped, data):
    quick = {"rise": {"samples": 64}, "lime": {"samples": 64}, "kernel_shap": {"samples": 64}, "sobol": {"samples": 4}}
    settings = quick.get(method, {})
    if "score" in methods()[method].Settings.model_fields:
        settings = {**settings, "score": "probability"}
    own, wraps = (explain(each, data.images[:2], method=method, **settings) for each in (model, wrapped))
    assert np.abs(own - wraps).max() <= 1e-4 * max(1.0, np.abs(own).max())


@pytest.mark.parametrize("method", [name for name, info in methods().items() if info.family != "perturbation"])
def test_what_needs_gradients_or_layers_says_so(method, wrapped, data):
    with pytest.raises(ModelError, match="gradients or layers"):
        explain(wrapped, data.images[:1], method=method)


def test_a_badge_says_that_weights_cannot_be_drawn_anew(wrapped, data):
    with pytest.raises(ModelError, match="randomisation check needs"):
        badge(wrapped, data.images[:2], method="occlusion")


def test_hunches_and_calibration_find_what_they_find_in_the_network(model, wrapped, data):
    own, wraps = (run_hunch(each, data, "background_swapped", n=60) for each in (model, wrapped))
    assert (own.conclusion, own.flips) == (wraps.conclusion, wraps.flips)
    assert own.effect == pytest.approx(wraps.effect, abs=1e-5)
    assert calibration(model, data).ece == pytest.approx(calibration(wrapped, data).ece, abs=1e-5)


@pytest.mark.parametrize(
    ("predict", "shape", "names", "said"),
    [
        (lambda images: np.zeros((len(images), 2)), (8, 8, 3), NAMES, "one name for each"),
        (lambda images: 1 / 0, (8, 8, 3), NAMES, "ZeroDivisionError"),
        (lambda images: np.full((len(images), 3), np.nan), (8, 8, 3), NAMES, "finite"),
        (lambda images: np.zeros((len(images), 3)), (8, 8), NAMES, r"\(H, W, C\)"),
        (lambda images: np.zeros((len(images), 3)), (8, 8, 4), NAMES, r"\(H, W, C\)"),
        (lambda images: np.zeros((len(images), 3)), (8, 8, 3), ("a", "a", "b"), "different names"),
    ],
)
def test_a_function_that_cannot_be_a_classifier_is_refused(predict, shape, names, said):
    with pytest.raises((ModelError, InputError), match=said):
        from_function(predict, shape, names)


def exported(model: keras.Model, path, *, external: bool = False):
    """A Keras convnet as PyTorch would write it: channels first, with a free batch."""
    onnx = pytest.importorskip("onnx")
    conv, dense = model.get_layer("conv"), model.get_layer("dense")
    kernel, bias = conv.get_weights()
    weights, offset = dense.get_weights()
    parts = {
        "k": kernel.transpose(3, 2, 0, 1),
        "b": bias,
        "w": weights,
        "o": offset,
    }
    nodes = [
        onnx.helper.make_node("Conv", ["images", "k", "b"], ["c"], pads=[1, 1, 1, 1]),
        onnx.helper.make_node("Relu", ["c"], ["r"]),
        onnx.helper.make_node("GlobalAveragePool", ["r"], ["g"]),
        onnx.helper.make_node("Flatten", ["g"], ["f"]),
        onnx.helper.make_node("Gemm", ["f", "w", "o"], ["logits"]),
    ]
    number, sides = onnx.TensorProto.FLOAT, model.input_shape[1:3]
    graph = onnx.helper.make_graph(
        nodes,
        "net",
        [onnx.helper.make_tensor_value_info("images", number, ["batch", 3, *sides])],
        [onnx.helper.make_tensor_value_info("logits", number, ["batch", 3])],
        [onnx.numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in parts.items()],
    )
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, path, save_as_external_data=external, size_threshold=0, location="elsewhere")
    return path


@pytest.fixture(scope="module")
def convnet() -> keras.Model:
    keras.utils.set_random_seed(3)
    images = keras.Input((SIDE, SIDE, 3), name="images")
    maps = keras.layers.Conv2D(4, 3, padding="same", activation="relu", name="conv")(images)
    flat = keras.layers.GlobalAveragePooling2D(name="pool")(maps)
    return keras.Model(images, keras.layers.Dense(3, name="dense")(flat))


def test_an_onnx_network_answers_as_the_keras_network_it_was_made_from(convnet, data, tmp_path):
    pytest.importorskip("onnxruntime")
    opened = from_onnx(exported(convnet, tmp_path / "net.onnx"), class_names=NAMES)
    assert any("transposed" in note for note in opened.notes)
    images = data.images[:7].astype(np.float32) / 255
    own = keras.ops.softmax(convnet(images)).numpy()
    assert np.abs(probabilities(opened, images) - own).max() <= 1e-5
    read = interface(opened, preprocessing="unit", class_names=NAMES)
    assert np.abs(probabilities(opened, data.images[:7], interface=read) - own).max() <= 1e-5
    maps = explain(opened, data.images[:2], method="occlusion", interface=read)
    assert maps.shape == (2, SIDE, SIDE)


def test_an_onnx_file_with_weights_elsewhere_is_refused(convnet, tmp_path):
    pytest.importorskip("onnxruntime")
    with pytest.raises(ModelError, match="weights included"):
        from_onnx(exported(convnet, tmp_path / "net.onnx", external=True))


def test_a_file_that_is_no_onnx_is_refused(tmp_path):
    pytest.importorskip("onnxruntime")
    path = tmp_path / "net.onnx"
    path.write_bytes(b"\x00" * 64)
    with pytest.raises(ModelError, match="whole ONNX file"):
        from_onnx(path)
