"""Evaluation pictures of one's own on the command line: whole, in the network's order, with their groups."""

from __future__ import annotations

import argparse
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from core.cli.judge_options import add_judge, judge_of
from core.errors import DataError, InputError

SHAPE = (16, 24, 3)
PER_CLASS = 5


@pytest.fixture
def folder(tmp_path):
    """Two classes, and a table that says on which site each picture was taken."""
    path, rows = tmp_path / "judge.zip", ["file,site"]
    with zipfile.ZipFile(path, "w") as archive:
        for label, name in enumerate(("cat", "dog")):
            for number in range(PER_CLASS):
                picture = io.BytesIO()
                Image.fromarray(np.full((20, 20, 3), 40 * number + label, np.uint8)).save(picture, "PNG")
                archive.writestr(f"{name}/{number}.png", picture.getvalue())
                rows.append(f"{name}/{number}.png,{'north' if number % 2 else 'south'}")
        archive.writestr("sites.csv", "\n".join(rows))
    return path


def options_of(*words: str) -> argparse.Namespace:
    reader = argparse.ArgumentParser()
    add_judge(reader)
    return reader.parse_args(words)


def test_every_picture_judges_in_the_networks_order_and_by_class_and_site(folder):
    judge = judge_of(options_of("--judge", str(folder), "--group", "site"), ("dog", "cat"), SHAPE)
    assert judge.shape == SHAPE
    assert len(judge) == 2 * PER_CLASS
    assert judge.class_names == ("dog", "cat")
    assert judge.attributes["group"].value_counts().to_dict() == {
        "cat, north": 2, "cat, south": 3, "dog, north": 2, "dog, south": 3,
    }  # fmt: skip
    cats = judge.attributes["group"].str.startswith("cat").to_numpy()
    assert (judge.labels[cats] == 1).all()


def test_without_a_column_the_classes_are_the_groups(folder):
    judge = judge_of(options_of("--judge", str(folder)), ("cat", "dog"), SHAPE)
    assert set(judge.attributes["group"]) == {"cat", "dog"}


def test_other_classes_and_columns_are_refused(folder):
    with pytest.raises(DataError, match="network's classes"):
        judge_of(options_of("--judge", str(folder)), ("cat", "bird"), SHAPE)
    with pytest.raises(DataError, match="column camera"):
        judge_of(options_of("--judge", str(folder), "--group", "camera"), ("cat", "dog"), SHAPE)
    with pytest.raises(InputError, match="no --judge"):
        judge_of(options_of("--group", "site"), ("cat", "dog"), SHAPE)
    assert judge_of(options_of(), ("cat", "dog"), SHAPE) is None
