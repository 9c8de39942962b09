"""What breaks must not cost what was finished: kills, full and read-only disks, a bucket that goes away, damaged files.

Run as root on Linux: python -m tests.benchmarks.faults [--kills 50] [--gone 60]

Kills: a process that writes, trains or climbs a ladder is killed at a random moment, again and again on one store.
After each restart everything listed must verify, and everything that the process had said to be finished must be
there. Disks are tmpfs mounts in a mount namespace of their own (`unshare -m`). The bucket is moto's S3 server, stopped
for a minute by a signal, so that connections hang rather than fail.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import Damaged, HunchError
from core.networks.training.run import open_run, runs
from core.store import Store, unsaved, write_or_retry
from core.store.connection import locate
from core.store.upkeep import set_aside, sweep, verify

ROOT = Path(__file__).parents[2]
# Pictures that a tiny network learns in seconds: which half is brighter.
TASK = """
import sys, warnings
import numpy as np
from core.datasets.base import Dataset, Splits
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store
def part(count, seed):
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    images = rng.integers(0, 120, (count, 12, 12, 3))
    images[labels == 0, :6] += 100
    images[labels == 1, 6:] += 100
    return Dataset(images.astype(np.uint8), labels, ("upper", "lower"))
splits = Splits(part(64, 0), part(24, 1), part(32, 2))
network = NetworkSpec(blocks=1, convolutions=1, filters=4, first_kernel=3, first_stride=2)
store = Store(sys.argv[1])
def say(*words): print(*words, flush=True)
"""
WRITER = """
import hashlib, sys
from core.store import Store
store = Store(sys.argv[1])
print("begun", flush=True)
for number in range(int(sys.argv[2]), 10 ** 9):
    name = f"runs/{number % 23}.bin"
    store.write(name, str(number).encode() + bytes(1_000_000))
    print(name, number, flush=True)
"""
TRAINER = (
    TASK
    + """
from core.networks.training.train import train
from core.networks.training.run import runs
say("begun")
known = len(runs(store))
for seed in range(known, known + 1000):
    say("finished", train(splits, network, TrainingSpec(epochs=2, batch=16, seed=seed), store=store).key)
"""
)
CLIMBER = (
    TASK
    + """
from core.networks.training.train import train
from core.repair import ladder
say("begun")
origin = train(splits, network, TrainingSpec(epochs=2, batch=16), store=store)
say("finished", origin.key)
found = ladder(origin, splits, ["classes_balanced"], seeds=int(sys.argv[2]), store=store)
for name, run in found.runs.items():
    if name != "as_it_is":
        say("finished", run.key)
say("complete", found.complete, found.table[["fix", "accuracy"]].to_json())
"""
)
FULL = """
import sys
from core.errors import StoreError
from core.store import Store, pending, unsaved, write_or_retry
from core.store.upkeep import prune, verify
store = Store(sys.argv[1])
kept = 0
try:
    while True:
        store.write(f"runs/{kept}.bin", bytes([kept]) * 300_000)
        kept += 1
except StoreError as error:
    assert "full" in error.sentence, error.sentence
held = write_or_retry(store, "runs/late.bin", b"late" * 50_000)
assert "kept in memory" in held, held
assert store.read("runs/late.bin") == b"late" * 50_000
assert len(store.names("runs")) == kept + 1
assert not verify(store)
assert not [file for file in store.all_files() if file.name.endswith(".partial")]
prune(store, 1_000_000)
pending.write_now()
assert unsaved(store) == []
assert store.read("runs/late.bin") == b"late" * 50_000
print("fine", kept)
"""
READ_ONLY = """
import subprocess, sys
from core.errors import StoreError
from core.store import Store, unsaved, write_or_retry
from core.store.upkeep import verify
store = Store(sys.argv[1], note_use=True)
store.write("runs/a.bin", b"before")
subprocess.run(["mount", "-o", "remount,ro", sys.argv[1]], check=True)
assert store.read("runs/a.bin") == b"before"
assert store.names("runs") == ["runs/a.bin"]
assert verify(store) == []
try:
    store.write("runs/b.bin", b"x")
    raise SystemExit("it was written")
except StoreError as error:
    assert "may not be written to" in error.sentence, error.sentence
assert "kept in memory" in write_or_retry(store, "runs/b.bin", b"x")
subprocess.run(["mount", "-o", "remount,rw", sys.argv[1]], check=True)
from core.store import pending
pending.write_now()
assert unsaved(store) == [] and store.read("runs/b.bin") == b"x"
print("fine")
"""
DELETED = (
    TASK
    + """
import shutil
from core.networks.training.train import train
from core.networks.training.run import open_run, runs
def delete(model, epoch):
    if epoch == 1:
        shutil.rmtree(sys.argv[1])
store.write("runs/old.bin", b"old")
run = train(splits, network, TrainingSpec(epochs=3, batch=16), store=store, watch=delete)
assert [info.key for info in runs(store)] == [run.key]
assert open_run(run.key, store).accuracy == run.accuracy
say("fine")
"""
)


@dataclass(frozen=True)
class Outcome:
    """What a fault cost.

    Args:
        fault: what was done.
        times: how often.
        finished: how many artefacts had been said to be finished.
        lost: how many of them were not there, or not as they were.
        damaged: how many listed artefacts did not verify.
        note: anything else.
    """

    fault: str
    times: int
    finished: int = 0
    lost: int = 0
    damaged: int = 0
    note: str = ""


def killed_in_writes(root: str, times: int, seed: int = 0) -> Outcome:
    """Kill a process that writes, at random moments."""
    rng, finished, lost, damaged = random.Random(seed), {}, 0, 0
    for turn in range(times):
        # Later numbers are larger, so that an older content under a name is seen.
        for line in _until_killed(WRITER, root, rng.uniform(0.0, 0.3), str(turn * 10**6)):
            if line.startswith("runs/"):
                name, number = line.split()
                finished[name] = int(number)
        store = Store(root)
        damaged += len(verify(store))
        for name, number in finished.items():
            # A later write may have been done without having been told.
            lost += not store.has(name) or int(store.read(name).rstrip(b"\0")) < number
    left = sweep(Store(root), older_than=0)
    return Outcome("killed in a write", times, len(finished), lost, damaged, f"{len(left)} unfinished files swept")


def killed_in_training(root: str, times: int, seed: int = 0, longest: float = 4.0) -> Outcome:
    """Kill a process that trains one network after the other, at random moments."""
    return _killed("killed in training", TRAINER, root, times, seed, longest)


def killed_in_a_ladder(root: str, times: int, seed: int = 0, longest: float = 6.0, seeds: int = 3) -> Outcome:
    """Kill a process that climbs a ladder, at random moments; then let it finish."""
    outcome = _killed("killed in a ladder", CLIMBER, root, times, seed, longest, str(seeds))
    before = {info.key for info in runs(Store(root))}
    done, after = _python(CLIMBER, root, str(seeds)), {info.key for info in runs(Store(root))}
    assert "complete True" in done
    assert before <= after
    return outcome


def on_a_small_disk(script: str, fault: str, options: str) -> Outcome:
    """Run a script on a file system of its own, in a mount namespace of its own."""
    with tempfile.TemporaryDirectory() as folder:
        mount = f"mount -t tmpfs -o {options} none {folder} && exec {sys.executable} -c '$SCRIPT' {folder}"
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", mount.replace("'$SCRIPT'", '"$SCRIPT"')],
            cwd=ROOT, env={**os.environ, "SCRIPT": script}, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    if done.returncode:
        return Outcome(fault, 1, lost=1, note=done.stderr.strip().splitlines()[-1])
    return Outcome(fault, 1, note=done.stdout.strip())


def deleted_while_training(root: str) -> Outcome:
    """Delete the store's folder in the middle of a training."""
    told = _python(DELETED, root)
    return Outcome("store deleted while training", 1, lost=int("fine" not in told))


def bucket_gone(seconds: float) -> Outcome:
    """Stop the bucket's server for a while; what is finished meanwhile is kept when it is back."""
    with bucket_server() as (address, server):
        store = Store(address)
        store.write("runs/before.bin", b"before")
        server.send_signal(signal.SIGSTOP)
        began, waits, sentences = time.monotonic(), [], []
        try:
            for number in range(2):
                start = time.monotonic()
                sentences.append(write_or_retry(store, f"runs/{number}.bin", str(number).encode()))
                waits.append(time.monotonic() - start)
            read = all(store.read(f"runs/{number}.bin") == str(number).encode() for number in range(2))
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
        finally:
            server.send_signal(signal.SIGCONT)
        back = time.monotonic()
        while unsaved(store) and time.monotonic() - back < 120:
            time.sleep(0.2)
        took = time.monotonic() - back
        names = store.names("runs")
        lost = 3 - len(names) + len(unsaved(store)) + (not read) + (not all(sentences))
        note = f"longest wait for a sentence {max(waits):.0f} s; written {took:.0f} s after it was back"
        return Outcome(f"bucket gone for {seconds:.0f} s", 1, 3, lost, len(verify(store)), note)


def every_file_damaged(root: str) -> Outcome:
    """Flip, cut and empty each file about a run in turn: all else stays, and what is damaged is set aside."""
    store = Store(root)
    contents = _about_a_run()
    for name, content in contents.items():
        store.write(name, content)
    times = lost = damaged = 0
    for name, content in contents.items():
        path = Path(root) / name
        for how in (_flip, _cut, _empty):
            path.write_bytes(how(path.read_bytes()))
            times += 1
            try:
                store.read(name)
                lost += 1  # something else was read, without a word
            except Damaged as error:
                lost += "set aside" not in error.sentence
            lost += store.has(name)
            lost += sum(store.read(other) != kept for other, kept in contents.items() if other != name)
            damaged += len(verify(store))
            store.write(name, content)
            lost += store.read(name) != content
    return Outcome("every file flipped, cut, emptied", times, len(contents), lost, damaged,
                   f"{len(set_aside(store))} set aside")  # fmt: skip


@contextlib.contextmanager
def bucket_server() -> Iterator[tuple[str, subprocess.Popen]]:
    """The address of an empty bucket on a server of its own, and that server's process."""
    import boto3

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-p", str(port)], stdout=quiet, stderr=quiet)
    keys = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}  # fmt: skip
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(keys)
    locate.cache_clear()
    try:
        _wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close())
        boto3.client("s3").create_bucket(Bucket="hunch")
        yield "s3://hunch/store", server
    finally:
        server.kill()
        server.wait()
        locate.cache_clear()
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _killed(fault: str, script: str, root: str, times: int, seed: int, longest: float, *more: str) -> Outcome:
    rng, finished, lost, damaged = random.Random(seed), set[str](), 0, 0
    for _ in range(times):
        for line in _until_killed(script, root, rng.uniform(0.0, longest), *more):
            if line.startswith("finished"):
                finished.add(line.split()[1])
        store = Store(root)
        damaged += len(verify(store)) + len(set_aside(store))
        listed = {info.key for info in runs(store)}
        lost += len(finished - listed)
        damaged += sum(not _opens(key, store) for key in listed)
    return Outcome(fault, times, len(finished), lost, damaged, f"{len(runs(Store(root)))} runs in the store")


def _opens(key: str, store: Store) -> bool:
    try:
        return open_run(key, store).model is not None
    except HunchError:
        return False


def _until_killed(script: str, root: str, seconds: float, *more: str) -> list[str]:
    """What a process has said until it was killed, so many seconds after it began its work."""
    child = subprocess.Popen(
        [sys.executable, "-c", script, root, *more], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    told, deadline = b"", None
    try:
        while deadline is None or time.monotonic() < deadline:
            wait = 0.01 if deadline else 1.0
            if select.select([child.stdout], [], [], wait)[0]:
                said = os.read(child.stdout.fileno(), 65536)
                if not said:
                    break
                told += said
            if deadline is None and b"begun" in told:
                deadline = time.monotonic() + seconds
    finally:
        child.kill()
        told += child.stdout.read()
        child.wait()
    return [line for line in told.decode().split("\n")[:-1] if line]


def _python(script: str, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    ).stdout


def _about_a_run() -> dict[str, bytes]:
    """One artefact of each kind; what is in them does not matter to the store."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content", bytes(range(256)) * 200)
    archive, text = buffer.getvalue(), json.dumps([{"effect": 0.25, "made": "2026-01-01T00:00:00"}]).encode()
    return {
        "runs/1a2b.zip": archive,
        "films/1a2b.npz": archive,
        "films/1a2b.json": text,
        "hunches/1a2b/77.json": text,
        "diagnosis/1a2b/4-0.json": text,
        "repairs/1a2b/88.json": text,
        "repair/3c4d.json": text,
        "experiments/5e6f.json": text,
        "uploads/9a8b.zip": archive,
    }


def _flip(stored: bytes) -> bytes:
    middle = len(stored) // 2
    return stored[:middle] + bytes([stored[middle] ^ 1]) + stored[middle + 1 :]


def _cut(stored: bytes) -> bytes:
    return stored[: len(stored) // 2]


def _empty(stored: bytes) -> bytes:
    return b""


def _wait_for(ready: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            ready()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def main() -> None:
    """Print one row a fault; exit with 1 where anything was lost or damaged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="times that each kind of work is killed (default 50)")
    parser.add_argument("--gone", type=float, default=60.0, help="seconds that the bucket is gone (default 60)")
    options = parser.parse_args()
    base = Path(tempfile.mkdtemp(prefix="hunch-faults-"))
    faults: list[Callable[[], Outcome]] = [
        lambda: every_file_damaged(str(base / "files")),
        lambda: killed_in_writes(str(base / "writes"), options.kills),
        lambda: killed_in_training(str(base / "training"), options.kills),
        lambda: killed_in_a_ladder(str(base / "ladder"), options.kills),
        lambda: on_a_small_disk(FULL, "full disk", "size=3m"),
        lambda: on_a_small_disk(READ_ONLY, "read-only disk", "size=3m"),
        lambda: deleted_while_training(str(base / "deleted")),
        lambda: bucket_gone(options.gone),
    ]
    print(f"{'fault':<34}{'times':>6}{'finished':>10}{'lost':>6}{'damaged':>9}  note")
    costs = 0
    for fault in faults:
        found = fault()
        costs += found.lost + found.damaged
        print(f"{found.fault:<34}{found.times:>6}{found.finished:>10}{found.lost:>6}{found.damaged:>9}  {found.note}",
              flush=True)  # fmt: skip
    shutil.rmtree(base)
    sys.exit(int(costs > 0))


if __name__ == "__main__":
    main()
