"""The badge in plain words, from its numbers."""

from __future__ import annotations

import math

from core.trust.checks.localisation import Localisation
from core.trust.checks.randomisation import Randomisation
from core.trust.checks.stability import Stability
from core.trust.perturbation_curves import Faithfulness


def badge_sentence(
    title: str,
    passes: bool,
    randomisation: Randomisation,
    deletion: Faithfulness,
    insertion: Faithfulness,
    stability: Stability,
) -> str:
    """One sentence: whether to believe the maps, and why.

    Args:
        title: of the method.
        passes: whether the maps can be believed.
        randomisation: result of the check.
        deletion: result of the check.
        insertion: result of the check.
        stability: result of the check.
    """
    if passes:
        parts = (_changed(randomisation), _faithful(deletion, insertion), _stable(stability))
        return f"{title} can be believed here: {parts[0]}, {parts[1]}, and {parts[2]}."
    faults = [
        words
        for fine, words in (
            (randomisation.passes, _changed(randomisation)),
            (deletion.passes or insertion.passes, _faithful(deletion, insertion)),
            (stability.passes, _stable(stability)),
        )
        if not fine
    ]
    return f"{title} should not be believed here: {' and '.join(faults)}."


def badge_reasons(
    randomisation: Randomisation,
    deletion: Faithfulness,
    insertion: Faithfulness,
    localisation: Localisation | None,
    stability: Stability,
) -> dict[str, str]:
    """Each part's result as a sentence.

    Args:
        randomisation: result of the check.
        deletion: result of the check.
        insertion: result of the check.
        localisation: result of the check; None without masks.
        stability: result of the check.
    """
    said = {
        "randomisation": _changed(randomisation),
        "deletion": f"with its pixels taken away first, {_compared(deletion, 'lower', 'higher')}",
        "insertion": f"with its pixels put back first, {_compared(insertion, 'higher', 'lower')}",
        "stability": _stable(stability),
    }
    if localisation is not None:
        said["localisation"] = _lies(localisation)
    return {name: words[0].upper() + words[1:] + "." for name, words in said.items()}


def _changed(result: Randomisation) -> str:
    if result.empty:
        return "the map is empty"
    if not result.repeatable:
        return "two copies of the same network get different maps, so the maps hold too much chance"
    kept = f"it keeps {max(result.kept_structure, 0):.0%} of its structure"
    if result.passes:
        return f"the map changes when the network forgets what it learned ({kept})"
    ranks = f"rank correlation {result.kept_rank:.2f}"
    return (
        f"the map stays much the same when the network forgets what it learned ({kept}, {ranks}), so it shows the "
        "picture more than the network's reasons"
    )


def _faithful(deletion: Faithfulness, insertion: Faithfulness) -> str:
    if math.isinf(deletion.low):
        return "one picture is too few to tell whether the pixels that it marks matter"
    best = max(deletion, insertion, key=lambda part: (part.passes, part.value))
    points = f"{abs(best.value) * 100:.0f} points"
    if best.passes:
        return f"the pixels that it marks matter more to the answer than random ones (by {points} on average)"
    if best.low > 0:
        return (
            "the pixels that it marks matter no more to the answer than the picture's edges do, as far as we can tell"
        )
    return "the pixels that it marks matter no more to the answer than random ones, as far as we can tell"


def _stable(result: Stability) -> str:
    if result.passes:
        return f"it stays much the same under noise that nobody would notice (rank correlation {result.value:.2f})"
    return f"it changes under noise that nobody would notice (rank correlation {result.value:.2f})"


def _compared(part: Faithfulness, better: str, worse: str) -> str:
    points = f"{abs(part.value) * 100:.0f} points {better if part.value >= 0 else worse}"
    edges = f"{abs(part.edges.value) * 100:.0f} points {better if part.edges.value >= 0 else worse}"
    beyond = "" if part.passes else "; that is not beyond doubt"
    return f"the answer is on average {points} than with random order and {edges} than with an edge detector's{beyond}"


def _lies(result: Localisation) -> str:
    on = f"on {result.chance:.0%} of the picture ({result.multiple.value:.1f} times its share)"
    words = f"the object holds {result.value:.0%} of the evidence {on}"
    return words if result.passes else f"{words}, which is not beyond doubt more than an even map has there"
