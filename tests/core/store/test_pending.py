from __future__ import annotations

import subprocess
import sys
import time

import pytest

from core.store import Store, pending, unsaved, unwritten, write_or_retry


@pytest.fixture
def blocked(tmp_path):
    """A store whose folder is a file, until that is removed."""
    (tmp_path / "root").write_text("a file")
    return Store(str(tmp_path / "root")), (tmp_path / "root").unlink


def test_what_can_be_written_is_written_without_a_word(store):
    assert write_or_retry(store, "runs/a.zip", b"one") == ""
    assert store.read("runs/a.zip") == b"one"
    assert unsaved(store) == []


def test_what_cannot_be_written_is_read_from_memory_and_written_when_the_store_is_back(blocked, monkeypatch):
    store, unblock = blocked
    monkeypatch.setattr(pending, "FIRST_WAIT", 0.1)
    sentence = write_or_retry(store, "runs/a.zip", b"one")
    assert "kept in memory" in sentence
    assert store.has("runs/a.zip")
    assert store.read("runs/a.zip") == b"one"
    unblock()
    assert store.names("runs") in (["runs/a.zip"],)
    deadline = time.monotonic() + 20
    while unsaved(store) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert unsaved(store) == []
    assert store.read("runs/a.zip") == b"one"


def test_a_newer_writing_replaces_what_was_held(blocked):
    store, unblock = blocked
    write_or_retry(store, "runs/a.zip", b"old")
    unblock()
    store.write("runs/a.zip", b"new")
    pending.write_now()
    assert store.read("runs/a.zip") == b"new"


def test_what_is_removed_is_not_written_later(blocked):
    store, unblock = blocked
    write_or_retry(store, "runs/a.zip", b"old")
    unblock()
    store.remove("runs/a.zip")
    pending.write_now()
    assert store.names("") == []


def test_memory_is_bounded(blocked, monkeypatch):
    store, _ = blocked
    monkeypatch.setattr(unwritten, "MOST_BYTES", 10)
    assert "download it now" in write_or_retry(store, "runs/a.zip", bytes(11))
    assert unsaved(store) == []


def test_a_process_that_ends_tries_once_more(tmp_path):
    script = (
        "import sys\nfrom pathlib import Path\nfrom core.store import Store, write_or_retry\n"
        "root = Path(sys.argv[1])\nroot.write_text('a file')\n"
        "assert write_or_retry(Store(str(root)), 'runs/a.zip', b'one')\nroot.unlink()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "root")], check=True, timeout=60)
    assert Store(str(tmp_path / "root")).read("runs/a.zip") == b"one"
