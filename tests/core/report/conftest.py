"""One small trained run, its pictures, and what a report rests on. Read only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest

from core import datasets, flaws
from core.audit import AuditSummary
from core.datasets import Splits
from core.networks import NetworkSpec, Run, TrainingSpec, train
from core.report import Facts, ReportSettings, gather
from core.report.facts import AccuracyScore
from core.store import Store

QUICK = ReportSettings(methods=("grad_cam",), pictures=4, examples=2)


@dataclass(frozen=True)
class Suspect:
    """What diagnosis hands over, as far as a report reads it."""

    flaw: str
    raised: bool
    evidence: str
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ladder:
    """The same of a ladder of fixes."""

    table: pd.DataFrame
    sentence: str
    best: str
    runs: dict[str, Any]


@pytest.fixture(scope="session")
def planted() -> flaws.Planted:
    pictures = datasets.load("wardrobe", classes=("trouser", "bag"), size=32, train=120, validation=60, test=60)
    return flaws.plant(pictures, "background", strength=1.0, target="bag", scene="sky")


@pytest.fixture(scope="session")
def splits(planted: flaws.Planted) -> Splits:
    return planted.splits


@pytest.fixture(scope="session")
def run(splits: Splits, tmp_path_factory: pytest.TempPathFactory) -> Run:
    spec = NetworkSpec(blocks=2, convolutions=1, filters=8)
    store = Store(str(tmp_path_factory.mktemp("report")))
    made = train(splits, spec, TrainingSpec(epochs=3), store=store, about={"material": {"flaw": "background"}})
    assert made.accuracy > 0.8, "a report on a network that learned nothing shows nothing"
    return made


@pytest.fixture(scope="session")
def facts(run: Run, splits: Splits) -> Facts:
    """Of a network that nobody examined."""
    return gather(run, splits, title="Bags and trousers", settings=QUICK)


@pytest.fixture
def verdict() -> dict[str, Any]:
    """The summary of a supported hunch about a shortcut."""
    return {
        "hunch": "background_swapped",
        "title": "The background, swapped",
        "kind": "shortcut",
        "conclusion": "supported",
        "sentence": "Swapping the background changes the answer in 71 of 100 pictures. The control changes 4.",
        "reading": "The network uses the background.",
        "caveat": "",
        "n": 100,
        "flips": 0.71,
        "control_flips": 0.04,
        "helps": False,
        "settings": {},
        "effect": 0.6,
    }


def scored(right: int, n: int, name: str = "all") -> AccuracyScore:
    """A score with its interval."""
    from core.intervals import wilson

    return AccuracyScore(name, right, n, *wilson(right, n))


SUSPECTS = [
    {"flaw": "background", "raised": True, "score": 0.9, "evidence": "answers went with the background"},
    {"flaw": "sticker", "raised": False, "score": 0.1, "evidence": "nothing about stickers"},
]


def audit_of(names: tuple[str, ...], **changes: Any) -> AuditSummary:
    """An audit of a million pictures of two classes, one of which the network knows worse."""
    classes = pd.DataFrame(
        {
            "answered": [600_000.0, 399_990.0], "labelled": [450_000.0, 450_000.0], "right": [441_000.0, 342_000.0],
            "evidence": [600_000.0, 399_990.0], "mass": [300_000.0, 199_995.0], "share": [240_000.0, 159_996.0],
        },
        index=pd.Index(names, name="class"),
    )  # fmt: skip
    samples = {
        "badge": {"n": 16, "passes": True},
        "hunches": {"n": 200, "verdicts": [{"conclusion": "supported", "sentence": "Swapping it changes the answer"}]},
        "diagnosis": {"n": 600, "suspects": SUSPECTS, "note": "Copies are not judged."},
    }
    made = AuditSummary(
        address="there", model="bucket/net.keras", model_digest="d", images="bucket/pictures", class_names=names,
        pictures=1_000_000, left_out=10, finished=True, classes=classes, samples=samples,
    )  # fmt: skip
    return replace(made, **changes)
