"""What is known of a network from before, and a quick look where nobody has looked."""

from __future__ import annotations

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
