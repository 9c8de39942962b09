"""Small versions of the faults benchmark: nothing that was finished is lost, and everything listed verifies."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks import faults


def _may_mount() -> bool:
    """Whether a tmpfs can be mounted in a namespace of its own: by root, on Linux, where the container allows it."""
    if sys.platform != "linux" or os.getuid() != 0:
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


def test_killed_in_writes(tmp_path):
    found = faults.killed_in_writes(str(tmp_path), 4)
    assert (found.lost, found.damaged) == (0, 0)
    assert found.finished > 0


def test_killed_in_training(tmp_path):
    found = faults.killed_in_training(str(tmp_path), 2)
    assert (found.lost, found.damaged) == (0, 0)


def test_killed_in_a_ladder(tmp_path):
    found = faults.killed_in_a_ladder(str(tmp_path), 1, seeds=1)
    assert (found.lost, found.damaged) == (0, 0)


def test_every_file_about_a_run_is_damaged_in_three_ways(tmp_path):
    found = faults.every_file_damaged(str(tmp_path))
    assert found.times == 3 * found.finished
    assert (found.lost, found.damaged) == (0, 0)


def test_a_store_that_is_deleted_while_a_network_trains_gets_the_run_all_the_same(tmp_path):
    assert faults.deleted_while_training(str(tmp_path / "root")).lost == 0


@pytest.mark.skipif(not _may_mount(), reason="needs root and mount namespaces")
@pytest.mark.parametrize(("script", "fault"), [(faults.FULL, "full disk"), (faults.READ_ONLY, "read-only disk")])
def test_a_disk_that_takes_no_more(script, fault):
    found = faults.on_a_small_disk(script, fault, "size=3m")
    assert found.lost == 0, found.note
    assert found.note.startswith("fine")


def test_a_bucket_that_does_not_answer_for_some_seconds():
    found = faults.bucket_gone(3)
    assert (found.lost, found.damaged) == (0, 0), found
