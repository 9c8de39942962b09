"""The settings that give pictures the size and the colours that a network takes."""

from __future__ import annotations

from typing import Any

from core.errors import InputError
from core.settings import Settings

FREE_SIDE = 224  # pixels, where a network takes any size


def sides_of(shape: tuple[int | None, ...]) -> tuple[int, int]:
    """Height and width of pictures for a network.

    Args:
        shape: (H, W, C) that it takes, with None for what is free.
    """
    return shape[0] or FREE_SIDE, shape[1] or FREE_SIDE


def settings_for(shape: tuple[int | None, ...], settings: type[Settings]) -> dict[str, Any]:
    """The settings of a data set, by name, that make its pictures fit a network.

    Args:
        shape: (H, W, C) that the network takes, with None for what is free.
        settings: the data set's settings class.

    Returns:
        Those that the network decides; none where its sides are free.

    Raises:
        InputError: when the data set cannot give pictures of that shape.
    """
    height, width, channels = shape
    if height is None or width is None:
        return {}
    wanted: dict[str, Any] = {"size": height, "colour": channels != 1}
    if height != width:
        if "width" not in settings.model_fields:
            raise InputError(
                "Pictures of this data set are square", f"a network that takes {height} by {width}", "Bring your own."
            )
        wanted["width"] = width
    limits = {dial.name: dial for dial in settings.dials()}
    for name in ("size", "width"):
        dial = limits.get(name)
        if name in wanted and dial and not (dial.low or 0) <= wanted[name] <= (dial.high or wanted[name]):
            raise InputError(
                f"Pictures may have sides of {dial.low:g} to {dial.high:g} pixels",
                f"a network that takes {height} by {width}",
            )
    return {name: value for name, value in wanted.items() if name in settings.model_fields}
