"""The look of a case file: photographs pinned to a wall, cards of one height, and a stamp."""

from __future__ import annotations

import streamlit as st

from pages.parts.shared.style import Colour, colour

_CSS = """
<style>
  .st-key-wall img { background: #fffdf7; padding: 6px 6px 16px; border-radius: 2px;
                     box-shadow: 0 1px 5px rgba(0, 0, 0, 0.35); }
  .st-key-wall [data-testid="stVerticalBlock"]:nth-child(3n) img { transform: rotate(-1.6deg); }
  .st-key-wall [data-testid="stVerticalBlock"]:nth-child(3n + 1) img { transform: rotate(1.2deg); }
  .case-stamp { display: inline-block; border: 3px double; border-radius: 4px; padding: 0.1rem 0.8rem;
                font-family: monospace; font-weight: 700; font-size: 1.1rem; letter-spacing: 0.3em;
                text-transform: uppercase; transform: rotate(-3deg); }
</style>
"""


def apply() -> None:
    """Add the style sheet to the page."""
    st.html(_CSS)


def stamp(word: str, tone: Colour) -> None:
    """A rubber stamp with one word."""
    st.html(f'<span class="case-stamp" style="color: {colour(tone)}">{word}</span>')
