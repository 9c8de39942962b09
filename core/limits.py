"""How much a stranger's file and one person's work may cost: the limits of a server, all in one place.

Every limit has a safe default. Whoever runs Hunch changes one by an environment variable named after the field, such
as `HUNCH_UPLOAD_FILES=50000`. Those of files hold for what comes from outside (uploads, archives, network files); a
folder on one's own disk is only held to what a single picture and the finished data set may take.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from core.errors import InputError
from core.settings import Settings, setting

PREFIX = "HUNCH_"
MEGABYTE = 2**20


class Limits(Settings):
    """What an upload, a network file, one person's work and the store may take."""

    upload_bytes: int = setting(
        200 * MEGABYTE, "Largest upload.", low=MEGABYTE, high=2**40, step=MEGABYTE, unit="bytes", log=True
    )
    upload_files: int = setting(100_000, "Most files in an archive.", low=1, high=10**7, step=1000, unit="files")
    upload_classes: int = setting(1000, "Most classes in a data set.", low=2, high=10**5, step=10, unit="classes")
    upload_pixels: int = setting(
        200 * 10**6,
        "Pixels that every archive may decode to; larger archives may decode to more, in proportion to their size.",
        low=10**6,
        high=10**12,
        step=10**6,
        unit="pixels",
        log=True,
    )
    upload_seconds: int = setting(120, "Longest time to read an upload.", low=1, high=86_400, step=10, unit="seconds")
    picture_bytes: int = setting(
        64 * MEGABYTE, "Largest picture file.", low=MEGABYTE, high=2**32, step=MEGABYTE, unit="bytes", log=True
    )
    picture_pixels: int = setting(
        50 * 10**6, "Most pixels of one picture.", low=10**4, high=10**9, step=10**6, unit="pixels", log=True
    )
    dataset_bytes: int = setting(
        2**31, "Most memory that the pictures of one data set may take.", low=MEGABYTE, high=2**40, unit="bytes"
    )
    network_bytes: int = setting(
        500 * 10**6, "Largest network file, and the most that it may unpack to.", low=10**5, high=2**40, unit="bytes"
    )

    owner_jobs: int = setting(5, "Jobs that one person may have waiting or running.", low=1, high=1000, unit="jobs")
    all_jobs: int = setting(40, "Jobs that may wait or run on one machine.", low=1, high=10_000, unit="jobs")
    job_seconds: int = setting(
        4 * 3600, "Longest time that one job may run.", low=10, high=30 * 86_400, step=60, unit="seconds", log=True
    )
    viewer_jobs: int = setting(
        1, "Jobs that one viewer may have waiting or running; all viewers together take turns as one person.",
        low=1, high=1000, unit="jobs",
    )  # fmt: skip
    viewer_seconds: int = setting(
        120, "Longest time that one piece of a viewer's work may compute.", low=1, high=86_400, step=10, unit="seconds"
    )
    grace_seconds: int = setting(
        120, "How long the work of a closed session goes on.", low=0, high=86_400, step=10, unit="seconds"
    )
    owner_runs: int = setting(200, "Runs that one person may keep unpublished.", low=1, high=10**6, unit="runs")
    owner_bytes: int = setting(
        5 * 10**9, "Bytes that one person may keep unpublished.", low=MEGABYTE, high=2**50, unit="bytes", log=True
    )
    store_bytes: int = setting(
        50 * 10**9,
        "Size of the store beyond which what nobody has used for longest is removed.",
        low=MEGABYTE,
        high=2**60,
        unit="bytes",
        log=True,
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """The limits that hold here: the defaults, and what the environment changes.

        Args:
            environment: names and values; by default this process's own.

        Raises:
            InputError: naming the variable, for a value that is no number or is out of bounds.
        """
        given = {
            name: environment[variable] for name in cls.model_fields if (variable := variable_of(name)) in environment
        }
        for name, value in given.items():
            try:
                cls.of(**{name: value})
            except InputError as error:
                raise InputError(
                    f"{variable_of(name)} should be a whole number within its bounds", repr(value), str(error)
                ) from None
        return cls.of(**given)


def variable_of(field: str) -> str:
    """The environment variable that changes a limit."""
    return PREFIX + field.upper()
