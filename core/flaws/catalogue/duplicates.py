"""Near-copies of training images among the test images."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pandas as pd

from core.datasets.base import Dataset
from core.flaws.base import Answer, FlawInfo, Planted, column, follow_with, pick_rows, with_attributes
from core.random_streams import random_stream
from core.settings import Settings, setting

QUALITY = (70, 95)  # JPEG, as pictures are saved again and again


class DuplicatesSettings(Settings):
    """How many test images are copies, and how similar they are."""

    rate: float = setting(
        0.4,
        "Fraction of the test pictures that are near-copies of training pictures at full strength.",
        low=0.02,
        high=1,
        step=0.02,
    )
    shift: int = setting(1, "Largest shift of a copy.", low=0, high=4, step=1, unit="pixels", common=False)
    light: float = setting(
        0.05, "Largest change of a copy's brightness, as a fraction.", low=0, high=0.3, step=0.01, common=False
    )


def plant(before: Planted, strength: float, seed: int, settings: DuplicatesSettings) -> Planted:
    """Replace this fraction of each class's test images with near-copies of training images of that class.

    The column "copy_of" of test says which training image; -1 for original images.
    """
    rng = random_stream(seed, "duplicates")
    share = strength * settings.rate
    train, test = before.splits.train, before.splits.test
    rows, donors = _pairs(train, test, pick_rows(test.labels, share, rng), rng)
    copies = _alter(train.take(donors), settings, rng)
    splits = replace(before.splits, test=_replace_rows(test, rows, copies, donors))
    sentence = f"{len(rows) / max(1, len(test)):.0%} of the test pictures are near-copies of training pictures."
    return follow_with(before, Answer("duplicates", sentence), splits=splits)


def _pairs(
    train: Dataset, test: Dataset, wanted: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Test rows and as many training rows of the same class, rightly labelled, each used once if there are enough."""
    right = ~column(train, "mislabelled", "").astype(bool)
    rows, donors = [], []
    for label in np.unique(test.labels[wanted]):
        mine = np.flatnonzero(wanted & (test.labels == label))
        stock = rng.permutation(np.flatnonzero((train.labels == label) & right))
        if len(stock):
            rows.append(mine)
            donors.append(np.resize(stock, len(mine)))
    if not rows:
        return np.zeros(0, int), np.zeros(0, int)
    return np.concatenate(rows), np.concatenate(donors)


def _alter(data: Dataset, settings: DuplicatesSettings, rng: np.random.Generator) -> Dataset:
    """The pictures a little shifted, a little lighter or darker, and saved as JPEG once more."""
    images = data.images.copy()
    masks = {name: mask.copy() for name, mask in (data.masks or {}).items()}
    steps = rng.integers(-settings.shift, settings.shift + 1, (len(data), 2))
    light = 1 + rng.uniform(-settings.light, settings.light, len(data))
    quality = rng.integers(*QUALITY, len(data), endpoint=True)
    for row, (across, down) in enumerate(steps):
        for pictures in (images, *masks.values()):
            pictures[row] = _step(pictures[row], across, down)
        images[row] = _recompress(np.clip(images[row] * light[row], 0, 255).astype(np.uint8), int(quality[row]))
    return replace(data, images=images, masks=masks or None)


def _step(image: np.ndarray, across: int, down: int) -> np.ndarray:
    """Shifted by whole pixels, the edge repeated."""
    height, width = image.shape[:2]
    return image[np.clip(np.arange(height) - down, 0, height - 1)][:, np.clip(np.arange(width) - across, 0, width - 1)]


def _recompress(image: np.ndarray, quality: int) -> np.ndarray:
    coded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    grey = image.shape[-1] == 1
    read = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR))
    return read.reshape(image.shape)[..., ::-1]


def _replace_rows(test: Dataset, rows: np.ndarray, copies: Dataset, donors: np.ndarray) -> Dataset:
    """The test pictures with these rows taken from `copies`, with all that is known of them in both."""
    images = test.images.copy()
    images[rows] = copies.images
    masks = {name: mask.copy() for name, mask in (test.masks or {}).items() if name in (copies.masks or {})}
    for name, mask in masks.items():
        assert copies.masks is not None
        mask[rows] = copies.masks[name]
    copy_of = np.full(len(test), -1)
    copy_of[rows] = donors
    table = None if test.attributes is None else _replace_table_rows(test.attributes, rows, copies.attributes)
    return with_attributes(replace(test, images=images, masks=masks or None, attributes=table), copy_of=copy_of)


def _replace_table_rows(table: pd.DataFrame, rows: np.ndarray, given: pd.DataFrame | None) -> pd.DataFrame:
    if given is None:
        return table
    shared = [name for name in table.columns if name in given]
    done = table.copy()
    for name in shared:
        values = done[name].to_numpy(copy=True)
        values[rows] = given[name].to_numpy()
        done[name] = values
    return done


INFO = FlawInfo(
    name="duplicates",
    title="Copies leaked into test",
    help="The same photograph was in the database twice, resaved, and the two copies fell on either side of the split.",
    text=(
        "The same photograph was stored twice, and the two copies fell on either side of the split. So part of "
        "the test was known in advance. The score is too good, and the drop comes later, at work."
    ),
    misleads=(
        "Nothing looks wrong: the score is high and the maps are fine. Only a search for near twins finds it. Two "
        "photographs of the same kind of thing can look alike by chance, so look at some pairs."
    ),
    place="data",
    strength="Fraction of the copies: at half strength, half as many.",
    Settings=DuplicatesSettings,
    plant=plant,
    order=110,
)
