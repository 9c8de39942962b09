"""What every data set promises that `load` knows by name."""

import numpy as np
import pytest

from core import datasets
from core.datasets.registry import SOURCES

BUNDLED = [name for name, info in SOURCES.entries().items() if not info.downloads]
FEW = {"train": 8, "validation": 4, "test": 4, "size": 24}
"""Dials that cost time, turned down."""


def few(name: str, **settings):
    dials = {dial.name: dial for dial in SOURCES.get(name).Settings.dials()}
    small = {dial: max(value, int(dials[dial].low or value)) for dial, value in FEW.items() if dial in dials}
    return datasets.load(name, **small, **settings)


@pytest.mark.parametrize("name", SOURCES.names())
def test_a_data_set_tells_who_it_is(name):
    info = SOURCES.get(name)
    assert info.name == name
    assert info.title
    assert info.help.endswith(".")
    assert all(dial.help for dial in info.Settings.dials())


@pytest.mark.parametrize("name", BUNDLED)
def test_every_class_is_in_every_part(name):
    splits = few(name)
    for part in splits.parts.values():
        assert part.images.dtype == np.uint8
        assert part.shape == splits.train.shape
        assert set(part.labels) == set(range(len(splits.class_names)))


@pytest.mark.parametrize("name", BUNDLED)
def test_the_same_seed_gives_the_same_pictures_and_another_seed_others(name):
    assert few(name, seed=3).key == few(name, seed=3).key != few(name, seed=4).key
