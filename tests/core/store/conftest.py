"""Stores to test on: a folder and fsspec's file system in memory."""

from __future__ import annotations

import pytest

from core.store import Store


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path) -> Store:
    return Store(str(tmp_path / "root") if request.param == "folder" else f"memory://{tmp_path.name}/root")
