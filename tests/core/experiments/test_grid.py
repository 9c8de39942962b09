"""The experiment itself, on networks that learn for a moment."""

from __future__ import annotations

import pytest

from core.errors import Cancelled, InputError
from core.experiments import pairs as made
from core.experiments import run_experiment, studied_flaws, tools
from core.flaws import info, names
from core.store import Store

SMALL = {"train": 20, "epochs": 1, "filters": 4, "pictures": 1, "tried": 20}
FEW = ("accuracy", "gradient", "hunch")


@pytest.fixture(scope="module")
def store() -> Store:
    return Store("memory://experiments-test")


@pytest.fixture(scope="module")
def readings(store):
    return run_experiment(("sticker", "imbalance"), FEW, (0,), store=store, **SMALL)


def test_every_tool_reads_every_pair_that_it_can_look_at(readings) -> None:
    found = set(zip(readings["tool"], readings["flaw"], strict=True))
    assert found == {(tool, flaw) for tool in FEW for flaw in ("sticker", "imbalance")} - {("hunch", "imbalance")}
    assert readings[["flawed", "healthy"]].notna().all().all()
    assert (readings["seconds"] > 0).all()


@pytest.mark.usefixtures("readings")
def test_a_diagnosis_is_read_from_both_networks_of_a_pair(store) -> None:
    """Of one pair, for a diagnosis takes longer than all else."""
    found = run_experiment(("sticker",), ("diagnosis",), (0,), store=store, **SMALL)
    assert found["tool"].tolist() == ["diagnosis"]
    assert found[["flawed", "healthy"]].notna().all().all()
    assert found["seconds"].item() > 0


def test_a_cost_is_known_of_shortcuts_alone_and_decides_whether_they_count(readings) -> None:
    shortcut = readings["flaw"] == "sticker"
    assert readings.loc[shortcut, "cost"].notna().all()
    assert readings.loc[~shortcut, "cost"].isna().all()
    assert (readings.loc[shortcut, "took"] == (readings.loc[shortcut, "cost"] >= made.TOOK)).all()
    assert readings.loc[~shortcut, "took"].all()


def test_what_was_read_is_not_read_again(readings, store, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("no pair should be made")

    monkeypatch.setattr("core.experiments.grid.train_pair", fail)
    again = run_experiment(("sticker", "imbalance"), FEW, (0,), store=store, **SMALL)
    assert again.equals(readings)


def test_a_stop_keeps_what_was_read(store) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        if done >= 2:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        run_experiment(("imbalance", "sticker"), ("worst_class",), (0,), store=store, on_step=stop, **SMALL)
    told: list[int] = []
    found = run_experiment(
        ("imbalance",), ("worst_class",), (0,), store=store, on_step=lambda done, *_: told.append(done), **SMALL
    )
    assert told == [0, 2]
    assert len(found) == 1


def test_the_healthy_network_is_shown_the_artefact_but_never_learned_it(store) -> None:
    both = made.train_pair("border", 0, made.ExperimentSettings(**SMALL), store)
    assert both.flawed.splits.test.images is both.healthy.splits.test.images
    assert both.flawed.model is not both.healthy.model
    assert both.flawed.splits.test.masks is None
    assert both.flawed.splits.test.attributes is None


def test_unknown_names_and_no_seeds_are_told() -> None:
    with pytest.raises(InputError, match="vignette"):
        run_experiment(("vignette",))
    with pytest.raises(InputError, match="crystal_ball"):
        run_experiment(("tint",), ("crystal_ball",))
    with pytest.raises(InputError, match="seed"):
        run_experiment(("tint",), ("accuracy",), ())


def test_every_tool_says_what_it_is_and_every_flaw_exists() -> None:
    assert all(tool.plain.endswith(".") and tool.title for tool in tools().values())
    assert {name for name in names() if info(name).shortcut} < set(studied_flaws())
