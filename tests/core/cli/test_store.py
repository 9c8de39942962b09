"""The store from the command line."""

from __future__ import annotations

import pytest

from core.cli import main
from core.store import Store


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("HUNCH_STORE", str(tmp_path / "root"))
    made = Store(str(tmp_path / "root"))
    made.write("runs/a1.zip", bytes(2_000_000))
    made.write("films/a1.npz", bytes(1_000_000))
    made.write("uploads/d1.bin", bytes(500_000))
    return made


def test_list_tells_keys_sizes_and_marks(store, capsys):
    assert main(["store", "pin", "a1"]) == 0
    assert main(["store", "list"]) == 0
    told = capsys.readouterr().out
    [line] = [line for line in told.splitlines() if line.startswith("a1")]
    assert "3 MB" in line
    assert "films, runs" in line
    assert "pinned" in line
    assert "2 entries" in told


def test_verify_exits_with_1_where_something_is_damaged(store, capsys):
    (path,) = (f"{store.root}/uploads/d1.bin",)
    assert main(["store", "list"]) == 0
    with open(path, "r+b") as file:
        file.truncate(1000)
    store.remove("runs/a1.zip")
    store.remove("films/a1.npz")
    assert main(["store", "verify"]) == 1
    assert "uploads/d1.bin is damaged" in capsys.readouterr().out
    assert main(["store", "verify"]) == 0
    assert main(["store", "list"]) == 0
    assert "set aside: uploads/d1.bin" in capsys.readouterr().out


def test_prune_brings_the_store_within_its_limit_and_spares_what_is_pinned(store, capsys):
    assert main(["store", "pin", "d1"]) == 0
    assert main(["store", "prune"]) == 0
    assert len(store.names("")) == 3
    assert main(["store", "prune", "--most", "0.001"]) == 0
    assert store.names("") == ["uploads/d1.bin"]
    assert main(["store", "unpin", "d1"]) == 0
    assert main(["store", "prune", "--most", "0"]) == 0
    assert store.names("") == []
    assert "removed d1" in capsys.readouterr().out


def test_export_and_import_carry_a_run_to_another_store(store, tmp_path, capsys):
    assert main(["store", "export", str(tmp_path / "a1.zip"), "--key", "a1"]) == 0
    assert main(["store", "import", str(tmp_path / "a1.zip"), "--store", str(tmp_path / "other")]) == 0
    assert Store(str(tmp_path / "other")).names("") == ["films/a1.npz", "runs/a1.zip"]
    assert "2 artefacts added" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["pin", "unknown"],
        ["export", "x.zip", "--key", "unknown"],
        ["import", "missing.zip"],
        ["prune", "--most", "-1"],
        ["prune", "--most", "nan"],
        ["export", "no/such/folder/x.zip"],
    ],
)
def test_bad_input_is_a_sentence(store, capsys, monkeypatch, tmp_path, words):
    monkeypatch.chdir(tmp_path)
    assert main(["store", *words]) == 2
    assert "Received" in capsys.readouterr().err
