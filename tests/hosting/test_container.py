"""The image's own command, as a user without rights, on a root that cannot be written: what a container gives it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.serving import free_port

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
NOBODY = 65534


def instructions(word: str) -> list[str]:
    """What follows an instruction in the Dockerfile, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.startswith(f"{word} ")]


def test_the_image_is_pinned_unprivileged_and_watched():
    assert instructions("FROM") == ["python:3.11-slim"]
    assert instructions("USER") == ["10001"]
    assert "--uid 10001" in instructions("RUN")[0]
    assert instructions("VOLUME") == ["/data"]
    assert "/_stcore/health" in instructions("HEALTHCHECK")[0]
    assert not [line for line in instructions("ADD") + instructions("RUN") if "http" in line or "sudo" in line]


def test_what_the_app_needs_is_copied_and_no_more():
    copied = {word for line in instructions("COPY") for word in line.split()[:-1]}
    assert {"app.py", ".streamlit", "assets", "core", "pages", "requirements.txt"} <= copied
    assert not copied & {".", "tests", ".git"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may enter: pytest's own is closed to them."""
    with tempfile.TemporaryDirectory(prefix="hunch-container-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """The image's command in a mount namespace: everything read only but /data, which stands in `folder`."""
    if os.geteuid() or not shutil.which("unshare") or not shutil.which("setpriv"):
        pytest.skip("Mount namespaces need root, unshare and setpriv.")
    unprivileged = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    if subprocess.run([*unprivileged, sys.executable, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip("Another user cannot run this Python.")
    app, data, port = folder / "app", folder / "data", free_port()
    app.mkdir()
    for name in ("app.py", ".streamlit", "assets", "core", "pages"):
        source = ROOT / name
        shutil.copytree(source, app / name) if source.is_dir() else shutil.copy(source, app / name)
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    command = [sys.executable if word == "python" else word for word in json.loads(instructions("CMD")[0])]
    command = [f"--server.port={port}" if word.startswith("--server.port") else word for word in command]
    environment = dict(pair.split("=", 1) for line in instructions("ENV") for pair in line.split())
    environment = {name: value.replace("/data", str(data)) for name, value in environment.items()}
    inside = (
        f"mount --make-rprivate / && mount --bind {data} {data} && mount -o remount,ro,bind / && cd {app} && "
        f"exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups -- {' '.join(command)}"
    )
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        ["unshare", "-m", "sh", "-c", inside],
        env={"PATH": os.environ["PATH"], "TMPDIR": str(data), **environment},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        yield _ready(f"http://127.0.0.1:{port}", process, folder / "server.log"), process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _ready(address: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(240):
        if process.poll() is not None:
            pytest.fail(log.read_text())
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).read()
        except OSError:
            time.sleep(0.5)
        else:
            return address
    return pytest.fail(log.read_text())


def test_it_runs_unprivileged_on_a_read_only_root(served: tuple[str, int], folder: Path):
    address, process = served
    mounts = [line.split() for line in Path(f"/proc/{process}/mountinfo").read_text().splitlines()]
    options = {mount[4]: mount[5].split(",") for mount in mounts}
    assert "ro" in options["/"]
    assert "rw" in options[str(folder / "data")]
    status = Path(f"/proc/{process}/status").read_text()
    assert re.search(r"^Uid:\s+65534\s", status, re.MULTILINE)
    assert urllib.request.urlopen(address, timeout=10).status == 200
    assert "Traceback" not in (folder / "server.log").read_text()
