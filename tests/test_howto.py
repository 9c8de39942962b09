"""The notebooks of the guide run from their first cell to the last, and end with the proof that they promise."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from assets.make_howto import HOWTO, notebook

SOURCES = sorted(HOWTO.glob("*.py"))


def test_there_is_one_for_each_kind_of_flaw():
    assert [source.stem for source in SOURCES] == ["howto_imbalance", "howto_labels", "howto_serving", "howto_shortcut"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_is_what_its_source_makes(source):
    assert nbformat.read(source.with_suffix(".ipynb"), as_version=4) == notebook(source)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_runs_to_its_proof(source, tmp_path, monkeypatch):
    monkeypatch.setenv("HUNCH_STORE", str(tmp_path))
    done = run(source)
    proof = done.cells[-1]
    assert "helped in the one training that was tried" in words(proof)
    assert any("data" in output and "text/html" in output["data"] for output in proof.outputs)


def run(source: Path) -> nbformat.NotebookNode:
    """The notebook with its outputs, run where it lies."""
    made = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    client = NotebookClient(made, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(HOWTO)}})
    return client.execute()


def words(cell: nbformat.NotebookNode) -> str:
    """What a cell printed."""
    return "".join(output.get("text", "") for output in cell.outputs if output.output_type == "stream")
