import urllib.error

import keras
import numpy as np
import pytest

from core.datasets import load
from core.errors import InputError, Unavailable


def _arrays(shape, column):
    """Made arrays in Keras' own shapes; each picture's first pixel is its class."""

    def part(per_class):
        labels = np.tile(np.arange(10, dtype=np.uint8), per_class)
        images = np.random.default_rng(per_class).integers(0, 256, (len(labels), *shape), dtype=np.uint8)
        images.reshape(len(labels), -1)[:, 0] = labels
        return images, labels[:, None] if column else labels

    return lambda: (part(30), part(12))


def test_cifar10_in_the_common_shape(monkeypatch):
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", _arrays((32, 32, 3), column=True))
    splits = load("cifar10", train=15, validation=10, test=10, classes=("cat", "ship"))
    assert splits.class_names == ("cat", "ship")
    for part, count in zip(splits.parts.values(), (15, 10, 10), strict=True):
        assert part.shape == (32, 32, 3)
        assert np.bincount(part.labels).tolist() == [count, count]
        assert np.array_equal(np.array([3, 8])[part.labels], part.images[:, 0, 0, 0])


def test_fashion_mnist_is_grey_and_repeatable(monkeypatch):
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", _arrays((28, 28), column=False))
    first = load("fashion_mnist", train=10, validation=10, test=10, seed=4)
    assert first.train.shape == (28, 28, 1)
    assert first.key == load("fashion_mnist", train=10, validation=10, test=10, seed=4).key
    assert first.key != load("fashion_mnist", train=10, validation=10, test=10, seed=5).key
    learned = {picture.tobytes() for picture in first.train.images}
    assert not learned & {picture.tobytes() for picture in first.validation.images}


@pytest.mark.parametrize("name", ["cifar10", "fashion_mnist"])
def test_without_a_network_a_sentence_says_so(monkeypatch, tmp_path, name):
    def fails(*_, **__):
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", fails)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras.src.utils.file_utils.config, "keras_home", lambda: str(tmp_path))
    with pytest.raises(Unavailable, match="Connect to the internet") as caught:
        load(name)
    assert "\n" not in caught.value.sentence


def test_unknown_classes_are_refused():
    with pytest.raises(InputError, match="classes"):
        load("cifar10", classes=("cat", "unicorn"))
