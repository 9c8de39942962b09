from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.errors import InputError
from core.networks import build, load_model, save_model
from core.networks.inspect import layers
from core.networks.training.build import map_sizes
from core.networks.training.specs import NetworkSpec

NAMES = ("one", "two", "three")
CHOICES = [
    {},
    {"convolutions": 1, "first_stride": 1},
    {"downsample": "average", "first_kernel": 5},
    {"downsample": "stride", "convolutions": 2},
    {"downsample": "none", "blocks": 2},
    {"separable": True},
    {"separable": True, "downsample": "stride", "convolutions": 1},
    {"padding": "valid", "blocks": 2, "convolutions": 1},
    {"batch_norm": False},
    {"head": "max", "dense": 16, "dropout": 0.5},
    {"head": "flatten", "spatial_dropout": 0.2, "weight_decay": 0.001},
    {"kernel": 2, "first_kernel": 1},
    {"blocks": 1},
    *({"activation": name, "blocks": 2} for name in ("leaky_relu", "elu", "gelu", "silu", "tanh")),
    *({"initialiser": name, "blocks": 2} for name in ("he_uniform", "glorot_normal", "glorot_uniform", "orthogonal")),
]


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (2, 24, 24, 3)).astype(np.uint8)


@pytest.mark.parametrize("values", CHOICES, ids=str)
def test_every_choice_gives_a_named_chain_from_bytes_to_probabilities(values, pictures):
    spec = NetworkSpec(**{"filters": 8, **values})
    model = build(spec, (24, 24, 3), NAMES)
    answers = model(pictures).numpy()
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(model(pictures.astype(np.float32)).numpy(), answers, atol=1e-6)
    found = layers(model)
    assert len({layer.path for layer in found}) == len(found) == len(model.layers) - 1
    assert found[-1].path == "predictions"
    last_acts = {path.rsplit("_", 1)[0]: shape for path, shape in _acts(found).items()}
    assert [shape[1] for shape in last_acts.values()] == map_sizes(spec, 24)
    assert [shape[3] for shape in last_acts.values()] == [spec.channels(block) for block in range(spec.blocks)]


def _acts(found):
    return {layer.path: layer.shape for layer in found if layer.path.startswith("block") and "_act" in layer.path}


def test_a_saved_network_opens_safely_and_answers_alike(pictures):
    model = build(NetworkSpec(filters=8, separable=True, weight_decay=0.001, dropout=0.5), (24, 24, 3), NAMES)
    np.testing.assert_array_equal(load_model(save_model(model, NAMES))(pictures), model(pictures))


def test_the_seed_alone_decides_the_weights():
    first, same, other = (build(NetworkSpec(seed=seed), (24, 24, 3), NAMES) for seed in (3, 3, 4))
    for one, two in zip(first.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    kernels = [model.get_layer("block1_conv1").get_weights()[0] for model in (first, other)]
    assert np.abs(kernels[0] - kernels[1]).max() > 0.01


def test_layers_of_the_same_shape_start_differently():
    model = build(NetworkSpec(growth=1.0, convolutions=2, first_kernel=3), (24, 24, 3), NAMES)
    kernels = [model.get_layer(name).get_weights()[0] for name in ("block1_conv2", "block2_conv1", "block2_conv2")]
    assert not np.array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[1], kernels[2])


def test_building_leaves_the_global_generators_alone():
    def drawn(between) -> tuple[float, float]:
        tf.random.set_seed(1)
        np.random.seed(1)  # noqa: NPY002 - the global generator is what is watched
        between()
        return float(tf.random.uniform([])), float(np.random.rand())  # noqa: NPY002

    assert drawn(lambda: build(NetworkSpec(dropout=0.5), (24, 24, 3), NAMES)) == drawn(lambda: None)


def test_middle_grey_enters_the_network_as_about_zero():
    model = build(NetworkSpec(), (24, 24, 3), NAMES)
    ends = model.get_layer("rescale")(np.array([0.0, 127.5, 255.0], np.float32))
    np.testing.assert_allclose(ends, [-1, 0, 1], atol=1e-6)


def test_grey_pictures_have_one_channel():
    model = build(NetworkSpec(), (24, 24, 1), NAMES)
    assert model.get_layer("block1_conv1").get_weights()[0].shape[2] == 1


def test_too_small_pictures_are_refused_with_what_to_do():
    with pytest.raises(InputError, match=r"pictures of 8 pixels.*fewer blocks"):
        build(NetworkSpec(blocks=6, first_stride=2), (8, 8, 3), NAMES)


def test_one_class_is_refused():
    with pytest.raises(InputError, match="two classes"):
        build(NetworkSpec(), (24, 24, 3), ("only",))
