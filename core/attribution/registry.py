"""The methods that exist. A new one is a file beside this one and a line here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from core.attribution.base import MethodInfo
from core.errors import InputError

NAMES = (
    "gradient",
    "gradient_x_input",
    "integrated_gradients",
    "blur_integrated_gradients",
    "smoothgrad",
    "squaregrad",
    "vargrad",
    "guided_backprop",
    "deconvnet",
    "grad_cam",
    "grad_cam_plus_plus",
    "hires_cam",
    "layer_cam",
    "score_cam",
    "eigen_cam",
    "guided_grad_cam",
    "occlusion",
    "rise",
    "lime",
    "kernel_shap",
    "sobol",
    "lrp",
    "deeplift",
)


@cache
def methods() -> dict[str, MethodInfo]:
    """Every attribution method by name, in the order in which menus list them."""
    return {name: import_module(f"core.attribution.{name}").METHOD for name in NAMES}


def method_info(name: str) -> MethodInfo:
    """The method of this name; InputError with the known names where there is none."""
    known = methods()
    if name not in known:
        raise InputError(f"The attribution methods are {', '.join(known)}", name)
    return known[name]
