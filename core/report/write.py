"""A trust report as one HTML file."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras

from core.datasets.base import Dataset, Splits
from core.errors import InputError
from core.networks.interface import Interface
from core.networks.training.run import Run
from core.progress import OnStep
from core.report.gather import gather
from core.report.page import html
from core.report.sections import compose
from core.report.settings import ReportSettings


def write(
    path: str | Path,
    run_or_model: Run | keras.Model,
    splits: Splits,
    *,
    title: str,
    on_step: OnStep | None = None,
    settings: ReportSettings | None = None,
    verdicts: Iterable[Any] | None = None,
    suspects: Iterable[Any] | None = None,
    ladder: Any | None = None,
    judge: Dataset | None = None,
    interface: Interface | None = None,
    audit: str = "",
    base_url: str = "",
) -> Path:
    """Write what can be said of a network in plain words, as one self-contained HTML file.

    It opens without a network connection, prints on paper, and says at its end what has not been shown.

    Args:
        path: of the file, which ends in .html.
        run_or_model: a run, or any Keras 3 classifier; neither is changed.
        splits: what it learned from, was chosen by, and is judged on.
        title: what the network is for, in a few words.
        on_step: called as it goes on; stops the work when it raises, and then no file is left.
        settings: the dials; the defaults where None.
        verdicts: of hunches that were tested on this network (`core.hunches.Verdict`), or their summaries.
        suspects: what `core.diagnosis.diagnose` says of it; where None, the report says that it was not examined.
        ladder: what `core.repair.ladder` gave; where None, the report says that no fix was tried.
        judge: a second exam whose pictures break habits of the first; a column "group" names its groups.
        interface: how the network is read, from `core.networks.interface`; splits hold the user's own pictures.
        audit: folder or address of an audit of this network (`core.audit`); empty for none.
        base_url: where Hunch runs, so that links lead back to the screens; relative where empty.

    Returns:
        the path.

    Raises:
        InputError: for a path that cannot be written, an empty title, an unknown heatmap, or an audit that is not there
            or has other classes.
        DataError: when there are no test pictures, or pictures or classes do not fit the network.
    """
    target = _checked(Path(path))
    facts = gather(
        run_or_model,
        splits,
        title=title,
        settings=settings,
        verdicts=verdicts,
        suspects=suspects,
        ladder=ladder,
        judge=judge,
        interface=interface,
        audit=audit,
        on_step=on_step,
    )
    _put(target, html(compose(facts), base_url))
    return target


def _checked(target: Path) -> Path:
    """The path, looked at before the work begins rather than after."""
    if target.suffix.lower() not in (".html", ".htm"):
        raise InputError("A report is written to a file that ends in .html", str(target))
    if not target.absolute().parent.is_dir():
        raise InputError("The folder of the report should exist", str(target.parent), "Create it first.")
    return target


def _put(target: Path, text: str) -> None:
    """Whole or not at all."""
    partial = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(
            "The report should be written to a place where you may write", f"{target} ({error})"
        ) from error
