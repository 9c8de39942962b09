"""What people call the study's data sets, networks, conditions, readings and policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import flaws
from core.experiments.study.actions import KEEP, LAST_LAYER, ORACLE, RIGHT_REASONS
from core.experiments.study.cells import study_tools
from core.experiments.study.policies import ACCURACY_ALONE, RANDOM
from core.experiments.study.tables import ANY_FLAW, ANY_HEALTHY

DATA = {
    "wardrobe": "Wardrobe (composed clothes)",
    "fashion_mnist": "Fashion-MNIST (grey clothes)",
    "cifar10": "CIFAR-10 (small photographs)",
    "plantvillage": "PlantVillage (tomato leaves)",
}
NETWORKS = {
    "default": "Default (batch norm, mean of the maps)",
    "plain": "Plain (no batch norm, flattened maps)",
    "pretrained": "Pretrained backbone, new head",
}
CONDITIONS = {
    ANY_FLAW: "any flaw",
    ANY_HEALTHY: "any healthy network",
    "healthy": "nothing planted",
    "decoy": "a sticker on every class alike",
    "alike": "classes that look alike",
    "tied_shown": "healthy, but shown tied pictures",
}
READINGS = {
    "off_object": "evidence off the object",
    "one_place": "evidence in one place",
    "class_change": "maps that differ between classes",
    "clusters": "clusters of maps that follow the classes",
    "one_unit": "a unit that gives one class away",
    "silent_units": "units that stay silent",
    "own_background": "class pictures that look like the background",
    "like_grounds": "nearest pictures with the same background",
    "other_labels": "nearest pictures with other labels",
    "errors": "share of errors",
    "issues": "share of suspected labels",
    "above_guessing": "right answers from the rim alone",
}
POLICIES = {
    ACCURACY_ALONE: "Train for longer (what accuracy alone suggests)",
    RANDOM: "A random fix",
    KEEP: "Keep training as before",
    LAST_LAYER: "Retrain the last layer",
    RIGHT_REASONS: "Right for the right reasons",
    ORACLE: "The right fix, told by an oracle",
}


def condition_title(name: str) -> str:
    """Of a flaw, of a healthy condition, or of all of either."""
    return CONDITIONS.get(name) or flaws.info(name).title


def tool_title(name: str) -> str:
    """Of a tool; its name where this version does not have it."""
    known = study_tools()
    return known[name].title if name in known else name


def policy_title(name: str) -> str:
    """Of a policy: a tool's acts on what the tool says."""
    return POLICIES.get(name) or f"{tool_title(name)}, and the fix that it points to"


def coverage(manifest: Mapping[str, Any]) -> str:
    """How much of the protocol's subset a study has run, in a sentence."""
    missing = sum(manifest.get("cells_not_done_yet", {}).values())
    part = f" {missing} of {manifest['cells']} planned readings and fixes are not done yet." if missing else ""
    left_out = sum(manifest["left_out"].values())
    without = f", without {left_out} of the protocol's that could not be run" if left_out else ""
    hours = manifest["seconds_of_cells"] / 3600
    return (
        f"{manifest['networks']} networks{without}; {hours:.1f} core hours, the last of them on "
        f"{str(manifest['made'])[:10]}.{part}"
    )


def reading_title(name: str) -> str:
    """Of a reading; those of tests are named like the hunch or the flaw that they are about."""
    return READINGS.get(name) or name.replace("_", " ")
