"""`ladder --check` keeps the proof of a fix as a check that the network as it was fails, or says why there is none."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from core import repair
from core.acceptance import read_checks, run_checks
from core.cli import main
from core.datasets import Splits
from core.repair import AS_IT_IS
from tests.core.hunches.conftest import centre, coloured, reads_mean_colour, ring

FIX = "background_randomised"
FLAWED, FIXED = reads_mean_colour(ring()), reads_mean_colour(centre())


@pytest.fixture(scope="module")
def tied() -> Splits:
    data = coloured(120, 1, background_tied=True, object_tied=True)
    return Splits(data, data, data)


@pytest.fixture
def proved(monkeypatch, tied):
    """A ladder on which one network is said to be the best, in place of one that trains."""

    def go(best: str | None, model=FIXED):
        runs = {name: SimpleNamespace(model=each) for name, each in ((AS_IT_IS, FLAWED), (FIX, model))}
        judge = SimpleNamespace(limits="")
        found = SimpleNamespace(best=best, runs=runs, table=pd.DataFrame({"fix": []}), sentence="", judge=judge)
        subject = SimpleNamespace(network=FLAWED, splits=tied, judge=None, interface=None)
        monkeypatch.setattr("core.cli.commands.ladder.subject_of", lambda options: subject)
        monkeypatch.setattr("core.cli.commands.ladder.report", lambda found: "")
        monkeypatch.setattr(repair, "ladder", lambda *given, **more: found)

    return go


def test_the_check_passes_on_the_fixed_network_and_fails_on_the_flawed_one(proved, tied, tmp_path):
    proved(FIX)
    written = tmp_path / "checks.toml"
    assert main(["ladder", "--model", "any.keras", "--fix", FIX, "--check", str(written)]) == 0
    kept = read_checks(written)
    assert [run_checks(model, tied, kept)[0].state for model in (FIXED, FLAWED)] == ["passed", "failed"]


@pytest.mark.parametrize(
    ("best", "model", "said"), [(None, FIXED, "no fix is said to help"), (FIX, FLAWED, "beyond doubt")]
)
def test_without_a_proof_no_check_is_written_and_the_reason_is_told(proved, tmp_path, capsys, best, model, said):
    proved(best, model)
    written = tmp_path / "checks.toml"
    assert main(["ladder", "--model", "any.keras", "--fix", FIX, "--check", str(written)]) == 0
    assert said in capsys.readouterr().err
    assert not written.exists()
