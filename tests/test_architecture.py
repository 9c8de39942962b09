"""The arrows of the design: who may import whom."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each may import what stands on its own line's left part or further down; nothing points back up.
LAYERS = (
    {"__main__", "cli"},
    {"report", "experiments"},
    {"repair", "diagnosis", "insight"},
    {"hunches", "trust"},
    {"attribution", "features", "render", "game"},
    {"networks", "flaws", "datasets"},
    {"settings", "store", "errors", "progress", "intervals", "crossfit", "glossary", "lazily", "wording"},
)
# Within a layer, who may import whom.
WITHIN = {
    ("__main__", "cli"),
    ("report", "experiments"),
    ("repair", "diagnosis"),
    ("repair", "insight"),
    ("hunches", "trust"),
    ("features", "attribution"),
    ("attribution", "render"),
    ("features", "render"),
    ("flaws", "networks"),
    ("flaws", "datasets"),
    ("networks", "datasets"),
}
# Packages that are installed under another name than they are imported by.
DISTRIBUTIONS = {
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "vl_convert": "vl-convert-python",
}
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


def _part(path: Path) -> str:
    return path.relative_to(ROOT / "core").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", _files("core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_core_knows_neither_streamlit_nor_the_screens(path):
    tops = {name.partition(".")[0] for name in _imports(path)}
    assert not tops & {"streamlit", "pages", "app"}


@pytest.mark.parametrize("path", _files("core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_inside_core_point_one_way(path):
    place = {part: row for row, layer in enumerate(LAYERS) for part in layer}
    mine = _part(path)
    if mine == "__init__":
        return
    used = {name.split(".")[1] for name in _imports(path) if name.startswith("core.")} - {mine}
    assert mine in place, f"core/{mine} has no place in the design"
    back = {
        part
        for part in used
        if part in place and (place[part] < place[mine] or (place[part] == place[mine] and (mine, part) not in WITHIN))
    }
    assert not (back - (LAYERS[-1] if mine in LAYERS[-1] else set())), f"core/{mine} points back at {back}"


@pytest.mark.parametrize("path", [ROOT / "app.py", *_files("pages")], ids=lambda path: str(path.relative_to(ROOT)))
def test_screens_do_no_maths(path):
    used = _imports(path)
    assert not {name for name in used for maths in MATHS if name == maths or name.startswith(f"{maths}.")}
    multiplied = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
    ]
    assert not multiplied


def test_every_package_that_is_used_is_required():
    required = {
        re.split(r"[~=<>\[ ]", line)[0].lower()
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    }
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


@pytest.mark.parametrize("module", ["core.datasets", "core.flaws", "core.networks.run", "core.render", "core.report"])
def test_light_parts_of_core_do_not_load_tensorflow(module):
    if not (ROOT / f"{module.replace('.', '/')}.py").exists() and not (ROOT / module.replace(".", "/")).is_dir():
        pytest.skip(f"{module} does not exist yet")
    assert not _heavy_after(f"import {module}")


def test_home_and_its_frame_do_not_load_tensorflow():
    script = (
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('app.py', default_timeout=60).run()\n"
        "assert not at.exception, at.exception"
    )
    assert not _heavy_after(script)


def _heavy_after(script: str) -> set[str]:
    """Which heavy packages a fresh interpreter has loaded after running the script."""
    tail = "\nimport sys\nprint(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script + tail], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return set(ast.literal_eval(done.stdout.strip().splitlines()[-1]))
