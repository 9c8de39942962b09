from __future__ import annotations

import json
import urllib.error
from typing import get_args

import keras
import numpy as np
import pytest
from keras import layers

from core.errors import InputError, LayerError, ModelError, Unavailable
from core.networks import build, preprocessings, run_key, train
from core.networks.graph import graph_of
from core.networks.inspect import layers as listed
from core.networks.training.backbone import files_of
from core.networks.training.new_weights import draw_new_weights
from core.networks.training.run import Run
from core.networks.training.specs import APPLICATIONS, Head, NetworkSpec
from core.store import Store

NAMES = ("one", "two", "three")
SHAPE = (20, 20, 3)
TOLD = {"backbone_preprocessing": "symmetric"}


def classifier(*, rescales: bool = False) -> keras.Model:
    """Somebody's network of five classes, for pictures of 16 pixels."""
    images = keras.Input((16, 16, 3), name="their_pictures")
    value = layers.Rescaling(1 / 255)(images) if rescales else images
    value = layers.Conv2D(6, 3, kernel_initializer=keras.initializers.HeNormal(1), name="conv1")(value)
    value = layers.BatchNormalization(name="norm1")(value)
    value = layers.Conv2D(8, 3, kernel_initializer=keras.initializers.HeNormal(2), name="conv2")(value)
    value = layers.Dropout(0.3, name="drop")(value)
    value = layers.GlobalAveragePooling2D(name="their_pool")(value)
    return keras.Model(images, layers.Dense(5, "softmax", name="their_classes")(value))


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("backbones") / "theirs.keras"
    classifier().save(path)
    return str(path)


def kernel(model: keras.Model, name: str = "conv1") -> np.ndarray:
    return model.get_layer("backbone").get_layer(name).get_weights()[0]


def trained_names(model: keras.Model) -> set[str]:
    return {variable.path.split("/")[0] for variable in model.trainable_variables}


@pytest.mark.parametrize("head", get_args(Head))
def test_a_file_gives_its_frozen_layers_at_the_pictures_own_size_and_the_head_is_new(file, head):
    model = build(NetworkSpec(backbone=file, head=head, **TOLD), SHAPE, NAMES)
    original = keras.saving.load_model(file)
    np.testing.assert_array_equal(kernel(model), original.get_layer("conv1").get_weights()[0])
    assert trained_names(model) == {"predictions"}
    assert listed(model)[-1].shape[-1] == 3
    assert graph_of(model).default_layer == "backbone/conv2"
    images = np.random.default_rng(0).integers(0, 256, (2, *SHAPE)).astype(np.uint8)
    maps = original.get_layer("conv2")(
        original.get_layer("norm1")(original.get_layer("conv1")(preprocessings()["symmetric"](images)))
    )
    np.testing.assert_allclose(graph_of(model).run(images.astype(np.float32), until="backbone/conv2"), maps, atol=1e-4)


def test_layers_are_trained_from_the_chosen_one_on_and_statistics_stay(file):
    assert trained_names(build(NetworkSpec(backbone=file, backbone_trained_from="conv2", **TOLD), SHAPE, NAMES)) == {
        "conv2",
        "predictions",
    }
    whole = build(NetworkSpec(backbone=file, backbone_trained_from="all", **TOLD), SHAPE, NAMES)
    assert trained_names(whole) == {"conv1", "conv2", "predictions"}


def test_the_head_reads_the_layer_that_is_named(file):
    model = build(NetworkSpec(backbone=file, backbone_layer="norm1", **TOLD), SHAPE, NAMES)
    assert listed(model)[-3].path == "backbone/norm1"


def test_grey_pictures_become_three_equal_channels(file):
    spec = NetworkSpec(backbone=file, **TOLD)
    grey, colour = build(spec, (20, 20, 1), NAMES), build(spec, SHAPE, NAMES)
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 20, 1)).astype(np.float32)
    np.testing.assert_allclose(grey(images), colour(images.repeat(3, axis=-1)), atol=1e-6)


def test_a_backbone_without_a_head_opens_too(tmp_path):
    model = classifier()
    path = tmp_path / "headless.h5"
    keras.Model(model.inputs, model.get_layer("conv2").output).save(path)
    made = build(NetworkSpec(backbone=str(path), **TOLD), SHAPE, NAMES)
    assert graph_of(made).default_layer == "backbone/conv2"


def test_preprocessing_is_told_unless_the_network_in_the_file_rescales(file, tmp_path):
    with pytest.raises(InputError, match="how pictures are prepared"):
        build(NetworkSpec(backbone=file), SHAPE, NAMES)
    path = tmp_path / "rescales.keras"
    classifier(rescales=True).save(path)
    model = build(NetworkSpec(backbone=str(path)), SHAPE, NAMES)
    assert not [layer.name for layer in model.layers if layer.name.startswith("preprocessing")]


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"backbone": "ResNet51"}, ModelError, "neither"),
        ({"backbone_layer": "conv3"}, LayerError, "conv2"),
        ({"backbone_trained_from": "conv3"}, LayerError, "conv2"),
        ({"backbone_preprocessing": "magic"}, InputError, "magic"),
        ({"backbone": "Xception", "backbone_weights": "none"}, ModelError, "larger pictures"),
        ({"backbone": "VGG16", "backbone_weights": "nowhere.h5"}, ModelError, "nowhere.h5"),
    ],
)
def test_what_does_not_exist_or_fit_is_refused_with_a_sentence(file, values, error, said):
    with pytest.raises(error, match=said):
        build(NetworkSpec(**{"backbone": file, **TOLD, **values}), SHAPE, NAMES)


def test_pictures_of_other_channels_are_refused(tmp_path):
    images = keras.Input((16, 16, 1))
    value = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(images))
    path = tmp_path / "grey.keras"
    keras.Model(images, layers.Dense(2, "softmax")(value)).save(path)
    with pytest.raises(ModelError, match="3 channels"):
        build(NetworkSpec(backbone=str(path), **TOLD), SHAPE, NAMES)


def test_weights_that_cannot_be_downloaded_are_told_with_a_way_out(monkeypatch):
    def unreachable(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", unreachable)
    monkeypatch.setattr("keras.src.utils.file_utils.config.home_dir", lambda: "/nonexistent", raising=False)
    with pytest.raises(Unavailable, match=r"should be on this machine.*none for new weights"):
        build(NetworkSpec(backbone="VGG16"), (32, 32, 3), NAMES)


def test_new_weights_of_an_application_are_the_seeds_and_all_of_them_are_trained():
    spec = NetworkSpec(backbone="VGG16", backbone_weights="none", seed=3)
    first, same, other = (build(NetworkSpec.of(spec, seed=seed), (32, 32, 3), NAMES) for seed in (3, 3, 4))
    np.testing.assert_array_equal(kernel(first, "block1_conv1"), kernel(same, "block1_conv1"))
    assert np.abs(kernel(first, "block1_conv1") - kernel(other, "block1_conv1")).max() > 0.01
    assert len(first.trainable_variables) == len(first.weights)
    # Caffe's preprocessing, which belongs to VGG.
    assert first.get_layer("preprocessing_scale").offset == [-103.939, -116.779, -123.68]


def test_a_local_file_gives_an_application_its_weights_and_a_wrong_one_is_refused(tmp_path):
    theirs = keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))
    path = tmp_path / "vgg.weights.h5"
    theirs.save_weights(path)
    model = build(NetworkSpec(backbone="VGG16", backbone_weights=str(path)), (48, 48, 3), NAMES)
    np.testing.assert_array_equal(kernel(model, "block1_conv1"), theirs.get_layer("block1_conv1").get_weights()[0])
    assert trained_names(model) == {"predictions"}
    with pytest.raises(ModelError, match="weights should be those of"):
        build(NetworkSpec(backbone="VGG19", backbone_weights=str(path)), (48, 48, 3), NAMES)


def test_every_application_of_keras_can_be_named_and_no_other():
    made = {name for name in dir(keras.applications) if callable(getattr(keras.applications, name))}
    assert set(APPLICATIONS) == made


def test_a_changed_file_is_another_run_and_networks_of_blocks_keep_their_keys(file, splits, tmp_path):
    assert files_of(NetworkSpec()) == []
    assert not [name for name in NetworkSpec().model_dump() if name.startswith("backbone")]
    path = tmp_path / "again.keras"
    spec = NetworkSpec(backbone=str(path), **TOLD)
    keys = []
    for seed in (1, 2):
        model = classifier()
        draw_new_weights(model, seed)
        model.save(path)
        keys.append(run_key(splits, spec))
    assert keys[0] != keys[1]


def test_a_run_keeps_its_backbone_and_runs_saved_before_there_were_any_still_open(file, splits, short, tmp_path):
    run = train(splits, NetworkSpec(backbone=file, **TOLD), short, store=Store(str(tmp_path)))
    again = Run.from_bytes(run.to_bytes())
    assert again.network_spec == run.network_spec
    np.testing.assert_array_equal(kernel(again.model), kernel(build(run.network_spec, run.input_shape, NAMES)))
    old = json.loads(run.to_json())
    old["network_spec"] = {name: value for name, value in old["network_spec"].items() if "backbone" not in name}
    assert Run.from_json(json.dumps(old)).network_spec == NetworkSpec()


def test_new_weights_are_drawn_for_depthwise_and_separable_kernels_and_not_for_what_is_frozen():
    images = keras.Input((8, 8, 3))
    value = layers.Conv2D(4, 3, name="frozen")(images)
    value = layers.DepthwiseConv2D(3, name="depthwise")(value)
    value = layers.SeparableConv2D(4, 3, name="separable")(value)
    model = keras.Model(images, layers.Dense(2)(layers.Flatten()(value)))
    model.get_layer("frozen").trainable = False
    before = {weight.path: weight.numpy() for weight in model.weights}
    draw_new_weights(model, 0)
    same = {weight.path for weight in model.weights if np.array_equal(before[weight.path], weight.numpy())}
    assert {path for path in same if "kernel" in path} == {"frozen/kernel"}
