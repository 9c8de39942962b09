"""Numbers in plain words: natural frequencies, and no more than the numbers say."""

from __future__ import annotations

import math

from core.report.facts import AccuracyScore

FEW = 30
"""Pictures below which it is said how few there were."""


def of_hundred(score: AccuracyScore, then: str = "") -> str:
    """How many of 100, such as "about 94 right, give or take 2"; a range if one number would claim too much.

    Args:
        score: the count.
        then: what follows the number, such as "right".
    """
    low, high = math.floor(100 * score.low), math.ceil(100 * score.high)
    rest = f" {then}" if then else ""
    if not score.n:
        return f"an unknown number{rest}"
    if score.right == score.n:
        return f"at least {low}{rest}"
    if not score.right:
        return f"at most {high}{rest}"
    beyond = not score.margin <= score.share <= 1 - score.margin
    if beyond or score.wide or score.n < FEW:
        return f"between {low} and {high}{rest}"
    return f"about {round(100 * score.share)}{rest}, give or take {max(1, math.ceil(100 * score.margin - 0.5))}"


def count_score(score: AccuracyScore, things: str = "pictures") -> str:
    """The count behind it, such as "94 of 100 pictures"."""
    return f"{score.right:,} of {score.n:,} {things}"


def caution(score: AccuracyScore) -> str:
    """What to keep in mind about a score from few pictures; empty where there were enough."""
    if not score.n:
        return "No such picture was tested."
    if score.n < FEW:
        return f"Only {score.n} {'was' if score.n == 1 else 'were'} tested, so this is a rough guess."
    return f"With {score.n} tested, no closer guess can be made." if score.wide else ""


def glossary_terms(*sentences: str) -> str:
    """Sentences that are not empty, in a row."""
    return " ".join(sentence for sentence in sentences if sentence)


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.?!' else '.'}"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 picture", "1,200 pictures".

    Args:
        number: how many.
        one: the noun in the singular.
        many: the plural; empty for the singular with an s.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
