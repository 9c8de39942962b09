"""Store keys of a ladder's trainings: a hash of everything that determines them. Does not import TensorFlow."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.datasets.base import Splits
from core.networks.training.run import OWN_NETWORK, RunInfo
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.repair.rungs import KEEP_TRAINING, Rung
from core.settings import digest

if TYPE_CHECKING:
    import keras

# Raise it when the same fix would give another network, so that no run of the old code is taken for one of the new.
VERSION = 6
CORRECTED = "corrected"
# In place of a specification in the keys of fixes for networks without one, whose pretrained weights are kept.
WEIGHTS_AT_HAND = "weights at hand"


def rung_key(
    splits: Splits,
    origin: str,
    network: NetworkSpec | None,
    training: TrainingSpec,
    rung: Rung,
    effort: float,
    seed: int,
) -> str:
    """The key of one rung with one seed.

    Args:
        splits: the data before any fix.
        origin: key of the network to repair, see `origin_key`.
        network: its specification; None if unknown.
        training: how it was trained.
        rung: the rung.
        effort: training steps, as a multiple of the original training's.
        seed: seed of this training.
    """
    specs = [spec.model_dump(mode="json") if spec else WEIGHTS_AT_HAND for spec in (network, training)]
    return digest([VERSION, splits.key, _known_of(splits), origin, rung.name, rung.plain(), *specs, effort, seed])


def training_effort(rung: Rung, rungs: Sequence[Rung]) -> float:
    """Training steps, as a multiple of the original training's; "keep training" takes as many as the longest fix.

    Args:
        rung: the rung.
        rungs: all rungs of the ladder.
    """
    if rung.name == KEEP_TRAINING:
        return max(1.0, *(other.effort for other in rungs))
    return rung.effort


def origin_key(origin: RunInfo | keras.Model, splits: Splits) -> str:
    """A hash of the network to repair."""
    if isinstance(origin, RunInfo):
        return origin.key
    from core.networks.training.train import run_key

    return run_key(splits, None, None, origin)


def specs_of(run: RunInfo) -> NetworkSpec | None:
    """The network specification of a run; None where none says what it is: layers that correct its images precede it,
    or it was trained elsewhere.
    """
    return None if run.about.get(CORRECTED) or made_elsewhere(run) else run.network_spec


def made_elsewhere(origin: RunInfo | keras.Model) -> bool:
    """Whether a network came with its weights, which may be somebody's work and which no fix draws anew.

    Args:
        origin: the run, or what is known of it; or a bare model, of which nothing is known.
    """
    return not isinstance(origin, RunInfo) or origin.about.get("kind") == OWN_NETWORK


def _known_of(splits: Splits) -> str:
    """A hash of what fixes may use besides images and labels: object masks and groups."""
    import numpy as np

    hasher = hashlib.blake2b(digest_size=8)
    for part in (splits.train, splits.validation):
        mask = (part.masks or {}).get("object")
        if mask is not None:
            hasher.update(np.packbits(mask).data)
        if part.attributes is not None and "group" in part.attributes:
            hasher.update("\0".join(part.attributes["group"].astype(str)).encode())
    return hasher.hexdigest()
