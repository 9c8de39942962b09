"""What import-linter (see pyproject.toml) cannot say of the design: who may import what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Packages that are installed under another name than they are imported by.
DISTRIBUTIONS = {
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "vl_convert": "vl-convert-python",
}
MOST_FILES = 25
MATHS = ("numpy.linalg", "scipy", "sklearn", "tensorflow", "keras", "skimage", "cv2", "statsmodels")


def _files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_screens_do_no_maths():
    for path in [ROOT / "app.py", *_files("pages")]:
        used = _imports(path)
        assert not {name for name in used for maths in MATHS if name == maths or name.startswith(f"{maths}.")}, path
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        assert not [node.lineno for node in tree if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)], (
            path
        )


def _lines(requirements: Path) -> list[str]:
    return [line for line in requirements.read_text().splitlines() if line.strip() and not line.startswith(("#", "-"))]


def test_every_package_that_is_used_is_required():
    # What an extra needs is imported where it is used, and named in the extra's own file.
    listed = [line for file in ROOT.glob("requirements*.txt") if "dev" not in file.name for line in _lines(file)]
    required = {re.split(r"[~=<>\[ ]", line)[0].lower() for line in listed}
    used = {
        name.partition(".")[0]
        for path in [ROOT / "app.py", *_files("pages"), *_files("core")]
        for name in _imports(path)
    }
    others = used - set(sys.stdlib_module_names) - {"core", "pages"}
    missing = {name for name in others if DISTRIBUTIONS.get(name, name).replace("_", "-") not in required}
    assert not missing


def test_only_screens_import_streamlit():
    strangers = [
        path.relative_to(ROOT)
        for path in [*_files("core"), *_files("assets")]
        if any(name.partition(".")[0] == "streamlit" for name in _imports(path))
    ]
    assert not strangers


@pytest.mark.parametrize(
    "module", ["core.datasets", "core.flaws", "core.networks.training.run", "core.render", "core.report"]
)
def test_light_parts_of_core_do_not_load_tensorflow(module):
    assert not _heavy_after(f"import {module}")


def test_home_and_its_frame_do_not_load_tensorflow():
    script = (
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('app.py', default_timeout=60).run()\n"
        "assert not at.exception, at.exception"
    )
    assert not _heavy_after(script)


def test_tensorflow_is_loaded_in_the_background_once_home_is_painted():
    script = "from pages.parts.state import warm_up\nwarm_up.DELAY = 0\nwarm_up.start().join()"
    assert _heavy_after(script) == {"tensorflow", "keras"}


@pytest.mark.parametrize("words", [["--help"], ["explain", "--help"]], ids=" ".join)
def test_help_does_not_load_tensorflow(words):
    script = (
        "import contextlib, io\nfrom core.cli import main\nsaid = io.StringIO()\n"
        f"with contextlib.suppress(SystemExit), contextlib.redirect_stdout(said):\n    main({words})\n"
        "assert 'explain' in said.getvalue()"
    )
    assert not _heavy_after(script)


def test_no_folder_has_too_many_files():
    # A folder of entries, one file each, has as many as there are entries.
    sources = "".join(path.read_text(encoding="utf-8") for path in _files("core"))
    entries = {ROOT / package.replace(".", "/") for package in re.findall(r'Registry\(\s*"([\w.]+)"', sources)}
    assert ROOT / "core" / "diagnosis" / "detectors" in entries
    folders = [path for top in ("core", "pages") for path in (ROOT / top, *(ROOT / top).rglob("*")) if path.is_dir()]
    own = {folder: sum(each.is_file() for each in folder.iterdir()) for folder in folders if folder not in entries}
    crowded = {
        folder.relative_to(ROOT): files
        for folder, files in own.items()
        if files > MOST_FILES and folder.name != "__pycache__"
    }
    assert not crowded


def _heavy_after(script: str) -> set[str]:
    """Which heavy packages a fresh interpreter has loaded after running the script."""
    tail = "\nimport sys\nprint(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script + tail], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return set(ast.literal_eval(done.stdout.strip().splitlines()[-1]))
