"""Attribution: which pixels support a class. `methods()` lists the methods; `explain()` runs any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.attribution.base import Contrast, MethodInfo
from core.attribution.registry import method_info, method_names, methods
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.attribution.explain import explain

__all__ = ["Contrast", "MethodInfo", "explain", "method_info", "method_names", "methods"]

__getattr__ = lazy_import(__name__, {"explain": "explain"})
