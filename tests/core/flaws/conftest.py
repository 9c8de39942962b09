import numpy as np
import pytest

from core.datasets import Dataset, Splits, load


@pytest.fixture(scope="session")
def splits():
    """Clean composed pictures of four classes."""
    return load(classes=("trouser", "dress", "bag", "boot"), size=32, train=60, validation=20, test=40)


@pytest.fixture(scope="session")
def photographs(splits):
    """The same pictures as somebody's folder would give them: no masks, no recipe."""
    return Splits(**{name: Dataset(part.images, part.labels, part.class_names) for name, part in splits.parts.items()})


@pytest.fixture(scope="session")
def grey(splits):
    """Grey photographs of two classes, one of which is missing from test."""

    def part(data, kinds):
        rows = np.isin(data.labels, kinds)
        return Dataset(data.images[rows].mean(-1, keepdims=True).astype(np.uint8), data.labels[rows], ("a", "b"))

    return Splits(part(splits.train, [0, 1]), part(splits.validation, [0, 1]), part(splits.test, [0]))
