"""A store in a bucket that two servers share, on moto's S3 server."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid

import boto3
import pytest
from moto.server import ThreadedMotoServer

from core.access import OwnedStore, mark_of
from core.errors import Damaged, StoreError
from core.store import Store, pending, unsaved, write_or_retry
from core.store.connection import locate
from core.store.upkeep import pin, prune, set_aside, units, verify

CHILD = """
import sys
from core.store import Store
store = Store(sys.argv[1])
for line in sys.stdin:
    words = line.split()
    if words[0] == "write":
        store.write(words[1], words[2].encode())
        print("written", flush=True)
    elif words[0] == "read":
        print(store.read(words[1]).decode() if store.has(words[1]) else "nothing", flush=True)
    elif words[0] == "names":
        print(",".join(store.names(words[1])) or "nothing", flush=True)
    elif words[0] == "remove":
        store.remove(words[1])
        print("removed", flush=True)
"""


class Other:
    """Another process that uses the same store."""

    def __init__(self, root: str) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([sys.executable, "-c", CHILD, root], stdin=pipe, stdout=pipe, text=True)

    def __call__(self, *words: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture(scope="module")
def server():
    made = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def bucket(server, monkeypatch):
    """The address of a new bucket."""
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    name = f"b{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=name)
    locate.cache_clear()
    yield f"s3://{name}/hunch"
    locate.cache_clear()


@pytest.fixture
def other(bucket):
    made = Other(bucket)
    yield made
    assert made.process.stdin is not None
    made.process.stdin.close()
    made.process.wait(30)


def test_what_one_process_writes_the_other_sees_at_once(bucket, other):
    store = Store(bucket)
    # Both have listed the folder while it was empty: a cached listing would stay empty.
    assert store.names("runs") == []
    assert other("names", "runs") == "nothing"
    assert not store.has("runs/a.zip")
    for number in range(3):
        store.write("runs/a.zip", f"here-{number}".encode())
        assert other("read", "runs/a.zip") == f"here-{number}"
        other("write", "runs/b.zip", f"there-{number}")
        assert store.read("runs/b.zip") == f"there-{number}".encode()
        assert store.names("runs") == ["runs/a.zip", "runs/b.zip"]
        assert other("names", "runs") == "runs/a.zip,runs/b.zip"
        other("remove", "runs/b.zip")
        assert store.names("runs") == ["runs/a.zip"]
        assert not store.has("runs/b.zip")


def test_both_write_one_name_at_once_and_one_whole_content_stays(bucket):
    script = (
        "import sys\nfrom core.store import Store\n"
        "for number in range(8): Store(sys.argv[1]).write('runs/a.zip', sys.argv[2].encode() * 200_000)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, bucket, letter]) for letter in "xy"]
    store, seen = Store(bucket), set()
    while any(writer.poll() is None for writer in writers):
        if store.has("runs/a.zip"):
            seen.add(store.read("runs/a.zip"))
    assert [writer.wait() for writer in writers] == [0, 0]
    assert seen <= {b"x" * 200_000, b"y" * 200_000}
    assert store.names("") == ["runs/a.zip"]


def test_a_damaged_object_is_set_aside(bucket):
    store = Store(bucket)
    store.write("runs/a.zip", b"content")
    files, root = locate(bucket)
    stored = files.cat_file(f"{root}/runs/a.zip")
    files.pipe_file(f"{root}/runs/a.zip", stored[:-1])
    with pytest.raises(Damaged, match="set aside"):
        store.read("runs/a.zip")
    assert store.names("") == []
    assert [item.name for item in set_aside(store)] == ["runs/a.zip"]
    store.write("runs/a.zip", b"content")
    assert verify(store) == []


def test_the_least_recently_used_goes_first(bucket):
    store = Store(bucket)
    for key in ("a", "b", "c"):
        store.write(f"runs/{key}.zip", bytes(5000))
        time.sleep(1.1)  # S3 tells times in whole seconds
    Store(bucket, note_use=True).read("runs/a.zip")
    pin(store, "c")
    assert [unit.key for unit in prune(store, 11_000).units] == ["b"]
    assert {unit.key for unit in units(store)} == {"a", "c"}


def test_owners_are_kept_apart_in_a_bucket_too(bucket):
    anna, ben = (OwnedStore.of(Store(bucket), mark_of(name), "operator") for name in ("anna", "ben"))
    anna.write("runs/a.zip", b"anna's")
    assert anna.names("runs") == ["runs/a.zip"]
    assert ben.names("") == []
    assert not ben.has("runs/a.zip")


def test_a_bucket_that_does_not_exist_is_said_in_words_and_not_made(bucket):
    missing = f"s3://m{uuid.uuid4().hex}/hunch"
    with pytest.raises(StoreError, match="HUNCH_STORE"):
        Store(missing).write("runs/a.zip", b"one")
    with pytest.raises(StoreError, match="HUNCH_STORE"):
        Store(missing).check()
    names = [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]
    assert missing.split("/")[2] not in names


def test_a_bucket_that_is_gone_for_a_while_costs_nothing(bucket, server, monkeypatch):
    store = Store(bucket)
    store.write("runs/a.zip", b"before")
    monkeypatch.setattr(pending, "FIRST_WAIT", 0.5)
    files = locate(bucket)[0]
    away = ConnectionError("Could not connect to the endpoint")

    def gone(*_, **__):
        raise away

    for name in ("pipe_file", "cat_file", "info", "find"):
        monkeypatch.setattr(files, name, gone)
    with pytest.raises(StoreError, match="could not be reached"):
        store.read("runs/a.zip")
    assert "kept in memory" in write_or_retry(store, "runs/b.zip", b"meanwhile")
    assert store.read("runs/b.zip") == b"meanwhile"
    for name in ("pipe_file", "cat_file", "info", "find"):
        monkeypatch.delattr(files, name)
    deadline = time.monotonic() + 30
    while unsaved(store) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert store.names("runs") == ["runs/a.zip", "runs/b.zip"]
    assert store.read("runs/b.zip") == b"meanwhile"


def test_an_endpoint_that_nobody_answers_is_said_in_words(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    locate.cache_clear()
    began = time.monotonic()
    with pytest.raises(StoreError, match="could not be reached"):
        Store(f"s3://b{uuid.uuid4().hex}/hunch").read("runs/a.zip")
    assert time.monotonic() - began < 30
    locate.cache_clear()
