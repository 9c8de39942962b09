"""Settings of `core.insight`."""

from __future__ import annotations

from typing import Literal

from core.settings import Settings, setting

Unit = Literal["points", "log odds"]
Distance = Literal["cosine", "euclidean"]
Kind = Literal["tree", "logistic"]


class DriverSettings(Settings):
    """How drivers are measured."""

    unit: Unit = setting(
        "points",
        (
            "Unit of an effect. Points: by how many points of 100 the network's confidence in a class changes. Log "
            "odds: the same on an unbounded scale, for networks that are nearly always certain."
        ),
        title="Counted in",
    )
    check: bool = setting(
        True,
        "Also change each thing on purpose, where possible, and compare: correlation is not causation.",
        title="Check by changing things",
    )
    measured: bool = setting(
        False,
        ("Also measure light, colour and sharpness in each picture. Always done if nothing else is known about them."),
        common=False,
    )
    pictures: int = setting(
        1000, "Largest number of pictures to use.", low=20, high=3000, step=20, unit="pictures", common=False
    )
    confidence: float = setting(
        0.95,
        "Confidence of the intervals: at 0.95, 19 of 20 contain the true value.",
        low=0.5,
        high=0.999,
        step=0.01,
        common=False,
    )
    seed: int = setting(0, "Seed of the choice of pictures and changes.", low=0, high=2**31 - 1, step=1, common=False)


class NeighbourSettings(Settings):
    """Which pictures count as similar."""

    measure: Distance = setting(
        "cosine",
        (
            "Cosine compares which features a picture has, whatever their strength. Euclidean takes strength into "
            "account."
        ),
        common=False,
    )


class PrototypeSettings(Settings):
    """Number of typical and odd pictures."""

    prototypes: int = setting(
        6,
        "Pictures of each class that represent the others.",
        title="Typical pictures",
        low=1,
        high=24,
        step=1,
        unit="pictures",
    )
    criticisms: int = setting(
        6,
        "Pictures of each class that the typical ones do not represent.",
        title="Odd pictures",
        low=0,
        high=24,
        step=1,
        unit="pictures",
    )
    pictures: int = setting(
        400,
        "Most pictures per class to choose from.",
        low=20,
        high=1000,
        step=20,
        unit="pictures",
        common=False,
    )
    seed: int = setting(0, "Chooses these.", low=0, high=2**31 - 1, step=1, common=False)


class ConceptSettings(Settings):
    """How concepts are tested."""

    layer: str | None = setting(
        None,
        "The layer in which the concept is tested; left empty, the last convolution.",
        common=False,
    )
    examples: int = setting(
        30,
        "Largest number of pictures for one concept.",
        title="Pictures of each idea",
        low=4,
        high=200,
        step=2,
        unit="pictures",
    )
    opposites: int = setting(
        4,
        "Number of random sets that each concept is compared with; the result is their mean.",
        low=1,
        high=20,
        step=1,
        common=False,
    )
    random_concepts: int = setting(
        40,
        "Number of concepts made of random pictures. A real one must stand out among them.",
        low=10,
        high=400,
        step=10,
        common=False,
    )
    pictures: int = setting(
        60,
        "Pictures of each class on which the concept is tested.",
        low=4,
        high=500,
        step=2,
        unit="pictures",
        common=False,
    )
    confidence: float = setting(
        0.95, "Confidence required. At 0.95, one in twenty random concepts may pass.", low=0.5, high=0.999,
        step=0.01, common=False,
    )  # fmt: skip
    seed: int = setting(0, "Seed of the random pictures.", low=0, high=2**31 - 1, step=1, common=False)


class StandInSettings(Settings):
    """The form of the readable stand-in."""

    kind: Kind = setting(
        "tree",
        "A tree of yes-or-no questions, or a sum of points for each class (logistic regression).",
        title="Kind of rules",
    )
    depth: int = setting(3, "Largest depth of the tree.", low=1, high=8, step=1, unit="questions")
    with_object: bool = setting(
        True,
        (
            "Whether the rules may use what the object is. Without it, rules that still agree with the network "
            "show that it uses other things."
        ),
        title="Rules may use the object",
    )
    measured: bool = setting(
        False,
        ("Also measure light, colour and sharpness in each picture. Always done if nothing else is known about them."),
        common=False,
    )
    smallest: int = setting(
        5,
        "Smallest number of pictures behind an answer of the tree.",
        low=1,
        high=100,
        step=1,
        unit="pictures",
        common=False,
    )
    held_out: float = setting(
        0.4, "Fraction of the pictures held out to evaluate the rules.", low=0.1, high=0.8, step=0.05,
        common=False,
    )  # fmt: skip
    pictures: int = setting(
        2000, "Largest number of pictures to use.", low=20, high=10000, step=20, unit="pictures", common=False
    )
    seed: int = setting(0, "Deals the pictures.", low=0, high=2**31 - 1, step=1, common=False)
