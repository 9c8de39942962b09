"""The diagnosis on other people's pictures and other kinds of network: python -m tests.benchmarks.elsewhere --seeds 1

Networks are trained once and kept in the store; what all detectors measured on each is one line of the record, which is
committed, so that a run that was stopped goes on where it was, and floors are judged anew without measuring anew. Lines
of an older revision of the detectors are not counted.

    python -m tests.benchmarks.elsewhere --data fashion "cifar five" --networks convnet --seeds 3
    python -m tests.benchmarks.elsewhere --recorded            # only what is in the record

A tie counts as taken where breaking it costs the worst group 0.15 of accuracy: of the classes, on test pictures that
carry the artefact of a random class, or none. What a data set ties by itself (`elsewhere_truth`) is neither a false
alarm nor planted, and has a line of its own. Data sets in HALF were looked at while floors were set; the others not.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.datasets import Dataset
from core.diagnosis import Suspect, detectors
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.diagnose import judged
from core.intervals import wilson
from core.store import VARIABLE, Store
from tests.benchmarks.diagnosis_record import restored, stored
from tests.benchmarks.elsewhere_cases import ACCEPTED, DATA, NETWORKS, SILENT, TIES, Case, Made, cases, made, network
from tests.benchmarks.elsewhere_truth import TRUTHS

RECORD = Path(__file__).parent / "results" / "elsewhere.jsonl"
DETECTORS = 6  # revision; one more whenever what a detector measures changes
TAKEN = 0.15
HALF = ("fashion", "cutouts", "plants", "textures", "digits")


@dataclass(frozen=True)
class Result:
    """What came out of one case, ready for JSON."""

    data: str
    network: str
    planted: str
    seed: int
    accuracy: float
    cost: float
    target: int | None
    class_names: tuple[str, ...]
    found: dict[str, Any]
    overlap: dict[str, float]
    seconds: float
    revision: int

    @property
    def title(self) -> str:
        return f"{self.data}/{self.network}/{self.planted}/{self.seed}"

    @property
    def suspects(self) -> list[Suspect]:
        """As the floors of now judge what was measured."""
        return judged(restored(self.found), self.class_names)

    @property
    def raised(self) -> list[str]:
        """What is raised beyond what the data itself is known for."""
        known = TRUTHS.get(self.data, ())
        return [suspect.flaw for suspect in self.suspects if suspect.raised and suspect.flaw not in known]

    @property
    def told(self) -> list[str]:
        """Flaws and leanings, the strongest first."""
        known = TRUTHS.get(self.data, ())
        return [suspect.flaw for suspect in self.suspects if suspect.level != "silent" and suspect.flaw not in known]

    @property
    def taken(self) -> bool:
        """Whether the network learned what was planted."""
        return self.planted not in TIES or self.cost >= TAKEN


def main() -> None:
    """Run the cases that are asked for, and print the lines."""
    options = _options()
    done = {result.title: result for result in _read(options.record)}
    store = Store(options.store)
    if not options.recorded:
        for case in cases(range(options.first, options.first + options.seeds), options.data, options.networks):
            if case.title in done or (options.planted and case.planted not in options.planted):
                continue
            done[case.title] = _run(case, store)
            options.record.parent.mkdir(parents=True, exist_ok=True)
            with options.record.open("a") as file:
                file.write(json.dumps(vars(done[case.title])) + "\n")
            print(_line(done[case.title]), flush=True)
    print(printed(list(done.values())))


def printed(results: list[Result]) -> str:
    """All lines with their intervals, for both halves of the data, and every miss."""
    lines = [f"{'measure':<44}{'right':>6}{'of':>5}{'share':>8}  95% interval"]
    for half, name in ((HALF, "floors set here"), (tuple(set(DATA) - set(HALF)), "not looked at")):
        mine = [result for result in results if result.data in half]
        silent = [result for result in mine if result.planted in SILENT]
        planted = [result for result in mine if result.planted not in SILENT and result.taken]
        tied = [result for result in mine if result.planted == "healthy" and result.data in TRUTHS]
        lines += [
            _share(f"{name}: nothing raised on healthy ones", (not result.raised for result in silent)),
            _share(f"{name}: the data's own tie raised", (_own_tie(result) for result in tied)),
            _share(f"{name}: planted flaw told first", (_first(result) for result in planted)),
            _share(f"{name}: planted flaw told at all", (_told(result) for result in planted)),
            _share(
                f"{name}: planted flaw raised, tint aside",
                (_suspect(result) is not None for result in planted if result.planted != "tint"),
            ),
            _share(f"{name}: class right", (each for result in planted if (each := _class(result)) is not None)),
            _share(
                f"{name}: region overlaps by .3", (each for result in planted if (each := _region(result)) is not None)
            ),
        ]
    missed = [result for result in results if not _fine(result)]
    untaken = [result.title for result in results if not result.taken]
    lines += ["", "missed:", *(_line(result) for result in missed), "", f"not taken: {', '.join(untaken) or 'none'}"]
    for kind in NETWORKS:
        seconds = [result.seconds for result in results if result.network == kind]
        if seconds:
            lines.append(f"CPU seconds, {kind}: median {np.median(seconds):.0f}, largest {max(seconds):.0f}")
    return "\n".join(lines)


def _first(result: Result) -> bool:
    return bool(result.told) and result.told[0] in ACCEPTED[result.planted]


def _own_tie(result: Result) -> bool:
    raised = {suspect.flaw for suspect in result.suspects if suspect.raised}
    return bool(raised & set(TRUTHS[result.data]))


def _told(result: Result) -> bool:
    return bool(set(result.told) & set(ACCEPTED[result.planted]))


def _fine(result: Result) -> bool:
    return not result.raised if result.planted in SILENT else not result.taken or _first(result)


def _suspect(result: Result) -> Suspect | None:
    return next((each for each in result.suspects if each.flaw in ACCEPTED[result.planted] and each.raised), None)


def _class(result: Result) -> bool | None:
    suspect = _suspect(result)
    return None if suspect is None or result.target is None else suspect.class_index == result.target


def _region(result: Result) -> bool | None:
    suspect = _suspect(result)
    return None if suspect is None or suspect.flaw not in result.overlap else result.overlap[suspect.flaw] >= 0.3


def _share(measure: str, right: Iterable[bool]) -> str:
    values = list(right)
    low, high = wilson(sum(values), len(values))
    share = sum(values) / len(values) if values else float("nan")
    return f"{measure:<44}{sum(values):>6}{len(values):>5}{share:>8.2f}  {low:.2f} to {high:.2f}"


def _run(case: Case, store: Store) -> Result:
    found = made(case)
    model, history = network(case, found, store)
    start = time.process_time()
    context = DiagnosisContext(model, found.splits.unannotated, history=history, seed=case.seed)
    findings = {info.name: info.measure(context) for info in detectors().values()}
    seconds = time.process_time() - start
    overlap = {}
    if found.mask is not None:
        masks = {name: each.mask for name, each in findings.items() if not isinstance(each, str)}
        overlap = {name: round(_iou(mask, found.mask), 3) for name, mask in masks.items() if mask is not None}
    return Result(
        data=case.data,
        network=case.network,
        planted=case.planted,
        seed=case.seed,
        accuracy=round(context.accuracy("validation"), 3),
        cost=round(_cost(context, found), 3),
        target=found.target,
        class_names=found.splits.class_names,
        found=stored(findings),
        overlap=overlap,
        seconds=round(seconds, 1),
        revision=DETECTORS,
    )


def _cost(context: DiagnosisContext, found: Made) -> float:
    """What the worst class loses of its accuracy when the tie is broken; for one class, also what it draws."""
    if found.broken is None:
        return 0.0
    held, broken = context.splits.test, found.broken
    usual, now = (_recalls(context, part) for part in (held, broken))
    return float(np.nanmax(usual - now))


def _recalls(context: DiagnosisContext, part: Dataset) -> np.ndarray:
    right = context.answers(part.images).argmax(axis=1) == part.labels
    return np.array([right[part.labels == label].mean() for label in range(context.classes)])


def _iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def _line(result: Result) -> str:
    mark = "  " if _fine(result) else "--"
    top = [suspect for suspect in result.suspects[:3] if suspect.statistic > 0]
    scores = ", ".join(f"{each.flaw} {each.level} {each.statistic:.2f}" for each in top)
    cost = f", costs {result.cost:.2f}" if result.planted in TIES else ""
    return f"{mark}{result.title} at {result.accuracy:.2f}{cost}: {scores or 'nothing'} ({result.seconds:.0f} s)"


def _read(record: Path) -> list[Result]:
    if not record.exists():
        return []
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    return [Result(**{**row, "class_names": tuple(row["class_names"])}) for row in rows if row["revision"] == DETECTORS]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=tuple(DATA), choices=tuple(DATA))
    parser.add_argument("--networks", nargs="+", default=NETWORKS, choices=NETWORKS)
    parser.add_argument("--planted", nargs="+", default=[], help="only these; all that make sense by default")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--store", default=os.environ.get(VARIABLE, "/tmp/hunch-elsewhere"), help="trained networks")
    parser.add_argument("--record", type=Path, default=RECORD, help="file of results so far")
    parser.add_argument("--recorded", action="store_true", help="only what is in the record: nothing is diagnosed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
