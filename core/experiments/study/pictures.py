"""The pictures of a case: blocks that share no cut-out, no scene texture and no picture."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import Dataset, FolderSettings, Splits, joined, load, read_folder
from core.datasets.cutouts import PLACES
from core.datasets.recipe import chance, compose
from core.datasets.scenes import VARIANTS
from core.datasets.sources.wardrobe import WardrobeSettings, draw
from core.errors import DataError
from core.experiments.study.design import BLOCKS, Case, StudySettings
from core.random_streams import random_stream

CLOTHES = ("trouser", "dress", "sandal", "bag", "boot")
ALIKE_CLOTHES = ("shirt", "pullover", "coat", "tshirt", "dress")
CLASSES: dict[str, tuple[str, ...]] = {
    "wardrobe": CLOTHES,
    "fashion_mnist": CLOTHES,
    "cifar10": ("airplane", "automobile", "bird", "frog", "ship"),
}
ALIKE: dict[str, tuple[str, ...]] = {
    "wardrobe": ALIKE_CLOTHES,
    "fashion_mnist": ALIKE_CLOTHES,
    "cifar10": ("cat", "dog", "deer", "horse", "bird"),
}
SIDES = {"fashion_mnist": 28, "cifar10": 32, "plantvillage": 64}
FASHION = ("tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
MOST = {"train": 4500, "validation": 500, "test": 1000}  # what a download can give


def healthy_pictures(case: Case, settings: StudySettings, sources: Mapping[str, str]) -> Splits:
    """The pictures of a case's block before anything is planted.

    Args:
        case: the network.
        settings: number of pictures of each class.
        sources: data set -> a folder or zip of its pictures, for those that do not come with Hunch.

    Raises:
        DataError: where a data set has too few pictures for its blocks.
        Unavailable: where it can neither be found nor downloaded.
    """
    chosen = (ALIKE if case.condition == "alike" else CLASSES).get(case.data, ())
    if case.data == "wardrobe":
        return Splits(**{part: _composed(part, case.block, chosen, settings) for part in PLACES})
    pool = _pool(case.data, sources.get(case.data, ""))
    return _block(pool, case, chosen or pool.class_names, settings)


def _composed(part: str, block: int, classes: tuple[str, ...], settings: StudySettings) -> Dataset:
    rng, count = random_stream(block, "study", part), getattr(settings, part)
    mine = np.array(PLACES[part])[block :: BLOCKS["wardrobe"]]
    if len(mine) < count:
        raise DataError(f"A block has {len(mine)} cut-outs of each class for {part}", str(count), "Ask for fewer.")
    objects = np.repeat(np.array(classes, object), count)
    sources = np.concatenate([rng.permutation(mine)[:count] for _ in classes])
    order = rng.permutation(len(objects))
    recipe = draw(objects[order], sources[order], WardrobeSettings(), rng)
    return compose(_own_textures(recipe, block, rng), classes, WardrobeSettings().size)


def _own_textures(recipe: pd.DataFrame, block: int, rng: np.random.Generator) -> pd.DataFrame:
    """The recipe drawn anew where its scene's texture belongs to another block."""
    draws = recipe["draw"].to_numpy(copy=True)
    while len(others := np.flatnonzero((chance(draws, 0) * VARIANTS).astype(int) % BLOCKS["wardrobe"] != block)):
        draws[others] = rng.integers(0, 2**32, len(others))
    return recipe.assign(draw=draws)


def _block(pool: Dataset, case: Case, classes: tuple[str, ...], settings: StudySettings) -> Splits:
    parts: dict[str, list[np.ndarray]] = {"train": [], "validation": [], "test": []}
    for name in classes:
        members = np.flatnonzero(pool.labels == pool.class_names.index(name))
        mine = random_stream(0, "study", case.data, name).permutation(members)[case.block :: BLOCKS[case.data]]
        sizes = _sizes(len(mine), settings, case)
        for part, rows in zip(parts, np.split(mine, np.cumsum(sizes)), strict=False):
            parts[part].append(rows)
    return Splits(**{part: _taken(pool, rows, classes, case, part) for part, rows in parts.items()})


def _sizes(found: int, settings: StudySettings, case: Case) -> list[int]:
    """Pictures of a class for each part: as many as are asked for, or as there are, in the same proportion."""
    wanted = np.array([settings.train, settings.validation, settings.test])
    sizes = np.floor(wanted * min(1.0, found / wanted.sum())).astype(int)
    if sizes.min() < 2:
        raise DataError(f"{case.data} should have {wanted.sum() * BLOCKS[case.data]} pictures a class", f"{found}")
    return [int(size) for size in sizes]


def _taken(pool: Dataset, rows: list[np.ndarray], classes: tuple[str, ...], case: Case, part: str) -> Dataset:
    labels = np.repeat(np.arange(len(rows)), [len(mine) for mine in rows])
    order = random_stream(case.block, "study", case.data, part).permutation(len(labels))
    return Dataset(pool.images[np.concatenate(rows)[order]], labels[order], classes)


@lru_cache(maxsize=2)
def _pool(data: str, source: str) -> Dataset:
    """Every picture of a data set, whatever part it comes in."""
    if not source:
        return joined(list(load(data, **MOST).parts.values()))
    if data == "fashion_mnist" and (Path(source) / "train-images-idx3-ubyte.gz").is_file():
        return _as_published(Path(source))
    options: dict[str, Any] = {"size": SIDES[data], "colour": data != "fashion_mnist", "most": 5000}
    return joined(list(read_folder(source, FolderSettings.of(**options)).splits.parts.values()))


def _as_published(folder: Path) -> Dataset:
    """Fashion-MNIST in its own files (Xiao, Rasul and Vollgraf 2017)."""

    def read(name: str, offset: int) -> np.ndarray:
        return np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=offset)

    images = [read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1) for part in ("train", "t10k")]
    labels = [read(f"{part}-labels-idx1-ubyte.gz", 8) for part in ("train", "t10k")]
    return Dataset(np.concatenate(images), np.concatenate(labels), FASHION)
