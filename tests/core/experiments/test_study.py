"""The study: its design, its readings, and equal tables wherever it runs."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cluster import Where
from core.errors import Cancelled, InputError
from core.experiments.study import detection, files, policies, tables
from core.experiments.study.design import (
    AS_FOUND,
    BLOCKS,
    FLAWED,
    HEALTHY,
    PAIRS,
    PROTOCOL,
    STRENGTHS,
    Case,
    StudySettings,
    subset,
)
from core.experiments.study.maps import alternating, class_change, class_clusters
from core.experiments.study.pictures import healthy_pictures
from core.experiments.study.run import OUTCOMES, outcomes, plan, readings, run
from core.store import Store

ROOT = Path(__file__).parents[3]
SMALL = {"train": 10, "validation": 5, "test": 5, "epochs": 1, "filters": 4, "pictures": 5}
TOOLS = ("accuracy", "worst_class", "gradient")
CONDITIONS = ("healthy", "sticker")
FIXES = ("last_layer_retrained", "oracle")
NETWORKS = 2


def test_the_subset_is_the_one_that_the_protocol_lays_down() -> None:
    text = (ROOT / "core/experiments/PROTOCOL.md").read_text()
    assert f"# Protocol, version {PROTOCOL}" in text
    cases = subset()
    assert len(set(cases)) == len(cases) == int(re.search(r"That is (\d+) networks", text)[1])
    for data in PAIRS:
        row = (
            next(line for line in text.splitlines() if line.startswith(f"| `{data}` | ") and "default: 0" in line)
            if data != "plantvillage"
            else None
        )
        if row is not None:
            assert int(row.split("|")[-2]) == sum(case.data == data for case in cases)


def test_strengths_conditions_and_blocks_are_balanced() -> None:
    cases = subset()
    for flaw in ("sticker", "border", "label_noise", "imbalance"):
        strengths = [case.strength for case in cases if case.condition == flaw]
        counts = [strengths.count(strength) for strength in STRENGTHS]
        assert max(counts) - min(counts) <= 2
    assert all(0 <= case.block < BLOCKS[case.data] for case in cases)
    assert {case.condition for case in cases} == {*HEALTHY, *FLAWED, AS_FOUND}
    others = [sum(case.data != data and case.condition in HEALTHY for case in cases) for data in PAIRS]
    assert min(others) >= detection.FEWEST


def test_blocks_share_no_cut_out_and_no_texture() -> None:
    settings = StudySettings.of(**{**SMALL, "train": 40})
    made = [healthy_pictures(Case("wardrobe", "default", "healthy", 1.0, block), settings, {}) for block in (0, 1)]
    for part in ("train", "validation", "test"):
        one, other = (
            {(row["object"], row["source"]) for row in splits.parts[part].attributes.to_dict("records")}
            for splits in made
        )
        assert one
        assert not one & other
    from core.datasets.recipe import chance
    from core.datasets.scenes import VARIANTS

    textures = [set((chance(splits.train.attributes["draw"].to_numpy(), 0) * VARIANTS).astype(int)) for splits in made]
    assert not textures[0] & textures[1]


def test_a_map_that_moves_with_the_class_is_read_as_a_change_and_one_that_stays_is_not() -> None:
    maps = np.zeros((20, 16, 16))
    labels = np.repeat([0, 1], 10)
    maps[:, 2:4, 2:4] = 1
    assert class_change(maps, labels) == pytest.approx(0, abs=1e-6)
    assert class_clusters(maps, labels) == 0
    maps[10:] = np.rot90(maps[10:], 2, axes=(1, 2))
    assert class_change(maps, labels) == pytest.approx(1)
    assert class_clusters(maps, labels) == pytest.approx(1)


def test_smaller_samples_are_beginnings_of_larger_ones_with_all_classes() -> None:
    labels = np.repeat([0, 1, 2, 3, 4], 6)
    rows = alternating(labels, 20)
    assert list(labels[rows[:5]]) == [0, 1, 2, 3, 4]
    assert np.bincount(labels[rows]).tolist() == [4] * 5
    assert list(alternating(labels, 10)) == list(rows[:10])


def _readings(shift: float, *, healthy: int = 20) -> pd.DataFrame:
    """One tool with one reading on two data sets of `healthy` blocks: flawed networks read higher by `shift`."""
    rng = np.random.default_rng(0)
    rows = []
    for data in ("one", "other"):
        for block in range(healthy):
            for condition, added in (("healthy", 0.0), ("sticker", shift)):
                rows.append({
                    "data": data, "network": "default", "condition": condition, "strength": 1.0, "block": block,
                    "tool": "toy", "reading": "r", "pictures": 5, "evaluations": 5.0, "value": rng.normal() + added,
                    "fits": "sticker border", "named": "", "seconds": 1.0, "cpu": 60.0, "reason": "",
                    "took": block % 2 == 0,
                })  # fmt: skip
    return pd.DataFrame(rows)


def test_a_perfect_reading_has_full_power_a_blind_one_has_none_and_the_wrong_way_round_shows() -> None:
    found = {shift: detection.detection(tables.comparable(_readings(shift))).iloc[0] for shift in (100.0, 0.0, -100.0)}
    assert found[100.0]["power"] == found[100.0]["auc"] == found[100.0]["auc_low"] == 1
    assert found[0.0]["power"] < 0.2
    assert found[0.0]["auc_low"] < 0.5 < found[0.0]["auc_high"]
    assert found[-100.0]["auc"] == found[-100.0]["power"] == 0
    assert found[-100.0]["auc_p"] < 1e-6
    assert all(row["false_alarms"] <= 0.2 for row in found.values())


def test_few_healthy_networks_elsewhere_give_no_threshold_and_no_name() -> None:
    rows = tables.comparable(_readings(100.0, healthy=detection.FEWEST - 1))
    assert np.isnan(detection.detection(rows).iloc[0]["power"])
    assert tables.naming(tables.names(rows)).empty


def test_a_reading_that_fits_two_flaws_earns_half_and_silence_is_right_on_healthy_networks() -> None:
    named = tables.naming(tables.names(tables.comparable(_readings(100.0, healthy=60)))).set_index("condition")["top1"]
    assert named["sticker"] == 0.5
    assert named["healthy"] >= 0.88  # 5% false alarms, by thresholds that 60 networks give


def test_flaws_that_did_not_take_can_be_left_out_and_are_counted_otherwise() -> None:
    rows = tables.comparable(_readings(1.0))
    assert detection.detection(rows).iloc[0]["n"] == 40
    assert detection.detection(rows, took_only=True).iloc[0]["n"] == 20


def test_maps_are_told_apart_by_their_badge() -> None:
    rows = _readings(1.0).assign(tool="gradient")
    badge = rows.assign(tool="badge_gradient", reading="badge", value=(rows["condition"] == "healthy").astype(float))
    both = pd.concat([rows, badge[badge["block"] > 0]], ignore_index=True)
    found = {name: tables.maps_with_badge(both, name) for name in ("passes", "fails", "not computed")}
    assert set(found["passes"]["condition"]) == {"healthy"}
    assert set(found["fails"]["condition"]) == {"sticker"}
    assert set(found["not computed"]["block"]) == {0}
    assert sum(map(len, found.values())) == len(rows)


def test_networks_that_cannot_be_run_here_are_counted_and_unknown_words_are_told(tmp_path) -> None:
    made = plan(store=Store(str(tmp_path)), tools=["accuracy"])
    assert sum(made.left_out.values()) + made.networks == len(subset())
    assert made.hours > made.action_hours > 0
    acted_on = {cell.case for cell in made.cells if cell.action}
    assert all(case.sparse and case.condition != AS_FOUND for case in acted_on)
    assert list(made.actions_left_out.values()) == [len(acted_on)]
    assert plan(store=Store(str(tmp_path)), tools=["accuracy"], fixes=[]).action_hours == 0
    with pytest.raises(InputError, match="crystal_ball"):
        plan(tools=["crystal_ball"])
    with pytest.raises(InputError, match="prayer"):
        plan(fixes=["prayer"])
    with pytest.raises(InputError, match="nowhere"):
        plan(sources={"cifar10": "/nowhere"})
    with pytest.raises(InputError, match="both"):
        Where.of(2, "tcp://127.0.0.1:1")


def _work(root: Path, fixes: tuple[str, ...] = FIXES):
    cases = [case for case in subset() if case.data == "wardrobe" and case.network == "default"]
    cases = [replace(case, sparse=True) for case in cases if case.condition in CONDITIONS and case.block == 0]
    return plan(StudySettings.of(**SMALL), store=Store(str(root)), cases=cases, tools=TOOLS, fixes=fixes)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0, silence_logs=50
    ) as made:
        yield made.scheduler_address


@pytest.fixture(scope="module")
def alone_root(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("alone")


@pytest.fixture(scope="module")
def alone(cluster, alone_root) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Readings and outcomes of one process by itself: this one's TensorFlow may have begun with more threads."""
    from distributed import Client

    work = _work(alone_root / "store")
    with Client(cluster) as client:
        one = next(iter(client.scheduler_info()["workers"]))
        return client.submit(run, work, workers=[one], pure=False).result(timeout=600), outcomes(work)


def _same(table: pd.DataFrame, other: pd.DataFrame) -> None:
    for name in {"seconds", "cpu"} & set(table.columns):
        assert (table[name] >= 0).all()
    columns = [name for name in table.columns if name not in ("seconds", "cpu")]
    pd.testing.assert_frame_equal(table[columns], other[columns], check_dtype=False, rtol=1e-4, atol=1e-5)


def test_a_cluster_of_two_gives_the_table_of_one_process_and_does_nothing_twice(alone, cluster, tmp_path) -> None:
    work = _work(tmp_path / "store")
    together = run(work, where=Where(scheduler=cluster))
    _same(together, alone[0])
    _same(outcomes(work), alone[1])
    assert set(together["condition"]) == set(CONDITIONS)
    told: list[int] = []
    again = run(_work(tmp_path / "store"), on_step=lambda done, *_: told.append(done))
    assert not told
    _same(again, alone[0])
    files.write(str(tmp_path / "out"), again, work, where=Where(2), seconds=1.0, acted=outcomes(work))
    table, manifest = files.read(str(tmp_path / "out"))
    _same(table, alone[0])
    _same(files.read_outcomes(str(tmp_path / "out")), alone[1])
    assert manifest["cells_not_done_yet"] == {}
    assert len(manifest["runs"]) == 1
    assert manifest["networks_acted_on"] == NETWORKS
    assert manifest["protocol"] == PROTOCOL
    assert manifest["networks"] == NETWORKS
    assert manifest["machine"]["where"] == "2 local workers"


def test_a_run_goes_on_from_what_another_machine_has_done(alone, alone_root, tmp_path) -> None:
    there = _work(alone_root / "store")
    out = str(tmp_path / "out")
    for _ in range(2):
        files.write(out, alone[0], there, where=Where(), seconds=1.0, acted=alone[1])
    assert len(files.read(out)[1]["runs"]) == 2  # each run is remembered
    here = Store(str(tmp_path / "here"))
    assert files.adopt(out, here) == len(there.cells)
    assert files.adopt(out, here) == 0
    work = _work(tmp_path / "here")
    assert work.done == len(work.cells)
    _same(readings(work), alone[0])
    _same(outcomes(work), alone[1])
    manifest = tmp_path / "out" / files.MANIFEST
    manifest.write_text(manifest.read_text().replace(f'"protocol": {PROTOCOL}', f'"protocol": {PROTOCOL + 1}'))
    with pytest.raises(InputError, match="protocol"):
        files.adopt(out, Store(str(tmp_path / "elsewhere")))
    assert files.adopt(str(tmp_path / "nothing"), here) == 0


def test_a_run_that_is_stopped_keeps_what_is_done_and_counts_the_rest(tmp_path) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        raise Cancelled("The hours are over.")

    work = _work(tmp_path / "store", fixes=())
    with pytest.raises(Cancelled):
        run(work, on_step=stop)
    again = _work(tmp_path / "store", fixes=())
    assert again.done == 1
    table = readings(again)
    assert table.empty
    files.write(str(tmp_path / "out"), table, again, where=Where(), seconds=1.0)
    assert sum(files.read(str(tmp_path / "out"))[1]["cells_not_done_yet"].values()) == len(again.cells) - 1


def test_the_cells_of_a_killed_worker_are_done_by_the_other(alone, cluster, tmp_path) -> None:
    from distributed import Client

    killed: list[int] = []

    def kill(done: int, total: int, note: str = "") -> None:
        if done > NETWORKS and not killed:  # tools are at work
            with Client(cluster) as client:
                busy = sorted(client.processing().items(), key=lambda item: -len(item[1]))[0][0]
                killed.append(client.run(os.getpid, workers=[busy])[busy])
            os.kill(killed[0], signal.SIGKILL)

    table = run(_work(tmp_path / "store", fixes=()), where=Where(scheduler=cluster), on_step=kill)
    assert killed
    _same(table, alone[0])


def test_the_oracle_fixes_what_was_planted_and_only_pays_for_what_it_does(alone) -> None:
    rows = alone[1].set_index(["condition", "action"])
    assert set(rows.index) == {
        ("healthy", "last_layer_retrained"),
        ("sticker", "last_layer_retrained"),
        ("sticker", "oracle"),
    }
    assert (rows["reason"] == "").all()
    assert rows.loc[("sticker", "oracle"), "fix"] == "region_removed"
    assert '"where": "box"' in rows.loc[("sticker", "oracle"), "settings"]
    assert rows.loc[("sticker", "oracle"), "cpu"] > 0
    assert len(set(rows.loc["sticker"]["accuracy_before"])) == 1


def test_results_of_a_study_that_only_looked_can_still_be_read(alone, tmp_path) -> None:
    work = _work(tmp_path / "store")
    files.write(str(tmp_path / "out"), alone[0], work, where=Where(), seconds=1.0)
    (tmp_path / "out" / files.OUTCOMES_FILE).unlink()
    assert files.read_outcomes(str(tmp_path / "out")).columns.tolist() == list(OUTCOMES)
    assert policies.helpfulness(
        policies.policy_outcomes(files.read_outcomes(str(tmp_path / "out")), tables.names(alone[0]))
    ).empty
