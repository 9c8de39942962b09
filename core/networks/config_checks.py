"""What the description of a network may say: checked before Keras sees it."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import keras

from core.errors import ModelError

APPLICATIONS = "keras.src.applications"
WIDEST = 65_536
MOST_VALUES = 2**28
MOST_LAYERS = 20_000
DEEPEST = 200
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
SIZES = (
    "units", "filters", "kernel_size", "strides", "pool_size", "size", "padding", "output_padding", "cropping",
    "dilation_rate", "depth_multiplier", "groups", "height", "width", "num_heads", "key_dim", "value_dim", "input_dim",
    "output_dim", "projection_dim", "n",
)  # fmt: skip
SHAPES = ("batch_shape", "batch_input_shape", "input_shape", "shape", "target_shape")


def check_config(config: Any) -> None:
    """Refuse what could run code or read files, what is not Keras' own, and sizes beyond reason.

    Args:
        config: what the file's JSON holds.

    Raises:
        ModelError: with the layer and the value that are to blame.
    """
    if not isinstance(config, Mapping) or not isinstance(config.get("config"), Mapping):
        raise ModelError(
            "A network's description should be a mapping with a class name and a configuration",
            "a description of another kind",
            'Save the network by model.save("model.keras").',
        )
    count = 0
    for node in nodes_of(config):
        count += "class_name" in node
        if count > MOST_LAYERS:
            raise ModelError(f"A network should have at most {MOST_LAYERS} parts", "more")
        _check_kind(node)
        _check_sizes(node)


def nodes_of(config: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a configuration, the outermost first; ModelError where they are nested beyond reason."""
    waiting = [(config, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise ModelError(f"A network's description should be nested at most {DEEPEST} deep", "more")
        if isinstance(node, list):
            waiting.extend((item, depth + 1) for item in node)
        elif isinstance(node, dict):
            waiting.extend((item, depth + 1) for item in node.values())
            yield node


@cache
def application_layers() -> dict[str, type[keras.Layer]]:
    """The layers that Keras keeps beside its ready-made networks, such as ConvNeXt's LayerScale, by name."""
    homes = [module for name, module in sys.modules.items() if name.startswith(f"{APPLICATIONS}.")]
    return {
        name: value
        for home in homes
        for name, value in vars(home).items()
        if isinstance(value, type) and issubclass(value, keras.Layer) and value.__module__ == home.__name__
    }


def _check_kind(node: dict[str, Any]) -> None:
    kind = node.get("class_name")
    if kind is None:
        return
    if not isinstance(kind, str):
        raise ModelError("Every layer should be named by its class", f"{str(kind)[:100]}")
    registered = node.get("registered_name")
    if isinstance(registered, str) and ">" in registered:
        kind = registered
    if kind in RUNS_CODE:
        raise ModelError(
            "A model from a file should hold no code",
            f"a layer of kind {kind}, which runs code from the file",
            "Replace it by Keras layers (Rescaling, Resizing, Normalization, ...) and save the model again.",
        )
    if kind in READS_FILES:
        raise ModelError("A picture classifier should hold no text layers", f"a layer of kind {kind}")
    if not _is_keras(kind, str(node.get("module") or "")):
        raise ModelError(
            "A model from a file should be made of Keras' own layers",
            f"{kind[:100]}, which is not one of them",
            "Rebuild the model with Keras layers and save it again.",
        )


def _is_keras(kind: str, module: str) -> bool:
    if module.split(".")[0] not in ("", "keras", "builtins", "tensorflow"):
        return False
    if kind in PLAIN_NODES or module.startswith("keras.src.ops."):
        return True
    if kind in application_layers():
        return module in ("", application_layers()[kind].__module__)
    places = (keras.layers, keras.initializers, keras.regularizers, keras.constraints, keras.dtype_policies)
    return any(isinstance(getattr(place, kind, None), type) for place in places)


def _check_sizes(node: dict[str, Any]) -> None:
    for name in SIZES:
        largest = max(map(abs, _numbers(node.get(name))), default=0)
        if largest > WIDEST:
            raise ModelError(f"A layer should have {name} of at most {WIDEST}", f"{largest:.6g}{_of(node)}")
    for name in SHAPES:
        # A layer with several inputs has a list of shapes.
        sizes = (math.prod(abs(side) for side in _numbers(shape) if side) for shape in _shapes(node.get(name)))
        values = max(sizes, default=0)
        if values > MOST_VALUES:
            raise ModelError(f"A layer's {name} should have at most {MOST_VALUES} values", f"{values:.6g}{_of(node)}")
    kernel = math.prod(_numbers(node.get("kernel_size"))) * math.prod(_numbers(node.get("filters")))
    if abs(kernel) > MOST_VALUES:
        raise ModelError(f"A layer should have at most {MOST_VALUES} weights", f"{abs(kernel):.6g}{_of(node)}")


def _shapes(value: Any) -> list[Any]:
    """Every single shape in a value: itself, or those in its lists and mappings."""
    items = list(value.values()) if isinstance(value, dict) else value
    if isinstance(items, list) and (isinstance(value, dict) or any(isinstance(item, list | dict) for item in items)):
        return [shape for item in items for shape in _shapes(item)]
    return [items]


def _numbers(value: Any) -> list[float]:
    """The numbers in a value and in the lists and mappings in it."""
    if isinstance(value, dict):
        return _numbers(list(value.values()))
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def _of(node: dict[str, Any]) -> str:
    name = node.get("name")
    return f" in {name[:100]}" if isinstance(name, str) else ""
