"""What the pictures that answer to the hand are given, without a browser."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np


def stages(app: Any) -> list[dict[str, Any]]:
    """The data of every stage on the screen."""
    found = [item.proto for item in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in found if proto.component_name == "picture_stage"]


def drawn(app: Any) -> list[dict[str, Any]]:
    """Every map that lies over a picture."""
    return [each for stage in stages(app) for each in stage["maps"]]


def values(app: Any) -> np.ndarray:
    """The raw values of the first map, in one row."""
    return np.frombuffer(base64.b64decode(drawn(app)[0]["values"]), "<f4")
