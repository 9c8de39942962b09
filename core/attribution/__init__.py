"""Attribution: which pixels support a class. `methods()` lists the methods; `explain()` runs any of them."""

from core.attribution.base import Contrast, MethodInfo
from core.attribution.explain import explain
from core.attribution.registry import method_info, methods
from core.lazy_import import keep_public_names

__all__ = ["Contrast", "MethodInfo", "explain", "method_info", "methods"]

keep_public_names(__name__)
