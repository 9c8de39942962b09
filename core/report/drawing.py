"""Images and charts as text, so that a single file can hold them."""

from __future__ import annotations

import re

import cv2
import numpy as np
import vl_convert

from core.render import data_url, enlarge
from core.report.layout import Chart

COLOURS = ("good", "bad", "neutral", "text", "border", "paper")
LARGEST, SMALLEST = 320, 128
"""Pixels along the longer side of a picture in the file."""
# Each name stands as a colour that nothing else has, until the page's own style says what it looks like.
_STANDING = {name: f"#0{place}0f0{place}" for place, name in enumerate(COLOURS, 1)}


def svg(chart: Chart) -> str:
    """A chart as SVG whose colours the page's style decides, so that one drawing serves light and dark."""
    drawn = vl_convert.vegalite_to_svg(chart.draw(_STANDING).to_json())
    for name, code in _STANDING.items():
        drawn = drawn.replace(code, f"var(--{name})")
    # Its size is that of its place; the words for those who cannot see it stand on the figure around it.
    head, rest = drawn.split(">", 1)
    width = re.search(r'width="([\d.]+)"', head)
    head = re.sub(r'\s(width|height)="[\d.]+"', "", head)
    size = f' style="max-width:{width.group(1)}px"' if width else ""
    return f'{head}{size} aria-hidden="true">{rest}'


def png(image: np.ndarray) -> str:
    """An image as a data URL; small images keep hard pixels."""
    longest = max(image.shape[:2])
    if longest > LARGEST:
        scale = LARGEST / longest
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    elif longest < SMALLEST:
        image = enlarge(image, SMALLEST)
    return data_url(image)
