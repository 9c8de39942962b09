"""An audit of a network on as many pictures as there are, in partitions, with constant memory for each worker.

    audit(job, where=Where(workers=2))       # does the partitions that are missing, then the samples
    read_audit(address)                      # what it found: counts by class, evidence, and the samples

Written to the job's address:

    audit.json                    which network and pictures, and how they are read; written first
    pictures/part-00000.parquet   one row a picture: its answer, and where Grad-CAM puts the evidence
    samples.json                  other maps, the badge, hunches and the diagnosis, each with its number of pictures
    manifest.json                 counts and times; written last

A run that was stopped goes on with the first partition that is missing, so that it loses at most one a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.audit.base import AuditSettings, Job
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.audit.run import audit
    from core.audit.summary import AuditSummary, read_audit

_PLACES = {"AuditSummary": "summary", "audit": "run", "read_audit": "summary"}

__all__ = ["AuditSettings", "AuditSummary", "Job", "audit", "read_audit"]

__getattr__ = lazy_import(__name__, _PLACES)
