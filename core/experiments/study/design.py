"""Which networks the study is made of, as the protocol lays them down."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from core.settings import Settings, setting

PROTOCOL = 2  # the protocol's version: raise it with whatever changes a reading, a sample or a threshold
STRENGTHS = (0.6, 0.8, 1.0)
HEALTHY = ("healthy", "decoy", "alike", "tied_shown")
FLAWED = ("background", "sticker", "border", "tint", "place", "label_noise", "imbalance")
AS_FOUND = "as_found"
SHORTCUTS = ("background", "sticker", "border", "tint", "place")
NEED_OBJECTS = ("background", "tint", "place")
BLOCKS = {"wardrobe": 4, "fashion_mnist": 8, "cifar10": 8, "plantvillage": 1}
PAIRS: dict[str, tuple[tuple[str, int], ...]] = {
    "wardrobe": (("default", 0), ("default", 1), ("plain", 2), ("plain", 3), ("pretrained", 0)),
    "fashion_mnist": (("default", 0), ("default", 1), ("plain", 2), ("plain", 3)),
    "cifar10": (("default", 0), ("plain", 1), ("pretrained", 2)),
    "plantvillage": (("default", 0), ("plain", 0), ("pretrained", 0)),
}
CASE = ("data", "network", "condition", "strength", "block")  # what tells one network from another, in tables
SPARSE = 3  # badges, slow methods and fixes are for every third network


class StudySettings(Settings):
    """Size of the study's networks and samples; the defaults are the protocol's."""

    pictures: int = setting(20, "Number of pictures of each network for heatmaps.", low=5, high=200, step=5)
    tried: int = setting(40, "Number of pictures for each hunch.", low=10, high=400, step=10)
    train: int = setting(250, "Training pictures per class.", low=10, high=1000, step=10)
    validation: int = setting(37, "Validation pictures per class.", low=5, high=200, step=1)
    test: int = setting(75, "Test pictures per class.", low=5, high=300, step=5)
    epochs: int = setting(12, "Training epochs.", low=1, high=60, step=1)
    filters: int = setting(24, "Filters in the first block of every network.", low=4, high=64, step=4)


@dataclass(frozen=True, order=True)
class Case:
    """One network of the study, and what tools see of it.

    Args:
        data: "wardrobe", "fashion_mnist", "cifar10" or "plantvillage".
        network: "default", "plain" or "pretrained".
        condition: one of HEALTHY, FLAWED, or AS_FOUND.
        strength: of the flaw, 0..1.
        block: of the pictures, from 0; the seed of everything random too.
        sparse: whether badges and slow methods look at it, and fixes are tried on it.
    """

    data: str
    network: str
    condition: str
    strength: float
    block: int
    sparse: bool = False

    @property
    def title(self) -> str:
        """In words, for progress and messages."""
        return f"{self.data}, {self.network}, {self.condition} {self.strength:g}, block {self.block}"

    @property
    def identity(self) -> dict[str, Any]:
        """What decides its network and pictures, for the key of its results."""
        return {name: value for name, value in asdict(self).items() if name != "sparse"}

    @property
    def twin(self) -> Case:
        """The healthy network of the same data, network and block."""
        return Case(self.data, self.network, "healthy", 1.0, self.block)


def subset() -> list[Case]:
    """The balanced subset, in the protocol's order."""
    found: list[Case] = []
    for data, pairs in PAIRS.items():
        for place, condition in enumerate(conditions(data)):
            for number, (network, block) in enumerate(pairs):
                strength = STRENGTHS[(place + number) % len(STRENGTHS)] if condition in FLAWED else 1.0
                found.append(Case(data, network, condition, strength, block, len(found) % SPARSE == 0))
    return found


def turn(case: Case) -> tuple[bool, int]:
    """When a network's turn is: healthy ones set the thresholds for all, then one pair of every data set after another.

    A run that is stopped has then looked at all data and flaws alike.
    """
    pairs = PAIRS[case.data]
    pair = (case.network, case.block)
    return case.condition in FLAWED, pairs.index(pair) if pair in pairs else len(pairs)


def conditions(data: str) -> tuple[str, ...]:
    """The conditions that make sense for a data set."""
    if data == "plantvillage":
        return (AS_FOUND,)
    left_out = NEED_OBJECTS if data != "wardrobe" else ()
    return (*HEALTHY, *(flaw for flaw in FLAWED if flaw not in left_out))
