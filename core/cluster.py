"""Work cut into items: done in this process, by a few processes on this machine, or by any dask cluster.

    with workforce(Where(workers=2)) as work:
        for result in work.map(function, items):
            ...

Results come as they are done. The items of a worker that is lost are done by another one. Functions and items travel to
other processes, so functions are named at the top of a module.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from core.errors import InputError, Unavailable

SCHEDULER = "HUNCH_SCHEDULER"
LOSSES = 3  # workers that may be lost over one item before the item is given up
HOW_TO = "Install it: pip install -r requirements-dask.txt."


@dataclass(frozen=True)
class Where:
    """Where work is done.

    Args:
        workers: processes on this machine; 0 for this process alone.
        scheduler: address of a dask scheduler, such as "tcp://host:8786"; "" for none.
        threads: threads of TensorFlow, OpenCV and linear algebra in each process. One thread gives the same numbers
            everywhere.
    """

    workers: int = 0
    scheduler: str = ""
    threads: int = 1

    @classmethod
    def of(cls, workers: int = 0, scheduler: str | None = None, threads: int = 1) -> Where:
        """The place that is named; the scheduler of the environment where none is.

        Raises:
            InputError: for fewer workers or threads than there can be, or for both workers and a scheduler.
        """
        if workers < 0 or threads < 1:
            raise InputError("There should be 0 workers or more, with 1 thread or more", f"{workers} and {threads}")
        if workers and scheduler:
            raise InputError("Work is done by local workers or by a scheduler's", "both", "Leave one of them out.")
        return cls(workers, scheduler or ("" if workers else os.environ.get(SCHEDULER, "")), threads)

    @property
    def title(self) -> str:
        """In words, for manifests."""
        if self.scheduler:
            return "a dask cluster"
        return f"{self.workers} local workers" if self.workers else "one process"


class Work(Protocol):
    """Whoever does the work."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """The function's result for each item, in the order in which they are done."""


@contextlib.contextmanager
def workforce(where: Where) -> Iterator[Work]:
    """Whoever does the work, for as long as it lasts.

    Args:
        where: this process, local processes, or a cluster.

    Raises:
        Unavailable: without dask where it is needed, or where the scheduler cannot be reached.
    """
    if not where.workers and not where.scheduler:
        yield _Here(where.threads)
        return
    with _client(where) as client:
        yield _Dask(client, where.threads)


@cache
def bound_threads(threads: int) -> None:
    """Hold this process to so many threads. TensorFlow cannot change its own once it has begun; it then keeps them."""
    import cv2
    import tensorflow as tf
    from threadpoolctl import threadpool_limits

    cv2.setNumThreads(threads)
    threadpool_limits(threads)
    with contextlib.suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


@dataclass(frozen=True)
class _Here:
    threads: int

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        bound_threads(self.threads)
        return map(function, items)


@dataclass(frozen=True)
class _Dask:
    client: Any
    threads: int

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        from distributed import KilledWorker, as_completed

        futures = self.client.map(_bounded, list(items), function=function, threads=self.threads, pure=False)
        done = as_completed(futures)
        try:
            for future in done:
                yield future.result()
                future.release()
        except KilledWorker as error:
            raise Unavailable(
                f"{LOSSES + 1} workers were lost over the same piece of work. Give workers more memory, and run the "
                "same command again: what is done is kept."
            ) from error
        finally:
            self.client.cancel(futures)


def _bounded(item: Any, function: Callable[[Any], Any], threads: int) -> Any:
    bound_threads(threads)
    return function(item)


@contextlib.contextmanager
def _client(where: Where) -> Iterator[Any]:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise Unavailable(f"Workers and schedulers need the package distributed. {HOW_TO}") from error
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": LOSSES}))
        address: Any = where.scheduler
        if where.workers:
            address = stack.enter_context(
                LocalCluster(
                    n_workers=where.workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    memory_limit=0,
                    silence_logs=50,
                )
            )
        try:
            client = stack.enter_context(Client(address, timeout=20))
        except (OSError, ValueError) as error:
            raise Unavailable(f"The scheduler at {where.scheduler} could not be reached ({error}).") from error
        yield client
