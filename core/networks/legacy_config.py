"""Networks that an earlier Keras saved: what was renamed or dropped since, and means nothing now, is taken out."""

from __future__ import annotations

import inspect
from typing import Any

import keras

from core.networks.config_checks import nodes_of

# Arguments that an earlier Keras wrote out, and the values with which they ask for nothing.
HARMLESS: dict[str, tuple[Any, ...]] = {
    "groups": (1,),
    "implementation": (0, 1, 2),
    "time_major": (False,),
    "dynamic": (False,),
    "ragged": (False,),
    "fused": (None, True, False),
    "virtual_batch_size": (None,),
    "adjustment": (None,),
}
# SeparableConv2D wrote its parent's kernel, which it never had.
NEVER_HAD = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
MOVED = {
    "keras.src.engine.functional": "keras.src.models.functional",
    "keras.engine.functional": "keras.src.models.functional",
    "keras.src.engine.sequential": "keras.src.models.sequential",
    "keras.engine.sequential": "keras.src.models.sequential",
}


def modernise(config: dict[str, Any]) -> bool:
    """Change a network's configuration, in place, to what this Keras reads; whether anything was changed.

    An argument goes only where dropping it cannot change an answer. Any other stays, so that Keras refuses it and says
    why.
    """
    changed = False
    for node in nodes_of(config):
        module = node.get("module")
        if isinstance(module, str) and module in MOVED:
            node["module"] = MOVED[module]
            changed = True
        kind, inner = node.get("class_name"), node.get("config")
        if isinstance(kind, str) and isinstance(inner, dict):
            for name in _obsolete(kind, inner):
                del inner[name]
                changed = True
    return changed


def _obsolete(kind: str, config: dict[str, Any]) -> list[str]:
    layer = getattr(keras.layers, kind, None)
    if not isinstance(layer, type):
        return []
    makers = [vars(base)["__init__"] for base in layer.__mro__[:-1] if "__init__" in vars(base)]
    known = {name for maker in makers for name in inspect.signature(maker).parameters}
    unknown = [name for name in config if name not in known]
    harmless = [name for name in unknown if name in HARMLESS and config[name] in HARMLESS[name]]
    return harmless + [name for name in unknown if name in NEVER_HAD and kind.startswith(("Separable", "Depthwise"))]
