"""Pulls: a network set by hand to read one region is found out, and one that reads the object is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.datasets.base import Dataset
from core.diagnosis.base import Finding
from core.diagnosis.detectors import background, border, shortcut, sticker, tint
from core.diagnosis.exchanges import Exchanges
from tests.core.diagnosis.conftest import marked, reader, region, splits_of, subject_of
from tests.core.hunches.conftest import coloured

DETECTORS = {"background": background, "border": border, "sticker": sticker, "tint": tint}
READS = {"background": "background", "border": "frame", "sticker": "corner", "tint": "object"}


def _statistics(flaw: str) -> dict[str, float]:
    where = READS[flaw]
    made = splits_of(lambda seed: marked(coloured(90, seed, object_tied=flaw == "tint"), where))
    context = subject_of(reader(where), made)
    found = {name: module.DETECTOR.measure(context) for name, module in DETECTORS.items()}
    return {name: each.statistic for name, each in found.items() if isinstance(each, Finding)}


@pytest.mark.parametrize("flaw", list(DETECTORS))
def test_what_a_network_reads_is_what_pulls_most(flaw: str) -> None:
    found = _statistics(flaw)
    assert max(found, key=lambda name: found[name]) == flaw
    assert found[flaw] > 0.5


def test_the_region_of_a_corner_reader_covers_its_corner() -> None:
    made = splits_of(lambda seed: marked(coloured(90, seed), "corner"))
    finding = sticker.measure(subject_of(reader("corner"), made))
    assert isinstance(finding, Finding)
    assert finding.mask is not None
    assert finding.mask[region("corner")].mean() >= 0.7
    assert finding.mask.mean() < 0.3


def test_a_strip_across_objects_is_found_and_shown_where_it_is() -> None:
    made = splits_of(lambda seed: marked(coloured(90, seed), "strip"))
    finding = shortcut.measure(subject_of(reader("strip"), made))
    assert isinstance(finding, Finding)
    assert finding.statistic > 0.3
    assert finding.mask is not None
    np.testing.assert_array_equal(finding.mask, region("strip"))


def test_a_strip_is_not_called_the_background() -> None:
    made = splits_of(lambda seed: marked(coloured(90, seed), "strip"))
    finding = background.measure(subject_of(reader("strip"), made))
    assert isinstance(finding, Finding)
    assert finding.statistic < background.DETECTOR.floor


def test_a_strip_that_nearly_all_of_a_class_carry_is_no_flaw_where_the_network_does_not_read_it() -> None:
    """It lies across the object, which the network does read: filling it in must cost no more than showing it."""

    def part(seed: int) -> Dataset:
        data = coloured(90, seed, object_tied=True)
        images = np.where(region("strip")[..., None] & (data.labels == 0)[:, None, None, None], 20, data.images)
        return replace(data, images=images.astype(np.uint8))

    exchanges = Exchanges(subject_of(reader("object"), splits_of(part)))
    np.testing.assert_array_equal(exchanges.printed.strips[0], region("strip"))
    assert not exchanges.printed.strips[1:].any()
    exchange = exchanges.print_exchange(exchanges.printed.strips)
    assert exchange is not None
    assert exchange.sure().max() < shortcut.DETECTOR.floor


def test_an_honest_object_is_no_strip(honest, object_reader) -> None:
    exchanges = Exchanges(subject_of(object_reader, honest))
    assert exchanges.quiet or exchanges.strip.sure.max() < 0.12


def test_an_untied_part_costs_nobody_anything_however_the_network_reads_it() -> None:
    """The control cancels all damage: backgrounds that say nothing are missed by nobody, on average."""
    made = splits_of(lambda seed: coloured(120, seed))
    exchanges = Exchanges(subject_of(reader("background"), made))
    assert abs(float(exchanges.background.loss.mean())) < 0.15
    assert exchanges.p_values(exchanges.background).min() > 0.01


def test_a_network_that_reads_the_object_does_not_mind_what_is_around_it(honest, object_reader) -> None:
    exchanges = Exchanges(subject_of(object_reader, honest))
    for exchange in (exchanges.background, exchanges.frame_exchange, exchanges.off_objects):
        np.testing.assert_allclose(exchange.effects(), 0, atol=0.02)


def test_what_a_tie_costs_is_told_with_its_interval() -> None:
    made = splits_of(lambda seed: marked(coloured(90, seed), "corner"))
    finding = sticker.measure(subject_of(reader("corner"), made))
    assert isinstance(finding, Finding)
    assert finding.harm is not None
    assert finding.harm.low <= finding.harm.value <= finding.harm.high
    assert finding.harm.value > 0.8
    assert finding.p_value is not None
    assert finding.p_value < 0.001
