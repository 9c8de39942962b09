"""What was tested on a run is found again, once each, the latest first."""

from __future__ import annotations

import json

import pytest

from core import hunches as library
from core.errors import InputError
from core.hunches import history

from .conftest import coloured, reads_mean_colour, ring

RUN = "0123456789abcdef"


@pytest.fixture(scope="module")
def verdict():
    model = reads_mean_colour(ring())
    return library.test_hunch(model, coloured(60, 0, background_tied=True), "background_grey", n=40, resamples=199)


def _save(verdict, **changes):
    history.save(RUN, [verdict], **{"pictures": "test", "asked": 40, "seed": 0, **changes})


def test_what_is_saved_is_loaded_with_its_figures(verdict):
    _save(verdict, masks={"grow": 0.02})
    (entry,) = history.load(RUN)
    assert {name: entry[name] for name in verdict.summary()} == json.loads(json.dumps(verdict.summary()))
    assert (entry["pictures"], entry["asked"], entry["seed"]) == ("test", 40, 0)
    assert entry["masks"] == {"grow": 0.02}


def test_the_same_test_counts_once_and_the_latest_one_counts(verdict):
    _save(verdict)
    _save(verdict, together=True)
    (entry,) = history.load(RUN)
    assert entry["together"] is True


def test_another_seed_is_another_test_and_the_latest_comes_first(verdict):
    _save(verdict)
    _save(verdict, seed=1)
    assert [entry["seed"] for entry in history.load(RUN)] == [1, 0]


def test_runs_do_not_mix_and_an_untested_one_has_none(verdict):
    _save(verdict)
    assert history.load("feed") == []


def test_nothing_tested_is_nothing_kept():
    history.save(RUN, [], pictures="test", asked=40, seed=0)
    assert history.load(RUN) == []


def test_a_key_that_would_leave_the_folder_is_refused(verdict):
    with pytest.raises(InputError, match="letters and digits"):
        history.load("../secrets")
