"""The guide's ways from a wrong answer to a proven fix: each step in words, on its screen, and in code."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.guide.entries import HOWTO, Entry
from pages.parts.shared import frame, style
from pages.parts.state import links


@dataclass
class Step:
    """One step of a notebook.

    Args:
        words: its heading and text, as Markdown.
        screen: the screen on which it is done by hand; empty for none.
        code: the same in Python.
    """

    words: str
    screen: str = ""
    code: list[str] = field(default_factory=list)


def draw(entry: Entry) -> None:
    """The steps one under the other, then the notebook."""
    cells = _cells(entry.name)
    recipe = links.format_recipe({links.MATERIAL: {"flaw": _flaw(cells)}})
    beginning, *steps = steps_of(cells)
    st.markdown(beginning.words.split("\n", 1)[1])
    for number, step in enumerate(steps):
        _draw_step(step, recipe, number)
    st.divider()
    _draw_notebook(entry, beginning)


def steps_of(cells: list[dict[str, Any]]) -> list[Step]:
    """What comes before the first step, and each step: words, and the code that follows them."""
    steps: list[Step] = []
    for cell in cells:
        content = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            steps.append(Step(content, cell["metadata"].get("screen", "")))
        else:
            steps[-1].code.append(content)
    return steps


def _draw_step(step: Step, recipe: str, number: int) -> None:
    with st.container(border=True, key=f"step_{number}"):
        st.markdown(step.words.replace("## ", "#### ", 1))
        if step.screen:
            screen = frame.screen_of(f"pages/{step.screen}.py")
            label = f"Do it under “{screen.menu}”"
            st.page_link(screen.file, label=label, icon=screen.icon, query_params=links.parameters(recipe))
        with st.expander("In code"):
            st.code("\n".join(step.code), language="python")


def _draw_notebook(entry: Entry, beginning: Step) -> None:
    with st.expander("What the code begins with"):
        st.code("\n".join(beginning.code), language="python")
    st.download_button(
        "Download the notebook",
        _path(entry.name).read_bytes(),
        f"{entry.name}.ipynb",
        "application/x-ipynb+json",
        icon=":material/download:",
        on_click="ignore",
    )
    style.small(
        f"All of it is also a notebook. Keep it in the folder assets/{HOWTO.name} of Hunch and open it in Jupyter."
    )


def _flaw(cells: list[dict[str, Any]]) -> str:
    """The flaw that the first step plants."""
    return next(cell["metadata"]["flaw"] for cell in cells if "flaw" in cell["metadata"])


def _cells(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_path(name).read_text(encoding="utf-8"))["cells"]
    return found


def _path(name: str) -> Path:
    return HOWTO / f"{name}.ipynb"
