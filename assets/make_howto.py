"""Make the notebooks of the guide's ways of fixing from their plain sources.

    python assets/make_howto.py

Each assets/howto/*.py is a notebook in the percent format: "# %% [markdown]" begins words, "# %%" begins code. What
follows as name="value" becomes the cell's metadata: the screen of the app on which the step is done by hand, and on the
first step the flaw that is planted.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import nbformat

HOWTO = Path(__file__).parent / "howto"


class Cell(NamedTuple):
    """One cell: its kind ("markdown" or "code"), its content and its metadata."""

    kind: str
    content: str
    metadata: dict[str, str]


def main() -> None:
    """Write each notebook beside its source."""
    for source in sorted(HOWTO.glob("*.py")):
        nbformat.write(notebook(source), source.with_suffix(".ipynb"))


def notebook(source: Path) -> nbformat.NotebookNode:
    """The notebook of a source, without outputs; the same source gives the same notebook."""
    made = nbformat.v4.new_notebook(metadata={"language_info": {"name": "python"}})
    for number, cell in enumerate(cells(source.read_text(encoding="utf-8"))):
        new = nbformat.v4.new_markdown_cell if cell.kind == "markdown" else nbformat.v4.new_code_cell
        made.cells.append(new(cell.content, id=f"cell-{number}", metadata=cell.metadata))
    return made


def cells(text: str) -> list[Cell]:
    """The cells of a source."""
    parts = re.split(r"^# %%(.*)\n", text, flags=re.MULTILINE)[1:]
    return [_cell(mark, content) for mark, content in zip(parts[::2], parts[1::2], strict=True)]


def _cell(mark: str, content: str) -> Cell:
    metadata = dict(re.findall(r'(\w+)="([^"]*)"', mark))
    if "[markdown]" not in mark:
        return Cell("code", content.strip(), metadata)
    return Cell("markdown", re.sub(r"^# ?", "", content, flags=re.MULTILINE).strip(), metadata)


if __name__ == "__main__":
    main()
