"""Widgets made from `Settings` classes: one per dial, each bound to the URL, each with its explanation on hover."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.settings import Dial, Kind, Settings
from pages.parts.markdown import literal
from pages.parts.state import presentation_mode

S = TypeVar("S", bound=Settings)
Widget = Callable[[Dial, str], Any]

DECIDE = "Auto"
LONGEST_SLIDER = 200  # steps; beyond it a box to type in is easier to set


@dataclass(frozen=True)
class Position:
    """Where a widget stands.

    Args:
        key: its key.
        shown: what it holds.
        in_link: the same as the link says it; None for its default, which the link leaves out.
    """

    key: str
    shown: Any
    in_link: str | list[str] | None


def draw(
    cls: type[S],
    prefix: str,
    *,
    skip: Collection[str] = (),
    folded: str = "All settings",
    helps: Mapping[str, str] = MappingProxyType({}),
) -> S:
    """Draw every dial of a class and give back the settings that they are set to.

    Args:
        cls: the class whose dials are drawn; common ones in sight, the rest in an expander.
        prefix: what the keys of its widgets, and so their names in the URL, begin with.
        skip: names of dials that the screen does not offer; they keep their defaults.
        folded: title of the expander.
        helps: what to say on hover in place of a dial's own words, by name.

    Raises:
        InputError: when dials contradict each other, such as a smallest above a largest.
    """
    dials = [replace(dial, help=helps.get(dial.name, dial.help)) for dial in cls.dials() if dial.name not in skip]
    values = {dial.name: _draw_one(dial, prefix) for dial in dials if dial.common}
    rest = [dial for dial in dials if not dial.common]
    if rest:
        with st.expander(folded, key=f"{prefix}_more"):
            values |= {dial.name: _draw_one(dial, prefix) for dial in rest}
    if dials:
        _reset_button(cls, prefix, skip)
    return cls.of(**values)


def key(prefix: str, name: str) -> str:
    """The key of a dial's widget, which is also its name in the URL."""
    return f"{prefix}_{name}"


def positions(settings: Settings, prefix: str) -> list[Position]:
    """Where a class's widgets stand at these settings; see `put`."""
    found = []
    for dial in type(settings).dials():
        value = getattr(settings, dial.name)
        in_link = None if value == dial.default else _in_link(dial, value)
        found.append(Position(key(prefix, dial.name), _shown(dial, value), in_link))
    return found


def in_link(settings: Settings, prefix: str) -> dict[str, str | list[str]]:
    """What a link to a screen with these widgets carries, so that they stand at these settings."""
    return {move.key: move.in_link for move in positions(settings, prefix) if move.in_link is not None}


def put(moves: Iterable[Position], **parameters: str | None) -> None:
    """Set widgets, and other parameters of the link. Only before they are drawn, or in a callback."""
    moves = list(moves)
    st.session_state.update({move.key: move.shown for move in moves})
    wanted = {**{move.key: move.in_link for move in moves}, **parameters}
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in wanted}
    try:
        st.query_params.from_dict({**kept, **{name: value for name, value in wanted.items() if value is not None}})
    except StreamlitAPIException:
        # These widgets are on the screen already: then Streamlit alone tells the link of them, and does.
        for name, value in parameters.items():
            _write(name, value)


def _write(name: str, value: str | None) -> None:
    if value is not None:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def _in_link(dial: Dial, value: Any) -> str | list[str]:
    if dial.kind == "flag":
        return str(value).lower()
    if dial.kind in ("whole", "real") and value is not None:
        return f"{value:g}" if dial.log else repr(value).removesuffix(".0")
    if dial.kind == "choices" and dial.options:
        return [spaced(item) for item in value or ()]
    shown = _shown(dial, value)
    return "" if shown is None else spaced(shown) if dial.kind == "choice" else str(shown)


def read(cls: type[S], prefix: str) -> S:
    """The settings that the widgets of a class hold, drawn on this screen or not; defaults where they hold nothing."""
    found = {
        dial.name: _read(dial, st.session_state[key(prefix, dial.name)])
        for dial in cls.dials()
        if key(prefix, dial.name) in st.session_state
    }
    return cls.of(**found)


def _draw_one(dial: Dial, prefix: str) -> Any:
    presentation_mode.offer(key(prefix, dial.name), label(dial))
    return _read(dial, WIDGETS[dial.kind](dial, key(prefix, dial.name)))


def _flag(dial: Dial, key: str) -> Any:
    return st.toggle(literal(dial.title), dial.default, key=key, help=literal(dial.help), bind="query-params")


def _number(dial: Dial, key: str) -> Any:
    if dial.log:
        return _logarithmic(dial, key)
    if dial.optional or _steps(dial) > LONGEST_SLIDER:
        return _typed(dial, key)
    kind = int if dial.kind == "whole" else float
    return st.slider(
        literal(label(dial)),
        kind(dial.low or 0),
        kind(dial.high or 0),
        kind(dial.default),
        kind(_step(dial)),
        _format(dial),
        key=key,
        help=literal(dial.help),
        bind="query-params",
    )


def _logarithmic(dial: Dial, key: str) -> Any:
    options = decades(dial, st.session_state.get(key))
    return st.select_slider(
        literal(label(dial)),
        options,
        dial.default if dial.default is not None else DECIDE,
        format_func=lambda value: value if isinstance(value, str) else f"{value:g}",
        key=key,
        help=literal(dial.help),
        bind="query-params",
    )


def _typed(dial: Dial, key: str) -> Any:
    kind: Any = int if dial.kind == "whole" else float
    low, high, default = (None if value is None else kind(value) for value in (dial.low, dial.high, dial.default))
    return st.number_input(
        literal(label(dial)),
        low,
        high,
        default,
        kind(_step(dial)),
        _format(dial),
        key=key,
        help=literal(dial.help),
        placeholder=DECIDE if dial.optional else None,
        bind="query-params",
    )


def _choice(dial: Dial, key: str) -> Any:
    options = list(dial.options)
    return st.selectbox(
        literal(label(dial)),
        options,
        None if dial.default is None else options.index(dial.default),
        format_func=spaced,
        key=key,
        help=literal(dial.help),
        placeholder=DECIDE,
        bind="query-params",
    )


def _choices(dial: Dial, key: str) -> Any:
    if not dial.options:
        return st.text_input(
            literal(label(dial)),
            _joined(dial.default),
            key=key,
            help=literal(f"{dial.help} Separate with commas."),
            bind="query-params",
        )
    return st.multiselect(
        literal(label(dial)),
        list(dial.options),
        list(dial.default or ()),
        format_func=spaced,
        key=key,
        help=literal(dial.help),
        placeholder=DECIDE if dial.optional else "Choose some",
        wrap=True,
        bind="query-params",
    )


def _text(dial: Dial, key: str) -> Any:
    if not dial.options:
        return st.text_input(
            literal(label(dial)),
            dial.default or "",
            key=key,
            help=literal(dial.help),
            placeholder=DECIDE if dial.optional else None,
            bind="query-params",
        )
    options = list(dict.fromkeys([*dial.options, *([dial.default] if dial.default else [])]))
    return st.selectbox(
        literal(label(dial)),
        options,
        options.index(dial.default) if dial.default else None,
        key=key,
        help=literal(dial.help),
        placeholder=DECIDE,
        accept_new_options=True,
        bind="query-params",
    )


WIDGETS: Mapping[Kind, Widget] = {
    "flag": _flag,
    "whole": _number,
    "real": _number,
    "choice": _choice,
    "choices": _choices,
    "text": _text,
}


def label(dial: Dial) -> str:
    """A dial's title, with its unit."""
    said_already = dial.unit.lower() in dial.title.lower()
    return dial.title if said_already else f"{dial.title} ({dial.unit})"


def spaced(option: Any) -> str:
    """An option in words: "he_normal" as "he normal"."""
    return str(option).replace("_", " ")


def decades(dial: Dial, held: Any = None) -> list[Any]:
    """Stops of a logarithmic dial: 1, 2 and 5 times each power of ten within its bounds, and what is set now."""
    assert dial.high is not None
    low = dial.low or 0
    first = low or dial.step or dial.high * 1e-6
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(dial.high)) + 1)
    stops = {float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)}
    stops = {stop for stop in stops if first <= stop <= dial.high} | {low, dial.high}
    stops |= {value for value in (dial.default, held) if isinstance(value, float | int)}
    ordered: list[Any] = sorted(stop for stop in stops if low <= stop <= dial.high)
    return [DECIDE, *ordered] if dial.optional else ordered


def _step(dial: Dial) -> float:
    return dial.step or (1 if dial.kind == "whole" else 0.01)


def _format(dial: Dial) -> str:
    """As many decimals as its steps need."""
    if dial.kind == "whole":
        return "%d"
    decimals = f"{_step(dial):f}".rstrip("0").partition(".")[2]
    return f"%.{len(decimals)}f"


def _steps(dial: Dial) -> float:
    if dial.low is None or dial.high is None:
        return math.inf
    return (dial.high - dial.low) / _step(dial)


def _read(dial: Dial, shown: Any) -> Any:
    """What a widget holds, as a value for the class."""
    if shown == DECIDE or (dial.optional and shown in (None, "", [], ())):
        return None
    if dial.kind == "choices":
        parts = shown.split(",") if isinstance(shown, str) else shown
        return tuple(part.strip() if isinstance(part, str) else part for part in parts if part != "")
    if dial.kind == "text":
        return shown or ""
    return dial.default if shown is None else shown


def _shown(dial: Dial, value: Any) -> Any:
    """The inverse of `_read`."""
    if dial.kind == "choices":
        return list(value or ()) if dial.options else _joined(value)
    if dial.kind == "real" and value is not None:
        return float(value)
    if value is None and dial.log:
        return DECIDE
    if dial.kind == "text":
        return (value or None) if dial.options else (value or "")
    return value


def _joined(values: Any) -> str:
    return ", ".join(str(value) for value in values or ())


def _reset_button(cls: type[Settings], prefix: str, skip: Collection[str]) -> None:
    """Once something was changed, a button that goes back to the defaults, and then one that undoes that."""
    names = [key(prefix, dial.name) for dial in cls.dials() if dial.name not in skip]
    defaults = {key(prefix, dial.name): _shown(dial, dial.default) for dial in cls.dials() if dial.name not in skip}
    changed = {name for name in names if st.session_state.get(name, defaults[name]) != defaults[name]}
    before = f"_before_{prefix}"
    if changed:
        st.session_state.pop(before, None)
    if changed:
        arguments = (defaults, before)
        icon = ":material/restart_alt:"
        st.button("Reset to defaults", key=f"{prefix}_reset", icon=icon, on_click=_reset, args=arguments)
    elif before in st.session_state:
        st.button("Undo reset", key=f"{prefix}_undo", icon=":material/undo:", on_click=_undo, args=(before,))


def _reset(defaults: Mapping[str, Any], before: str) -> None:
    st.session_state[before] = {name: st.session_state[name] for name in defaults if name in st.session_state}
    st.session_state.update(defaults)


def _undo(before: str) -> None:
    st.session_state.update(st.session_state.pop(before))
