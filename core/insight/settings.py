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
        "How an effect is counted. Points: how many points of 100 the network gets surer of a class. Log odds: the "
        "same on a scale without ends, for networks that are nearly always certain.",
        title="Counted in",
    )
    check: bool = setting(
        True,
        "Also change each thing on purpose, where it can be done, and compare: what goes together need not be a cause.",
        title="Check by changing things",
    )
    measured: bool = setting(
        False,
        "Also measure light, colour and sharpness in each picture. Done anyway where nothing else is known of them.",
        common=False,
    )
    pictures: int = setting(
        1000, "The most pictures to look at.", low=20, high=3000, step=20, unit="pictures", common=False
    )
    confidence: float = setting(
        0.95,
        "How sure the intervals are: 19 of 20 hold the truth at 0.95.",
        low=0.5,
        high=0.999,
        step=0.01,
        common=False,
    )
    seed: int = setting(
        0, "Chooses the pictures, and what each is changed to.", low=0, high=2**31 - 1, step=1, common=False
    )


class NeighbourSettings(Settings):
    """Which pictures count as alike."""

    measure: Distance = setting(
        "cosine",
        "Cosine compares which features a picture has, whatever their strength. Euclidean minds the strength as well.",
        common=False,
    )


class PrototypeSettings(Settings):
    """How many typical and odd pictures are chosen."""

    prototypes: int = setting(
        6,
        "Pictures of each class that stand for the others.",
        title="Typical pictures",
        low=1,
        high=24,
        step=1,
        unit="pictures",
    )
    criticisms: int = setting(
        6,
        "Pictures of each class that the typical ones do not stand for.",
        title="Odd pictures",
        low=0,
        high=24,
        step=1,
        unit="pictures",
    )
    pictures: int = setting(
        400, "The most pictures of a class to choose from.", low=20, high=1000, step=20, unit="pictures", common=False
    )
    seed: int = setting(0, "Chooses these.", low=0, high=2**31 - 1, step=1, common=False)


class ConceptSettings(Settings):
    """How concepts are tested."""

    layer: str | None = setting(
        None,
        "The step of the network in which the concept is looked for; left open, the last convolution.",
        common=False,
    )
    examples: int = setting(
        30,
        "The most pictures that show one idea.",
        title="Pictures of each idea",
        low=4,
        high=200,
        step=2,
        unit="pictures",
    )
    opposites: int = setting(
        4,
        "Random sets that each concept is set against; the answer is their mean.",
        low=1,
        high=20,
        step=1,
        common=False,
    )
    random_concepts: int = setting(
        40,
        "Concepts made of random pictures. A real one must stand out among them.",
        low=10,
        high=400,
        step=10,
        common=False,
    )
    pictures: int = setting(
        60,
        "Pictures of each class that the concept is tried on.",
        low=4,
        high=500,
        step=2,
        unit="pictures",
        common=False,
    )
    confidence: float = setting(
        0.95, "How sure a finding must be. One in twenty random concepts may pass at 0.95.", low=0.5, high=0.999,
        step=0.01, common=False,
    )  # fmt: skip
    seed: int = setting(0, "Chooses the random pictures.", low=0, high=2**31 - 1, step=1, common=False)


class StandInSettings(Settings):
    """What the readable stand-in is."""

    kind: Kind = setting(
        "tree",
        "A tree of yes-or-no questions, or a sum of points for each class (logistic regression).",
        title="Kind of rules",
    )
    depth: int = setting(3, "The most questions in a row that the tree asks.", low=1, high=8, step=1, unit="questions")
    with_object: bool = setting(
        True,
        "Whether the rules may use what the object is. Without it, rules that still agree with the network say that it "
        "goes by other things.",
        title="Rules may see the object",
    )
    measured: bool = setting(
        False,
        "Also measure light, colour and sharpness in each picture. Done anyway where nothing else is known of them.",
        common=False,
    )
    smallest: int = setting(
        5,
        "The fewest pictures that an answer of the tree rests on.",
        low=1,
        high=100,
        step=1,
        unit="pictures",
        common=False,
    )
    held_out: float = setting(
        0.4, "Share of the pictures that the rules are judged on and do not learn from.", low=0.1, high=0.8, step=0.05,
        common=False,
    )  # fmt: skip
    pictures: int = setting(
        2000, "The most pictures to use.", low=20, high=10000, step=20, unit="pictures", common=False
    )
    seed: int = setting(0, "Deals the pictures.", low=0, high=2**31 - 1, step=1, common=False)
