"""Figures of this server in Prometheus' text format, without a word about who does what."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

from cachetools import TTLCache, cached
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry, Histogram
from prometheus_client import Counter as CounterMetric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from core.errors import StoreError
from core.networks import Job, default_queue
from core.store import default_store, unsaved
from core.store.upkeep import set_aside
from pages.parts.state import access, events

CONTENT_TYPE = CONTENT_TYPE_LATEST
MEASURED_EVERY = 30.0  # seconds: listing a bucket takes a while
REGISTRY = CollectorRegistry()
for _collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
    REGISTRY.register(_collector)
JOB_SECONDS = Histogram(
    "hunch_job_seconds",
    "How long jobs ran.",
    ["state"],
    registry=REGISTRY,
    buckets=(1, 5, 15, 60, 300, 900, 3600, 14400),
)
UPLOADED = CounterMetric("hunch_uploaded_bytes", "Bytes of accepted uploads.", registry=REGISTRY)


def text() -> bytes:
    """All figures, as Prometheus reads them."""
    return generate_latest(REGISTRY)


def note_job(job: Job[object]) -> None:
    """Count a job that is over, and log it."""
    JOB_SECONDS.labels(job.state).observe(job.seconds)
    events.record("job", job.owner, seconds=job.seconds, about=job.state)


def note_upload(owner: str, size: int, seconds: float) -> None:
    """Count an upload that was taken, and log it."""
    UPLOADED.inc(size)
    events.record("upload", owner, seconds=seconds, size=size)


class _Now(Collector):
    """What is true at the moment of asking."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        owners = [who.owner for who in access.sessions().values()]
        yield GaugeMetricFamily("hunch_sessions", "Open sessions.", len(owners))
        yield GaugeMetricFamily("hunch_people", "People with an open session.", len(set(owners)))
        jobs = GaugeMetricFamily("hunch_jobs", "Jobs of this process, by state.", labels=["state"])
        counted = Counter(job.state for job in default_queue().jobs())
        for state in ("queued", "running"):
            jobs.add_metric([state], counted[state])
        yield jobs
        try:
            size, damaged, waiting = _store()
        except StoreError:
            yield GaugeMetricFamily("hunch_store_up", "Whether the store could be listed.", 0)
            return
        yield GaugeMetricFamily("hunch_store_up", "Whether the store could be listed.", 1)
        yield GaugeMetricFamily("hunch_store_bytes", "Bytes in the store.", size)
        yield GaugeMetricFamily("hunch_store_damaged", "Damaged artefacts that were set aside.", damaged)
        yield GaugeMetricFamily("hunch_store_unsaved", "Artefacts that are in memory only.", waiting)


@cached(TTLCache(1, MEASURED_EVERY), lock=threading.Lock())
def _store() -> tuple[int, int, int]:
    store = default_store()
    return sum(file.size for file in store.all_files()), len(set_aside(store)), len(unsaved(store))


REGISTRY.register(_Now())
