"""Make assets/wardrobe: a subset of Fashion-MNIST as cut-outs, one PNG sheet a class.

Run from the root, with Debian's package `dataset-fashion-mnist` installed::

    python assets/make_wardrobe.py [--source /usr/share/datasets/fashion-mnist]

A sheet holds 28x28 cut-outs row by row: first those to learn from, then validation, then test. Train and validation
come from Fashion-MNIST's training set, test from its test set; which ones is a seeded choice, kept in sources.json.
A pixel of value 0 is outside the object and any other is inside, so a sheet is picture and mask in one.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import cv2
import numpy as np
from scipy import ndimage

NAMES = ("tshirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
COUNTS = {"train": 1000, "validation": 150, "test": 300}
SEED = 20170825
SIDE = 28
COLUMNS = 50
FAINTEST = 6  # grey values at and below this are paper, not object
SMALLEST_PART = 0.05  # parts smaller than this share of the largest are dust
LARGEST_GAP = 12  # enclosed paper of up to this many pixels is pale cloth; more is a real hole, such as under a handle


def read(folder: Path, stem: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 (N, 28, 28) and labels uint8 (N,) of one of Fashion-MNIST's two parts."""
    images = np.frombuffer(gzip.decompress((folder / f"{stem}-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((folder / f"{stem}-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    return images.reshape(-1, SIDE, SIDE), labels


def cut_out(picture: np.ndarray) -> np.ndarray:
    """The picture with 0 outside its object and at least 1 inside."""
    inside = _without_dust(picture > FAINTEST)
    inside = _without_small_gaps(inside)
    return np.where(inside, np.maximum(picture, 1), 0).astype(np.uint8)


def _without_dust(inside: np.ndarray) -> np.ndarray:
    parts, count = ndimage.label(inside, np.ones((3, 3)))
    areas = ndimage.sum_labels(inside, parts, np.arange(count + 1))
    areas[0] = 0
    return np.isin(parts, np.flatnonzero(areas >= SMALLEST_PART * areas.max())) & inside


def _without_small_gaps(inside: np.ndarray) -> np.ndarray:
    gaps, count = ndimage.label(~np.pad(inside, 1))
    areas = ndimage.sum_labels(gaps > 0, gaps, np.arange(count + 1))
    small = np.flatnonzero((areas > 0) & (areas <= LARGEST_GAP))
    return inside | np.isin(gaps, small)[1:-1, 1:-1]


def choose(labels: np.ndarray, kind: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Row numbers of `count` pictures of one class, in random order."""
    return rng.permutation(np.flatnonzero(labels == kind))[:count]


def sheet(pictures: np.ndarray) -> np.ndarray:
    """Cut-outs (N, 28, 28) side by side, `COLUMNS` to a row."""
    rows = len(pictures) // COLUMNS
    return pictures.reshape(rows, COLUMNS, SIDE, SIDE).transpose(0, 2, 1, 3).reshape(rows * SIDE, COLUMNS * SIDE)


def main() -> None:
    """Write the ten sheets and sources.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    parser.add_argument("--target", type=Path, default=Path(__file__).parent / "wardrobe")
    options = parser.parse_args()
    options.target.mkdir(exist_ok=True)

    learning, judging = read(options.source, "train"), read(options.source, "t10k")
    rng = np.random.default_rng(SEED)
    sources: dict[str, dict[str, list[int]]] = {}
    for kind, name in enumerate(NAMES):
        known = choose(learning[1], kind, COUNTS["train"] + COUNTS["validation"], rng)
        unseen = choose(judging[1], kind, COUNTS["test"], rng)
        pictures = np.stack([cut_out(picture) for picture in (*learning[0][known], *judging[0][unseen])])
        cv2.imwrite(str(options.target / f"{name}.png"), sheet(pictures), [cv2.IMWRITE_PNG_COMPRESSION, 9])
        train, validation = np.split(known, [COUNTS["train"]])
        sources[name] = {"train": train.tolist(), "validation": validation.tolist(), "test": unseen.tolist()}
    (options.target / "sources.json").write_text(json.dumps(sources, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
