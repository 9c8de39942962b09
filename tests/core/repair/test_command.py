"""`python -m core ladder` from the outside."""

from __future__ import annotations

import pandas as pd
import pytest

from core import flaws
from core.cli import main
from core.datasets import load
from core.networks.training.specs import TrainingSpec
from core.networks.training.train import train
from core.repair import history
from core.store import Store
from tests.core.repair.conftest import SMALL

DATA = [
    "--data-train", "20", "--data-validation", "10", "--data-test", "10", "--data-size", "32",
    "--data-classes", "bag", "boot", "--flaw", "background",
]  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Store(str(tmp_path_factory.mktemp("kept")))


@pytest.fixture(scope="module")
def trained(kept):
    splits = load("wardrobe", train=20, validation=10, test=10, size=32, classes=("bag", "boot"))
    planted = flaws.plant(splits, "background")
    return train(planted.splits, SMALL, TrainingSpec(epochs=2), store=kept)


@pytest.fixture(scope="module")
def model(trained, tmp_path_factory):
    return trained.export(tmp_path_factory.mktemp("model") / "model.keras")


def test_a_ladder_prints_its_table_and_writes_it(model, tmp_path, capsys):
    table = tmp_path / "table.csv"
    words = ["ladder", "--model", str(model), "--fix", "last_layer_retrained", "--seeds", "1", "--table", str(table)]
    assert main([*words, *DATA, "--last-layer-retrained-draws", "2"]) == 0
    printed = capsys.readouterr().out
    for name in ("as it is", "keep training", "last_layer_retrained", "worst_group"):
        assert name in printed
    assert pd.read_csv(table)["fix"].tolist() == ["as it is", "keep training", "last_layer_retrained"]


def test_what_a_ladder_proves_is_kept_beside_its_run(trained, kept, capsys):
    words = ["ladder", "--run", trained.key, "--store", kept.root, "--fix", "last_layer_retrained", "--seeds", "1"]
    assert main([*words, *DATA, "--last-layer-retrained-draws", "2"]) == 0
    (proof,) = history.load(trained.key, kept)
    assert proof.table["fix"].tolist() == ["as it is", "keep training", "last_layer_retrained"]
    assert proof.sentence in capsys.readouterr().out


def test_an_unknown_fix_is_refused_with_the_known_ones(model, capsys):
    assert main(["ladder", "--model", str(model), "--fix", "magic", *DATA]) == 2
    assert "background_randomised" in capsys.readouterr().err


def test_a_name_that_is_no_network_is_refused(model, capsys):
    words = ["ladder", "--model", str(model), "--fix", "last_layer_retrained", "--out", "network.txt", *DATA]
    assert main(words) == 2
    assert ".keras" in capsys.readouterr().err
