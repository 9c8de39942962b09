from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from core.errors import Cancelled
from core.networks import run_key, submit_training, train
from core.networks.training.background_jobs import Queue
from core.networks.training.process_queue import ProcessQueue

WAIT = 60


@pytest.fixture
def line(tmp_path) -> ProcessQueue:
    return ProcessQueue(tmp_path / "line.sqlite")


@pytest.fixture
def queue(line) -> Queue:
    return Queue(line)


class Gate:
    """Work that says when it has begun and goes on until it is let."""

    def __init__(self, result: object = "done"):
        self.began, self.open, self.result = threading.Event(), threading.Event(), result

    def __call__(self, job) -> object:
        self.began.set()
        while not self.open.wait(0.01):
            job.on_step(1, 4, "waiting")
        return self.result


def settled(condition) -> bool:
    deadline = time.monotonic() + WAIT
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def test_one_at_a_time_in_the_order_of_coming(queue):
    gates = [Gate(number) for number in range(3)]
    jobs = [queue.submit(gate, f"job {number}") for number, gate in enumerate(gates)]
    assert gates[0].began.wait(WAIT)
    assert settled(lambda: [job.place for job in jobs] == [0, 1, 2])
    assert [job.state for job in jobs] == ["running", "queued", "queued"]
    assert [job.title for job in queue.jobs()] == ["job 0", "job 1", "job 2"]
    for number in range(3):
        assert gates[number].began.wait(WAIT)
        assert not any(gate.began.is_set() for gate in gates[number + 1 :])
        gates[number].open.set()
        assert jobs[number].result(WAIT) == number
    assert [job.state for job in jobs] == ["done"] * 3
    assert settled(lambda: queue.jobs() == [])


def test_a_job_in_line_is_cancelled_without_running_and_the_next_moves_up(queue):
    gates = [Gate() for _ in range(3)]
    jobs = [queue.submit(gate) for gate in gates]
    assert gates[0].began.wait(WAIT)
    jobs[1].cancel()
    with pytest.raises(Cancelled):
        jobs[1].result(WAIT)
    assert jobs[1].state == "cancelled"
    assert settled(lambda: jobs[2].place == 1)
    gates[0].open.set()
    gates[2].open.set()
    assert jobs[2].result(WAIT) == "done"
    assert not gates[1].began.is_set()


def test_a_running_job_is_cancelled_at_its_next_step(queue):
    gate = Gate()
    job = queue.submit(gate)
    assert gate.began.wait(WAIT)
    assert settled(lambda: (job.done, job.total, job.note) == (1, 4, "waiting"))
    assert job.seconds_left > 0
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(WAIT)
    assert (job.state, job.active) == ("cancelled", False)


def test_a_failure_is_handed_on_and_the_next_job_runs(queue):
    def fails(job):
        raise ZeroDivisionError("by zero")

    job, after = queue.submit(fails), queue.submit(lambda job: "fine")
    with pytest.raises(ZeroDivisionError):
        job.result(WAIT)
    assert job.state == "failed"
    assert after.result(WAIT) == "fine"


def test_waiting_has_an_end(queue):
    gate = Gate()
    job = queue.submit(gate, "slow")
    with pytest.raises(TimeoutError, match="slow"):
        job.result(0.01)
    gate.open.set()
    assert job.result(WAIT) == "done"


def test_queues_of_two_processes_share_the_machine(tmp_path):
    here, there = (Queue(ProcessQueue(tmp_path / "line.sqlite")) for _ in range(2))
    first, second = Gate(), Gate()
    one = here.submit(first)
    assert first.began.wait(WAIT)
    other = there.submit(second)
    assert other.place == 1
    assert not second.began.wait(0.5)
    first.open.set()
    assert second.began.wait(WAIT)
    second.open.set()
    assert (one.result(WAIT), other.result(WAIT)) == ("done", "done")


def test_a_ticket_is_first_come_first_served(line):
    first, second, third = line.join(), line.join(), line.join()
    assert [line.place(ticket) for ticket in (third, second, first)] == [2, 1, 0]
    line.leave(second)
    assert line.place(third) == 1
    line.leave(first)
    assert line.place(third) == 0


def test_the_ticket_of_a_killed_process_is_forgotten(tmp_path):
    path = tmp_path / "line.sqlite"
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom core.networks.training.process_queue import ProcessQueue\n"
        "line = ProcessQueue(Path(sys.argv[1]))\nprint(line.place(line.join()), flush=True)\ntime.sleep(600)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"0"
    line = ProcessQueue(path, forgotten_after=1.0)
    ticket = line.join()
    assert line.place(ticket) == 1
    child.kill()
    child.wait()
    assert settled(lambda: line.place(ticket) == 0)


def test_whoever_was_forgotten_while_asleep_does_not_push_in(tmp_path):
    line = ProcessQueue(tmp_path / "line.sqlite", forgotten_after=0.05)
    first, second = line.join(), line.join()
    assert line.place(first) == 0
    time.sleep(0.1)
    assert line.place(second) == 0
    assert line.place(first) == 1


def test_where_the_file_cannot_be_made_threads_still_take_turns(tmp_path):
    line = ProcessQueue(tmp_path / "no such folder" / "line.sqlite")
    first, second = line.join(), line.join()
    assert [line.place(first), line.place(second)] == [0, 1]


@pytest.mark.parametrize("how", ["removed", "spoiled"])
def test_a_file_that_is_taken_away_does_not_stop_the_queue(tmp_path, how):
    path = tmp_path / "line.sqlite"
    queue = Queue(ProcessQueue(path))
    gate = Gate()
    first, second = queue.submit(gate), queue.submit(lambda job: "second")
    assert gate.began.wait(WAIT)
    path.unlink()
    if how == "spoiled":
        path.write_bytes(b"no database " * 100)
    gate.open.set()
    assert first.result(WAIT) == "done"
    assert second.result(WAIT) == "second"


def test_a_training_in_the_background_gives_live_curves_and_the_run(queue, splits, small, short, store):
    job = submit_training(splits, small, short, store=store, queue=queue)
    run = job.result(WAIT * 5)
    assert run.key == run_key(splits, small, short)
    curves = job.curves()
    judged = curves.dropna(subset=["val_accuracy"])
    assert judged["epoch"].tolist() == [1, 2, 3]
    assert judged["val_accuracy"].to_numpy() == pytest.approx(run.history["val_accuracy"].to_numpy())
    assert (job.done, job.total) == (9, 9)
    assert job.pictures_per_second > 0


def test_a_known_run_skips_the_line(queue, splits, small, short, store):
    run = train(splits, small, short, store=store)
    gate = Gate()
    queue.submit(gate)
    assert gate.began.wait(WAIT)
    assert submit_training(splits, small, short, store=store, queue=queue).result(WAIT).key == run.key
    gate.open.set()


def test_a_cancelled_training_gives_its_best_epoch(queue, splits, small, short, store):
    def watch(model, epoch):
        if epoch == 2:
            job.cancel()

    ready = threading.Event()
    gate = Gate()
    queue.submit(gate)
    job = submit_training(
        splits, small, short, store=store, queue=queue, watch=lambda *event: (ready.wait(), watch(*event))
    )
    ready.set()
    gate.open.set()
    run = job.result(WAIT * 5)
    assert job.state == "cancelled"
    assert run.cancelled
    assert len(run.history) in (2, 3)
