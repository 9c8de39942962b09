"""Did copies of training pictures get among the test pictures?"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.context import DiagnosisContext

NEAR = 14  # bits of 64 in which the perceptual hashes of a picture and its copy may differ
CANDIDATES = 3
ALIKE = 0.95  # correlation of a picture and its copy, at the best small shift
LARGEST = 64  # side at which larger pictures are compared
SHIFTS = 2  # pixels at that side
CHUNK = 512


def measure(context: DiagnosisContext) -> Finding | str:
    """The share of test pictures that have a near-copy among training pictures.

    Perceptual hashes (64 bits of a cosine transform) name candidates; a copy then correlates pixel by pixel.
    """
    train, test = context.splits.train.images, context.splits.test.images
    if not len(train) or not len(test):
        return "There were no test pictures to compare with training pictures."
    rows, _, likeness = copies(test, train)
    share = len(rows) / len(test)
    right = _accuracy(context, rows)
    return Finding(
        statistic=share,
        evidence=f"{len(rows)} of {len(test)} test pictures ({share:.1%}) are near-copies of training pictures."
        + right,
        data=bars(["test pictures that are copies", "others"], [len(rows), len(test) - len(rows)]),
        axis="Pictures",
        part="test",
        indices=rows[np.argsort(-likeness, kind="stable")],
        settings={},
    )


def copies(images: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of `images` that have a near-copy among `others`, the rows of these, and how well they correlate."""
    hashes, stock = _hashes(images), _hashes(others)
    mine, theirs = _small(images), _small(others)
    inner = _inner(mine, 0, 0)
    best, source = np.full(len(images), -1.0), np.zeros(len(images), np.int64)
    for start in range(0, len(images), CHUNK):
        apart = (hashes[start : start + CHUNK, None, :] ^ stock[None]).astype(np.uint8)
        distance = np.bitwise_count(apart).sum(axis=2) if hasattr(np, "bitwise_count") else _bits(apart)
        count = min(CANDIDATES, distance.shape[1])
        nearest = np.argpartition(distance, count - 1, axis=1)[:, :count]
        for offset, candidates in enumerate(nearest):
            row = start + offset
            for other in candidates[distance[offset, candidates] <= NEAR]:
                alike = _alike(inner[row], theirs[other : other + 1])
                if alike > best[row]:
                    best[row], source[row] = alike, other
    rows = np.flatnonzero(best >= ALIKE)
    return rows, source[rows], best[rows]


def _alike(inner: np.ndarray, other: np.ndarray) -> float:
    """The correlation with another picture (1, h, w, C) at the best small shift."""
    steps = range(-SHIFTS, SHIFTS + 1)
    return max(float(inner @ _inner(other, down, across)[0]) for down in steps for across in steps)


def _bits(values: np.ndarray) -> np.ndarray:
    table = np.array([bin(value).count("1") for value in range(256)], np.uint8)
    return table[values].sum(axis=2, dtype=np.int64)


def _hashes(images: np.ndarray) -> np.ndarray:
    """Perceptual hash of each picture, uint8 (N, 8)."""
    from imagehash import phash

    ready = _bytes(images)
    return np.stack([np.packbits(phash(Image.fromarray(picture)).hash.reshape(-1)) for picture in ready])


def _bytes(images: np.ndarray) -> np.ndarray:
    scaled = images if images.dtype == np.uint8 else images * (255.0 if images.max() <= 1 else 1.0)
    ready = np.clip(scaled, 0, 255).astype(np.uint8)
    return ready[..., 0] if ready.shape[-1] == 1 else ready


def _small(images: np.ndarray) -> np.ndarray:
    """float32 (N, h, w, C), as they are or made smaller: made smaller, a shift of whole pixels is one no more."""
    count, height, width, channels = images.shape
    factor = min(1.0, LARGEST / max(height, width))
    if factor == 1.0:
        return images.astype(np.float32)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = [cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_AREA) for picture in images]
    return np.stack(small).reshape(count, size[1], size[0], channels)


def _inner(small: np.ndarray, down: int, across: int) -> np.ndarray:
    """The inside at a shift, each picture with mean 0 and length 1, float32 (N, values)."""
    height, width = small.shape[1:3]
    part = small[:, SHIFTS + down : height - SHIFTS + down, SHIFTS + across : width - SHIFTS + across]
    flat = part.reshape(len(part), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return flat / np.maximum(length, 1e-6)


def _accuracy(context: DiagnosisContext, rows: np.ndarray) -> str:
    """How the copies fare against the others, where there are some of both."""
    looked = context.rows("test")
    copied = np.isin(looked, rows)
    if copied.sum() < 5 or (~copied).sum() < 5:
        return ""
    right = context.probabilities("test").argmax(axis=1) == context.part("test").labels
    return f" It answers {right[copied].mean():.0%} of them right, and {right[~copied].mean():.0%} of the others."


DETECTOR = DetectorInfo(
    name="duplicates",
    title="Copies leaked into test",
    plain="Test pictures are compared with all training pictures, by perceptual hashes first and pixel by pixel then.",
    looked="No test pictures are copies of training pictures.",
    fixes=("duplicates_removed",),
    measure=measure,
    order=10,
)
