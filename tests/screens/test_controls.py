"""Every dial of every `Settings` class has a widget, and what is set is what comes back."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Literal

import pytest
from streamlit.testing.v1 import AppTest

import core
from core.settings import Settings, registered_settings, setting
from pages.parts.state import keras_session


@pytest.fixture(autouse=True)
def keras_left_alone() -> None:
    """As the app does it, which does not run here: Streamlit would collect all garbage after each script."""
    keras_session.keep()


def _all_settings() -> list[type[Settings]]:
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found = {
        f"{cls.__module__}.{cls.__qualname__}": cls
        for cls in registered_settings()
        if cls.__module__.startswith("core.")
    }
    return [found[name] for name in sorted(found)]


class EveryKind(Settings):
    """One dial of each kind."""

    flag: bool = setting(True, "A switch.")
    whole: int = setting(3, "A whole number.", low=1, high=9, step=2, unit="pixels")
    real: float = setting(0.5, "A share.", low=0, high=1, step=0.1)
    rate: float = setting(0.003, "A rate.", low=1e-5, high=1, log=True)
    far: int = setting(7, "A seed.", low=0, high=2**31 - 1)
    maybe: int | None = setting(None, "A number, or none.", low=1, high=9, step=1)
    choice: Literal["he_normal", "zeros"] = setting("he_normal", "One of two.")
    maybe_choice: Literal["a", "b"] | None = setting(None, "One of two, or neither.")
    several: tuple[Literal["x", "y", "z"], ...] = setting(("x", "z"), "Some of three.")
    sizes: tuple[int, ...] = setting((8, 16, 16), "A list of numbers.", common=False)
    text: str = setting("grey", "A word.", common=False)
    suggested: str = setting("one", "A word, with offers.", suggestions=("one", "two"), common=False)


def _script(module: str, name: str, state: dict) -> None:
    import importlib

    import streamlit as st

    from pages.parts.shared import controls

    cls = getattr(importlib.import_module(module), name)
    if state and "seen" not in st.session_state:
        st.session_state.seen = True
        controls.put(controls.positions(cls(**state), "t"))
    st.session_state.result = controls.draw(cls, "t")
    st.session_state.held = controls.read(cls, "t")


def _open(cls: type[Settings], state: dict | None = None) -> AppTest:
    app = AppTest.from_function(_script, args=(cls.__module__, cls.__name__, state or {}), default_timeout=60).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("cls", _all_settings(), ids=lambda cls: cls.__qualname__)
def test_every_field_of_every_class_has_a_widget_with_its_explanation(cls):
    app = _open(cls)
    for dial in cls.dials():
        widget = _widget(app, f"t_{dial.name}")
        assert widget.label.startswith(dial.title)
        assert dial.help
        assert widget.help.startswith(dial.help)
        assert dial.unit in widget.label.lower()
    assert app.session_state.result == cls()


@pytest.mark.parametrize("cls", _all_settings(), ids=lambda cls: cls.__qualname__)
def test_an_optional_dial_with_a_value_can_still_be_left_to_decide(cls):
    for dial in cls.dials():
        assert not (dial.optional and dial.default is not None and dial.kind in ("whole", "real") and not dial.log)


def _widget(app: AppTest, key: str):
    kinds = ("toggle", "slider", "select_slider", "number_input", "selectbox", "multiselect", "text_input")
    found = [widget for kind in kinds for widget in app.get(kind) if widget.key == key]
    assert len(found) == 1, f"{key} has {len(found)} widgets"
    return found[0]


@pytest.mark.parametrize(
    ("name", "moved", "expected"),
    [
        ("flag", False, False),
        ("whole", 5, 5),
        ("real", 0.7, 0.7),
        ("rate", 0.02, 0.02),
        ("far", 12345, 12345),
        ("maybe", 4, 4),
        ("choice", "zeros", "zeros"),
        ("maybe_choice", "b", "b"),
        ("several", ["y"], ("y",)),
        ("sizes", "4, 4", (4, 4)),
        ("text", "mean", "mean"),
        ("suggested", "two", "two"),
    ],
)
def test_moving_a_widget_moves_its_setting_and_no_other(name, moved, expected):
    app = _open(EveryKind)
    _widget(app, f"t_{name}").set_value(moved).run()
    assert app.session_state.result == EveryKind(**{name: expected})
    assert app.session_state.held == app.session_state.result


def test_settings_that_were_put_into_the_widgets_come_back():
    other = EveryKind(flag=False, rate=0.0123, maybe=2, several=("z", "y"), sizes=(1, 2), maybe_choice="a")
    app = _open(EveryKind, other.model_dump())
    assert app.session_state.result == other


def test_reset_goes_back_to_the_defaults_and_can_be_undone():
    app = _open(EveryKind)
    _widget(app, "t_whole").set_value(7).run()
    app.button(key="t_reset").click().run()
    assert app.session_state.result == EveryKind()
    app.button(key="t_undo").click().run()
    assert app.session_state.result == EveryKind(whole=7)


def test_dials_that_are_not_common_are_folded_away():
    app = _open(EveryKind)
    folded = {widget.key for widget in app.expander[0].text_input}
    assert folded == {"t_sizes", "t_text"}
