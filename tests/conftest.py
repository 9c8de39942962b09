"""What all tests share: quiet logs, and a store of their own."""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if "PYTEST_XDIST_WORKER" in os.environ:
    # Workers share the cores: several threads in each would only wait for each other.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
# Tests wait in no line but their own: an app that trains on the same machine must not hold them up.
os.environ["HUNCH_QUEUE"] = str(Path(tempfile.mkdtemp(prefix="hunch-tests-")) / "queue.sqlite")


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the runs of whoever starts it."""
    root = tmp_path / "store"
    monkeypatch.setenv("HUNCH_STORE", str(root))
    return root


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Notebooks take a minute or two each: first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.path.name != "test_howto.py")


def pytest_collection_finish() -> None:
    """Thousands of collections need not look each time through what the libraries hold for good."""
    gc.collect()
    gc.freeze()
