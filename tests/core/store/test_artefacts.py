from __future__ import annotations

import errno
import shutil
import sys
import threading

import pytest
from fsspec.implementations.local import LocalFileSystem

from core.errors import InputError, StoreError, Unavailable
from core.store import Store, default_store
from core.store.connection import locate


def test_what_is_written_is_read_and_listed_under_its_name(store):
    store.write("runs/a.zip", b"one")
    store.write("runs/deep/b.zip", b"two")
    store.write("maps/c.npy", b"three")
    assert store.read("runs/a.zip") == b"one"
    assert store.read("runs/deep/b.zip") == b"two"
    assert store.names("runs") == ["runs/a.zip", "runs/deep/b.zip"]
    assert store.has("maps/c.npy")
    assert [store.read(name) for name in store.names("maps")] == [b"three"]


def test_the_latest_writing_counts(store):
    store.write("a", b"old, and longer")
    store.write("a", b"new")
    assert store.read("a") == b"new"


def test_what_is_not_there_is_a_key_error(store):
    assert not store.has("runs/a.zip")
    assert store.names("runs") == []
    with pytest.raises(KeyError, match=r"runs/a\.zip"):
        store.read("runs/a.zip")


def test_what_is_removed_is_gone_and_removing_it_twice_is_nothing(store):
    store.write("runs/a.zip", b"one")
    store.remove("runs/a.zip")
    store.remove("runs/a.zip")
    assert not store.has("runs/a.zip")
    assert store.names("runs") == []


def test_a_failed_writing_leaves_the_old_content_and_nothing_beside_it(tmp_path, monkeypatch):
    store = Store(str(tmp_path))
    store.write("runs/a.zip", b"old")

    def half(self, path, value, **_):
        with open(path, "wb") as file:
            file.write(value[:2])
        raise OSError("No space left on device")

    monkeypatch.setattr(LocalFileSystem, "pipe_file", half)
    with pytest.raises(Unavailable, match="No space"):
        store.write("runs/a.zip", b"newer")
    assert store.read("runs/a.zip") == b"old"
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["a.zip"]


def test_readers_see_one_whole_content_or_the_other_while_it_is_replaced(tmp_path):
    store = Store(str(tmp_path))
    contents = [bytes([number]) * 200_000 for number in range(2)]
    store.write("a", contents[0])
    stop = threading.Event()

    def write() -> None:
        for number in range(60):
            store.write("a", contents[number % 2])
        stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while not stop.is_set():
        seen.append(store.read("a"))
    writer.join()
    assert seen
    assert all(content in contents for content in seen)


def test_many_writers_of_one_name_leave_one_whole_content(tmp_path):
    store = Store(str(tmp_path))
    contents = [bytes([number]) * 100_000 for number in range(8)]
    writers = [threading.Thread(target=store.write, args=("a", content)) for content in contents]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.read("a") in contents
    assert store.names("") == ["a"]


def test_the_environment_names_the_default_store(monkeypatch, tmp_path):
    monkeypatch.setenv("HUNCH_STORE", "memory://named")
    assert default_store() == Store("memory://named")
    monkeypatch.delenv("HUNCH_STORE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_store() == Store(str(tmp_path / "hunch"))


def test_an_address_that_cannot_be_understood_is_said_in_words():
    with pytest.raises(StoreError, match="HUNCH_STORE"):
        Store("nosuch://bucket/x").has("a")


def test_a_kind_of_address_whose_package_is_missing_names_the_package(monkeypatch):
    # None makes an import fail.
    monkeypatch.setitem(sys.modules, "adlfs", None)
    with pytest.raises(StoreError, match="adlfs"):
        Store("abfs://container/x").has("a")


def test_credentials_in_an_address_are_never_shown():
    with pytest.raises(StoreError) as caught:
        Store("nosuch://name:password@bucket/x").has("a")
    assert "password" not in caught.value.sentence
    assert "bucket/x" in caught.value.sentence


@pytest.mark.parametrize("name", ["../a", "runs/../../a", "/etc/passwd", "runs//a", "runs/./a"])
def test_a_name_that_leads_out_of_the_store_is_refused(store, name):
    for use in (store.has, store.read, store.remove, store.names, lambda name: store.write(name, b"x")):
        with pytest.raises(InputError, match="name of an artefact"):
            use(name)


def test_a_store_that_is_deleted_while_in_use_begins_anew(tmp_path):
    store = Store(str(tmp_path / "root"))
    store.write("runs/a.zip", b"one")
    shutil.rmtree(tmp_path / "root")
    assert not store.has("runs/a.zip")
    assert store.names("runs") == []
    store.write("runs/a.zip", b"two")
    assert store.read("runs/a.zip") == b"two"


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "full .*store prune"), (errno.EROFS, "may not be written"), (errno.EIO, "reached")],
)
def test_each_failure_has_a_sentence_of_its_own(tmp_path, monkeypatch, code, words):
    def fails(self, path, value, **_):
        raise OSError(code, "as told by the system")

    monkeypatch.setattr(LocalFileSystem, "pipe_file", fails)
    with pytest.raises(StoreError, match=words):
        Store(str(tmp_path)).write("runs/a.zip", b"one")


def test_a_failure_that_passes_is_not_noticed(store, monkeypatch):
    calls = []
    files = type(locate(store.root)[0])
    real = files.pipe_file

    def fails_twice(self, *given, **named):
        calls.append(given)
        if len(calls) < 3:
            raise TimeoutError("no answer")
        return real(self, *given, **named)

    monkeypatch.setattr(files, "pipe_file", fails_twice)
    store.write("runs/a.zip", b"one")
    assert store.read("runs/a.zip") == b"one"
    assert len(calls) == 3


def test_a_store_that_cannot_be_reached_is_no_empty_store(store, monkeypatch):
    store.write("runs/a.zip", b"one")
    files = type(locate(store.root)[0])

    def fails(self, *_, **__):
        raise TimeoutError("no answer")

    for name in ("info", "find", "cat_file"):
        monkeypatch.setattr(files, name, fails)
    for use in (store.has, store.read, store.names):
        with pytest.raises(StoreError, match="no answer"):
            use("runs/a.zip")


def test_a_check_leaves_nothing_and_fails_where_nothing_can_be_written(store, tmp_path):
    store.check()
    assert store.all_files() == []
    (tmp_path / "file").write_text("a file")
    with pytest.raises(StoreError, match="needs folders"):
        Store(str(tmp_path / "file")).check()


def test_a_folder_that_is_a_file_is_said_in_words(tmp_path):
    (tmp_path / "root").write_text("a file")
    with pytest.raises(Unavailable, match="HUNCH_STORE"):
        Store(str(tmp_path / "root")).write("runs/a.zip", b"one")
