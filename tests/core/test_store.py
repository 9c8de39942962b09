from __future__ import annotations

import threading

import pytest
from fsspec.implementations.local import LocalFileSystem

from core.errors import Unavailable
from core.store import Store, default_store


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path) -> Store:
    return Store(str(tmp_path / "root") if request.param == "folder" else f"memory://{tmp_path.name}/root")


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


@pytest.mark.parametrize("address", ["nosuch://bucket/x", "s3://bucket/x"])
def test_an_address_that_cannot_be_understood_is_said_in_words(address):
    try:
        import s3fs  # noqa: F401

        pytest.skip("s3fs is installed, so the address is understood")
    except ImportError:
        pass
    with pytest.raises(Unavailable, match="HUNCH_STORE"):
        Store(address).has("a")


def test_a_folder_that_is_a_file_is_said_in_words(tmp_path):
    (tmp_path / "root").write_text("a file")
    with pytest.raises(Unavailable, match="HUNCH_STORE"):
        Store(str(tmp_path / "root")).write("runs/a.zip", b"one")
