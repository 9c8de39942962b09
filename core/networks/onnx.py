"""ONNX files as black boxes, by onnxruntime (the extra "onnx")."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelError, Unavailable
from core.networks.predictor import Predictor

LARGEST_FILE = 2 * 1024**3
CHANNELS = (1, 3)
TRANSPOSED = "The network takes channels first, as PyTorch writes them; images are transposed on their way to it."


def from_onnx(path: str | Path | bytes, *, class_names: Sequence[str] | None = None) -> Predictor:
    """Open a classifier that was exported to ONNX.

    Channels first, as PyTorch exports them, are transposed; `Predictor.notes` says so. Images are passed on as float32
    in the scale that they come in: what is done to them before belongs in the interface
    (`core.networks.interface(model, images, labels)` recognises it where labelled images decide it).

    Args:
        path: a file, or what is in it, with one input of shape (N, H, W, C) or (N, C, H, W), sizes given, and one
            output of shape (N, K).
        class_names: K names, in the order of its answers; numbers where None.

    Raises:
        Unavailable: where onnxruntime is not installed.
        ModelError: for a file that cannot be read, keeps its weights in other files, or has other inputs or outputs.
    """
    content = _content(path)
    session = _session(content)
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or not outputs:
        raise ModelError("The network should have one input and one output", f"{len(inputs)} and {len(outputs)}")
    shape, first = _layout(list(inputs[0].shape))
    name, fixed, kind = inputs[0].name, inputs[0].shape[0], _kind(inputs[0].type)

    def predict(images: np.ndarray) -> np.ndarray:
        given = (images.transpose(0, 3, 1, 2) if first else images).astype(kind)
        size = fixed if isinstance(fixed, int) and fixed > 0 else len(given)
        parts = [_run(session, name, given[start : start + size], size) for start in range(0, len(given), size)]
        return np.concatenate(parts)

    classes = predict(np.zeros((1, *shape), np.float32)).shape[1]
    names = tuple(class_names) if class_names is not None else tuple(str(number) for number in range(classes))
    if len(names) != classes:
        raise ModelError(f"There should be {classes} class names, one for each number in an answer", f"{len(names)}")
    notes = (TRANSPOSED,) if first else ()
    return Predictor(predict, shape, names, whole=False, notes=notes, file=content)


def _run(session: Any, name: str, images: np.ndarray, size: int) -> np.ndarray:
    """Answers to at most `size` images; a network of a fixed batch gets its last one filled up with copies."""
    missing = size - len(images)
    given = np.concatenate([images, np.repeat(images[-1:], missing, axis=0)]) if missing else images
    answers = np.asarray(session.run(None, {name: np.ascontiguousarray(given)})[0])[: len(images)]
    if answers.ndim < 2 or answers.size != len(images) * answers.shape[1]:
        raise ModelError("The network should give scores (N, K)", f"answers of shape {answers.shape}")
    return answers.reshape(len(images), -1).astype(np.float32)


def _content(given: str | Path | bytes) -> bytes:
    if not isinstance(given, bytes):
        file = Path(given)
        if not file.is_file() or file.stat().st_size > LARGEST_FILE:
            raise ModelError("The network should be an ONNX file of at most 2 GB", file.name)
        return file.read_bytes()
    if len(given) > LARGEST_FILE:
        raise ModelError("The network should be an ONNX file of at most 2 GB", f"{len(given) / 1024**3:.1f} GB")
    return given


def _session(content: bytes) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise Unavailable("ONNX files need onnxruntime: pip install -r requirements-onnx.txt") from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        # Loaded from bytes: weights kept in other files, which a stranger's file could name at will, are not followed.
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise ModelError("The network should be a whole ONNX file, weights included", reason) from error


def _layout(shape: list[Any]) -> tuple[tuple[int, int, int], bool]:
    """(H, W, C), and whether channels come first."""
    sizes = [size if isinstance(size, int) and size > 0 else None for size in shape]
    if len(sizes) != 4 or None in sizes[1:]:
        raise ModelError(
            "The input should be images with a fixed size, (N, H, W, C) or (N, C, H, W)",
            str(tuple(shape)),
            "Export the network with a fixed height, width and number of channels.",
        )
    _, a, b, c = sizes
    first, last = a in CHANNELS, c in CHANNELS
    if first == last:
        raise ModelError("One of the input's sizes should be the channels, 1 or 3, first or last", str(tuple(shape)))
    return ((b, c, a), True) if first else ((a, b, c), False)  # type: ignore[return-value]


def _kind(name: str) -> type[np.generic]:
    """The number type of an ONNX input such as "tensor(float)"."""
    kinds: dict[str, type[np.generic]] = {
        "float": np.float32,
        "float16": np.float16,
        "double": np.float64,
        "uint8": np.uint8,
    }
    found = kinds.get(name.removeprefix("tensor(").removesuffix(")"))
    if found is None:
        raise ModelError("The input should be floats or uint8", name)
    return found
