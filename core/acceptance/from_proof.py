"""A proof as a check: what told the fixed network from the flawed one must go on telling them apart."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.acceptance.base import Figure, share_figure
from core.acceptance.kinds.hunch import HunchCheck
from core.datasets.base import Dataset
from core.diagnosis.registry import detectors
from core.progress import OnStep, silent
from core.repair.registry import fix_info

if TYPE_CHECKING:
    import keras

    from core.networks.interface import Interface

CONFIDENCE = 0.99
"""Of the intervals that set the limit: stricter than of one check alone, since several files can be joined into one."""
FEWEST = 10


def check_from_proof(
    flawed: keras.Model,
    fixed: keras.Model,
    dataset: Dataset,
    fix: str,
    *,
    n: int = 200,
    seed: int = 0,
    interface: Interface | None = None,
    on_step: OnStep = silent,
) -> HunchCheck | None:
    """The check that the fixed network passes and the flawed one fails.

    Of the changes that would confirm a flaw for which the fix is meant, it is the one that tells the two networks
    apart most clearly. Its limit is the upper end of the interval of what the fixed network does, rounded up to a whole
    percent; the flawed network's whole interval lies above it.

    Args:
        flawed: the network before the fix.
        fixed: the network after it.
        dataset: test images, the same ones that the check will be run on.
        fix: its name, or several joined by "+", as the ladder has it.
        n: most images to try, at least 10.
        seed: of the images that are chosen.
        interface: how both networks are read; None where images are in the scale that they take.
        on_step: called after each network and change; stops the work when it raises.

    Returns:
        The check; None where no such change tells the two networks apart beyond doubt.

    Raises:
        InputError: for an unknown fix.
        DataError: for images that do not fit the networks.
    """
    from core.hunches import hunch_info, test_hunch

    found: list[tuple[float, HunchCheck]] = []
    asked = list(hunches_of(fix))
    for number, hunch in enumerate(asked):
        flips: list[Figure] = []
        for place, model in enumerate((flawed, fixed)):
            verdict = test_hunch(model, dataset, hunch, n=n, seed=seed, interface=interface)
            if verdict.n >= FEWEST:
                flips.append(share_figure(round(verdict.flips * verdict.n), verdict.n, CONFIDENCE))
            on_step(2 * number + place + 1, 2 * len(asked), hunch_info(hunch).title)
        if len(flips) < 2:
            continue
        before, after = flips
        limit = math.ceil(100 * after.high) / 100
        if before.low > limit:
            name = f"{hunch_info(hunch).title} changes few answers"
            check = HunchCheck(name=name, hunch=hunch, at_most=limit, n=n, seed=seed, last=after)
            found.append((before.low - limit, check))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def hunches_of(fix: str) -> Iterator[str]:
    """The hunches that would confirm a flaw for which a fix is meant, each once.

    Args:
        fix: its name, or several joined by "+".
    """
    flaws = {flaw for part in fix.split("+") for flaw in fix_info(part.strip()).flaws}
    known = detectors()
    yield from dict.fromkeys(known[flaw].hunch for flaw in sorted(flaws) if flaw in known and known[flaw].hunch)
