"""Two verdicts on the same pictures: the difference of known effects, and what cannot be compared."""

from __future__ import annotations

import pytest

from core import hunches as library
from core.errors import InputError
from core.hunches.compare_verdicts import compare_effects
from tests.core.hunches.conftest import coloured

QUICK = {"resamples": 999}


@pytest.fixture(scope="module")
def verdicts(background_reader, object_reader):
    """The background exchanged, for a network that reads it and for one that does not."""
    data = coloured(60, 2, background_tied=True, object_tied=True)
    return [
        library.test_hunch(model, data, "background_swapped", **QUICK) for model in (object_reader, background_reader)
    ]


def test_the_network_that_reads_the_background_loses_more(verdicts):
    found = compare_effects(*verdicts)
    assert found.low > 0.9
    assert found.value == pytest.approx(verdicts[1].effect - verdicts[0].effect, abs=0.05)


def test_a_verdict_beside_itself_differs_by_nothing(verdicts):
    found = compare_effects(verdicts[0], verdicts[0])
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_verdicts_about_different_things_are_refused(verdicts, object_reader):
    data = coloured(60, 2, background_tied=True, object_tied=True)
    another = library.test_hunch(object_reader, data, "object_recoloured", **QUICK)
    fewer = library.test_hunch(object_reader, data, "background_swapped", n=30, **QUICK)
    for other in (another, fewer):
        with pytest.raises(InputError, match="same change on the same pictures"):
            compare_effects(verdicts[0], other)
