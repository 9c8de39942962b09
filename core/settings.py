"""One declaration for every setting.

A `Settings` class declares each setting once: type, bounds, default, step, unit and a line of help in plain words. The
widgets, the URL, the command line, the cache key and the documentation are all generated from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from core.errors import InputError

LONGEST = 80  # letters of a wrong value or name that an error repeats
Kind = Literal["flag", "whole", "real", "choice", "choices", "text"]


def setting(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    step: float | None = None,
    unit: str = "",
    title: str = "",
    common: bool = True,
    log: bool = False,
    suggestions: tuple[str, ...] = (),
    shortest: int | None = None,
) -> Any:
    """Declare one field of a `Settings` class.

    Args:
        default: its default value. None is allowed if the annotation allows it, and means that Hunch decides.
        help: one line in plain words, shown as a tooltip and in `--help`.
        low: smallest value allowed, inclusive.
        high: largest value allowed, inclusive.
        step: step of the slider.
        unit: unit of the number, such as "pixels"; empty for plain numbers.
        title: the label; by default the field's name with spaces.
        common: whether it is always visible, or folded under "All settings".
        log: whether its slider is logarithmic (rates and penalties).
        suggestions: values to offer for a text, or a tuple of texts, that also takes others.
        shortest: the fewest items that a tuple may have.
    """
    extra: dict[str, Any] = {
        "step": step,
        "unit": unit,
        "common": common,
        "log": log,
        "suggestions": list(suggestions),
    }
    return Field(
        default, description=help, ge=low, le=high, title=title or None, min_length=shortest, json_schema_extra=extra
    )


@dataclass(frozen=True)
class Dial:
    """One field of a `Settings` class, as a widget needs it."""

    name: str
    title: str
    help: str
    kind: Kind
    default: Any
    low: float | None
    high: float | None
    step: float | None
    unit: str
    options: tuple[Any, ...]
    optional: bool
    common: bool
    log: bool


class Settings(BaseModel):
    """Base of every settings class: frozen, validated, strict about unknown names, and hashable by content."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    @classmethod
    def of(cls, given: Self | None = None, /, **values: Any) -> Self:
        """Make settings from keyword values.

        Args:
            given: settings to start from; None for the defaults.
            values: fields by name.

        Raises:
            InputError: for an unknown name or a value out of bounds.
        """
        base = given.model_dump() if given is not None else {}
        try:
            return cls(**{**base, **values})
        except ValidationError as error:
            raise InputError(*_say(cls, error)) from None

    @classmethod
    def dials(cls) -> tuple[Dial, ...]:
        """Every field, in declaration order."""
        return tuple(_dial(name, info) for name, info in cls.model_fields.items())

    @property
    def key(self) -> str:
        """A short hash of the content: equal settings have equal keys, on every machine."""
        return digest(self.model_dump(mode="json"))


def digest(content: Any) -> str:
    """A 16-letter hash of any JSON-serialisable value."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def registered_settings() -> Iterator[type[Settings]]:
    """Every `Settings` class that has been imported, base classes included."""
    waiting = list(Settings.__subclasses__())
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        yield cls


def _dial(name: str, info: FieldInfo) -> Dial:
    extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    annotation, optional = _without_none(info.annotation)
    kind, options = _kind(annotation)
    bounds = {type(item).__name__: item for item in info.metadata}
    low, high = getattr(bounds.get("Ge"), "ge", None), getattr(bounds.get("Le"), "le", None)
    return Dial(
        name=name,
        title=info.title or name.replace("_", " ").capitalize(),
        help=info.description or "",
        kind=kind,
        default=info.default,
        low=low,
        high=high,
        step=extra.get("step"),
        unit=extra.get("unit", ""),
        options=options or tuple(extra.get("suggestions", ())),
        optional=optional,
        common=extra.get("common", True),
        log=extra.get("log", False),
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    kept = [part for part in get_args(annotation) if part is not type(None)]
    return kept[0], len(kept) < len(get_args(annotation))


def _kind(annotation: Any) -> tuple[Kind, tuple[Any, ...]]:
    if annotation is bool:
        return "flag", ()
    if annotation is int:
        return "whole", ()
    if annotation is float:
        return "real", ()
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) is tuple:
        item = get_args(annotation)[0]
        return "choices", get_args(item) if get_origin(item) is Literal else ()
    return "text", ()


def _say(cls: type[Settings], error: ValidationError) -> tuple[str, str, str]:
    """Pydantic's first complaint as (expected, received, hint)."""
    first = error.errors()[0]
    name = _cut(".".join(str(part) for part in first["loc"]))
    if first["type"] == "extra_forbidden":
        known = ", ".join(cls.model_fields) or "none"
        return f"{cls.__name__} has the settings {known}", name, "Check the spelling."
    wanted = (
        first["msg"]
        .removeprefix("Input should be ")
        .removeprefix("Value error, ")
        .replace("Tuple should", "a list that should")
    )
    return f"The setting {name} should be {wanted}", _cut(repr(first["input"])), ""


def _cut(text: str) -> str:
    """Long values come from strangers' links; their beginning is enough to find them."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
