"""What an audit of many pictures found."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from core import flaws
from core.intervals import wilson
from core.report.facts import AccuracyScore, Facts
from core.report.layout import Section, SectionInfo, Table
from core.report.sentences import count, count_score, glossary_terms, of_hundred, sentence

if TYPE_CHECKING:
    from core.audit.summary import AuditSummary

MOST = 5
"""Guesses that held, and are told one by one."""
LEARNED = "Some of these may be pictures that it learned from, which flatters it."


def section(facts: Facts) -> Section | None:
    """Answers, evidence and suspects at scale; nothing where there was no audit."""
    found = facts.audit
    if found is None:
        return None
    return Section(
        name="audit",
        title="What did it say about all the pictures?",
        sentences=tuple(text for text in (_asked(found), _right(found), _evidence(found), _suspects(found)) if text),
        points=(*_raised(found), *_held(found)),
        table=_table(found),
        terms=_terms(found),
    )


def _asked(found: AuditSummary) -> str:
    network = PurePosixPath(found.model).name
    return glossary_terms(
        f"An audit asked {network} about {count(found.pictures, 'picture')}.",
        f"{count(found.left_out, 'picture')} could not be read." if found.left_out else "",
        "" if found.finished else "The audit is not finished: this is what is there so far.",
    )


def _right(found: AuditSummary) -> str:
    labelled, right = int(found.classes["labelled"].sum()), int(found.classes["right"].sum())
    if not labelled:
        return "No picture was in a folder with a class's name, so nobody knows which answers were right."
    score = _score("all", right, labelled)
    return glossary_terms(
        f"Of 100 pictures whose class is known, {of_hundred(score, 'were right')} ({count_score(score)}).", LEARNED
    )


def _evidence(found: AuditSummary) -> str:
    if found.badge_passes is None:
        return "Where it looked is not told: nobody checked whether a heatmap can be believed on this network."
    if not found.badge_passes:
        return "Where it looked is not told: the heatmap did not pass its test on this network."
    sums = found.classes[["evidence", "mass", "share"]].sum()
    if not sums["evidence"]:
        return "The heatmap showed nothing that counted in any picture."
    share, mass = (round(100 * sums[name] / sums["evidence"]) for name in ("share", "mass"))
    return f"The object itself fills {share} of 100 parts of a picture. It holds {mass} of 100 parts of what counted."


def _suspects(found: AuditSummary) -> str:
    looked = found.samples.get("diagnosis")
    if looked is None:
        return "It was not searched for flaws in the audit."
    if looked.get("left_out"):
        return f"It could not be searched for flaws in the audit. {sentence(looked['left_out'])}"
    raised = sum(suspect["raised"] for suspect in looked["suspects"])
    result = f"{count(raised, 'flaw was', 'flaws were')} found" if raised else "No flaw was found"
    return f"{result} on a sample of {count(looked['n'], 'picture')}. {sentence(looked['note'])}"


def _raised(found: AuditSummary) -> list[str]:
    suspects = found.samples.get("diagnosis", {}).get("suspects", ())
    raised = [suspect for suspect in suspects if suspect["raised"]]
    return [glossary_terms(f"{_title(each['flaw'])}.", sentence(each["evidence"])) for each in raised]


def _held(found: AuditSummary) -> list[str]:
    verdicts: list[dict[str, Any]] = found.samples.get("hunches", {}).get("verdicts", [])
    held = [verdict for verdict in verdicts if verdict["conclusion"] == "supported"]
    points = [sentence(verdict["sentence"]) for verdict in held[:MOST]]
    return [*points, f"And {count(len(held) - MOST, 'other guess', 'other guesses')} held."] if held[MOST:] else points


def _title(flaw: str) -> str:
    return flaws.info(flaw).title if flaw in flaws.names() else flaw.replace("_", " ").capitalize()


def _table(found: AuditSummary) -> Table:
    """One row a class: how often it was answered, how often rightly, and where the evidence lies if that is known."""
    titles = ("Class", "Times answered", "Pictures of it", "Right of 100")
    if not found.badge_passes:
        return Table(titles, tuple(_row(str(name), row) for name, row in found.classes.iterrows()))
    rows = [(*_row(str(name), row), _part(row, "mass"), _part(row, "share")) for name, row in found.classes.iterrows()]
    return Table((*titles, "Evidence on the object, of 100", "Object, of 100 parts"), tuple(rows))


def _row(name: str, row: Any) -> tuple[str, ...]:
    labelled = int(row["labelled"])
    right = of_hundred(_score(name, int(row["right"]), labelled)) if labelled else "not known"
    return name, f"{int(row['answered']):,}", f"{labelled:,}", right


def _part(row: Any, measure: str) -> str:
    return f"{round(100 * row[measure] / row['evidence'])}" if row["evidence"] else "none"


def _score(name: str, right: int, n: int) -> AccuracyScore:
    return AccuracyScore(name, right, n, *wilson(right, n))


def _terms(found: AuditSummary) -> dict[str, str]:
    terms = {
        "The pictures": f"All pictures below {found.images}. A picture's class is the folder that it is in.",
        "The network": f"The audit was of {found.model}. Nothing here shows that this report is about the same file.",
    }
    if found.badge_passes:
        terms["Evidence"] = (
            "Grad-CAM for the answer that was given, its share on the object that GrabCut finds, as a mean over "
            "pictures. An object that holds no more than it fills counts no more than anything else."
        )
    return terms


SECTION = SectionInfo("audit", section, order=75)
