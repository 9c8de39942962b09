"""How good the diagnosis is, blind. Run: python -m tests.benchmarks.diagnosis --plain --seeds 10 --clean --hard ...

Networks are trained with planted flaws and diagnosed from their pictures alone: masks and attributes are taken away.
Seeds 100 and above were used for tuning and calibration; the benchmark starts from 0. Results are kept in the record,
which is committed, so that a run that was stopped goes on where it was, on any machine; trained networks are kept in a
store outside. Each line of the record says by which revision of the detectors it was measured: lines of an older one
are not counted and are measured again. The full ask is

    python -m tests.benchmarks.diagnosis --seeds 10 --all --write

which trains some 500 networks. A case counts only where the flaw took effect: a shortcut must cost the worst group of
the judge 0.15 of accuracy against the clean twin (where no twin was trained: against the network's own validation
accuracy), a fault in training or serving must cost 0.05; wrong, missing and copied data are a fact. Of two flaws both
must take: a label that makes no difference to any class of the judge was not learned beside the other flaw.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import Dataset
from core.diagnosis import Suspect, detectors
from core.diagnosis.benchmark_results import ASSETS
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.diagnose import judged as judged_suspects
from core.flaws import Planted, is_shortcut
from core.intervals import wilson
from core.networks.training.run import Run
from core.store import Store
from tests.benchmarks.diagnosis_cases import SECTIONS, SERVING, Case, known, network, planted
from tests.benchmarks.diagnosis_record import restored, stored

RECORD = Path(__file__).parent / "results" / "diagnosis.jsonl"
REVISION = 12  # one more whenever what a detector measures changes; thresholds and explanations are judged anew anyway
SHORTCUT_COST, OTHER_COST = 0.15, 0.05
FACTS = ("label_noise", "label_confusion", "imbalance", "too_few", "duplicates")
WANTED = {
    "plain, first": 0.97,
    "plain, raised": 0.97,
    "hard, first": 0.85,
    "pairs, both in three and raised": 0.80,
    "clean and decoys, silent": 0.95,
    "alike, silent": 0.90,
    "where, class": 0.90,
    "where, region": 0.90,
    "elsewhere, first": 0.92,
    "unforeseen, a shortcut raised": 1.0,
}


@dataclass(frozen=True)
class Result:
    """What came out of one case, ready for JSON."""

    title: str
    section: str
    name: str
    seed: int
    flaws: tuple[str, ...]
    effect: bool
    cost: float
    first: str
    raised: tuple[str, ...]
    told: tuple[str, ...]
    order: tuple[str, ...]
    class_right: bool | None
    covered: float | None
    seconds: float
    scores: dict[str, float]
    found: dict[str, Any]
    class_names: tuple[str, ...]
    revision: int

    @property
    def right(self) -> bool:
        """Whether the planted flaw is told first; of clean networks, whether nothing is raised."""
        return self.first in self.flaws if self.flaws else not self.raised


def main() -> None:
    """Run the cases that are asked for, print lines and the confusion matrix, and write them where that is asked."""
    options = _options()
    record, store = options.record, Store(options.store)
    done = _read(record)
    for case in _cases(options):
        if case.title in done or options.recorded or (options.trained and not known(case, store)):
            continue
        done[case.title] = _run(case, store)
        _kept(done[case.title], record)
    wanted = {case.title for case in _cases(options)}
    results = [judged(result) for title, result in done.items() if title in wanted]
    report = summarised(results)
    print(_printed(report))
    if options.write:
        (ASSETS / "benchmark.json").write_text(json.dumps(report, indent=1) + "\n")


def summarised(results: list[Result]) -> dict[str, Any]:
    """All result lines, the confusion matrix, the misses, seeds and times."""
    valid = [result for result in results if result.effect]
    of = {section: [result for result in valid if result.section == section] for section in SECTIONS}
    healthy = of["clean"] + of["decoys"]
    placed = [result for result in valid if result.class_right is not None and set(result.flaws) & set(result.told)]
    covered = [result for result in placed if result.covered is not None]
    lines = [
        _share("plain, first", (result.right for result in of["plain"])),
        _share("plain, raised", (set(result.flaws) <= set(result.told) for result in of["plain"])),
        _share("hard, first", (result.right for result in of["hard"])),
        _share(
            "pairs, both in three and raised",
            (set(r.flaws) <= set(r.order[:3]) and set(r.flaws) <= set(r.told) for r in of["pairs"]),
        ),
        _share("clean and decoys, silent", (not result.raised for result in healthy)),
        _share("alike, silent", (not result.raised for result in of["alike"])),
        _share("where, class", (bool(result.class_right) for result in placed)),
        _share("where, region", (float(result.covered or 0) >= 0.7 for result in covered)),
        _share("elsewhere, first", (result.right for result in of["elsewhere"])),
        _share("unforeseen, a shortcut raised", (any(map(is_shortcut, r.told)) for r in of["unforeseen"])),
    ]
    named = of["plain"] + [replace(result, flaws=("none",)) for result in of["clean"]]
    counts = Counter((result.flaws[0], result.first) for result in named)
    seconds = [result.seconds for result in results]
    return {
        "made": datetime.now(UTC).date().isoformat(),
        "sections": [line for line in lines if line["n"]],
        "confusion": [
            {"planted": truth, "named": first, "count": count} for (truth, first), count in sorted(counts.items())
        ],
        "misses": [_line(result) for result in valid if not _fine(result)],
        "no_effect": [result.title for result in results if not result.effect],
        "seeds": {name: sorted({r.seed for r in results if r.section == name}) for name in SECTIONS if of[name]},
        "cases": len(results),
        "seconds": {"median": float(np.median(seconds)), "largest": float(np.max(seconds))} if seconds else {},
    }


def judged(result: Result) -> Result:
    """The result as the detectors' floors, as they are now, judge what was measured."""
    suspects = judged_suspects(restored(result.found), result.class_names)
    told = tuple(suspect.flaw for suspect in suspects if suspect.level != "silent")
    return replace(
        result,
        first=told[0] if told else "none",
        raised=tuple(suspect.flaw for suspect in suspects if suspect.raised),
        told=told,
        order=tuple(suspect.flaw for suspect in suspects[:5]),
        scores={suspect.flaw: round(suspect.score, 3) for suspect in suspects},
    )


def _fine(result: Result) -> bool:
    if result.section == "pairs":
        return set(result.flaws) <= set(result.order[:3]) and set(result.flaws) <= set(result.told)
    if result.section == "unforeseen":
        return any(map(is_shortcut, result.told))
    return result.right


def _share(measure: str, right: Iterable[bool]) -> dict[str, Any]:
    values = list(right)
    low, high = wilson(sum(values), len(values))
    return {
        "section": measure.split(",")[0],
        "measure": measure,
        "right": int(sum(values)),
        "n": len(values),
        "low": low,
        "high": high,
        "wanted": WANTED[measure],
    }


def _run(case: Case, store: Store) -> Result:
    found = planted(case)
    run = network(case, found, store)
    shown = found.splits.unannotated
    start = time.process_time()
    context = DiagnosisContext(run.model, shown, history=run.history, seed=case.seed)
    findings = {info.name: info.measure(context) for info in detectors().values()}
    seconds = time.process_time() - start
    cost, effect = _effect(case, found, run, store)
    suspects = judged_suspects(findings, shown.class_names)
    right, covered = _where(case, found, suspects)
    return judged(
        Result(
            title=case.title,
            section=case.section,
            name=case.name,
            seed=case.seed,
            flaws=case.flaws if case.section not in ("decoys",) else (),
            effect=effect,
            cost=round(cost, 3),
            first="none",
            raised=(),
            told=(),
            order=(),
            class_right=right,
            covered=covered,
            seconds=round(seconds, 1),
            scores={},
            found=stored(findings),
            class_names=shown.class_names,
            revision=REVISION,
        )
    )


def _kept(result: Result, record: Path) -> None:
    """One more line of the record."""
    record.parent.mkdir(parents=True, exist_ok=True)
    with record.open("a") as file:
        file.write(json.dumps(vars(result)) + "\n")
    print(_line(result), flush=True)


def _effect(case: Case, found: Planted, run: Run, store: Store) -> tuple[float, bool]:
    """What the flaw costs, and whether that is enough for it to count."""
    if not case.flaws or case.section == "decoys":
        return 0.0, True
    twin = network(case.twin(), planted(case.twin()), store) if known(case.twin(), store) else None
    if any(map(is_shortcut, case.flaws)):
        judge, right = found.judge, _right(run, found.judge)
        usual = _worst(_right(twin, judge), judge) if twin else _accuracy(run, found.splits.validation)
        cost = usual - _worst(right, judge)
        return cost, cost >= SHORTCUT_COST and _every_artefact_used(case, right, judge)
    if set(case.flaws) & set(FACTS):
        return float("nan"), True
    test = found.splits.test if set(case.flaws) & set(SERVING) else found.clean.test
    usual = _accuracy(twin, found.clean.test) if twin else _accuracy(run, found.splits.validation)
    cost = usual - _accuracy(run, test)
    return cost, cost >= OTHER_COST


def _every_artefact_used(case: Case, right: np.ndarray, judge: Dataset) -> bool:
    """Whether each planted artefact that half of the judge's pictures carry changes how often some class is right."""
    assert judge.attributes is not None

    def largest_change(carried: np.ndarray) -> float:
        mine = [judge.labels == label for label in np.unique(judge.labels)]
        return max(abs(right[each & carried].mean() - right[each & ~carried].mean()) for each in mine)

    artefacts = {"sticker", "border"} & set(case.flaws) & set(judge.attributes)
    return all(largest_change(judge.attributes[name].to_numpy(bool)) >= SHORTCUT_COST for name in artefacts)


def _right(run: Run, data: Dataset) -> np.ndarray:
    answers = run.model.predict(data.images.astype(np.float32), batch_size=256, verbose=0)
    return answers.argmax(axis=1) == data.labels


def _accuracy(run: Run, data: Dataset) -> float:
    return float(_right(run, data).mean())


def _worst(right: np.ndarray, judge: Dataset) -> float:
    assert judge.attributes is not None
    return float(pd.Series(right).groupby(judge.attributes["group"].to_numpy()).mean().min())


def _where(case: Case, found: Planted, suspects: list[Suspect]) -> tuple[bool | None, float | None]:
    """Whether the class is right, and how much of the artefact the shown region covers; None where there is no answer.

    Only where the flaw is tied to one class.
    """
    if case.section in ("pairs", "decoys", "unforeseen") or not case.flaws:
        return None, None
    suspect = next(each for each in suspects if each.flaw == case.flaws[0])
    if found.answer.class_index is None:
        return None, None
    truth = {found.answer.class_index, found.answer.class_index if found.answer.other is None else found.answer.other}
    right = suspect.class_index in truth
    masks = found.splits.validation.masks or {}
    if found.answer.region not in ("sticker", "border") or suspect.mask is None:
        return right, None
    often = masks[found.answer.region].mean(axis=0)
    if case.dials.get("corner") == "anywhere":
        return right, None
    artefact = often >= 0.5 * often.max()
    return right, round(float(suspect.mask[artefact].mean()), 3)


def _cases(options: argparse.Namespace) -> list[Case]:
    sections = [name for name in SECTIONS if options.all or getattr(options, name)]
    seeds = range(options.first, options.first + options.seeds)
    found = [case for seed in seeds for name in sections for case in SECTIONS[name](seed)]
    return [case for case in found if not options.names or case.name in options.names]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, make in SECTIONS.items():
        parser.add_argument(f"--{name}", action="store_true", help=make.__doc__)
    parser.add_argument("--all", action="store_true", help="every section")
    parser.add_argument("--names", nargs="+", default=[], help="only cases of these names")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--store", default="/tmp/hunch-diagnosis", help="folder of trained networks")
    parser.add_argument("--record", type=Path, default=RECORD, help="file of results so far")
    parser.add_argument("--trained", action="store_true", help="only cases whose network is in the store already")
    parser.add_argument("--recorded", action="store_true", help="only what is in the record: nothing is diagnosed")
    parser.add_argument("--write", action="store_true", help="write assets/diagnosis/benchmark.json")
    return parser.parse_args()


def _read(record: Path, revision: int = REVISION) -> dict[str, Result]:
    if not record.exists():
        return {}
    rows = [json.loads(line) for line in record.read_text().splitlines()]
    found = [_result(row) for row in rows if row["revision"] == revision]
    return {result.title: result for result in found}


def _result(row: dict[str, Any]) -> Result:
    return Result(**{**row, **{name: tuple(row[name]) for name in ("flaws", "raised", "told", "order", "class_names")}})


def _line(result: Result) -> str:
    mark = "  " if _fine(result) else ("--" if result.effect else "no effect")
    scores = " ".join(f"{name} {result.scores[name]:.2f}" for name in result.order[:3])
    planted = "+".join(result.flaws) or "nothing"
    said = ", ".join(result.raised) or "nothing"
    return f"{mark:<3}{result.title}: planted {planted}, raised {said} ({scores}), {result.seconds:.0f} s"


def _printed(report: dict[str, Any]) -> str:
    lines = [f"{'measure':<34}{'right':>6}{'of':>5}{'share':>8}  95% interval   wanted"]
    for line in report["sections"]:
        share = line["right"] / line["n"]
        interval = f"{line['low']:.2f} to {line['high']:.2f}"
        lines.append(
            f"{line['measure']:<34}{line['right']:>6}{line['n']:>5}{share:>8.2f}  {interval:<15}{line['wanted']:.2f}"
        )
    table = pd.DataFrame(report["confusion"])
    if len(table):
        shown = table.pivot_table(index="planted", columns="named", values="count", aggfunc="sum", fill_value=0)
        lines += ["", "planted (rows), first suspect (columns)", shown.to_string()]
    lines += [
        "",
        "missed:",
        *report["misses"],
        "",
        f"no effect, not counted: {', '.join(report['no_effect']) or 'none'}",
    ]
    lines += [f"cases: {report['cases']}; seeds: {report['seeds']}; seconds a diagnosis: {report['seconds']}"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
