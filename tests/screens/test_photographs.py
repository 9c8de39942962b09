"""Maps lie over the photographs that were uploaded, not over what the network makes of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.datasets import FolderSettings, read_folder
from core.errors import Unavailable
from pages.parts.state import photographs
from pages.parts.state.data_source import TrainingData
from tests.core.datasets.archives import zipped

from .conftest import as_person, store_of

SIDE = 32


@pytest.fixture(scope="module")
def archive() -> bytes:
    """Smooth photographs of 120 by 90 pixels."""
    rng = np.random.default_rng(0)
    files = {}
    for kind in ("cat", "dog"):
        for number in range(5):
            smooth = cv2.resize(rng.integers(0, 256, (6, 8, 3), np.uint8), (120, 90), interpolation=cv2.INTER_CUBIC)
            files[f"{kind}/{number}.png"] = cv2.imencode(".png", smooth)[1].tobytes()
    return zipped(files)


@pytest.fixture
def source(archive) -> TrainingData:
    digest = hashlib.sha256(archive).hexdigest()[:32]
    store_of().write(f"uploads/{digest}.zip", archive)
    return TrainingData.of({"data": "own pictures", "upload": digest, "settings": {"size": SIDE}})


def test_the_photograph_is_cut_as_the_picture_is(source, archive):
    splits = read_folder(archive, FolderSettings(size=SIDE)).splits
    for data in (splits.train, splits.test):
        for row in range(len(data)):
            with as_person():
                photo = photographs.of_row(source, data, row)
            assert photo.shape == (1024, 1024, 3)
            small = cv2.resize(photo, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            assert np.abs(small.astype(float) - data.images[row]).mean() < 3


def test_a_picture_that_a_flaw_changed_has_none_and_neither_has_one_that_was_composed(source, archive):
    data = read_folder(archive, FolderSettings(size=SIDE)).splits.test
    flawed = replace(source, flaw="border")
    with as_person():
        assert photographs.of_row(flawed, data, 0) is None
        assert photographs.of_row(TrainingData.of({}), data, 0) is None


def test_nobody_sees_anothers_photograph(source, archive):
    data = read_folder(archive, FolderSettings(size=SIDE)).splits.test
    with as_person():
        photographs.of_row(source, data, 0)
    with as_person("somebody else"), pytest.raises(Unavailable):
        photographs.of_row(source, data, 0)
