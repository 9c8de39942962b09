"""Files from strangers: what can be opened, and what is refused before it can do harm."""

from __future__ import annotations

import io
import pickle
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from keras.src.applications.convnext import LayerScale, StochasticDepth

from core.errors import ModelError
from core.networks import build, class_names_in, load_model, save_model
from core.networks.training.specs import NetworkSpec
from tests.core.networks.network_files import config_of, rewritten, small_network, with_config, with_layer

NAMES = ("cat", "dog")


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return build(NetworkSpec(blocks=2, filters=4), (12, 12, 3), NAMES)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 255, (3, 12, 12, 3)).astype(np.float32)


def content_of(model: keras.Model, path) -> bytes:
    model.save(path)
    return path.read_bytes()


def with_head(content: bytes, **changes: object) -> bytes:
    """The archive with another description of its last layer."""
    config = config_of(content)
    config["config"]["layers"][-1].update(changes)
    return with_config(content, config)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("as_bytes", [True, False])
def test_both_formats_open_from_a_path_and_from_bytes(model, pictures, tmp_path, suffix, as_bytes):
    path = tmp_path / f"net{suffix}"
    content = content_of(model, path)
    opened = load_model(content if as_bytes else path)
    np.testing.assert_allclose(opened(pictures), model(pictures), atol=1e-6)


def test_class_names_travel_in_a_file_that_plain_keras_opens(model, pictures, tmp_path):
    path = tmp_path / "net.keras"
    path.write_bytes(save_model(model, NAMES))
    assert class_names_in(path) == NAMES
    np.testing.assert_array_equal(keras.saving.load_model(path)(pictures), model(pictures))
    assert class_names_in(save_model(model)) == ()


def test_a_compiled_sequential_and_a_nested_model_open(pictures):
    backbone = keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(4, 3), layers.ReLU()], name="backbone")
    nested = keras.Sequential([keras.Input((12, 12, 3)), backbone, layers.GlobalMaxPooling2D(), layers.Dense(2)])
    nested.compile("adam", "mse")
    np.testing.assert_array_equal(load_model(save_model(nested))(pictures), nested(pictures))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_lambda_is_refused_and_never_runs(tmp_path, suffix):
    ran = str(tmp_path / "ran")
    evil = layers.Lambda(lambda x: (open(ran, "w").close(), x)[1])
    content = content_of(
        keras.Sequential([keras.Input((12, 12, 3)), evil, layers.Flatten(), layers.Dense(2)]),
        tmp_path / f"evil{suffix}",
    )
    (tmp_path / "ran").unlink()
    with pytest.raises(ModelError, match=r"Lambda, which runs code"):
        load_model(content)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_layers_that_keras_keeps_beside_its_applications_open(pictures, tmp_path, suffix):
    parts = [keras.Input((12, 12, 3)), layers.Conv2D(4, 3), LayerScale(0.5, 4), StochasticDepth(0.1)]
    model = keras.Sequential([*parts, layers.Flatten(), layers.Dense(2)])
    np.testing.assert_array_equal(load_model(content_of(model, tmp_path / f"net{suffix}"))(pictures), model(pictures))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_statistics_and_random_layers_come_back_as_they_were(pictures, tmp_path, suffix):
    scale = layers.Normalization()
    scale.adapt(pictures)
    parts = [keras.Input((12, 12, 3)), layers.RandomFlip(), scale, layers.Dropout(0.5), layers.Flatten()]
    model = keras.Sequential([*parts, layers.Dense(2)])
    opened = load_model(content_of(model, tmp_path / f"net{suffix}"))
    np.testing.assert_allclose(opened(pictures, training=False), model(pictures, training=False), atol=1e-6)
    assert opened(pictures, training=True).shape == (3, 2)


OLD = {"groups": 1, "dynamic": False}


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_default_arguments_that_keras_dropped_are_left_out(pictures, suffix):
    content = small_network(suffix)
    old = with_layer(content, "depthwise", **OLD)
    old = with_layer(old, "separable", **OLD, kernel_initializer="glorot_uniform", kernel_constraint=None)
    old = with_layer(old, "norm", fused=True, virtual_batch_size=None)
    np.testing.assert_array_equal(load_model(old)(pictures), load_model(content)(pictures))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_an_argument_that_was_dropped_and_matters_is_named(suffix):
    with pytest.raises(ModelError, match=r"DepthwiseConv2D: \{'groups': 3\}"):
        load_model(with_layer(small_network(suffix), "depthwise", groups=3))


def test_a_network_whose_class_has_moved_since_opens(pictures):
    config = {**config_of(small_network()), "module": "keras.src.engine.sequential"}
    opened = load_model(with_config(small_network(), config))
    np.testing.assert_array_equal(opened(pictures), load_model(small_network())(pictures))


def test_the_whole_reason_is_told_and_no_temporary_name(model, tmp_path):
    content = with_layer(small_network(), "conv", no_such_argument="x" * 50)
    with pytest.raises(
        ModelError, match=r"Unrecognized keyword arguments passed to Conv2D: \{'no_such_argument': 'xxx"
    ) as caught:
        load_model(content)
    assert "/tmp" not in caught.value.sentence
    assert "Input" not in caught.value.sentence.split("Received")[0]


@pytest.mark.parametrize("kind", ["TFSMLayer", "TorchModuleWrapper", "JaxLayer", "Lambda"])
def test_layers_that_carry_code_are_refused_however_they_are_labelled(model, tmp_path, kind):
    content = content_of(model, tmp_path / "net.keras")
    for module in ("keras.layers", "keras", None):
        with pytest.raises(ModelError, match=kind):
            load_model(with_head(content, class_name=kind, module=module))


@pytest.mark.parametrize(
    ("module", "kind"),
    [("os", "system"), ("subprocess", "Popen"), ("builtins", "eval"), ("keras.utils", "get_file"), ("mine", "MyLayer")],
)
def test_what_is_not_a_layer_of_keras_is_refused(model, tmp_path, module, kind):
    content = with_head(content_of(model, tmp_path / "net.keras"), class_name=kind, module=module)
    with pytest.raises(ModelError, match=kind):
        load_model(content)


def test_a_function_from_elsewhere_in_place_of_an_activation_is_refused(model, tmp_path):
    content = content_of(model, tmp_path / "net.keras")
    config = config_of(content)
    evil = {"module": "os", "class_name": "function", "config": "system", "registered_name": "function"}
    config["config"]["layers"][-1]["config"]["activation"] = evil
    with pytest.raises(ModelError, match="function, which is not one"):
        load_model(with_config(content, config))


def test_a_custom_layer_is_refused_by_name(tmp_path):
    @keras.saving.register_keras_serializable("mine")
    class Doubling(layers.Layer):
        def call(self, inputs):
            return inputs * 2

    own = keras.Sequential([keras.Input((12, 12, 3)), Doubling(), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ModelError, match="Doubling"):
        load_model(content_of(own, tmp_path / "own.keras"))


def test_text_layers_which_may_read_files_are_refused(model, tmp_path):
    content = with_head(content_of(model, tmp_path / "net.keras"), class_name="StringLookup")
    with pytest.raises(ModelError, match="StringLookup"):
        load_model(content)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_weights_that_lie_in_another_file_are_refused(model, tmp_path, suffix):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["secret"] = np.ones(3)
    path = tmp_path / f"net{suffix}"
    content = content_of(model, path)
    inner = io.BytesIO(content if suffix == ".h5" else zipfile.ZipFile(path).read("model.weights.h5"))
    with h5py.File(inner, "r+") as file:
        file["stolen"] = h5py.ExternalLink(str(secret), "secret")
    spoiled = inner.getvalue() if suffix == ".h5" else rewritten(content, weights=inner.getvalue())
    with pytest.raises(ModelError, match="own file"):
        load_model(spoiled)


def test_weights_whose_bytes_lie_outside_are_refused(model, tmp_path):
    (tmp_path / "outside.bin").write_bytes(b"\0" * 64)
    path = tmp_path / "net.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        file.create_dataset("taken", (8,), "f8", external=[(str(tmp_path / "outside.bin"), 0, 64)])
    with pytest.raises(ModelError, match="own file"):
        load_model(path)


def test_a_pickle_is_never_opened(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    with pytest.raises(ModelError, match=r"\.keras or \.h5"):
        load_model(pickle.dumps(Evil()))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\x03\x04 broken", b"\x89HDF\r\n\x1a\n broken"], ids=["empty", "text", "zip", "hdf5"]
)
def test_other_and_damaged_files_get_a_sentence(content):
    with pytest.raises(ModelError):
        load_model(content)


def test_a_half_file_gets_a_sentence(model, tmp_path):
    for suffix in (".keras", ".h5"):
        content = content_of(model, tmp_path / f"net{suffix}")
        with pytest.raises(ModelError):
            load_model(content[: len(content) // 2])


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="should exist"):
        load_model(tmp_path / "none.keras")
    with pytest.raises(ModelError, match="the folder"):
        load_model(tmp_path)


def test_weights_without_a_network_get_a_sentence(model, tmp_path):
    path = tmp_path / "net.weights.h5"
    model.save_weights(path)
    with pytest.raises(ModelError, match="weights alone"):
        load_model(path)


def test_a_file_and_an_unpacked_archive_have_a_limit(model, tmp_path):
    content = content_of(model, tmp_path / "net.keras")
    with pytest.raises(ModelError, match="at most"):
        load_model(content, limit=len(content) - 1)
    bomb = rewritten(content, weights=b"\0" * 3_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(ModelError, match="unpack"):
        load_model(bomb, limit=1_000_000)


def test_weights_that_unpack_beyond_the_limit_are_refused(model, tmp_path):
    path = tmp_path / "net.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        file.create_dataset("zeros", (1_000_000,), "f8", compression="gzip")
    assert path.stat().st_size < 1_000_000
    with pytest.raises(ModelError, match="of weights"):
        load_model(path, limit=1_000_000)


def test_a_layer_wider_than_memory_is_refused_before_it_is_made(model, tmp_path):
    content = content_of(model, tmp_path / "net.keras")
    config = config_of(content)
    config["config"]["layers"][-1]["config"]["units"] = 10**10
    with pytest.raises(ModelError, match="units"):
        load_model(with_config(content, config))


@pytest.mark.parametrize("shape", [(7,), (5, 5)])
def test_a_model_that_takes_no_pictures_is_refused(shape):
    flat = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ModelError, match="pictures"):
        load_model(save_model(flat))


def test_a_model_that_gives_no_scores_is_refused():
    maps = keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(2, 3)])
    with pytest.raises(ModelError, match="scores"):
        load_model(save_model(maps))


def test_a_backbone_that_was_compiled_before_it_was_nested_opens(pictures, tmp_path):
    backbone = keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()])
    backbone.compile(keras.optimizers.SGD(0.1), "mse")
    model = keras.Sequential([keras.Input((12, 12, 3)), backbone, layers.Dense(2, activation="softmax")])
    opened = load_model(content_of(model, tmp_path / "net.keras"))
    assert np.array_equal(opened.predict(pictures, verbose=0), model.predict(pictures, verbose=0))


def test_a_layer_that_joins_large_maps_opens(tmp_path):
    images = keras.Input((224, 224, 3))
    parts = [layers.Conv2D(8, 1)(images) for _ in range(2)]
    pooled = layers.GlobalAveragePooling2D()(layers.Concatenate()(parts))
    wide = keras.Model(images, layers.Dense(2)(pooled))
    wide.save(tmp_path / "wide.keras")
    assert load_model(tmp_path / "wide.keras").count_params() == wide.count_params()
