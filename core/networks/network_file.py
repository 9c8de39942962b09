"""A network from its file, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras

from core.errors import ModelError
from core.networks.load import load_model
from core.networks.onnx import from_onnx

ENDINGS = (".keras", ".h5", ".hdf5", ".onnx")


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
