"""The study's advice as the README shows it: `python -m core experiments table --markdown`."""

from __future__ import annotations

import pandas as pd

from core.experiments.study.conclusions import titles
from core.experiments.study.conclusions.advice import Summary
from core.experiments.study.conclusions.answer import study_answer
from core.experiments.study.conclusions.claims import Claim, Held
from core.experiments.summary import frequency

BEGIN, END = "<!-- study -->", "<!-- end of study -->"


def advice_lines(found: Summary, held: list[tuple[Claim, Held]], manifest: dict[str, object]) -> str:
    """The answer, the tool for each flaw and published findings.

    Args:
        found: over all networks and tools.
        held: published findings, and what the study says to them.
        manifest: of the study.
    """
    answer = study_answer(found.named)
    lines = [f"{answer.verdict}. {answer.sentence} {answer.small}", ""]
    lines += ["| flaw | networks | use | correct, of 100 | beyond doubt | best heatmap | test accuracy |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [_row(row) for row in found.advice.to_dict("records")]
    lines += ["", "| published finding | this study | |", "| --- | --- | --- |"]
    lines += [f"| {claim.said} ({claim.source}) | {each.verdict} | {each.figures} |" for claim, each in held]
    return "\n".join([BEGIN, *lines, "", f"{titles.coverage(manifest)}", END])


def _row(row: dict[object, object]) -> str:
    numbers = pd.Series(row)
    span = (
        f" ({frequency(numbers['auc_low'])} to {frequency(numbers['auc_high'])})"
        if numbers["auc_high"] > numbers["auc_low"]
        else ""
    )
    heatmap = (
        f"{titles.tool_title(str(row['heatmap']))}, {frequency(numbers['heatmap_auc'])}"
        if row["heatmap"]
        else "not tried"
    )
    cells = (
        titles.condition_title(str(row["flaw"])),
        str(row["n"]),
        titles.tool_title(str(row["tool"])),
        f"{frequency(numbers['auc'])}{span}",
        "yes" if row["sure"] else "no",
        heatmap,
        frequency(numbers["accuracy"]) if numbers["accuracy"] == numbers["accuracy"] else "not tried",
    )
    return f"| {' | '.join(cells)} |"
