"""An audit of a network that tells dark pictures from light ones: known answers, and nothing lost by a kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import cv2
import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers

from core.audit import AuditSettings, Job, audit, read_audit
from core.audit.files import parts_done, sample
from core.errors import DataError, InputError
from core.networks.load import save_model

ROOT = Path(__file__).parents[3]
NAMES = ("dark", "light")
SIDE, EACH, PART = 16, 120, 20
SIZES = {"partition": PART, "sample": 20, "badge": 4, "diagnosis": 60, "methods": ("gradient_x_input",)}


def _network() -> keras.Model:
    """Probability of "light" rises with the mean of all pixels."""
    inputs = keras.Input((SIDE, SIDE, 3))
    maps = layers.Conv2D(2, 1, activation="relu", name="conv")(layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, layers.Dense(2, activation="softmax")(layers.GlobalAveragePooling2D()(maps)))
    bright = np.full((1, 1, 3), 1 / 3)
    model.set_weights([np.stack([-bright, bright], -1), np.array([0.5, -0.5]), 8 * np.eye(2), np.zeros(2)])
    return model


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A network's file, and 240 pictures in folders of their class, with one that is broken and one without a class."""
    folder, rng = tmp_path_factory.mktemp("audit"), np.random.default_rng(0)
    (folder / "network.keras").write_bytes(save_model(_network(), NAMES))
    for name, level in zip(NAMES, (60, 180), strict=True):
        (folder / "pictures" / name).mkdir(parents=True)
        for number in range(EACH):
            image = np.clip(level + rng.normal(0, 25, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)
            cv2.imwrite(str(folder / "pictures" / name / f"{number:03}.png"), image)
    (folder / "pictures" / "dark" / "broken.png").write_bytes(b"no picture")
    (folder / "pictures" / "other").mkdir()
    cv2.imwrite(str(folder / "pictures" / "other" / "some.png"), np.full((SIDE, SIDE, 3), 220, np.uint8))
    return folder


def _job(place: Path, out: Path, **settings) -> Job:
    sizes = AuditSettings.of(**{**SIZES, **settings})
    return Job(str(place / "network.keras"), str(place / "pictures"), str(out), NAMES, "none", sizes)


def _table(out: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(path) for path in sorted((out / "pictures").iterdir())], ignore_index=True)


def _without_samples(out: Path) -> None:
    """Let an audit find its samples done, because they take longer than all its pictures."""
    out.mkdir(exist_ok=True)
    (out / "samples.json").write_text("{}")


@pytest.fixture(scope="module")
def whole(place) -> Path:
    audit(_job(place, place / "whole"))
    return place / "whole"


def test_every_picture_has_its_row_and_the_answers_are_right(whole) -> None:
    table = _table(whole).set_index("name")
    assert len(table) == 2 * EACH + 2
    assert table.index.is_unique
    known = table[table["label"].isin(NAMES) & (table["left_out"] == "")]
    assert known["right"].all()
    assert (known["answer"] == known["label"]).all()
    assert known["relevance_mass"].between(0, 1).all()
    assert known["map"].map(len).eq(64).all()
    assert table.loc["dark/broken.png", "left_out"]
    assert table.loc["other/some.png", "answer"] == "light"
    assert pd.isna(table.loc["other/some.png", "right"])


def test_a_summary_counts_what_the_rows_say_and_knows_what_is_missing(whole, tmp_path) -> None:
    table, found = _table(whole), read_audit(str(whole))
    read = table[table["left_out"] == ""]
    assert (found.pictures, found.left_out, found.finished) == (2 * EACH + 2, 1, True)
    assert found.classes["answered"].to_dict() == read["answer"].value_counts().to_dict()
    assert found.classes[["labelled", "right"]].to_numpy().tolist() == [[EACH, EACH], [EACH, EACH]]
    seen = read[np.isfinite(read["relevance_mass"])]
    assert found.classes["mass"].sum() == pytest.approx(seen["relevance_mass"].sum())
    assert found.classes["evidence"].sum() == len(seen)
    assert found.badge_passes is json.loads((whole / "samples.json").read_text())["badge"]["passes"]
    begun = tmp_path / "begun"
    begun.mkdir()
    (begun / "audit.json").write_bytes((whole / "audit.json").read_bytes())
    early = read_audit(str(begun))
    assert (early.pictures, early.finished, early.badge_passes) == (0, False, None)
    with pytest.raises(InputError, match="core audit"):
        read_audit(str(tmp_path / "nothing"))


def test_samples_say_how_many_pictures_they_are_of(whole) -> None:
    found = json.loads((whole / "samples.json").read_text())
    assert {name: part["n"] for name, part in found.items()} == {
        "maps": pytest.approx(20, abs=1), "badge": 4, "hunches": 20, "diagnosis": pytest.approx(60, abs=1)
    }  # fmt: skip
    assert {verdict["hunch"] for verdict in found["hunches"]["verdicts"]} >= {"brightness", "flip"}
    assert "duplicates" not in {suspect["flaw"] for suspect in found["diagnosis"]["suspects"]}
    assert found["diagnosis"]["note"]


def test_a_killed_audit_goes_on_and_loses_at_most_one_partition(place, whole, tmp_path) -> None:
    out = tmp_path / "killed"
    words = ["--model", str(place / "network.keras"), "--images", str(place / "pictures"), "--out", str(out)]
    dials = ["--preprocessing", "none", "--partition", str(PART), "--sample", "20", "--badge", "4", "--diagnosis", "60",
             "--methods", "gradient_x_input"]  # fmt: skip
    began = subprocess.Popen(
        [sys.executable, "-m", "core", "audit", *words, *dials], cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ
    )
    until = time.monotonic() + 300
    while not parts_done(str(out)) and began.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    began.kill()
    began.wait()
    before = parts_done(str(out))
    number = -(-(2 * EACH + 2) // PART)
    assert 0 < len(before) < number
    _without_samples(out)
    times = {path.name: path.stat().st_mtime_ns for path in (out / "pictures").glob("*.parquet")}
    manifest = audit(_job(place, out))
    assert manifest["partitions_done_now"] == number - len(before)
    assert all((out / "pictures" / name).stat().st_mtime_ns == when for name, when in times.items())
    pd.testing.assert_frame_equal(_table(out), _table(whole), rtol=1e-4, atol=1e-5)


def test_two_workers_give_the_same_rows(place, whole, tmp_path) -> None:
    pytest.importorskip("distributed")
    from core.cluster import Where

    _without_samples(tmp_path / "two")
    audit(_job(place, tmp_path / "two"), where=Where(workers=2))
    pd.testing.assert_frame_equal(_table(tmp_path / "two"), _table(whole), rtol=1e-4, atol=1e-5)


def test_the_place_of_another_audit_and_a_place_without_pictures_are_refused(place, whole, tmp_path) -> None:
    with pytest.raises(InputError, match="settings"):
        audit(_job(place, whole, partition=PART + 1))
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="pictures"):
        audit(Job(str(place / "network.keras"), str(tmp_path / "none"), str(tmp_path / "out"), NAMES, "none",
                  AuditSettings()))  # fmt: skip


def test_a_sample_does_not_depend_on_the_order_and_a_smaller_one_is_part_of_a_larger_one() -> None:
    names = [f"{number}.png" for number in range(100)]
    assert sample(names, 10, 0) == sample(names[::-1], 10, 0)
    assert set(sample(names, 10, 0)) < set(sample(names, 20, 0))
    assert sample(names, 10, 0) != sample(names, 10, 1)
