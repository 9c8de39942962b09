"""Many people on one server: `python -m tests.benchmarks.load --sessions 1 10 20 40 --minutes 5`.

Each session speaks Streamlit's own protocol, without a browser. It thinks for 3 to 8 seconds, then either looks at the
next of its own pictures (Grad-CAM) or tests a hunch of its own. The sessions share four runs, and one training goes on
meanwhile. Printed are the seconds that a move takes, as ratios to those of one session alone, and the server's memory.
A share of the answers is asked again of a fresh server with nobody else on it: they must be the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core import datasets, flaws
from core.hunches import hunch_info
from core.networks import NetworkSpec, TrainingSpec, train
from core.store import Store
from tests.browser.serving import serving
from tests.websocket import WebsocketVisitor

THINKING = (3.0, 8.0)  # seconds
RUNS, TEST = 4, 200  # pictures that each run is tested with
DATA: dict[str, Any] = {"size": 32, "train": 60, "validation": 20, "test": TEST // 10}
MATERIAL = {"flaw": "background", "settings": DATA}
LONG = {"material": MATERIAL, "training": {"epochs": 200}}
HUNCHES = tuple(hunch_info(name).title for name in ("background_swapped", "blur", "noise"))
SEEN_BY_NOBODY = 10**4  # a session whose moves nobody else makes
SHOWN = ("heading", "markdown", "bidi_component", "alert")
UNDONE = re.compile("No hunch is chosen|Not tested yet")
IDS = re.compile(r'\$\$[A-Z]+-[0-9a-f]+|"[0-9a-f]{32,}"')


@dataclass(frozen=True)
class Move:
    """What a session asks for: a picture's map, or a hunch's verdict."""

    page: str
    parameters: tuple[tuple[str, str], ...]


@dataclass
class Measured:
    """What a load gave.

    Args:
        seconds: that each move took.
        answers: what each move showed.
        errors: sentences and exceptions.
        memory: (seconds since the start, megabytes) of the server.
    """

    seconds: list[float] = field(default_factory=list)
    answers: dict[Move, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Seconds that this share of the moves took at most."""
        return float(np.quantile(self.seconds, share))


def main() -> int:
    """Print a row for each number of sessions; 1 where something went wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 20, 40], help="how many at once")
    asked.add_argument("--minutes", type=float, default=5, help="how long each (default 5)")
    asked.add_argument("--check", type=int, default=60, help="answers that are asked again alone (default 60)")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = make_runs(Store(folder))
        measured = {}
        for count in options.sessions:
            measured[count] = under_load(Path(folder), runs, count, 60 * options.minutes)
            report(count, measured[count], measured[options.sessions[0]])
        wrong = [move for each in measured.values() for move in differing(Path(folder), each, options.check)]
    for move in wrong:
        print(f"Another answer than alone: {move}")
    return 1 if wrong or any(each.errors for each in measured.values()) else 0


def make_runs(store: Store) -> list[str]:
    """Keys of four runs that differ in their seed."""
    planted = flaws.plant(datasets.load("wardrobe", **DATA), MATERIAL["flaw"])
    specs = [NetworkSpec(blocks=2, filters=8, seed=seed) for seed in range(RUNS)]
    about = {"material": MATERIAL}
    return [train(planted.splits, spec, TrainingSpec(epochs=2), store=store, about=about).key for spec in specs]


def moves(runs: list[str], session: int) -> Iterator[Move]:
    """What a session does, one after the other: its own pictures and its own hunches."""
    run, chance = runs[session % len(runs)], random.Random(session)
    for number in range(10**6):
        if chance.random() < 0.7:
            picture = str((session * 37 + number) % TEST)
            yield Move("attribution", (("run", run), ("methods", "Grad-CAM"), ("picture", picture)))
        else:
            seed = str(1000 * session + number)
            asked = (("hunch", chance.choice(HUNCHES)), ("trial_n", "40"), ("trial_seed", seed), ("tested", "now"))
            yield Move("hunches", (("run", run), *asked))


def first_visits(runs: list[str]) -> list[Move]:
    """A move of each kind on each run: a map, and every hunch."""
    return [
        next(move for move in moves([run], SEEN_BY_NOBODY) if kind in (move.page, dict(move.parameters).get("hunch")))
        for run in runs
        for kind in ("attribution", *HUNCHES)
    ]


def under_load(store: Path, runs: list[str], count: int, seconds: float) -> Measured:
    """So many sessions at once on a server of their own, for so long."""
    found = Measured()
    with serving(store, HUNCH_QUEUE=str(store / "queue.sqlite"), HUNCH_ROLE="operator") as address, training(address):
        for move in first_visits(runs):  # what they pay is no part of it
            perform(address, move, found)
        found.seconds.clear()
        began = time.monotonic()
        people = [
            threading.Thread(target=use, args=(address, moves(runs, session), began + seconds, session, found))
            for session in range(count)
        ]
        for person in people:
            person.start()
        while any(person.is_alive() for person in people):
            found.memory.append((time.monotonic() - began, memory(address)))
            time.sleep(5)
    return found


@contextmanager
def training(address: str) -> Iterator[None]:
    """A training that goes on meanwhile."""
    with WebsocketVisitor(address, "train", recipe=json.dumps(LONG)) as visitor:
        visitor.press("train")
        yield


def use(address: str, plan: Iterator[Move], until: float, seed: int, found: Measured) -> None:
    """One session until the time is up."""
    chance = random.Random(seed)
    while True:
        time.sleep(chance.uniform(*THINKING))
        if time.monotonic() > until:
            return
        try:
            perform(address, next(plan), found)
        except Exception as error:  # noqa: BLE001 - whatever it is, it counts against the server
            found.errors.append(repr(error))


def perform(address: str, move: Move, found: Measured) -> None:
    """Make a move, and note how long it took and what was shown."""
    began = time.perf_counter()
    with WebsocketVisitor(address, move.page, **dict(move.parameters)) as visitor:
        found.seconds.append(time.perf_counter() - began)
        found.errors.extend(visitor.errors())
        if UNDONE.search(visitor.said()):
            found.errors.append(f"Nothing was tested: {move}")
        found.answers[move] = digest(visitor)


def digest(visitor: WebsocketVisitor) -> str:
    """What is shown of the answer, whatever the elements are called this time."""
    shown = "\n".join(str(element) for kind in SHOWN for element in visitor.elements(kind, main=True))
    return hashlib.sha256(IDS.sub("", shown).encode()).hexdigest()


def differing(store: Path, found: Measured, count: int) -> list[Move]:
    """Those of some of the moves that show something else on a fresh server with nobody else."""
    some = random.Random(0).sample(sorted(found.answers, key=repr), min(count, len(found.answers)))
    alone = Measured()
    with serving(store, HUNCH_QUEUE=str(store / "queue.sqlite"), HUNCH_ROLE="operator") as address:
        for move in some:
            perform(address, move, alone)
    return [move for move in some if alone.answers[move] != found.answers[move]]


def memory(address: str) -> float:
    """Megabytes that the server's process holds."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as answer:
        found = re.search(r"^process_resident_memory_bytes (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) / 2**20 if found else float("nan")


def report(count: int, found: Measured, alone: Measured) -> None:
    """One row."""
    some = sorted(set(found.errors))[:3]
    later = [megabytes for when, megabytes in found.memory if when > 60] or [found.memory[-1][1]]
    print(
        f"{count:>3} sessions: {len(found.seconds):>5} moves, p50 {found.quantile(0.5):6.2f} s "
        f"({found.quantile(0.5) / alone.quantile(0.5):.1f} x one alone), p95 {found.quantile(0.95):6.2f} s "
        f"({found.quantile(0.95) / alone.quantile(0.95):.1f} x); memory {later[0]:.0f} to {later[-1]:.0f} MB, most "
        f"{max(megabytes for _, megabytes in found.memory):.0f}; {len(found.errors)} errors {some}"
    )


if __name__ == "__main__":
    sys.exit(main())
