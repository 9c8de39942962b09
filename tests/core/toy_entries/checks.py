"""What lists, searches and the command line say of the toy entries; collected by `test_entries.py` alone."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from core import attribution, datasets, flaws
from core.cli.commands import explain
from core.datasets import Dataset
from core.diagnosis.base import Finding
from core.diagnosis.diagnose import suspected
from core.diagnosis.registry import detectors
from core.experiments import studied_flaws, tools
from core.game import LETTERS, Case
from core.hunches import parse_hunches
from core.repair import fixes


def test_every_list_has_them():
    assert "toy_method" in attribution.methods()
    assert "toy_flaw" in flaws.names()
    assert "toy_flaw" in studied_flaws()
    assert "toy_flaw" in detectors()
    assert "toy_method" in tools()
    assert "toy_fix" in fixes()
    assert "toy_source" in datasets.names()


def test_a_detector_that_nobody_calibrated_measures_and_raises_nothing() -> None:
    labels = np.arange(8) % 2
    dim = Dataset(np.where(labels[:, None, None, None], 200, 20).astype(np.uint8).repeat(8, 1), labels, ("dim", "lit"))
    context = SimpleNamespace(splits=SimpleNamespace(train=dim), classes=2, names=dim.class_names)
    found = detectors()["toy_flaw"].measure(context)  # type: ignore[arg-type]
    assert isinstance(found, Finding)
    assert found.class_index == 0
    suspect = suspected(detectors()["toy_flaw"], found, dim.class_names)
    assert not suspect.raised
    assert "not calibrated yet" in suspect.evidence


def test_a_new_shortcut_counts_as_one():
    assert flaws.is_shortcut("toy_flaw")


@pytest.mark.parametrize("text", ["negative", "maybe it is inverted", "like an x ray"])
def test_a_hunch_is_understood_by_words_of_its_own(text):
    assert parse_hunches(text)[0].hunch == "toy_change"


def test_the_command_line_offers_the_method(capsys):
    with pytest.raises(SystemExit):
        explain.parser([]).parse_args(["--help"])
    assert "toy_method" in capsys.readouterr().out


def test_the_blind_game_deals_the_flaw():
    dealt = {Case(f"{a}{b}{c}BB").flaw for a in LETTERS[:8] for b in LETTERS[:8] for c in LETTERS[:8]}
    assert dealt == set(flaws.names())
