"""Outcomes as JUnit XML, which continuous integration shows beside its tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from core.acceptance.base import Outcome


def junit_xml(outcomes: Sequence[Outcome], *, strict: bool = False) -> str:
    """A test suite with one case a check.

    Args:
        outcomes: from `run_checks`.
        strict: whether an inconclusive check counts as failed; otherwise it counts as skipped.
    """
    suite = ElementTree.Element("testsuite", name="hunch", tests=str(len(outcomes)))
    for outcome in outcomes:
        case = ElementTree.SubElement(suite, "testcase", classname="hunch", name=outcome.check.name)
        if outcome.state == "failed" or (strict and outcome.state == "inconclusive"):
            ElementTree.SubElement(case, "failure", message=outcome.sentence)
        elif outcome.state == "inconclusive":
            ElementTree.SubElement(case, "skipped", message=outcome.sentence)
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"
