"""Other people's pictures for the benchmark of the diagnosis elsewhere: loaded, cut into parts, and with flaws planted.

Fashion-MNIST comes from Debian's package `dataset-fashion-mnist`, digits from scikit-learn, textures from scikit-image,
CIFAR-10 and PlantVillage from the folder named by REAL. The three parts never share a picture; of textures, they are
crops of disjoint regions.
"""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from core.datasets import Dataset, Splits

REAL = Path(os.environ.get("HUNCH_REAL", Path(__file__).parents[3] / "shared" / "real"))
FASHION = Path("/usr/share/datasets/fashion-mnist")
FASHION_NAMES = ("tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
CIFAR_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
TEXTURES = ("brick", "grass", "gravel")
Parts = dict[str, tuple[np.ndarray, np.ndarray]]  # part -> images uint8 (N, H, W, C), labels


def fashion(seed: int, chosen: tuple[str, ...] = FASHION_NAMES, sizes: tuple[int, int, int] = (200, 50, 50)) -> Splits:
    """Fashion-MNIST as it is: grey on black, 28 px."""
    images, labels = _fashion()
    return _drawn(images, labels, [FASHION_NAMES.index(name) for name in chosen], chosen, sizes, seed)


def digits(seed: int) -> Splits:
    """scikit-learn's digits, 8 px, enlarged to 28."""
    from sklearn.datasets import load_digits

    found = load_digits()
    small = np.clip(found.images * 255 / 16, 0, 255).astype(np.uint8)
    images = np.stack([cv2.resize(each, (28, 28), interpolation=cv2.INTER_LINEAR) for each in small])[..., None]
    return _drawn(images, found.target, list(range(10)), tuple("0123456789"), (110, 32, 32), seed)


def cifar(seed: int, chosen: tuple[str, ...], sizes: tuple[int, int, int]) -> Splits:
    """Classes of CIFAR-10: colour, 32 px."""
    images, labels = _cifar()
    return _drawn(images, labels, [CIFAR_NAMES.index(name) for name in chosen], chosen, sizes, seed)


def plants(seed: int, size: int = 64) -> Splits:
    """PlantVillage's tomato leaves."""
    images, labels, names = _plants(size)
    return _drawn(images, labels, list(range(len(names))), names, (100, 30, 30), seed)


def textures(seed: int, size: int = 32) -> Splits:
    """Crops of photographs of brick, grass and gravel: left part to learn from, then validation, then test."""
    from skimage import data

    rng = np.random.default_rng(seed)
    regions = {"train": (0, 300, 200), "validation": (300, 400, 60), "test": (412, 512, 60)}
    parts: Parts = {}
    for part, (start, stop, count) in regions.items():
        images, labels = [], []
        for label, name in enumerate(TEXTURES):
            whole = getattr(data, name)()
            for _ in range(count):
                top, left = rng.integers(0, 512 - size), rng.integers(start, stop - size)
                images.append(whole[top : top + size, left : left + size, None])
                labels.append(label)
        parts[part] = np.stack(images), np.array(labels)
    return _splits(parts, TEXTURES)


def cutouts(seed: int, tied: tuple[int, ...] = ()) -> Splits:
    """Five kinds of clothes, tinted at random, on photographs of CIFAR-10; those of some classes on one kind.

    Args:
        seed: of the choice.
        tied: classes whose photographs are all of one kind, each of another one; the rest have any.
    """
    chosen = ("trouser", "dress", "sandal", "bag", "boot")
    plain = fashion(seed, chosen, (220, 60, 60))
    scenes, kinds = _cifar()
    order = np.random.default_rng((seed, 7)).permutation(10)
    parts: Parts = {}
    for number, (name, part) in enumerate(plain.parts.items()):
        rng = np.random.default_rng((seed, number))
        pool = np.arange(len(scenes))[number::3]
        canvas = []
        for image, label in zip(part.images, part.labels, strict=True):
            mine = pool[kinds[pool] == order[label]] if label in tied else pool
            scene = scenes[rng.choice(mine)].astype(np.float32)
            canvas.append(_set_on(image[..., 0], scene, rng))
        parts[name] = np.stack(canvas), part.labels
    return _splits(parts, chosen)


def grounds(seed: int, tied: tuple[int, ...] = (), base: Callable[[int], Splits] = fashion) -> Splits:
    """Grey pictures on black whose ground is filled with one of several patterns; that of some classes is their own."""
    plain, parts = base(seed), {}
    classes = len(plain.class_names)
    order = np.random.default_rng((seed, 8)).permutation(classes)
    for number, (name, part) in enumerate(plain.parts.items()):
        rng = np.random.default_rng((seed, number, 3))
        filled = part.images.copy()
        for row, label in enumerate(part.labels):
            kind = order[label] if label in tied else rng.integers(classes)
            pattern = _pattern(int(kind), filled.shape[1], rng)
            ground = filled[row, ..., 0] <= 12
            filled[row, ..., 0][ground] = pattern[ground]
        parts[name] = filled, part.labels
    return _splits(parts, plain.class_names)


def _pattern(kind: int, side: int, rng: np.random.Generator) -> np.ndarray:
    down, across = np.mgrid[0:side, 0:side] / side
    waves = [down, across, down + across, down - across, np.zeros_like(down)]
    light, turns = 60 + 100 * (kind % 2), 2 + kind % 4
    values = light + 45 * np.sin(2 * np.pi * (turns * waves[kind % 5] + rng.random())) + rng.normal(0, 12, down.shape)
    return np.clip(values, 0, 255).astype(np.uint8)


def _set_on(garment: np.ndarray, scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    side = scene.shape[0]
    large = cv2.resize(garment, (side - 6, side - 6), interpolation=cv2.INTER_AREA).astype(np.float32)
    top, left = rng.integers(0, 7, 2)
    canvas = np.zeros(scene.shape[:2], np.float32)
    canvas[top : top + side - 6, left : left + side - 6] = large
    cover = np.clip(canvas / 20, 0, 1)[..., None]
    tint = rng.uniform(0.5, 1.0, 3)
    return np.clip(scene * (1 - cover) + cover * canvas[..., None] * tint + 0.5, 0, 255).astype(np.uint8)


def _drawn(
    images: np.ndarray,
    labels: np.ndarray,
    chosen: list[int],
    names: tuple[str, ...],
    sizes: tuple[int, int, int],
    seed: int,
) -> Splits:
    rng = np.random.default_rng(seed)
    rows: dict[str, list[np.ndarray]] = {"train": [], "validation": [], "test": []}
    for label in chosen:
        order = rng.permutation(np.flatnonzero(labels == label))
        edges = np.cumsum((0, *sizes))
        for part, start, stop in zip(rows, edges[:-1], edges[1:], strict=True):
            rows[part].append(order[start:stop])
    places = np.full(int(labels.max()) + 1, -1)
    places[chosen] = np.arange(len(chosen))
    joined = {part: np.concatenate(each) for part, each in rows.items()}
    return _splits({part: (images[each], places[labels[each]]) for part, each in joined.items()}, names)


def _splits(parts: Parts, names: tuple[str, ...]) -> Splits:
    return Splits(*(Dataset(*parts[part], names) for part in ("train", "validation", "test")))


@cache
def _fashion() -> tuple[np.ndarray, np.ndarray]:
    images = np.frombuffer(gzip.decompress((FASHION / "train-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((FASHION / "train-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    return images.reshape(-1, 28, 28, 1), labels.astype(np.int64)


@cache
def _cifar() -> tuple[np.ndarray, np.ndarray]:
    images, labels, _ = cifar_part("train", 3000)
    return images, labels


def cifar_part(part: str, most: int = 5000) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Pictures of CIFAR-10's own train or test, their labels and file names; the first `most` of each class."""
    kept = dict.fromkeys(CIFAR_NAMES, 0)
    images, labels, files = [], [], []
    with zipfile.ZipFile(REAL / "cifar10.zip") as archive:
        for name in sorted(archive.namelist()):
            pieces = name.split("/")
            if pieces[0] != part or not name.endswith(".jpg") or kept[pieces[1]] >= most:
                continue
            kept[pieces[1]] += 1
            images.append(np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")))
            labels.append(CIFAR_NAMES.index(pieces[1]))
            files.append(name)
    return np.stack(images), np.array(labels), files


@cache
def _plants(size: int) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    images, labels = [], []
    with zipfile.ZipFile(REAL / "plantvillage_tomato.zip") as archive:
        files = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        names = tuple(sorted({name.split("/")[-2] for name in files}))
        for name in files:
            picture = (
                Image.open(io.BytesIO(archive.read(name))).convert("RGB").resize((size, size), Image.Resampling.BOX)
            )
            images.append(np.asarray(picture))
            labels.append(names.index(name.split("/")[-2]))
    return np.stack(images), np.array(labels), names
