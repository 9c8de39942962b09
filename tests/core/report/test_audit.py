"""What a report says of an audit, on counts that are known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.errors import InputError
from core.report import ReportSettings, compose, write
from core.report.layout import Section

from .conftest import audit_of


def _section(facts, **changes: Any) -> Section:
    return compose(replace(facts, audit=audit_of(facts.class_names, **changes))).section("audit")


def test_a_report_without_an_audit_says_nothing_of_one(facts):
    assert "audit" not in {section.name for section in compose(facts).sections}


def test_the_counts_evidence_and_suspects_of_an_audit_are_told(facts):
    found = _section(facts)
    text = " ".join(found.sentences)
    assert "net.keras about 1,000,000 pictures. 10 pictures could not be read." in text
    assert "about 87 were right, give or take 1 (783,000 of 900,000 pictures)" in text
    assert "fills 40 of 100 parts of a picture. It holds 50 of 100" in text
    assert "1 flaw was found on a sample of 600 pictures. Copies are not judged." in text
    assert len(found.points) == 2
    assert "Answers went with the background." in found.points[0]
    assert found.table.rows[0][1:] == ("600,000", "450,000", "about 98, give or take 1", "50", "40")


def test_evidence_is_not_told_where_the_map_cannot_be_believed(facts):
    for badge in ({"passes": False}, {}):
        found = _section(facts, samples={"badge": badge})
        assert "Where it looked is not told" in " ".join(found.sentences)
        assert len(found.table.titles) == 4


def test_what_is_missing_is_said(facts):
    nobody = audit_of(facts.class_names).classes.assign(labelled=0.0, right=0.0)
    found = _section(facts, finished=False, samples={}, classes=nobody)
    text = " ".join(found.sentences)
    for words in ("is not finished", "nobody knows which answers were right", "not searched for flaws"):
        assert words in text
    assert not found.points
    assert [row[3] for row in found.table.rows] == ["not known"] * 2


def test_the_audit_of_a_network_with_other_classes_is_refused(run, splits, tmp_path):
    about = {"model": "m", "model_digest": "d", "images": "i", "class_names": ["cat", "dog"]}
    (tmp_path / "audit.json").write_text(json.dumps(about))
    with pytest.raises(InputError, match="Name the audit of this network"):
        write(tmp_path / "r.html", run, splits, title="Bags", settings=ReportSettings(methods=()), audit=str(tmp_path))
