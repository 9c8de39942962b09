"""A person may type anything: it is read, in finite time, and never ends in an error."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from core.hunches import hunch_info, parse_hunches
from core.hunches.vocabulary import COLOURS, CONCEPTS, DENIALS, ENDS, PLACE_WORDS

KNOWN = some.sampled_from(
    sorted({*CONCEPTS, *COLOURS, *PLACE_WORDS, *DENIALS, *ENDS, "degrees", "%", "percent", "times"})
)
NUMBERS = some.integers(-(10**6), 10**400).map(str) | some.floats().map(str)
TYPED = some.text(max_size=200) | some.lists(KNOWN | NUMBERS | some.text(max_size=12), max_size=20).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(TYPED)
@example("rotate by " + "9" * 400 + " degrees")
@example("0" * 400 + "1 %")
@example("\ud800 background")
@example("٣٤ degrees")
def test_whatever_is_typed_is_read_and_can_be_tested(text):
    readings = parse_hunches(text)
    assert len({reading.hunch for reading in readings}) == len(readings) <= 5
    for reading in readings:
        assert 0 < reading.score <= 1
        assert reading.sentence.endswith(".")
        hunch_info(reading.hunch).Settings.of(**reading.settings)


@pytest.mark.parametrize(
    "text", ["background " * 2000, "bakcgruond " * 2000, "q" * 20000, "9." * 10000, "zxqv " * 2000]
)
def test_a_very_long_text_takes_no_longer_than_a_person_waits(text):
    began = time.process_time()
    parse_hunches(text * (20_000 // len(text)))
    assert time.process_time() - began < 5
