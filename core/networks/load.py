"""Reading other people's models without running their code."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import keras
import tensorflow as tf

from core.errors import ModelError
from core.limits import Limits
from core.networks.config_checks import MOST_VALUES, application_layers, check_config
from core.networks.graph import Graph, graph_of
from core.networks.legacy_config import modernise
from core.networks.onnx import from_onnx
from core.networks.weight_checks import allowed_bytes, check_finite, check_group, check_variables

CLASS_NAMES = "class_names.json"
CONFIG, WEIGHTS = "config.json", "model.weights.h5"
TRAINING = "compile_config"
MOST_CONFIG = 10_000_000
MOST_NAMES = 4_000_000
LONGEST_REASON = 600
ENDINGS = (".keras", ".h5", ".hdf5", ".onnx")
NOT_A_MODEL = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    RuntimeError,
    ImportError,
    EOFError,
    MemoryError,
    zipfile.BadZipFile,
    tf.errors.OpError,
)
_HOW_TO_SAVE = 'Save it by model.save("model.keras").'


def load_model(path_or_bytes: str | Path | bytes, *, limit: int | None = None) -> keras.Model:
    """A classifier from a .keras or .h5 file. Nothing in the file is run.

    A layer that carries code, that reads other files, or that is not Keras' own is refused before Keras sees the
    file, and so is a weight that lies outside the file. Sizes are checked before memory is taken. Arguments that Keras
    has dropped since the file was saved are left out where they ask for nothing.

    Args:
        path_or_bytes: where the file is, or what is in it.
        limit: the largest file, and the largest unpacked content, in bytes; by default `Limits.network_bytes`.

    Returns:
        a model that maps pictures (N, H, W, C) to scores (N, K), not compiled.

    Raises:
        ModelError: when the file is no such model, is too large, holds code, or has weights that are not finite.
    """
    model = load_layers(path_or_bytes, limit=limit)
    check_maps(graph_of(model))
    return model


def load_layers(path_or_bytes: str | Path | bytes, *, limit: int | None = None) -> keras.Model:
    """A model from a file as `load_model` opens it, which need not be a classifier: a backbone without its head.

    Args:
        path_or_bytes: as for `load_model`.
        limit: as for `load_model`.

    Raises:
        ModelError: as for `load_model`.
    """
    most = Limits.from_environment().network_bytes if limit is None else limit
    content = _content(path_or_bytes, most)
    allowed = allowed_bytes(len(content), most)
    if content[:4] == b"PK\x03\x04":
        return _read(_checked_archive(content, allowed), ".keras", allowed)
    if content[:8] == b"\x89HDF\r\n\x1a\n":
        return _read(_checked_hdf5(content, allowed), ".h5", allowed)
    raise ModelError("A model should be a .keras or .h5 file", "a file of another kind", _HOW_TO_SAVE)


def load_weights(model: keras.Model, path: str | Path) -> keras.Model:
    """The model itself, once it has the weights of a .weights.h5 or .h5 file. Nothing in the file is run.

    Args:
        model: changed in place, even where the file turns out not to suit it.
        path: where the file is.

    Raises:
        ModelError: when the file holds no weights, or those of another network, or ones that are not finite.
    """
    most = Limits.from_environment().network_bytes
    content = _content(path, most)
    hint = "Give weights that keras.Model.save_weights saved; a whole .keras file is a backbone itself."
    if content[:8] != b"\x89HDF\r\n\x1a\n":
        raise ModelError("Weights should be a .weights.h5 or .h5 file", "a file of another kind", hint)
    with _opened(content) as file:
        check_group(file, allowed_bytes(len(content), most))
        suffix = ".h5" if "layer_names" in file.attrs or "model_weights" in file else ".weights.h5"
    with _temporary(suffix) as copy, warnings.catch_warnings():
        copy.write_bytes(content)
        # Keras only warns where the file lacks a layer, which then keeps the weights that it was born with.
        warnings.simplefilter("error", UserWarning)
        try:
            model.load_weights(copy)
        except (*NOT_A_MODEL, UserWarning) as error:
            raise ModelError(f"The weights should be those of {model.name}", _reason(error), hint) from error
    check_finite(model.variables)
    return model


def network_from_file(
    path_or_bytes: str | Path | bytes, *, name: str = "", class_names: Sequence[str] = ()
) -> keras.Model:
    """Open a network by the ending of its name. Nothing in the file is run.

    Args:
        path_or_bytes: where the file is, or what is in it.
        name: the file's name, where only its content is given.
        class_names: names for an ONNX network, in the order of its outputs; numbers where there are none.

    Returns:
        What `load_model` gives for .keras and .h5, and what `from_onnx` gives for .onnx.

    Raises:
        ModelError: for a file of another kind, or one that cannot be read.
        Unavailable: for an ONNX file where onnxruntime is not installed.
    """
    called = name or ("" if isinstance(path_or_bytes, bytes) else str(path_or_bytes))
    ending = Path(called.lower()).suffix
    if ending == ".onnx":
        return from_onnx(path_or_bytes, class_names=class_names or None)
    if called and ending not in ENDINGS:
        raise ModelError(
            "A network's file should end in .keras, .h5 or .onnx",
            Path(called).name[:80],
            "From PyTorch: torch.onnx.export(model, images, 'network.onnx').",
        )
    return load_model(path_or_bytes)


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
    content = _content(path_or_bytes, Limits.from_environment().network_bytes)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if CLASS_NAMES not in archive.namelist():
                return ()
            names = json.loads(_entry(archive, CLASS_NAMES, MOST_NAMES))
    except NOT_A_MODEL:
        return ()
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


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


def _checked_archive(content: bytes, allowed: int) -> bytes:
    """The archive, fit for this Keras; `allowed` is the most that it may unpack to, in bytes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > allowed:
                raise ModelError(
                    f"This model should unpack to at most {allowed // 1_000_000} MB", f"{unpacked // 1_000_000} MB"
                )
            whole = json.loads(_entry(archive, CONFIG, MOST_CONFIG))
            config = _without_training(whole)
            weights = archive.read(WEIGHTS)
    except NOT_A_MODEL as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError("A .keras file should hold a network and its weights", _reason(error), _HOW_TO_SAVE) from error
    check_config(config)
    with _opened(weights) as file:
        check_group(file, allowed)
    return _replaced(content, json.dumps(config)) if modernise(config) or config != whole else content


def _without_training(config: Any) -> Any:
    """The configuration less optimisers and losses, of nested networks too: they may be the user's own code."""
    if isinstance(config, list):
        return [_without_training(item) for item in config]
    if not isinstance(config, dict):
        return config
    return {key: _without_training(value) for key, value in config.items() if key != TRAINING}


def _entry(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    if archive.getinfo(name).file_size > most:
        raise ModelError(f"{name} should have at most {most // 1_000_000} MB", "more")
    return archive.read(name)


def _replaced(content: bytes, config: str) -> bytes:
    """The archive with another configuration."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in dict.fromkeys(old.namelist()):
            new.writestr(name, config if name == CONFIG else old.read(name))
    return buffer.getvalue()


def _checked_hdf5(content: bytes, allowed: int) -> bytes:
    """The file, fit for this Keras; `allowed` is the most that its weights may take, in bytes."""
    with _opened(content) as file:
        if "model_config" not in file.attrs:
            raise ModelError("An .h5 file should hold a whole model", "weights alone", _HOW_TO_SAVE)
        text = file.attrs["model_config"]
        if len(text) > MOST_CONFIG:
            raise ModelError(f"A network's description should have at most {MOST_CONFIG // 1_000_000} MB", "more")
        config = json.loads(text)
        check_config(config)
        check_group(file, allowed)
    if not modernise(config):
        return content
    stream = io.BytesIO(content)
    with h5py.File(stream, "r+") as file:
        file.attrs["model_config"] = json.dumps(config)
    return stream.getvalue()


@contextlib.contextmanager
def _opened(content: bytes) -> Iterator[h5py.File]:
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            yield file
    except ModelError:
        raise
    except NOT_A_MODEL as error:
        raise ModelError("The file's weights should be readable", "a damaged file", _HOW_TO_SAVE) from error


def _read(content: bytes, suffix: str, allowed: int) -> keras.Model:
    with _temporary(suffix) as path, ThreadPoolExecutor(1) as apart:
        path.write_bytes(content)
        try:
            return apart.submit(_build, path, allowed).result()
        except NOT_A_MODEL as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(
                "The file should be a model that this Keras can open", _reason(error), _HOW_TO_SAVE
            ) from error


def _build(path: Path, allowed: int) -> keras.Model:
    """Load a file whose weights are made only once their sizes are known.

    Within the scope Keras lays out the network, and keeps weights as shapes. It lists them for the whole thread, to
    be made later, whatever happens; so this runs in a thread of its own.
    """
    scope = keras.StatelessScope(initialize_variables=False)
    with scope:
        model = keras.saving.load_model(path, custom_objects=dict(application_layers()), compile=False, safe_mode=True)
        if not isinstance(model, keras.Model):
            raise ModelError("The file should hold a model", type(model).__name__, _HOW_TO_SAVE)
        check_variables(model.variables, allowed)
        read = [(variable, scope.get_current_value(variable)) for variable in model.variables]
        scope.initialize_variables = True
    for variable, value in read:
        if value is not None:
            variable.assign(value)
    check_finite(model.variables)
    return model


def check_maps(graph: Graph) -> None:
    """ModelError where a layer would give more values a picture than any network needs."""
    for step in graph.steps:
        values = 1
        for side in step.shape[1:]:
            values *= side or 1
        if values > MOST_VALUES:
            raise ModelError(f"A layer should give at most {MOST_VALUES} values a picture", f"{values} in {step.path}")


def _reason(error: BaseException) -> str:
    """All of what went wrong, without the configuration that Keras quotes and without the file's temporary name."""
    if isinstance(error, KeyError):
        return f"a file without {error.args[0]}" if error.args else "a file of another kind"
    text = str(error).split("Exception encountered:")[-1]
    text = re.sub(r"(Full object config|config=\{|Received: config=).*", "", text, flags=re.DOTALL)
    text = re.sub(r"\S*model\.(keras|h5)\b\S*", "the file", " ".join(text.split())).strip(" .")
    return text[:LONGEST_REASON] or type(error).__name__


@contextlib.contextmanager
def _temporary(suffix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / f"model{suffix}"
