"""A small network file, and ways to change it."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import keras
from keras import layers

Config = dict[str, Any]
NAMES = {"config": "config.json", "weights": "model.weights.h5"}


@cache
def small_network(suffix: str = ".keras") -> bytes:
    """A file with one layer of every common kind."""
    model = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            layers.Rescaling(1 / 255, name="scale"),
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.DepthwiseConv2D(3, name="depthwise"),
            layers.SeparableConv2D(4, 3, name="separable"),
            layers.BatchNormalization(name="norm"),
            layers.MaxPooling2D(2, name="pool"),
            layers.Flatten(name="flat"),
            layers.Dense(2, activation="softmax", name="head"),
        ]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"net{suffix}"
        model.save(path)
        return path.read_bytes()


def rewritten(content: bytes, **files: bytes | str) -> bytes:
    """A .keras archive with some of its files replaced; `config` and `weights` stand for their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            key = next((key for key, name in NAMES.items() if name == entry), entry)
            new.writestr(entry, files.get(key, old.read(entry)))
    return buffer.getvalue()


def config_of(content: bytes) -> Config:
    """The configuration in a .keras or .h5 file."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return json.loads(archive.read("config.json"))
    with h5py.File(io.BytesIO(content), "r") as file:
        return json.loads(file.attrs["model_config"])


def with_config(content: bytes, config: Any) -> bytes:
    """The file with another configuration."""
    if content[:2] == b"PK":
        return rewritten(content, config=json.dumps(config))
    return with_hdf5(content, lambda file: file.attrs.modify("model_config", json.dumps(config)))


def with_layer(content: bytes, name: str, /, **changes: Any) -> bytes:
    """The file with other values in one layer's configuration."""
    config = config_of(content)
    layer = next(layer for layer in config["config"]["layers"] if layer["config"]["name"] == name)
    layer["config"].update(changes)
    return with_config(content, config)


def weights_of(content: bytes) -> bytes:
    """The HDF5 file in a .keras archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("model.weights.h5")


def with_hdf5(content: bytes, change: Callable[[h5py.File], Any]) -> bytes:
    """An HDF5 file, or the one in a .keras archive, changed by a function."""
    if content[:2] == b"PK":
        return rewritten(content, weights=with_hdf5(weights_of(content), change))
    stream = io.BytesIO(content)
    with h5py.File(stream, "r+") as file:
        change(file)
    return stream.getvalue()
