"""The few things of the look that the theme cannot say."""

from __future__ import annotations

from typing import Literal

import streamlit as st

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
  .stMainBlockContainer { max-width: 1240px; padding: 3.5rem 2.5rem 4rem; }
  @media (max-width: 640px) {
    .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
    .st-key-dials_and_result .stColumn:first-child { order: 2; }
    .st-key-dials_and_result .stColumn .stColumn:first-child { order: 0; }
  }
</style>
"""


def apply() -> None:
    """Add the style sheet to the page."""
    st.html(_CSS.replace("LINK", colour("good")).replace("MAIN", colour("good")).replace("PAPER", colour("paper")))


def small(text: str) -> None:
    """Small text in the body colour: a caption is too pale to be read on this paper."""
    st.markdown(f":small[{text}]")


def colour(name: Colour) -> str:
    """A colour of the look in the theme that the reader has chosen."""
    return PALETTES["dark" if st.context.theme.type == "dark" else "light"][name]
