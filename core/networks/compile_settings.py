"""How a network was trained, as far as its file says: the optimiser and its learning rate."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import h5py

from core.networks.training.specs import Optimiser, TrainingSpec

LARGEST_CONFIG = 64 * 1024**2
H5 = b"\x89HDF"


def training_spec_in(path_or_bytes: str | Path | bytes) -> TrainingSpec | None:
    """The training settings that a network's file names.

    Args:
        path_or_bytes: a .keras or .h5 file. Nothing in it is run.

    Returns:
        the optimiser and its rate, with defaults for the rest; None where the file names no optimiser that Hunch has.
    """
    content = path_or_bytes if isinstance(path_or_bytes, bytes) else Path(path_or_bytes).read_bytes()
    try:
        config = _in_h5(content) if content.startswith(H5) else _in_keras(content)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return spec_of(config)


def spec_of(config: Any) -> TrainingSpec | None:
    """Training settings of an optimiser's Keras configuration; None where it is none that Hunch has.

    Args:
        config: {"class_name": "Adam", "config": {"learning_rate": 0.001, ...}}. Of a rate that follows a schedule, its
            first value is taken.
    """
    if not isinstance(config, Mapping) or not isinstance(config.get("config"), Mapping):
        return None
    name, settings = str(config.get("class_name", "")).lower(), config["config"]
    if name == "sgd" and settings.get("nesterov"):
        name = "nesterov"
    rate = settings.get("learning_rate")
    if isinstance(rate, Mapping):
        rate = (rate.get("config") or {}).get("initial_learning_rate")
    if name not in get_args(Optimiser) or not isinstance(rate, int | float) or not rate > 0:
        return None
    bounds = next(dial for dial in TrainingSpec.dials() if dial.name == "rate")
    momentum = settings.get("momentum")
    more = {"momentum": float(momentum)} if isinstance(momentum, int | float) and 0 <= momentum < 1 else {}
    return TrainingSpec.of(optimiser=name, rate=min(max(float(rate), bounds.low or 0.0), bounds.high or 1.0), **more)


def _in_keras(content: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.getinfo("config.json").file_size > LARGEST_CONFIG:
            return None
        config = json.loads(archive.read("config.json"))
    compiled = config.get("compile_config") if isinstance(config, Mapping) else None
    return compiled.get("optimizer") if isinstance(compiled, Mapping) else None


def _in_h5(content: bytes) -> Any:
    with h5py.File(io.BytesIO(content), "r") as file:
        text = file.attrs["training_config"]
    config = json.loads(text)
    compiled = config.get("optimizer_config") if isinstance(config, Mapping) else None
    return compiled
