"""One sentence on where the evidence lies, true of maps whose place is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.attribution.conclusion import conclude_evidence

MASK = np.zeros((10, 10), bool)
MASK[:5, :5] = True
ON, OFF = MASK.astype(float), (~MASK).astype(float)


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        ([ON, 2 * ON], "lies mostly on the object: it holds 100% of the evidence, in 25% of the picture"),
        ([OFF], "lies mostly off the object: the object holds only 0% of the evidence, in 25% of the picture"),
        ([ON, OFF, OFF], "disagree on whether the evidence for boot lies on the object: by 1 of 3"),
    ],
)
def test_it_says_where_the_evidence_lies(maps, said):
    assert said in conclude_evidence(maps, MASK, "boot")


def test_a_uniform_map_is_not_said_to_be_on_the_object():
    assert "off the object" in conclude_evidence([np.ones((10, 10))], MASK, "boot")


@pytest.mark.parametrize("mask", [None, np.zeros((10, 10), bool)])
def test_without_a_known_object_nothing_is_claimed(mask):
    assert "not known" in conclude_evidence([ON], mask, "boot")


def test_without_maps_there_is_nothing_to_conclude():
    assert conclude_evidence([], MASK, "boot") == ""


def test_an_outline_that_was_found_rather_than_given_is_said_to_be_so():
    assert "GrabCut" in conclude_evidence([ON], MASK, "boot", given=False)
    assert "GrabCut" not in conclude_evidence([ON], MASK, "boot")
