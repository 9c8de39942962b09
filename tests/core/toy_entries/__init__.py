"""The shortest complete entry of each kind, one file each, to copy from and to test with.

As a pytest plugin (`-p tests.core.toy_entries`) it makes them known, so that contract tests run over them too.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

PACKAGES = {
    "methods": "core.attribution.methods",
    "catalogue": "core.flaws.catalogue",
    "detectors": "core.diagnosis.detectors",
    "fixes": "core.repair.fixes",
    "changes": "core.hunches.changes",
    "sources": "core.datasets.sources",
}
FOLDER = "HUNCH_TOY_ENTRIES"
"""The environment variable that names the folder with one folder a kind."""


def pytest_configure() -> None:
    """Let every package look for entries in the given folder too."""
    for kind, package in PACKAGES.items():
        import_module(package).__path__.append(str(Path(os.environ[FOLDER]) / kind))
