from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from core.errors import Cancelled, LimitReached
from core.networks import run_key, submit_training, train
from core.networks.training.background_jobs import Queue, default_queue
from core.networks.training.process_queue import ProcessQueue
from core.store import Store

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


def test_owners_are_served_in_turn(queue):
    done = []
    gate = Gate()
    first = queue.submit(gate, owner="anna")
    assert gate.began.wait(WAIT)
    asked = ["anna", "anna", "anna", "ben", "ben", "eve"]
    jobs = [queue.submit(lambda job, name=name: done.append(name), owner=name) for name in asked]
    assert settled(lambda: [job.place for job in jobs] == [3, 5, 6, 1, 4, 2])
    assert [job.owner for job in queue.jobs()] == ["anna", "ben", "eve", "anna", "ben", "anna", "anna"]
    assert len(queue.jobs("anna")) == 4
    gate.open.set()
    for job in [first, *jobs]:
        job.result(WAIT)
    assert done == ["ben", "eve", "anna", "ben", "anna", "anna"]


def test_whoever_asks_again_and_again_does_not_starve_the_others(line):
    patient = [line.join("anna") for _ in range(2)]
    assert line.place(patient[0]) == 0
    busy = line.join("ben")
    line.leave(patient[0])
    for _ in range(3):
        if line.place(patient[1]) == 0:
            break
        assert line.place(busy) == 0
        line.leave(busy)
        busy = line.join("ben")
    assert line.place(patient[1]) == 0
    assert line.place(busy) == 1


def test_limits_of_one_owner_and_of_all_are_told_in_a_sentence(tmp_path):
    path = tmp_path / "line.sqlite"
    queue, elsewhere = (Queue(ProcessQueue(path), most_own=2, most_all=4) for _ in range(2))
    gates = [Gate() for _ in range(4)]
    jobs = [queue.submit(gate, owner="anna") for gate in gates[:2]]
    for each in (queue, elsewhere):
        with pytest.raises(LimitReached, match="2 jobs"):
            each.submit(Gate(), owner="anna")
    jobs += [elsewhere.submit(gate, owner=owner) for gate, owner in zip(gates[2:], ("ben", "eve"), strict=True)]
    with pytest.raises(LimitReached, match="This server has 4 jobs"):
        queue.submit(Gate(), owner="dan")
    for gate in gates:
        gate.open.set()
    for job in jobs:
        job.result(WAIT)
    assert settled(lambda: queue.jobs() == elsewhere.jobs() == [])
    assert queue.submit(lambda job: "again", owner="anna").result(WAIT) == "again"


def test_a_job_that_takes_too_long_is_stopped_and_says_so(line):
    queue = Queue(line, most_seconds=0.5)
    job = queue.submit(Gate())
    with pytest.raises(Cancelled, match="longest that one job may take"):
        job.result(WAIT)
    assert job.state == "cancelled"
    assert "longest" in job.stopped_because


def test_work_of_a_closed_session_ends_after_the_grace_unless_it_was_asked_to_go_on(line):
    open_sessions = {"anna", "ben"}
    queue = Queue(line, is_open=lambda owner: owner in open_sessions, grace=1.5)
    gates = [Gate() for _ in range(4)]
    owners = ["anna", "anna", "ben", ""]
    jobs = [queue.submit(gate, owner=owner) for gate, owner in zip(gates, owners, strict=True)]
    jobs[1].goes_on = True
    assert gates[0].began.wait(WAIT)
    open_sessions.remove("anna")
    assert not jobs[0].wait(1.0)
    with pytest.raises(Cancelled, match="session that asked for it was closed"):
        jobs[0].result(WAIT)
    for gate in gates[1:]:
        gate.open.set()
    assert [job.result(WAIT) for job in jobs[1:]] == ["done"] * 3


def test_the_default_queue_keeps_the_limits_and_prunes_the_store_after_a_job(monkeypatch, own_store):
    monkeypatch.setenv("HUNCH_OWNER_JOBS", "1")
    monkeypatch.setenv("HUNCH_STORE_BYTES", str(2**20))
    store = Store(str(own_store))
    store.write("runs/0ld.zip", bytes(2**20))
    default_queue.cache_clear()
    try:
        gate = Gate()
        job = default_queue().submit(gate, owner="anna")
        with pytest.raises(LimitReached):
            default_queue().submit(Gate(), owner="anna")
        gate.open.set()
        assert job.result(WAIT) == "done"
        assert settled(lambda: store.names("") == [])
    finally:
        default_queue.cache_clear()


def test_a_session_that_comes_back_in_time_keeps_its_work(line):
    asked = []

    def is_open(owner: str) -> bool:
        asked.append(owner)
        return len(asked) % 2 == 0

    queue, gate = Queue(line, is_open=is_open, grace=1.5), Gate()
    job = queue.submit(gate, owner="anna")
    assert settled(lambda: len(asked) >= 4)
    gate.open.set()
    assert job.result(WAIT) == "done"


def test_a_queue_whose_sessions_cannot_be_asked_goes_on(line):
    def is_open(owner: str) -> bool:
        raise RuntimeError("no sessions here")

    gate = Gate()
    queue = Queue(line, is_open=is_open, grace=0.0)
    job = queue.submit(gate, owner="anna")
    assert not job.wait(1.5)
    gate.open.set()
    assert job.result(WAIT) == "done"


def test_a_file_of_an_earlier_version_is_used_as_it_is(tmp_path):
    path = tmp_path / "line.sqlite"
    with sqlite3.connect(path) as rows:
        rows.execute(
            "CREATE TABLE tickets (number INTEGER PRIMARY KEY AUTOINCREMENT, shown REAL NOT NULL, "
            "running INTEGER NOT NULL DEFAULT 0)"
        )
        rows.execute("INSERT INTO tickets (shown, running) VALUES (?, 1)", (time.time(),))
    line = ProcessQueue(path)
    ticket = line.join("anna")
    assert line.place(ticket) == 1
    line.leave(1)
    assert line.place(ticket) == 0


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


def test_a_group_takes_turns_as_one_owner_and_each_of_it_has_its_own_limit(queue):
    gates = [Gate() for _ in range(5)]
    first = queue.submit(gates[0], owner="operator")
    assert gates[0].began.wait(WAIT)
    queue.submit(gates[1], "ann", owner="ann", group="viewers", most_own=1)
    queue.submit(gates[2], "bob", owner="bob", group="viewers", most_own=1)
    queue.submit(gates[4], "carl", owner="carl", group="viewers", most_own=1)
    with pytest.raises(LimitReached, match="You have 1 jobs"):
        queue.submit(Gate(), owner="ann", group="viewers", most_own=1)
    queue.submit(gates[3], "operator's second", owner="operator")
    # A round holds one job of the operator and one of all viewers together, however many of these there are.
    assert settled(lambda: [job.title for job in queue.jobs()][1:] == ["ann", "bob", "operator's second", "carl"])
    for gate in gates:
        gate.open.set()
    assert first.result(WAIT) == "done"
    assert settled(lambda: queue.jobs() == [])


def test_a_job_may_have_less_time_than_the_queue_gives(line):
    job = Queue(line, most_seconds=1000).submit(Gate(), most_seconds=0.1)
    with pytest.raises(Cancelled, match="Stopped after 0 s, the longest that one job"):
        job.result(WAIT)
