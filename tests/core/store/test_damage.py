"""Whatever happens to a file on its disk, it is either read as it was written or set aside with a sentence."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from fsspec.implementations.local import LocalFileSystem

from core.errors import Damaged, InputError
from core.store import Store
from core.store.seal import seal, unseal
from core.store.upkeep import set_aside, verify

CONTENT = json.dumps({"effect": 0.25, "flips": 3}).encode()


def raw(store: Store, name: str = "runs/a.json") -> bytes:
    return store._stored(name)


def damage(store: Store, stored: bytes, name: str = "runs/a.json") -> None:
    """Change a file behind the store's back."""
    from core.store.connection import locate

    files, root = locate(store.root)
    files.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
    files.pipe_file(f"{root}/{name}", stored)


@pytest.mark.parametrize("content", [b"", b"x", CONTENT, bytes(range(256)) * 40])
def test_a_sealed_content_comes_back_as_it_was(content):
    assert unseal(seal(content)) == content


@pytest.mark.parametrize("content", [b"", b"x", CONTENT])
def test_every_single_flipped_bit_and_every_cut_is_found(content):
    stored = seal(content)
    for place in range(len(stored)):
        for bit in range(8):
            flipped = bytearray(stored)
            flipped[place] ^= 1 << bit
            with pytest.raises(ValueError, match="it "):
                unseal(bytes(flipped))
        with pytest.raises(ValueError, match="it "):
            unseal(stored[:place])


def test_what_was_kept_before_there_were_checksums_is_read_as_it_is(store):
    damage(store, CONTENT)
    assert store.read("runs/a.json") == CONTENT
    assert store.load("runs/a.json", json.loads)["flips"] == 3
    assert verify(store) == []


@pytest.mark.parametrize("how", ["flipped", "cut", "empty"])
def test_a_damaged_artefact_is_set_aside_with_a_sentence(store, how):
    store.write("runs/a.json", CONTENT)
    whole = raw(store)
    stored = {"flipped": whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:], "cut": whole[:90], "empty": b""}[how]
    damage(store, stored)
    with pytest.raises(Damaged, match=r"runs/a\.json is damaged.*set aside") as caught:
        store.read("runs/a.json")
    assert caught.value.name == "runs/a.json"
    assert not store.has("runs/a.json")
    assert store.names("") == []
    [aside] = set_aside(store)
    assert aside.name == "runs/a.json"
    assert raw(store, f"{aside.place}/content") == stored
    store.write("runs/a.json", CONTENT)
    assert store.read("runs/a.json") == CONTENT


@pytest.mark.parametrize("content", [b"{", b"[1, 2", b"\xff\xfe", b"[" * 200_000, b""])
def test_malformed_json_without_a_checksum_is_set_aside(store, content):
    damage(store, content)
    with pytest.raises(Damaged):
        store.load("runs/a.json", json.loads)
    assert not store.has("runs/a.json")


@pytest.mark.parametrize("keep", [100, 400, -30])
def test_a_cut_zip_without_a_checksum_is_set_aside(store, keep):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model", b"weights" * 100)
    damage(store, buffer.getvalue()[:keep], "runs/a.zip")
    assert [found.name for found in verify(store)] == ["runs/a.zip"]
    assert not store.has("runs/a.zip")


def test_what_another_version_wrote_stays_where_it_is(store):
    store.write("runs/a.json", b'{"unknown": 1}')
    with pytest.raises(InputError, match="Another version"):
        store.load("runs/a.json", lambda content: json.loads(content)["known"])
    assert store.has("runs/a.json")


def test_one_bad_artefact_does_not_break_a_listing(store):
    for name in "abc":
        store.write(f"runs/{name}.json", CONTENT)
    damage(store, raw(store, "runs/b.json")[:-1], "runs/b.json")
    assert list(store.load_all("runs", json.loads)) == ["runs/a.json", "runs/c.json"]
    assert store.names("runs") == ["runs/a.json", "runs/c.json"]


def test_what_was_written_anew_meanwhile_is_not_set_aside(tmp_path, monkeypatch):
    store = Store(str(tmp_path))
    store.write("runs/a.json", CONTENT)
    whole, cat = raw(store), LocalFileSystem.cat_file
    damage(store, whole[:-1])
    reads = []

    def rewritten_after_two_reads(self, path, *given, **named):
        content = cat(self, path, *given, **named)
        reads.append(path)
        if len(reads) == 2:
            damage(store, whole)
        return content

    monkeypatch.setattr(LocalFileSystem, "cat_file", rewritten_after_two_reads)
    with pytest.raises(Damaged):
        store.read("runs/a.json")
    assert store.read("runs/a.json") == CONTENT


def test_a_connection_that_breaks_off_once_is_no_damage(tmp_path, monkeypatch):
    store = Store(str(tmp_path))
    store.write("runs/a.json", CONTENT)
    cat, reads = LocalFileSystem.cat_file, []

    def short_at_first(self, *given, **named):
        reads.append(given)
        content = cat(self, *given, **named)
        return content[:50] if len(reads) == 1 else content

    monkeypatch.setattr(LocalFileSystem, "cat_file", short_at_first)
    assert store.read("runs/a.json") == CONTENT
    assert set_aside(store) == []


def test_verify_reads_everything_and_finds_only_what_is_damaged(store):
    for number in range(5):
        store.write(f"films/{number}.bin", bytes([number]) * 100)
    damage(store, raw(store, "films/3.bin")[:-1], "films/3.bin")
    steps = []
    assert [found.name for found in verify(store, lambda *step: steps.append(step))] == ["films/3.bin"]
    assert steps[-1][:2] == (5, 5)
    assert verify(store) == []
