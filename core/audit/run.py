"""An audit: what is missing of it is done, here or elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.addresses import exists, read_bytes, write_bytes
from core.audit.base import Job
from core.audit.files import digest_of, label_of, list_pictures, network_digest, parts_done, sample
from core.audit.partition import Partition, do_partition
from core.audit.samples import SAMPLES, Samples, do_samples
from core.cluster import Where, workforce
from core.errors import InputError
from core.progress import OnStep, silent

ABOUT, MANIFEST = "audit.json", "manifest.json"


def audit(
    job: Job, *, names: Sequence[str] | None = None, where: Where | None = None, on_step: OnStep | None = None
) -> dict[str, Any]:
    """Do what is missing of an audit.

    Args:
        job: which network, pictures and place for results.
        names: of the pictures, sorted, where they were listed before; None to list them.
        where: who does it; None for this process.
        on_step: called as partitions are done; stops the work when it raises.

    Returns:
        the manifest: pictures, partitions, how many of them were done now, seconds, and who did it.

    Raises:
        InputError: where the place has the results of another audit, or cannot be written to.
        DataError: where there are no pictures.
        ModelError: for a network that cannot be read.
    """
    on_step, where = on_step or silent, where or Where()
    names = list_pictures(job.images) if names is None else list(names)
    _claim(job, names)
    began, size = time.perf_counter(), job.settings.partition
    number = -(-len(names) // size)
    done = parts_done(job.out)
    missing = [
        Partition(job, each, tuple(names[each * size : (each + 1) * size]))
        for each in range(number)
        if each not in done
    ]
    steps = len(missing) + 1
    with workforce(where) as work:
        for count, _ in enumerate(work.map(do_partition, missing), 1):
            on_step(count, steps, "partitions")
        if not exists(job.out, SAMPLES):
            for _ in work.map(do_samples, [_samples(job, names)]):
                on_step(steps, steps, "samples")
    manifest = {
        "pictures": len(names),
        "labelled": sum(bool(label_of(name, job.class_names)) for name in names),
        "partitions": number,
        "partitions_done_now": len(missing),
        "seconds": round(time.perf_counter() - began, 1),
        "where": where.title,
        "threads": where.threads,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_bytes(job.out, MANIFEST, json.dumps(manifest, indent=1).encode())
    return manifest


def _samples(job: Job, names: Sequence[str]) -> Samples:
    settings = job.settings
    labelled = [name for name in names if label_of(name, job.class_names)]
    most = max(settings.sample, settings.diagnosis)
    return Samples(
        job,
        tuple(sample(names, max(settings.sample, settings.badge), settings.seed)),
        tuple(sample(labelled, most, settings.seed)),
    )


def _claim(job: Job, names: Sequence[str]) -> None:
    """Say in the place whose results they are, before there are any; refuse the place of another audit."""
    mine = {
        "model": job.model,
        "model_digest": network_digest(read_bytes(job.model)),
        "images": job.images,
        "pictures": digest_of(names),
        "class_names": list(job.class_names),
        "preprocessing": job.preprocessing,
        "settings": job.settings.model_dump(mode="json"),
    }
    if exists(job.out, ABOUT):
        theirs = json.loads(read_bytes(job.out, ABOUT))
        different = [name for name in mine if mine[name] != theirs.get(name)]
        if different:
            raise InputError(
                "The results should go to a place of their own",
                f"{job.out}, which has an audit with another {' and '.join(different)}",
                "Name another place, or repeat that audit as it was.",
            )
        return
    write_bytes(job.out, ABOUT, json.dumps(mine, indent=1).encode())
