"""Results in sentences for people who know no statistics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.insight.attributes import CLASS, title
from core.insight.regression import STEP
from core.text import join_words, with_article

LITTLE = {"points": 3.0, "log odds": 0.3}
"""A strength below this is negligible."""
MORE = {
    "size": "a larger object", "x": "a place further right", "y": "a place further down",
    "angle": "more tilt to the right", "brightness": "more light", "contrast": "more contrast",
    "saturation": "more vivid colours", "sharpness": "more sharpness",
    "edges": "more fine detail",
}  # fmt: skip
KINDS = {
    "scene": "{} behind it", "tint": "a {} object", "background colour": "a {} background",
    "object colour": "a {} object",
}  # fmt: skip
FLAGS = {
    "sticker": ("no label", "a label"),
    "border": ("no frame", "a frame"),
    "flip": ("not mirrored", "mirrored"),
}


def having(attribute: str, level: str) -> str:
    """What a picture has, as a noun: "grass behind it", "a larger object"."""
    if attribute in FLAGS and level in ("no", "yes"):
        return FLAGS[attribute][level == "yes"]
    if level == STEP:
        return MORE.get(attribute, f"more {title(attribute)}")
    if attribute in KINDS:
        return _article(KINDS[attribute].format(level))
    return f"{title(attribute)}: {level}"


def where(attribute: str, level: str) -> str:
    """Which pictures, after "most": "on pictures of a boot", "on pictures with grass behind it"."""
    if attribute == CLASS:
        return f"on pictures of {one_of(level)}"
    if level in ("lower half", "upper half"):
        side = "small" if level == "lower half" else "large"
        return f"where the value of the {title(attribute)} is {side}"
    return f"on pictures with {having(attribute, level)}"


def drivers(table: pd.DataFrame, strengths: pd.DataFrame, unit: str) -> str:
    """The strongest driver in a sentence or two, and whether changing it confirms it.

    Args:
        table: of `drivers`.
        strengths: of `Drivers`.
        unit: "points" or "log odds".
    """
    others = strengths[strengths["attribute"] != CLASS].dropna(subset=["strength"])
    if others.empty:
        return "These pictures do not show what changes the answer."
    first = others.iloc[0]
    clear = table[(table["attribute"] == first["attribute"]) & (table["subgroup"] == "everyone") & table["clear"]]
    if first["strength"] < LITTLE[unit] or clear.empty:
        return "Apart from the object itself, nothing that is known about these pictures changes the answer by much."
    top = clear.iloc[0]
    name = title(first["attribute"])
    if first["cause_strength"] < min(LITTLE[unit], first["strength"] / 3):
        return (
            f"The {name} correlates most with the answer, but it is not a cause: when it is changed on purpose, "
            f"the answer hardly changes. {_strongest_cause(others, unit)}"
        ).rstrip()
    return f"Apart from the object itself, the {name} changes the answer most. {effect(top)}"


def _strongest_cause(strengths: pd.DataFrame, unit: str) -> str:
    causes = strengths.dropna(subset=["cause_strength"]).sort_values("cause_strength", ascending=False)
    if causes.empty or causes.iloc[0]["cause_strength"] < LITTLE[unit]:
        return ""
    name, size = title(causes.iloc[0]["attribute"]), amount_words(causes.iloc[0]["cause_strength"], unit)
    return f"Of everything that was changed, the {name} has the largest effect: {size} in a typical picture."


def effect(row: pd.Series) -> str:
    """One row of drivers as a sentence."""
    thing, amount = having(row["attribute"], row["level"]), amount_words(row["effect"], row["unit"])
    more = "surer" if row["effect"] > 0 else "less sure"
    reach = f"give or take {_reach(row['low'], row['high'])}"
    thing = thing[:1].upper() + thing[1:]
    return f"{thing} makes the network {amount} {more} that it sees {one_of(row['score'])}, {reach}."


def disagreement(row: pd.Series) -> str:
    """One row in which correlation and cause differ, as a sentence."""
    thing, unit = having(row["attribute"], row["level"]), "points" if row["unit"] == "points" else "steps of odds"
    reach = _reach(row["cause_low"], row["cause_high"])
    return (
        f"{thing[:1].upper()}{thing[1:]} goes with {_signed(row['effect'])} {unit} for {one_of(row['score'])}, but "
        f"changing pictures so moves it by {_signed(row['cause'])}, give or take {reach}."
    )


def one_of(score: str) -> str:
    """A class with its article; the right answer as it is."""
    return score if score.startswith("the ") else with_article(score.replace("_", " "))


def amount_words(value: float, unit: str) -> str:
    """An amount without its sign."""
    return f"{_number(abs(value))} points" if unit == "points" else f"{_number(abs(value))} steps of odds"


def comparison_sentence(row: pd.Series, first: str, second: str, unit: str, of: str = "the right answer") -> str:
    """One row of a comparison as a sentence.

    Args:
        row: a row of `compare_groups`.
        first: name of the first group.
        second: name of the second group.
        unit: "points" or "log odds".
        of: whose score.
    """
    thing = having(row["attribute"], row["level"])
    changed = bool(np.isnan(row["difference"]))
    values = [row["cause_first"], row["cause_second"]] if changed else [row["first"], row["second"]]
    value, low, high = (
        row[name] for name in (("cause", "cause_low", "cause_high") if changed else ("difference", "low", "high"))
    )
    clear = row["cause_p"] < 0.05 if changed else row["clear"]
    thing = thing[:1].upper() + thing[1:]
    verb = ", put there on purpose, makes" if changed else " makes"
    lead = (
        f"{thing}{verb} the network {_surer(values[0], unit)} of {one_of(of)} for {first}, and "
        f"{_surer(values[1], unit)} for {second}."
    )
    reach = f"The difference is {_number(abs(value))}, give or take {_reach(low, high)}"
    return f"{lead} {reach}: {'more than chance' if clear else 'chance alone may make as much'}."


def join_titles(names: Sequence[str]) -> str:
    """Names as a list in a sentence, in plain words."""
    return join_words([f"the {title(name)}" for name in names])


def _reach(low: float, high: float) -> str:
    half = (high - low) / 2
    return "less than 0.1" if half < 0.05 else _number(half)


def _surer(value: float, unit: str) -> str:
    return f"{amount_words(value, unit)} {'surer' if value >= 0 else 'less sure'}"


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{_number(abs(value))}"


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "anything"
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"


def _article(text: str) -> str:
    if text.startswith("a ") and text[2:3].lower() in "aeiou":
        return f"an {text[2:]}"
    return text
