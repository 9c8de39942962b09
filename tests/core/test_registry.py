"""The one registry that finds every kind of entry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from core.acceptance.registry import KINDS
from core.attribution.registry import METHODS
from core.cli import COMMANDS
from core.datasets.registry import SOURCES
from core.diagnosis.registry import DETECTORS
from core.errors import InputError
from core.flaws import FLAWS
from core.hunches.registry import HUNCHES
from core.registry import Registry
from core.repair.registry import FIXES
from core.report.sections import SECTIONS

ROOT = Path(__file__).parents[2]
ENTRY = """
from types import SimpleNamespace

print("{name} is loaded")
ENTRY = SimpleNamespace(name="{name}", order={order})
"""


def write(folder: Path, **orders: int) -> None:
    folder.mkdir(exist_ok=True)
    for name, order in orders.items():
        (folder / f"{name}.py").write_text(ENTRY.format(name=name, order=order))


@pytest.fixture
def registry(tmp_path, monkeypatch) -> Registry:
    """Three entries in a package of their own, and a module that is none."""
    folder = tmp_path / "shelf"
    write(folder, pear=10, apple=20, fig=20)
    (folder / "shared.py").write_text("PEEL = 1\n")
    package = ModuleType("shelf")
    package.__path__ = [str(folder)]
    monkeypatch.setitem(sys.modules, "shelf", package)
    yield Registry("shelf", "ENTRY", "fruits")
    for name in [name for name in sys.modules if name.startswith("shelf.")]:
        del sys.modules[name]


def test_entries_come_by_their_order_and_then_by_name(registry):
    assert registry.names() == ["pear", "apple", "fig"]
    assert list(registry.entries()) == registry.names()
    assert registry.get("apple").order == 20


def test_an_unknown_name_is_answered_with_those_there_are(registry):
    with pytest.raises(InputError) as caught:
        registry.get("shared")
    assert "fruits are pear, apple, fig" in caught.value.sentence
    assert "'shared'" in caught.value.sentence


def test_only_the_file_that_was_asked_for_is_loaded(registry, capsys):
    assert registry.get("fig").name == "fig"
    assert capsys.readouterr().out == "fig is loaded\n"


def test_entries_cannot_be_changed_from_outside(registry):
    with pytest.raises(TypeError):
        registry.entries()["kiwi"] = registry.get("fig")


def test_a_folder_that_is_added_later_is_seen(registry, tmp_path):
    assert "kiwi" not in registry.names()
    write(tmp_path / "more", kiwi=15)
    sys.modules["shelf"].__path__.append(str(tmp_path / "more"))
    assert registry.names() == ["pear", "kiwi", "apple", "fig"]


@pytest.mark.parametrize(
    "registry",
    [METHODS, FLAWS, HUNCHES, DETECTORS, FIXES, SOURCES, SECTIONS, COMMANDS, KINDS],
    ids=lambda each: each.package,
)
def test_every_file_of_entries_holds_one_of_the_file_s_own_name_and_place(registry):
    files = {path.stem for path in (ROOT / registry.package.replace(".", "/")).glob("*.py")} - {"__init__"}
    assert files == set(registry.names())
    assert all(entry.name == name for name, entry in registry.entries().items())
    orders = [entry.order for entry in registry.entries().values()]
    assert len(set(orders)) == len(orders)


def test_looking_up_one_method_loads_no_other():
    script = (
        "import sys\nfrom core.attribution.registry import METHODS\nMETHODS.get('gradient')\n"
        "print([name for name in sys.modules if name.startswith('core.attribution.methods.')])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.stdout.strip().splitlines()[-1] == "['core.attribution.methods.gradient']", done.stderr
