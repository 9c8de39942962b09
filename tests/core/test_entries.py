"""A new entry is one new file: here one of each kind is added from a folder elsewhere, and nothing else is edited."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from tests.core.toy_entries import FOLDER

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    "tests/core/attribution/methods/test_contract.py": "toy_method",
    "tests/core/flaws/test_contract.py": "toy_flaw",
    "tests/core/hunches/test_interventions.py": "toy_change",
    "tests/core/repair/test_fixes.py": "toy_fix or every_fix_says or every_data_flaw_has_a_fix",
    "tests/core/datasets/test_contract.py": "toy_source",
    "tests/screens/test_guide.py": "toy_ or has_its_entry",
    "tests/core/experiments/test_grid.py": "every_tool_says",
    "tests/core/toy_entries/checks.py": "checks",
}
"""Contract tests -> which of them are about the new entries, or about all entries at once."""


def test_one_new_file_of_each_kind_passes_every_contract(tmp_path):
    folder, report = tmp_path / "entries", tmp_path / "report.xml"
    shutil.copytree(Path(__file__).with_name("toy_entries"), folder)
    words = " or ".join(dict.fromkeys(" or ".join(CONTRACTS.values()).split(" or ")))
    plugins = ["-p", "tests.core.toy_entries", "-p", "no:cacheprovider", "-n", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-q", "-k", words, f"--junitxml={report}", *CONTRACTS],
        cwd=ROOT,
        env={**os.environ, FOLDER: str(folder)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    run = {case.get("classname", "") for case in ElementTree.parse(report).iter("testcase")}
    assert run == {path.removesuffix(".py").replace("/", ".") for path in CONTRACTS}
