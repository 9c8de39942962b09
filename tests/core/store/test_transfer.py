from __future__ import annotations

import zipfile

import pytest

from core.errors import DataError, InputError
from core.store import Store
from core.store.seal import seal
from core.store.transfer import export_to, import_from
from core.store.upkeep import pin, units


@pytest.fixture
def filled(store) -> Store:
    for name in ("runs/a.zip", "films/a.npz", "runs/b.zip", "owners/0123/runs/c.zip"):
        store.write(name, name.encode())
    pin(store, "a")
    return store


def test_everything_arrives_as_it_was(filled, tmp_path):
    assert export_to(tmp_path / "all.zip", filled) == 5
    other = Store(str(tmp_path / "other"))
    assert import_from(tmp_path / "all.zip", other) == 5
    assert other.names("") == filled.names("")
    assert all(other.read(name) == filled.read(name) for name in other.names(""))
    assert [unit.key for unit in units(other) if unit.pinned] == ["a"]


def test_chosen_keys_alone(filled, tmp_path):
    assert export_to(tmp_path / "a.zip", filled, ["a"]) == 3
    other = Store(str(tmp_path / "other"))
    import_from(tmp_path / "a.zip", other)
    assert other.names("") == ["films/a.npz", "runs/a.zip"]
    with pytest.raises(InputError, match="nothing"):
        export_to(tmp_path / "none.zip", filled, ["nothing"])


def test_what_is_there_already_stays(filled, tmp_path):
    export_to(tmp_path / "all.zip", filled)
    filled.write("runs/a.zip", b"newer")
    assert import_from(tmp_path / "all.zip", filled) == 0
    assert filled.read("runs/a.zip") == b"newer"


@pytest.mark.parametrize(
    "name", ["../../etc/cron", "/abs/runs/a.zip", "runs\\a.zip", ".hunch/set_aside/x", "runs/../a"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "hostile.zip", "w") as archive:
        archive.writestr("runs/good.zip", seal(b"good"))
        archive.writestr(zipfile.ZipInfo(name), seal(b"bad"))
    store = Store(str(tmp_path / "store"))
    with pytest.raises(DataError, match="names in an export"):
        import_from(tmp_path / "hostile.zip", store)
    assert store.all_files() == []


@pytest.mark.parametrize("stored", [seal(b"content")[:-1], b"bare content"])
def test_an_export_that_is_not_whole_adds_nothing(tmp_path, stored):
    with zipfile.ZipFile(tmp_path / "damaged.zip", "w") as archive:
        archive.writestr("runs/good.zip", seal(b"good"))
        archive.writestr("runs/bad.zip", stored)
    store = Store(str(tmp_path / "store"))
    with pytest.raises(DataError, match=r"runs/bad\.zip"):
        import_from(tmp_path / "damaged.zip", store)
    assert store.all_files() == []


def test_what_is_no_zip_is_said_in_words(tmp_path):
    (tmp_path / "text.zip").write_text("text")
    with pytest.raises(DataError, match="store export"):
        import_from(tmp_path / "text.zip", Store(str(tmp_path / "store")))
