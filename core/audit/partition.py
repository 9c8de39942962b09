"""One partition: every picture's answer, and where Grad-CAM puts the evidence for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pandas as pd

from core.addresses import read_bytes, write_bytes
from core.audit.base import Job
from core.audit.files import label_of, part_name
from core.datasets.network_size import sides_of
from core.datasets.pictures import decode
from core.errors import DataError
from core.images.masks import grabcut_masks

if TYPE_CHECKING:
    import keras

    from core.networks.interface import Interface

CHUNK = 100  # pictures that lie in memory at a time
CELLS = 8  # a side, of the map that is kept
COLUMNS = (
    "name", "label", "answer", "right", "confidence", "relevance_mass", "object_share", "peak_x", "peak_y", "map",
    "left_out",
)  # fmt: skip


@dataclass(frozen=True)
class Partition:
    """Pictures that are done together."""

    job: Job
    number: int
    names: tuple[str, ...]


def do_partition(part: Partition) -> int:
    """Do a partition and write it; this is what travels to workers. Returns its number."""
    rows = pd.DataFrame([row for rows in _chunks(part) for row in rows], columns=list(COLUMNS))
    rows["right"] = rows["right"].astype("boolean")
    buffer = io.BytesIO()
    rows.to_parquet(buffer, index=False)
    write_bytes(part.job.out, part_name(part.number), buffer.getvalue())
    return part.number


@lru_cache(maxsize=1)
def opened(job: Job) -> tuple[keras.Model, Interface]:
    """The network and how it is read, once a process."""
    from core.networks.interface import interface
    from core.networks.load import load_model

    model = load_model(read_bytes(job.model))
    return model, interface(model, class_names=job.class_names, preprocessing=job.preprocessing)


def read_pictures(job: Job, names: tuple[str, ...]) -> tuple[list[str], np.ndarray, dict[str, str]]:
    """Pictures in the network's size: names and uint8 (N, H, W, C) of those that could be read, and why others not."""
    shape = opened(job)[1].input_shape
    size, pictures, left_out = sides_of(shape), dict[str, np.ndarray](), dict[str, str]()
    for name in names:
        try:
            pictures[name] = decode(read_bytes(job.images, name), size=size, colour=shape[2] != 1)
        except DataError as error:
            left_out[name] = error.sentence
    none = np.zeros((0, *size, 1 if shape[2] == 1 else 3), np.uint8)
    return list(pictures), np.stack(list(pictures.values())) if pictures else none, left_out


def _chunks(part: Partition) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(part.names), CHUNK):
        names, images, left_out = read_pictures(part.job, part.names[start : start + CHUNK])
        yield [{"name": name, "left_out": reason} for name, reason in left_out.items()]
        if names:
            yield _rows(part.job, names, images)


def _rows(job: Job, names: list[str], images: np.ndarray) -> list[dict[str, Any]]:
    from core.attribution import explain
    from core.attribution.relevance_mass import mask_share, relevance_mass
    from core.networks.interface import probabilities

    model, reading = opened(job)
    answers = probabilities(model, images, interface=reading)
    maps = explain(model, images, answers.argmax(axis=1), method="grad_cam", interface=reading)
    objects = grabcut_masks(images)
    mass, share = relevance_mass(maps, objects), mask_share(objects)
    found = []
    for row, name in enumerate(names):
        label, answer = label_of(name, job.class_names), reading.class_names[int(answers[row].argmax())]
        down, across = np.unravel_index(maps[row].argmax(), maps[row].shape)
        found.append(
            {
                "name": name, "label": label, "answer": answer, "right": answer == label if label else None,
                "confidence": float(answers[row].max()), "relevance_mass": float(mass[row]),
                "object_share": float(share[row]), "peak_x": (across + 0.5) / maps.shape[2],
                "peak_y": (down + 0.5) / maps.shape[1], "map": _kept(maps[row]), "left_out": "",
            }
        )  # fmt: skip
    return found


def _kept(map: np.ndarray) -> bytes:
    """A map as 8 x 8 bytes, row by row: 255 for its largest cell, 0 for no evidence or evidence against the class."""
    small = np.maximum(cv2.resize(map.astype(np.float32), (CELLS, CELLS), interpolation=cv2.INTER_AREA), 0)
    top = float(small.max())
    return (small * (255 / top) + 0.5 if top > 0 else small).astype(np.uint8).tobytes()
