from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from core.attribution import explain, methods
from core.attribution.base import target_weights
from core.features import activations
from core.networks.evaluator import ModelEvaluator
from tests.core.attribution.methods.test_contract import assert_same


def _weights_one_by_one(network, image: np.ndarray, target: int, score: str, weights: str, fill: float) -> np.ndarray:
    """The weight of each map of one picture, the slow way."""
    maps = activations(network, image[None])[0]
    compiled = ModelEvaluator.of(network)
    look = compiled.probabilities if score == "probability" else compiled.logits
    seen = []
    for map in np.moveaxis(maps, -1, 0):
        mask = tf.image.resize(map[..., None], image.shape[:2]).numpy()
        mask = (mask - mask.min()) / (np.ptp(mask) or 1)
        seen.append(look((fill + mask * (image - fill))[None].astype(np.float32))[0, target])
    if weights == "softmax":
        powers = np.exp(np.array(seen) - max(seen))
        return powers / powers.sum()
    return np.array(seen) - look(np.full((1, *image.shape), fill, np.float32))[0, target]


@pytest.mark.parametrize(("fill", "value"), [("black", 0.0), ("grey", 127.5)])
@pytest.mark.parametrize("weights", ["softmax", "rise"])
@pytest.mark.parametrize("score", ["logit", "probability"])
def test_it_is_what_one_stencil_after_another_gives(network, pictures, score, weights, fill, value):
    options = {"score": score, "weights": weights, "fill": fill, "positive_only": False}
    found = explain(network, pictures, 2, method="score_cam", **options)
    for image, map in zip(pictures, found, strict=True):
        by_hand = _weights_one_by_one(network, image, 2, score, weights, value)
        wanted = tf.image.resize((activations(network, image)[0] @ by_hand)[..., None], image.shape[:2])
        assert_same(map, wanted.numpy()[..., 0], 1e-3)


def test_fewer_maps_are_those_that_vary_most(network, pictures):
    maps = activations(network, pictures[:1])[0]
    most = int(maps.var(axis=(0, 1)).argmax())
    found = explain(network, pictures[:1], method="score_cam", maps=1)[0]
    # One map alone has a softmax weight of one.
    assert_same(found, tf.image.resize(maps[..., most, None], pictures.shape[1:3]).numpy()[..., 0], 1e-5)


def test_it_asks_once_a_map():
    info = methods()["score_cam"]
    assert info.cost(info.Settings(), (64, 64, 3), 128).forwards == 129
    assert info.cost(info.Settings.of(maps=10, weights="rise"), (64, 64, 3), 128).forwards == 12


def test_the_class_is_the_one_predicted_for_the_whole_picture(network, pictures):
    compiled = ModelEvaluator.of(network)
    open_question = target_weights(None, len(pictures), 4)
    predicted = compiled.logits(pictures).argmax(axis=1)
    np.testing.assert_array_equal(compiled.resolve(pictures, open_question).argmax(axis=1), predicted)
