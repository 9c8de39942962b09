"""What an audit found, read back with constant memory: one partition at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.addresses import exists, read_bytes
from core.audit.files import part_name, parts_done
from core.audit.run import ABOUT, MANIFEST
from core.audit.samples import SAMPLES
from core.errors import InputError

READ = ("label", "answer", "right", "relevance_mass", "object_share", "left_out")
SUMS = ("answered", "labelled", "right", "evidence", "mass", "share")


@dataclass(frozen=True, eq=False)
class AuditSummary:
    """What an audit found.

    Args:
        address: where its results are.
        model: file or address of the network.
        model_digest: hash of that file.
        images: address of the pictures.
        class_names: of the network.
        pictures: how many rows there are.
        left_out: how many of them could not be read.
        finished: whether all partitions and samples are there.
        classes: one row a class, indexed by its name: answered, pictures that got this answer; labelled, pictures of
            this class's folder, and right, those of them that were; evidence, pictures with this answer of which
            Grad-CAM showed evidence; mass and share, sums over those of the evidence on the object and of the object's
            share of the picture, 0..1 each.
        samples: what was looked at more closely: maps, badge, hunches and diagnosis; empty where that is not done yet.
    """

    address: str
    model: str
    model_digest: str
    images: str
    class_names: tuple[str, ...]
    pictures: int
    left_out: int
    finished: bool
    classes: pd.DataFrame
    samples: dict[str, Any]

    @property
    def badge_passes(self) -> bool | None:
        """Whether Grad-CAM passed its badge on this network; None where that is not known."""
        found = self.samples.get("badge", {}).get("passes")
        return None if found is None else bool(found)


def read_audit(address: str) -> AuditSummary:
    """What an audit found.

    Args:
        address: folder or address that the audit was written to.

    Raises:
        InputError: where there is no audit.
        DataError: where a file of it cannot be read.
    """
    if not exists(address, ABOUT):
        raise InputError(
            "The folder or address of an audit", f"{address}, which has no {ABOUT}", "Run: python -m core audit."
        )
    about = json.loads(read_bytes(address, ABOUT))
    names = tuple(about["class_names"])
    classes, pictures, left_out = _counted(address, sorted(parts_done(address)), names)
    return AuditSummary(
        address=address,
        model=str(about["model"]),
        model_digest=str(about["model_digest"]),
        images=str(about["images"]),
        class_names=names,
        pictures=pictures,
        left_out=left_out,
        finished=exists(address, MANIFEST),
        classes=classes,
        samples=json.loads(read_bytes(address, SAMPLES)) if exists(address, SAMPLES) else {},
    )


def _counted(address: str, parts: Iterable[int], names: tuple[str, ...]) -> tuple[pd.DataFrame, int, int]:
    total = pd.DataFrame(0.0, index=pd.Index(names, name="class"), columns=list(SUMS))
    pictures = left_out = 0
    for number in parts:
        content = read_bytes(address, part_name(number))
        rows = pd.read_parquet(io.BytesIO(content), columns=list(READ))
        read = rows[rows["left_out"] == ""]
        pictures, left_out = pictures + len(rows), left_out + len(rows) - len(read)
        total += _sums(read, names)
    return total, pictures, left_out


def _sums(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    labelled = rows[rows["label"].isin(names)]
    seen = rows[np.isfinite(rows["relevance_mass"].to_numpy(float))]
    by_answer, by_label = seen.groupby("answer"), labelled.groupby("label")
    columns = {
        "answered": rows["answer"].value_counts(),
        "labelled": by_label.size(),
        "right": by_label["right"].sum(),
        "evidence": by_answer.size(),
        "mass": by_answer["relevance_mass"].sum(),
        "share": by_answer["object_share"].sum(),
    }
    found = {name: counts.reindex(names).fillna(0).to_numpy(float) for name, counts in columns.items()}
    return pd.DataFrame(found, index=pd.Index(names, name="class"))[list(SUMS)]
