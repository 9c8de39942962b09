"""tf-explain's own routines, for the methods that it has too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from core.settings import Settings

NOTES = {
    "grad_cam": "tf-explain's Grad-CAM is shown as the paper defines it, without the guided gradients that are its "
    "default, before rectification.",
    "occlusion": "tf-explain's occlusion covers with a grey square, moves it by its own width, and shows one minus the "
    "probability.",
}


def has(method: str) -> bool:
    """Whether tf-explain has this method."""
    return method in NOTES


def note(methods: Iterable[str]) -> str:
    """How tf-explain's versions of these methods differ."""
    return " ".join(NOTES[name] for name in methods if name in NOTES)


def run(method: str, model: Any, images: np.ndarray, target: int, layer: str | None, settings: Settings) -> np.ndarray:
    """tf-explain's raw maps, (N, h, w)."""
    from core.attribution import reference

    routines: dict[str, Callable[[], Any]] = {
        "grad_cam": lambda: reference.grad_cam(model, images, target, layer=layer),
        "occlusion": lambda: reference.occlusion(model, images, target, patch=_patch(settings, images)),
    }
    return routines[method]()


def _patch(settings: Settings, images: np.ndarray) -> int:
    """Side of the square that ours covers these pictures with."""
    from core.attribution.methods.occlusion import OcclusionSettings

    assert isinstance(settings, OcclusionSettings)
    return settings.window(*images.shape[1:3])[0]
