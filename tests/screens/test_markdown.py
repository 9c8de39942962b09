"""Text as Markdown that does nothing, and screens that pass no name to Streamlit without it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from pages.parts.markdown import Markdown, literal

from .conftest import ROOT

JOINER = "\u2060"
READ_BY_STREAMLIT = {
    "badge", "button", "caption", "checkbox", "download_button", "error", "expander", "header", "info", "markdown",
    "metric", "page_link", "pills", "popover", "progress", "radio", "segmented_control", "selectbox", "slider",
    "status", "subheader", "success", "table", "text_input", "title", "toast", "toggle", "warning",
}  # fmt: skip
"""The calls whose text Streamlit reads as Markdown."""
NAMES = {"about", "caveat", "class_names", "evidence", "lacking", "layer", "notes", "reading", "sentence"}
"""Attributes that hold names, or sentences with names in them."""
SAID = {"spaced", "with_article", "join_words", "summary", "having", "where", "disagreement"}
"""Functions that give them."""


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a_b *c* :red[x] $1", "a_b \\*c\\* \\:red\\[x\\] \\$1"),
        ("_a_ `b` ~c~ | <d> &lt; \\", "\\_a\\_ \\`b\\` \\~c\\~ \\| \\<d\\> \\&lt; \\\\"),
        ("![a](b)", "!\\[a\\](b)"),
        ("# a\n- b\n1. c\n===\n---", "\\# a\n\\- b\n1\\. c\n\\===\n\\---"),
        ("    a\r# b", " a\n\\# b"),
        ("Size (pixels): 3, -1.5, C-major", "Size (pixels): 3, -1.5, C-major"),
    ],
)
def test_what_markdown_would_read_is_escaped(text, escaped):
    assert literal(text) == escaped


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (":smile: :streamlit:", f"\\:{JOINER}smile: \\:{JOINER}streamlit:"),
        (":material/home: :material_home:", f"\\:{JOINER}material/home: \\:{JOINER}material_home:"),
        ("http://a.b www.a.b c@d.e", f"http\\:{JOINER}//a.b www{JOINER}.a.b c@{JOINER}d.e"),
        ("a -> b", f"a -{JOINER}\\> b"),
    ],
)
def test_what_streamlit_replaces_in_spite_of_a_backslash_is_held_apart(text, escaped):
    assert literal(text) == escaped


def test_what_is_markdown_already_stays():
    assert literal(Markdown("**a**")) == "**a**"
    assert literal(literal("*")) == "\\*"


def test_screens_pass_names_to_streamlit_as_literal_text():
    paths = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]
    raw = {path.relative_to(ROOT): list(_raw_names(path.read_text(encoding="utf-8"))) for path in paths}
    assert not {path: lines for path, lines in raw.items() if lines}


def test_a_raw_name_is_found():
    assert list(_raw_names("st.markdown(f'{found.sentence} {literal(other.sentence)}')")) == [1]
    assert list(_raw_names("st.button('a', help=spaced(name))")) == [1]
    assert not list(_raw_names("st.button(literal(found.sentence), help=meaning('a'))"))


def _raw_names(source: str) -> Iterator[int]:
    """The lines on which a name or a sentence goes to Streamlit as it is."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in READ_BY_STREAMLIT:
            # What comes second is a label only where the first is a share or a screen.
            first = 1 if call.func.attr == "progress" or ast.unparse(call.func) == "links.button" else 0
            labels = (each.value for each in call.keywords if each.arg in ("help", "label"))
            yield from (part.lineno for read in (*call.args[first : first + 1], *labels) for part in _unescaped(read))


def _unescaped(part: ast.AST) -> Iterator[ast.expr]:
    called = _called(part) if isinstance(part, ast.Call) else ""
    if called in ("literal", "Markdown"):
        return
    if called in SAID or (isinstance(part, ast.Attribute) and part.attr in NAMES):
        yield part  # type: ignore[misc]
    for child in ast.iter_child_nodes(part):
        yield from _unescaped(child)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
