"""Reading other people's models without running their code."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import keras
import tensorflow as tf

from core.errors import ModelError
from core.networks.graph import graph_of

LIMIT = 500_000_000
WIDEST = 65_536
CLASS_NAMES = "class_names.json"
CONFIG, WEIGHTS = "config.json", "model.weights.h5"
RUNS_CODE = ("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "__lambda__")
READS_FILES = ("StringLookup", "IntegerLookup", "TextVectorization")
PLAIN_NODES = (
    "__keras_tensor__",
    "__tuple__",
    "__tensor__",
    "__numpy__",
    "__ellipsis__",
    "__list__",
    "__dict__",
    "function",
    "slice",
    "Functional",
    "Model",
    "Sequential",
    "DTypePolicy",
    "Policy",
)
NOT_A_MODEL = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ImportError,
    EOFError,
    MemoryError,
    zipfile.BadZipFile,
    tf.errors.OpError,
)


def load_model(path_or_bytes: str | Path | bytes, *, limit: int = LIMIT) -> keras.Model:
    """A classifier from a .keras or .h5 file. Nothing in the file is run.

    A layer that carries code, that reads other files, or that is not Keras' own is refused before Keras sees the
    file, and so is a weight that lies outside the file.

    Args:
        path_or_bytes: where the file is, or what is in it.
        limit: the largest file, and the largest unpacked content, in bytes; 500 million by default.

    Returns:
        a model that maps pictures (N, H, W, C) to scores (N, K), not compiled.

    Raises:
        ModelError: when the file is no such model, is too large, or holds code.
    """
    content = _content(path_or_bytes, limit)
    if content[:4] == b"PK\x03\x04":
        _inspect_archive(content, limit)
        model = _read(content, ".keras")
    elif content[:8] == b"\x89HDF\r\n\x1a\n":
        _inspect_hdf5(content, limit)
        model = _read(content, ".h5")
    else:
        raise ModelError("A model should be a .keras or .h5 file", "a file of another kind", _HOW_TO_SAVE)
    graph_of(model)
    return model


def save_model(model: keras.Model, class_names: tuple[str, ...] = ()) -> bytes:
    """The content of a .keras file that any Keras 3 opens, with the class names beside the network."""
    with _temporary(".keras") as path:
        model.save(path)
        if class_names:
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr(CLASS_NAMES, json.dumps(list(class_names)))
        return path.read_bytes()


def class_names_in(path_or_bytes: str | Path | bytes) -> tuple[str, ...]:
    """The class names that `save_model` put beside a network; none for a file without them."""
    content = _content(path_or_bytes, LIMIT)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = json.loads(archive.read(CLASS_NAMES)) if CLASS_NAMES in archive.namelist() else []
    except (zipfile.BadZipFile, ValueError):
        return ()
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


_HOW_TO_SAVE = 'Save it by model.save("model.keras").'


def _content(given: str | Path | bytes, limit: int) -> bytes:
    if isinstance(given, bytes):
        size = len(given)
    else:
        path = Path(given)
        if path.is_dir():
            raise ModelError("A model should be a .keras or .h5 file", f"the folder {path.name}", _HOW_TO_SAVE)
        if not path.is_file():
            raise ModelError("The model file should exist", str(path), "Check the path.")
        size = path.stat().st_size
    if size > limit:
        raise ModelError(f"A model file should have at most {limit // 1_000_000} MB", f"{size // 1_000_000} MB")
    return given if isinstance(given, bytes) else Path(given).read_bytes()


def _inspect_archive(content: bytes, limit: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > limit:
                raise ModelError(
                    f"A model should unpack to at most {limit // 1_000_000} MB", f"{unpacked // 1_000_000} MB"
                )
            config, weights = json.loads(archive.read(CONFIG)), archive.read(WEIGHTS)
    except NOT_A_MODEL as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError("A .keras file should hold a network and its weights", "neither", _HOW_TO_SAVE) from error
    _inspect_config({key: value for key, value in config.items() if key != "compile_config"})
    with _opened(weights) as file:
        _inspect_group(file, limit)


def _inspect_hdf5(content: bytes, limit: int) -> None:
    with _opened(content) as file:
        if "model_config" not in file.attrs:
            raise ModelError("An .h5 file should hold a whole model", "weights alone", _HOW_TO_SAVE)
        _inspect_config(json.loads(file.attrs["model_config"]))
        _inspect_group(file, limit)


@contextlib.contextmanager
def _opened(content: bytes) -> Iterator[h5py.File]:
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            yield file
    except ModelError:
        raise
    except NOT_A_MODEL as error:
        raise ModelError("The file's weights should be readable", "a damaged file", _HOW_TO_SAVE) from error


def _inspect_group(group: h5py.Group, limit: int) -> None:
    """Refuse weights that lie in other files, and ones that unpack beyond the limit."""
    total, waiting = 0, [group]
    while waiting:
        current = waiting.pop()
        for name in current:
            if not isinstance(current.get(name, getlink=True), h5py.HardLink):
                raise ModelError("A model's weights should lie in its own file", f"a link, {name}")
            item = current[name]
            if isinstance(item, h5py.Group):
                waiting.append(item)
                continue
            if item.external or item.is_virtual:
                raise ModelError("A model's weights should lie in its own file", f"{name}, which lies elsewhere")
            total += item.size * item.dtype.itemsize
            if total > limit:
                raise ModelError(f"A model should have at most {limit // 1_000_000} MB of weights", "more")


def _inspect_config(config: Any) -> None:
    """Refuse every layer that could run code or read files, and every one that is not Keras' own."""
    waiting = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            waiting.extend(node.values())
            _inspect_node(node)


def _inspect_node(node: dict[str, Any]) -> None:
    kind = node.get("class_name")
    if isinstance(kind, str):
        _inspect_kind(kind, str(node.get("module") or ""))
    for dial in ("units", "filters"):
        width = node.get(dial)
        if isinstance(width, int | float) and width > WIDEST:
            raise ModelError(f"A layer should have at most {WIDEST} {dial}", f"{width}")


def _inspect_kind(kind: str, module: str) -> None:
    if kind in RUNS_CODE:
        raise ModelError(
            "A model from a file should hold no code",
            f"a layer of kind {kind}, which runs code from the file",
            "Replace it by Keras layers (Rescaling, Resizing, Normalization, ...) and save the model again.",
        )
    if kind in READS_FILES:
        raise ModelError("A picture classifier should hold no text layers", f"a layer of kind {kind}")
    if not _is_keras(kind, module):
        raise ModelError(
            "A model from a file should be made of Keras' own layers",
            f"{kind}, which is not one of them",
            "Rebuild the model with Keras layers and save it again.",
        )


def _is_keras(kind: str, module: str) -> bool:
    if module.split(".")[0] not in ("", "keras", "builtins", "tensorflow"):
        return False
    if kind in PLAIN_NODES or module.startswith("keras.src.ops."):
        return True
    places = (keras.layers, keras.initializers, keras.regularizers, keras.constraints, keras.dtype_policies)
    return any(isinstance(getattr(place, kind, None), type) for place in places)


def _read(content: bytes, suffix: str) -> keras.Model:
    with _temporary(suffix) as path:
        path.write_bytes(content)
        try:
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
        except NOT_A_MODEL as error:
            raise ModelError(
                "The file should be a model that this Keras can open", _first_line(error), _HOW_TO_SAVE
            ) from error
    if not isinstance(model, keras.Model):
        raise ModelError("The file should hold a model", type(model).__name__, _HOW_TO_SAVE)
    return model


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{lines[0][:200].rstrip('.')}" if lines else type(error).__name__


@contextlib.contextmanager
def _temporary(suffix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / f"model{suffix}"
