from __future__ import annotations

import os
import time

import pytest

from core.networks.training.run import runs
from core.store import Store
from core.store.names import USED
from core.store.upkeep import pin, prune, set_aside, sweep, units, verify

KB = bytes(1000)


def age(store: Store, name: str, hours: float) -> None:
    """Make a file of a folder look as if it was written that long ago."""
    when = time.time() - hours * 3600
    os.utime(f"{store.root}/{name}", (when, when))


@pytest.fixture
def aged(tmp_path) -> Store:
    """Three runs of about 2 kB, "c" the latest, each with a film; an upload older than all; and a small reading."""
    store = Store(str(tmp_path / "root"))
    store.write("uploads/0ld.zip", KB)
    age(store, "uploads/0ld.zip", 100)
    for number, key in enumerate("abc"):
        for name in (f"runs/{key}.zip", f"films/{key}.npz", f"hunches/{key}/1.json"):
            store.write(name, KB)
            age(store, name, 50 - number)
    store.write("experiments/e1.json", b"{}")
    age(store, "experiments/e1.json", 1000)
    return store


def test_a_unit_is_all_that_there_is_about_a_key(aged):
    found = {unit.key: unit for unit in units(aged)}
    assert list(found) == ["c", "b", "a", "0ld", "e1"]
    assert found["a"].kinds == ("films", "hunches", "runs")
    assert found["a"].size == 3 * (len(KB) + 78)


def test_what_was_used_the_longest_ago_goes_first_and_whole(aged):
    pruned = prune(aged, 7000)
    assert [unit.key for unit in pruned.units] == ["0ld", "a"]
    assert [name for name in aged.names("") if "a" in name.split("/")[1]] == []
    assert pruned.size <= 7000
    assert pruned.size == sum(file.size for file in aged.all_files())
    assert pruned.over == 0


def test_reading_counts_as_use(aged):
    reader = Store(aged.root, note_use=True)
    reader.read("films/a.npz")
    assert [unit.key for unit in prune(aged, 6900).units] == ["0ld", "b"]
    assert reader.has("runs/a.zip")
    assert aged.files(USED)


def test_a_listing_and_a_check_are_no_use(aged):
    reader = Store(aged.root, note_use=True)
    runs(reader)
    verify(reader)
    assert aged.files(USED) == []


def test_what_is_pinned_published_or_in_use_stays(aged):
    pin(aged, "a")
    aged.write(".hunch/published/b", b"{}")
    pruned = prune(aged, 0, keep={"c"})
    assert [unit.key for unit in pruned.units] == ["0ld"]
    assert {unit.key for unit in units(aged)} == {"a", "b", "c", "e1"}
    assert pruned.over == pruned.size > 0
    pin(aged, "a", False)
    assert [unit.key for unit in prune(aged, 0, keep={"c"}).units] == ["a"]


def test_readings_of_a_few_bytes_are_never_evicted(aged):
    prune(aged, 0)
    assert [unit.key for unit in units(aged)] == ["e1"]


def test_nothing_goes_while_there_is_room(aged):
    assert prune(aged, 10**9).units == ()


def test_what_was_set_aside_goes_before_anything_else(aged):
    (path,) = (f"{aged.root}/runs/c.zip",)
    with open(path, "r+b") as file:
        file.write(b"X")
    from core.errors import Damaged

    with pytest.raises(Damaged):
        aged.read("runs/c.zip")
    size = sum(file.size for file in aged.all_files())
    pruned = prune(aged, size - 1)
    assert pruned.units == ()
    assert pruned.freed > 0
    prune(aged, 0)
    assert set_aside(aged) == []


def test_only_partial_files_that_nobody_writes_any_more_are_swept(aged):
    for name, hours in (("runs/d.zip.1.partial", 2), ("runs/e.zip.2.partial", 0.1)):
        with open(f"{aged.root}/{name}", "wb") as file:
            file.write(KB)
        age(aged, name, hours)
    assert [file.name for file in sweep(aged)] == ["runs/d.zip.1.partial"]
    assert [file.name for file in aged.all_files("runs") if "partial" in file.name] == ["runs/e.zip.2.partial"]


def test_a_key_that_the_store_does_not_know_cannot_be_pinned(aged):
    with pytest.raises(KeyError):
        pin(aged, "unknown")
