"""Heavy work in the background: one piece at a time on a machine, the others in line, owners in turn.

job = submit_training(splits, network_spec, training_spec, owner=owner)
job = default_queue().submit(lambda job: diagnose(model, splits, on_step=job.on_step), "Diagnosis", owner=owner)
job.state, job.place, job.done, job.total, job.note, job.curves(), job.seconds_left
job.cancel()
run = job.result()

Work must not wait for a job that it has submitted itself: that one would wait for its turn for ever.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import pandas as pd

from core.datasets.base import Splits
from core.errors import Cancelled, LimitReached, StoreError
from core.limits import Limits
from core.networks.training.foreground import FOREGROUND
from core.networks.training.process_queue import ProcessQueue, full_line
from core.networks.training.progress import Point
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store, default_store
from core.store.upkeep import prune_in_background

if TYPE_CHECKING:
    import keras

    from core.networks.training.run import Run

Result = TypeVar("Result")
log = logging.getLogger(__name__)
State = Literal["queued", "running", "done", "failed", "cancelled"]
LOOK_EVERY, LOOK_FOR_SESSIONS_EVERY = 0.1, 1.0  # seconds


class Job(Generic[Result]):
    """Handle of one piece of work. Everything may be read from any thread while it runs.

    Args:
        work: does it; is given this job, whose `on_step` it must call.
        title: what it is, for a list of jobs.
        owner: who asked for it; "" for nobody in particular.
        goes_on: whether it goes on after its owner's session was closed. May be changed at any time.
        most_seconds: after which it is stopped at its next step, where that is sooner than its queue says; None for
            no limit of its own.

    Attributes:
        state: "queued", "running", "done", "failed" or "cancelled".
        place: how many go first on this machine; 0 once it runs.
        done, total, note: as `on_step` was last told.
        points: the live curves so far, oldest first.
        error: what ended it, where it failed or was cancelled with nothing to keep.
    """

    def __init__(
        self,
        work: Callable[[Job[Result]], Result],
        title: str = "",
        owner: str = "",
        goes_on: bool = False,
        most_seconds: float | None = None,
    ) -> None:
        self.title, self.owner, self.goes_on, self.most_seconds = title, owner, goes_on, most_seconds
        self.state: State = "queued"
        self.place = 0
        self.done, self.total, self.note = 0, 0, ""
        self.points: list[Point] = []
        self.error: BaseException | None = None
        self._work = work
        self._result: Result | None = None
        self._began, self._reason = 0.0, ""
        self._stop, self._over = threading.Event(), threading.Event()

    @property
    def active(self) -> bool:
        """Whether it is still in line or running."""
        return not self._over.is_set()

    @property
    def pictures_per_second(self) -> float | None:
        """How many pictures are learned from in a second; None until the first point."""
        return self.points[-1].pictures_per_second if self.points else None

    @property
    def seconds_left(self) -> float | None:
        """Until it is done, at the pace so far; None until something can be said."""
        if self.state != "running":
            return None
        if self.points:
            return self.points[-1].seconds_left
        if not self.done:
            return None
        return (self.total - self.done) * (time.monotonic() - self._began) / self.done

    def curves(self) -> pd.DataFrame:
        """The live curves as a table: a row for each `Point`, a column for each of its fields."""
        return pd.DataFrame([asdict(point) for point in list(self.points)], columns=list(Point.__dataclass_fields__))

    @property
    def seconds(self) -> float:
        """How long it has been running; 0 while it is in line."""
        return time.monotonic() - self._began if self._began else 0.0

    def cancel(self, reason: str = "") -> None:
        """Stop: at once where it is in line, at its next step where it runs. Returns without waiting.

        Args:
            reason: why, as a sentence; "" where its owner asked for it.
        """
        if not self._stop.is_set():
            self._reason = reason
        self._stop.set()

    @property
    def stopped_because(self) -> str:
        """Why it was stopped, where that was not its owner's wish; "" otherwise."""
        return self._reason

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over, for so long at most; whether it is."""
        return self._over.wait(seconds)

    def result(self, seconds: float | None = None) -> Result:
        """What the work gave, waiting for it where needed. A cancelled training gives its best epoch so far.

        Raises:
            whatever the work raised; `Cancelled` where it was stopped with nothing to keep; TimeoutError.
        """
        if not self.wait(seconds):
            raise TimeoutError(f"{self.title or 'The job'} was not over after {seconds} s.")
        if self.error is not None:
            raise self.error
        return self._result  # type: ignore[return-value]

    def on_step(self, done: int, total: int, note: str = "") -> None:
        """An `OnStep` for the work to call: gives way to screens, and raises `Cancelled` once the job was cancelled."""
        FOREGROUND.give_way()
        if self._stop.is_set():
            raise Cancelled(self._reason or "Stopped.")
        self.done, self.total, self.note = done, total, note

    def on_point(self, point: Point) -> None:
        """An `OnPoint` for a training to call."""
        self.points.append(point)

    def _run(self) -> None:
        self.state, self._began = "running", time.monotonic()
        try:
            self._result = self._work(self)
        except Cancelled as error:
            self._end("cancelled", error)
        except BaseException as error:  # noqa: BLE001 - it is raised again by result()
            self._end("failed", error)
        else:
            self._end("cancelled" if getattr(self._result, "cancelled", False) else "done")

    def _end(self, state: State, error: BaseException | None = None) -> None:
        self.error, self.place, self.state = error, 0, state
        self._over.set()


class Queue:
    """Runs jobs one at a time among all who share the line, owners in turn.

    Args:
        line: where turns are taken; the machine's by default.
        most_own: jobs that one owner may have in line and running; None for any number. Holds for named owners.
        most_all: the same for everybody together.
        most_seconds: after which a running job is stopped at its next step; None for never.
        is_open: tells whether an owner's session is open; None where nobody's is ever closed. Called about once a
            second, from a thread of its own.
        grace: seconds after which the jobs of an owner whose session stays closed are stopped, unless they go on.
        after_each: called with each job that waited its turn, when it is over; must return at once.
    """

    def __init__(
        self,
        line: ProcessQueue | None = None,
        *,
        most_own: int | None = None,
        most_all: int | None = None,
        most_seconds: float | None = None,
        is_open: Callable[[str], bool] | None = None,
        grace: float = 120.0,
        after_each: Sequence[Callable[[Job[Any]], None]] = (),
    ) -> None:
        self._line = line or ProcessQueue()
        self._most_own, self._most_all, self._most_seconds = most_own, most_all, most_seconds
        self.is_open, self._grace, self.after_each = is_open, grace, list(after_each)
        self._closed_since: dict[str, float] = {}
        self._next_look = 0.0
        self._lock = threading.Lock()
        self._waiting: dict[int, Job[Any]] = {}
        self._keeper: threading.Thread | None = None

    def submit(
        self,
        work: Callable[[Job[Result]], Result],
        title: str = "",
        *,
        owner: str = "",
        goes_on: bool = False,
        at_once: bool = False,
        group: str = "",
        most_own: int | None = None,
        most_seconds: float | None = None,
    ) -> Job[Result]:
        """Have work done in the background.

        Args:
            work: what is to be done; is given its job and should call `job.on_step` often.
            title: what it is, for a list of jobs.
            owner: who asked for it; owners are served in turn.
            goes_on: whether it goes on after its owner's session was closed.
            at_once: skip the line, for work that takes no time worth mentioning.
            group: name of several owners who take turns as if they were one; "" for an owner on their own.
            most_own: jobs that this owner may have in line and running, where that is fewer than the queue says.
            most_seconds: after which it is stopped at its next step, where that is sooner than the queue says.

        Raises:
            LimitReached: where the owner, or everybody together, has as many jobs as are allowed.
        """
        job = Job(work, title, owner, goes_on, _least(most_seconds, self._most_seconds))
        if at_once:
            _thread(job._run, "hunch-job").start()
            return job
        with self._lock:
            most_own = _least(most_own, self._most_own) if owner else None
            if group and most_own is not None:
                # The line counts the whole group as one.
                self._require_room(owner, most_own)
                most_own = None
            ticket = self._line.join(group or owner, most_own=most_own, most_all=self._most_all)
            job.place = self._line.place(ticket)
            self._waiting[ticket] = job
            if self._keeper is None:
                self._keeper = _thread(self._keep, "hunch-queue")
                self._keeper.start()
        return job

    def jobs(self, owner: str | None = None) -> list[Job[Any]]:
        """The jobs of this process that are in line or running, the one to be done first first.

        Args:
            owner: whose; None for everybody's.
        """
        with self._lock:
            found = [job for job in self._waiting.values() if owner is None or job.owner == owner]
        return sorted(found, key=lambda job: (job.state != "running", job.place))

    def _require_room(self, owner: str, most: int) -> None:
        own = sum(job.owner == owner for job in self._waiting.values())
        if own >= most:
            raise LimitReached(full_line(own))

    def _keep(self) -> None:
        """Show every ticket again and again, and start each job when its turn comes, until none is left."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._keeper = None
                    return
                self._stop_overdue()
                for ticket, job in list(self._waiting.items()):
                    self._look_after(ticket, job)
            time.sleep(LOOK_EVERY)

    def _stop_overdue(self) -> None:
        """Stop jobs that have run for too long, or that nobody waits for any more."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_FOR_SESSIONS_EVERY
        jobs = [job for job in self._waiting.values() if not job._stop.is_set()]
        for job in jobs:
            if job.most_seconds is not None and job.seconds > job.most_seconds:
                job.cancel(f"Stopped after {job.most_seconds:.0f} s, the longest that one job may take on this server.")
        if self.is_open is None:
            return
        owners = {job.owner for job in jobs if job.owner}
        for owner in owners | set(self._closed_since):
            if owner not in owners or self._is_open(owner):
                self._closed_since.pop(owner, None)
            elif now - self._closed_since.setdefault(owner, now) >= self._grace:
                for job in jobs:
                    if job.owner == owner and not job.goes_on:
                        job.cancel("Stopped, because the session that asked for it was closed.")

    def _is_open(self, owner: str) -> bool:
        try:
            return self.is_open is None or self.is_open(owner)
        except Exception:  # whatever it is, it must not stop the queue
            log.exception("Whether a session is open could not be told; its work goes on.")
            return True

    def _look_after(self, ticket: int, job: Job[Any]) -> None:
        if job.state == "queued" and job._stop.is_set():
            job._end("cancelled", Cancelled(job._reason or "Stopped before its turn came."))
        if not job.active:
            self._line.leave(ticket)
            del self._waiting[ticket]
            for tell in self.after_each:
                tell(job)
            return
        job.place = self._line.place(ticket)
        if job.place == 0 and job.state == "queued":
            job.state = "running"
            _thread(job._run, "hunch-job").start()


def _least(*limits: float | None) -> Any:
    """The smallest of those that are set; None where none is."""
    return min((limit for limit in limits if limit is not None), default=None)


def _thread(target: Callable[[], None], name: str) -> threading.Thread:
    return threading.Thread(target=target, name=name, daemon=True)


@lru_cache(maxsize=1)
def default_queue() -> Queue:
    """The queue that all of this process's sessions share, within the limits of the environment."""
    limits = Limits.from_environment()
    return Queue(
        most_own=limits.owner_jobs,
        most_all=limits.all_jobs,
        most_seconds=limits.job_seconds,
        grace=limits.grace_seconds,
        after_each=[lambda _: prune_in_background(default_store(), limits.store_bytes)],
    )


def submit_training(
    splits: Splits,
    network_spec: NetworkSpec | None = None,
    training_spec: TrainingSpec | None = None,
    *,
    store: Store | None = None,
    watch: Callable[[keras.Model, int], None] | None = None,
    start: Run | keras.Model | None = None,
    about: Mapping[str, Any] | None = None,
    again: bool = False,
    title: str = "",
    owner: str = "",
    goes_on: bool = False,
    queue: Queue | None = None,
) -> Job[Run]:
    """`core.networks.train` in the background; arguments as there. A run that is in the store skips the line.

    Raises:
        LimitReached: as `Queue.submit` does.
    """
    from core.networks.training.train import run_key, train

    def work(job: Job[Run]) -> Run:
        return train(
            splits,
            network_spec,
            training_spec,
            store=store,
            on_step=job.on_step,
            on_point=job.on_point,
            watch=watch,
            start=start,
            about=about,
            again=again,
        )

    known = not again and _is_kept(run_key(splits, network_spec, training_spec, start), store)
    return (queue or default_queue()).submit(work, title or "Training", owner=owner, goes_on=goes_on, at_once=known)


def _is_kept(key: str, store: Store | None) -> bool:
    from core.networks.training.run import has_run

    try:
        return has_run(key, store)
    except StoreError:
        return False  # the training goes on without a store, and is kept when it is back
