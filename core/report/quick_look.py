"""What is already known about a network, and a quick examination if nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras

from core.datasets.base import Dataset
from core.diagnosis import history as diagnoses
from core.hunches import Verdict, hunches
from core.hunches import history as tests
from core.hunches.test_hunch import test_hunches
from core.networks.interface import Interface
from core.networks.training.run import Run
from core.progress import OnStep, silent
from core.repair import history as repairs
from core.repair.history import Proof
from core.store import Store

PICTURES = 200
REPEATED = 4  # hunches that are tested again at most


def recorded_findings(run: str, store: Store | None = None, *, origin: str = "") -> dict[str, Any]:
    """The verdicts, suspects and fixes that were kept beside a run, by the names that `write` takes.

    Args:
        run: the run's key.
        store: where; None for the default.
        origin: key of the run that this one was made to fix, whose fixes are taken; empty for none.
    """
    ladders = repairs.load(origin or run, store)
    return {
        "verdicts": tests.load(run, store),
        "suspects": diagnoses.load(run, store=store),
        "ladder": _of(ladders, run) if origin else next(iter(ladders), None),
    }


@dataclass(frozen=True)
class Repeat:
    """A hunch that should be tested again on a network that was repaired.

    Args:
        hunch: its name.
        settings: its dials.
        pictures: which of the run's pictures it was tested on, such as "test".
        n, seed: as `core.hunches.test_hunch` takes them.
    """

    hunch: str
    settings: Mapping[str, Any]
    pictures: str = "test"
    n: int = PICTURES
    seed: int = 0


def hunches_to_repeat(run: str, store: Store | None = None) -> list[Repeat]:
    """The hunches that held on a network: tested again on its repaired copy, they show whether the fix reached them.

    Args:
        run: key of the network from before the fix.
        store: where; None for the default.

    Returns:
        the hunches that were supported; where none was, those that would confirm what the search for flaws raised.
    """
    entries = [entry for entry in tests.load(run, store) if entry["conclusion"] == "supported"]
    if entries:
        found = [
            Repeat(*(entry[name] for name in ("hunch", "settings", "pictures", "asked", "seed"))) for entry in entries
        ]
    else:
        suspects = diagnoses.load(run, store=store) or []
        found = [Repeat(suspect.hunch, suspect.settings) for suspect in suspects if suspect.raised and suspect.hunch]
    return found[:REPEATED]


def _of(ladders: list[Proof], run: str) -> Proof | None:
    """The latest ladder that made this run."""
    return next((ladder for ladder in ladders if run in ladder.runs.values()), None)


def examine_quickly(
    run_or_model: Run | keras.Model,
    data: Dataset,
    *,
    n: int = PICTURES,
    seed: int = 0,
    interface: Interface | None = None,
    on_step: OnStep = silent,
) -> list[Verdict]:
    """Test every hunch about a wrong reason that these pictures allow.

    Args:
        run_or_model: the network; not changed.
        data: pictures that it has not learned from.
        n: how many of them, at least 1.
        seed: the same seed gives the same verdicts.
        interface: how the network is read, from `core.networks.interface`; the data holds the user's own pictures.
        on_step: called after each hunch; stops the work when it raises.
    """
    model = run_or_model.model if isinstance(run_or_model, Run) else run_or_model
    asked = [
        (info.name, variant) for info in hunches().values() if info.kind == "shortcut" for variant in info.variants
    ]
    return test_hunches(model, data, asked, n=n, seed=seed, interface=interface, on_step=on_step)
