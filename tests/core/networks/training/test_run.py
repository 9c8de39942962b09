from __future__ import annotations

import subprocess
import sys
import time

import fsspec
import numpy as np
import pandas as pd
import pytest
from fsspec.implementations.local import LocalFileSystem

from core.errors import InputError, Unavailable
from core.networks import Run, build, class_names_in, has_run, open_run, run_info, runs
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store

NAMES = ("cat", "dog")


def a_run(key: str = "abc1", made: str = "2026-01-01T00:00:00+00:00", ending: str = "finished") -> Run:
    return Run(
        key=key,
        model=build(NetworkSpec(blocks=1, filters=4), (8, 8, 3), NAMES),
        history=pd.DataFrame({"epoch": [1, 2], "loss": [0.5, 0.25], "val_accuracy": [0.5, float("nan")]}),
        network_spec=NetworkSpec(blocks=1, filters=4),
        training_spec=TrainingSpec(epochs=2, rate=0.02),
        class_names=NAMES,
        input_shape=(8, 8, 3),
        metrics={"accuracy": 0.75, "correct": 3, "n": 4, "recall": {"cat": [1, 2], "dog": [2, 2]}},
        ending=ending,
        parent="0dad",
        about={"dataset": "zoo", "settings": {"seed": 1}},
        made=made,
    )


@pytest.fixture(scope="module")
def run() -> Run:
    return a_run()


def test_nothing_is_lost_on_the_way_to_bytes_and_back(run):
    again = Run.from_bytes(run.to_bytes())
    assert again.to_json() == run.to_json()
    pd.testing.assert_frame_equal(again.history, run.history)
    for one, two in zip(again.model.get_weights(), run.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("address", ["folder", "memory"])
def test_what_is_saved_is_found_listed_and_opened(run, tmp_path, address):
    store = Store(str(tmp_path / "deep" / "er") if address == "folder" else f"memory://{tmp_path.name}")
    assert not has_run(run.key, store)
    run.save(store)
    assert has_run(run.key, store)
    assert open_run(run.key, store).accuracy == 0.75
    assert run_info(run.key, store).to_json() == run.to_json()
    assert [info.key for info in runs(store)] == [run.key]


def test_runs_come_latest_first_without_what_cannot_be_read(tmp_path):
    store = Store(str(tmp_path))
    for key, made in (("a1", "2026-01-02"), ("b2", "2026-01-03"), ("c3", "2026-01-01")):
        a_run(key, made).save(store)
    store.write("runs/d4.zip", b"not a run")
    assert [info.key for info in runs(store)] == ["b2", "a1", "c3"]


@pytest.mark.parametrize("key", ["0000", "../../secret", "a/b", ""])
def test_a_key_that_is_not_there_or_leads_elsewhere_is_said_in_words(key, tmp_path):
    with pytest.raises(InputError, match=r"key|store"):
        open_run(key, Store(str(tmp_path)))


def test_an_exported_network_carries_its_class_names(run, tmp_path):
    assert class_names_in(run.export(tmp_path / "net.keras")) == NAMES


@pytest.mark.parametrize("broken", ["write", "rename"])
def test_a_failing_disk_leaves_no_half_run(run, tmp_path, monkeypatch, broken):
    store = Store(str(tmp_path))

    def half_then_fail(self, path, value, **_):
        with open(path, "wb") as file:
            file.write(value[: len(value) // 2])
        raise OSError("No space left on device")

    def fail(self, *_, **__):
        raise OSError("Input/output error")

    monkeypatch.setattr(LocalFileSystem, *(("pipe_file", half_then_fail) if broken == "write" else ("mv", fail)))
    with pytest.raises(Unavailable, match=r"space|Input"):
        run.save(store)
    assert runs(store) == []
    assert not has_run(run.key, store)
    monkeypatch.undo()
    run.save(store)
    assert open_run(run.key, store).key == run.key


CHILD = """
import sys, zlib
from core.store import Store
store, block = Store(sys.argv[1]), bytes(range(256)) * 40_000
for number in range(10_000):
    content = block + str(number).encode()
    store.write(f"runs/{number % 7}.zip", zlib.crc32(content).to_bytes(4, "big") + content)
    print(number, flush=True)
"""


@pytest.mark.parametrize("writes", [1, 9, 20])
def test_a_killed_process_leaves_whole_artefacts_or_none(tmp_path, writes):
    import zlib

    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE)
    for _ in range(writes):
        assert child.stdout is not None
        child.stdout.readline()
    time.sleep(0.003)
    child.kill()
    child.wait()
    store = Store(str(tmp_path))
    names = store.names("runs")
    assert len(names) >= min(writes, 7)
    for name in names:
        content = store.read(name)
        assert zlib.crc32(content[4:]).to_bytes(4, "big") == content[:4], name


def test_a_store_address_is_all_that_a_run_needs(run):
    root = "memory://anywhere/else"
    run.save(Store(root))
    assert fsspec.filesystem("memory").exists("/anywhere/else/runs/abc1.zip")
