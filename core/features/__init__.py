"""What a network has learned: activations, top examples, and pictures made to please a unit.

Settings are imported at once. Whatever needs TensorFlow is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.features.settings import VisualizeSettings

if TYPE_CHECKING:
    from core.features.maximise import Visualization, make_pictures, request_key, visualize
    from core.features.objective import Difference, Neuron
    from core.features.responses import activations

_PLACES = {
    "Difference": "objective",
    "Neuron": "objective",
    "Visualization": "maximise",
    "activations": "responses",
    "make_pictures": "maximise",
    "request_key": "maximise",
    "visualize": "maximise",
}

__all__ = [
    "Difference",
    "Neuron",
    "Visualization",
    "VisualizeSettings",
    "activations",
    "make_pictures",
    "request_key",
    "visualize",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
