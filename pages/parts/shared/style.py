"""The few things of the look that the theme cannot say."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.parts.markdown import literal

PALETTES = {
    "light": {
        "good": "#0b6e6e",
        "bad": "#b4530f",
        "neutral": "#6f757a",
        "text": "#1d2327",
        "border": "#ded8cc",
        "paper": "#fbfaf7",
    },
    "dark": {
        "good": "#4fb3ab",
        "bad": "#f0a35e",
        "neutral": "#9aa1a6",
        "text": "#ece8df",
        "border": "#343c42",
        "paper": "#14181b",
    },
}
Colour = Literal["good", "bad", "neutral", "text", "border", "paper"]

_COLOURS: dict[str, Colour] = {"LINK": "good", "MAIN": "good", "PAPER": "paper", "BORDER": "border"}
_CSS = """
<style>
  .stMainBlockContainer small { line-height: 1.35; }
  [class*="st-key-main_"] a { background: MAIN; border-radius: 0.25rem; padding: 0.4rem 0.9rem; width: fit-content; }
  [class*="st-key-main_"] a:hover { background: MAIN; filter: brightness(1.12); }
  [class*="st-key-main_"] a * { color: PAPER; font-weight: 500; }
  .stMain [kind="primary"]:not(:disabled), .stMain [kind="primary"]:not(:disabled) * { color: PAPER; font-weight: 500; }
  [data-testid="stMultiSelect"] [data-tag] * { color: PAPER; }
  .stMain [data-testid="stBaseButton-tertiary"] { color: LINK; }
  [class*="st-key-thumbnail_"] { position: relative; }
  [class*="st-key-thumbnail_"] .stElementContainer:has(.stButton) { position: absolute; inset: 0; width: auto; }
  [class*="st-key-thumbnail_"] .stButton, [class*="st-key-thumbnail_"] .stButton * { height: 100%; width: 100%; }
  [class*="st-key-thumbnail_"] button { opacity: 0; }
  [class*="st-key-thumbnail_"]:hover img { outline: 2px solid LINK; }
  [class*="st-key-thumbnail_"]:has(button:focus-visible) img { outline: 3px solid LINK; }
  .under-pointer { display: none; position: absolute; z-index: 50; top: 100%; left: 50%; transform: translateX(-50%);
    width: max-content; grid-template-columns: repeat(3, auto); gap: 4px; padding: 6px; pointer-events: none;
    background: PAPER; border: 1px solid BORDER; border-radius: 0.25rem; box-shadow: 0 2px 10px rgb(0 0 0 / 0.25); }
  @media (hover: hover) { [class*="st-key-thumbnail_"]:hover .under-pointer { display: grid; } }
  [class*="st-key-thumbnail_"]:has(button:focus-visible) .under-pointer { display: grid; }
  [class*="st-key-thumbnail_"] .under-pointer img { outline: none; display: block; }
  .stMainBlockContainer { max-width: 1240px; padding: 3.5rem 2.5rem 4rem; }
  .settings-sheet { display: none; }
  @media (max-width: 640px) {
    .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
    .stColumn:has(.st-key-dials) { order: 2; }
    .settings-sheet { display: flex; position: fixed; inset: auto 0 0; height: 3rem; z-index: 101; align-items: center;
      gap: 0.6rem; padding: 0 1rem; background: PAPER; border-top: 1px solid BORDER; font-weight: 600; }
    .settings-sheet input { width: 1.2rem; height: 1.2rem; accent-color: MAIN; }
    .st-key-dials_and_result:has(.settings-sheet) { padding-bottom: 3rem; }
    .st-key-dials_and_result:has(.settings-sheet) .stColumn:has(.st-key-dials) { display: none; }
    .st-key-dials_and_result:has(.settings-sheet input:checked) .stColumn:has(.st-key-dials) { display: block;
      position: fixed; inset: auto 0 3rem; width: auto; max-height: 45vh; overflow-y: auto; z-index: 100; padding: 1rem;
      background: PAPER; border-top: 1px solid BORDER; }
    .st-key-dials_and_result:has(.settings-sheet input:checked) { padding-bottom: calc(45vh + 3rem); }
  }
</style>
"""

_SHEET = '<label class="settings-sheet"><input type="checkbox"> Settings</label>'


def apply() -> None:
    """Add the style sheet to the page."""
    css = _CSS
    for name, shown in _COLOURS.items():
        css = css.replace(name, colour(shown))
    st.html(css)


def settings_sheet() -> None:
    """On a phone, what opens and closes the dials beneath the result, in the browser alone; elsewhere nothing."""
    st.html(_SHEET)


def small(text: str) -> None:
    """Small text in the body colour: a caption is too pale to be read on this paper.

    Args:
        text: plain text, or `Markdown`.
    """
    st.markdown(f":small[{literal(text)}]")


def colour(name: Colour) -> str:
    """A colour of the look in the theme that the reader has chosen."""
    return PALETTES["dark" if st.context.theme.type == "dark" else "light"][name]
