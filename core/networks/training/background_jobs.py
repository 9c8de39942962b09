"""Trainings in the background: one at a time on a machine, the others in line.

job = submit_training(splits, network_spec, training_spec)
job.state, job.place, job.done, job.total, job.note, job.curves(), job.seconds_left
job.cancel()
run = job.result()
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import pandas as pd

from core.datasets.base import Splits
from core.errors import Cancelled
from core.networks.training.process_queue import ProcessQueue
from core.networks.training.progress import Point
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store

if TYPE_CHECKING:
    import keras

    from core.networks.training.run import Run

Result = TypeVar("Result")
State = Literal["queued", "running", "done", "failed", "cancelled"]
LOOK_EVERY = 0.1


class Job(Generic[Result]):
    """Handle of one piece of work. Everything may be read from any thread while it runs.

    Args:
        work: does it; is given this job, whose `on_step` it must call.
        title: what it is, for a list of jobs.

    Attributes:
        state: "queued", "running", "done", "failed" or "cancelled".
        place: how many go first on this machine; 0 once it runs.
        done, total, note: as `on_step` was last told.
        points: the live curves so far, oldest first.
        error: what ended it, where it failed or was cancelled with nothing to keep.
    """

    def __init__(self, work: Callable[[Job[Result]], Result], title: str = "") -> None:
        self.title = title
        self.state: State = "queued"
        self.place = 0
        self.done, self.total, self.note = 0, 0, ""
        self.points: list[Point] = []
        self.error: BaseException | None = None
        self._work = work
        self._result: Result | None = None
        self._began = 0.0
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

    def cancel(self) -> None:
        """Stop: at once where it is in line, at its next step where it runs. Returns without waiting."""
        self._stop.set()

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
        """An `OnStep` for the work to call; raises `Cancelled` once the job was cancelled."""
        if self._stop.is_set():
            raise Cancelled("Stopped.")
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
    """Runs jobs in the order in which they came, one at a time among all who share the line.

    Args:
        line: where turns are taken; the machine's by default.
    """

    def __init__(self, line: ProcessQueue | None = None) -> None:
        self._line = line or ProcessQueue()
        self._lock = threading.Lock()
        self._waiting: dict[int, Job[Any]] = {}
        self._keeper: threading.Thread | None = None

    def submit(self, work: Callable[[Job[Result]], Result], title: str = "", *, at_once: bool = False) -> Job[Result]:
        """Have work done in the background.

        Args:
            work: what is to be done; is given its job and should call `job.on_step` often.
            title: what it is, for a list of jobs.
            at_once: skip the line, for work that takes no time worth mentioning.
        """
        job = Job(work, title)
        if at_once:
            _thread(job._run, "hunch-job").start()
            return job
        with self._lock:
            ticket = self._line.join()
            job.place = self._line.place(ticket)
            self._waiting[ticket] = job
            if self._keeper is None:
                self._keeper = _thread(self._keep, "hunch-queue")
                self._keeper.start()
        return job

    def jobs(self) -> list[Job[Any]]:
        """The jobs of this process that are in line or running, the first one first."""
        with self._lock:
            return list(self._waiting.values())

    def _keep(self) -> None:
        """Show every ticket again and again, and start each job when its turn comes, until none is left."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._keeper = None
                    return
                for ticket, job in list(self._waiting.items()):
                    self._look_after(ticket, job)
            time.sleep(LOOK_EVERY)

    def _look_after(self, ticket: int, job: Job[Any]) -> None:
        if job.state == "queued" and job._stop.is_set():
            job._end("cancelled", Cancelled("Stopped before its turn came."))
        if not job.active:
            self._line.leave(ticket)
            del self._waiting[ticket]
            return
        job.place = self._line.place(ticket)
        if job.place == 0 and job.state == "queued":
            job.state = "running"
            _thread(job._run, "hunch-job").start()


def _thread(target: Callable[[], None], name: str) -> threading.Thread:
    return threading.Thread(target=target, name=name, daemon=True)


@lru_cache(maxsize=1)
def default_queue() -> Queue:
    """The queue that all of this process's sessions share."""
    return Queue()


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
    queue: Queue | None = None,
) -> Job[Run]:
    """`core.networks.train` in the background; arguments as there. A run that is in the store skips the line."""
    from core.networks.training.run import has_run
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

    known = not again and has_run(run_key(splits, network_spec, training_spec, start), store)
    return (queue or default_queue()).submit(work, title or "Training", at_once=known)
