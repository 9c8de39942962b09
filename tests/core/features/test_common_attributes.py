from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.datasets import Dataset
from core.features.common_attributes import common_attributes


@pytest.fixture
def pictures() -> Dataset:
    """Forty pictures of two classes; the first ten are on sand, every other one has a sticker."""
    table = pd.DataFrame(
        {"scene": ["sand"] * 10 + ["sky"] * 30, "sticker": np.arange(40) % 2 == 0, "size": np.arange(40.0)}
    )
    labels = np.arange(40) % 2
    return Dataset(np.zeros((40, 4, 4, 3), np.uint8), labels, ("boot", "bag"), attributes=table)


def test_what_all_of_them_share_comes_first_with_its_exact_chance(pictures):
    first = common_attributes(pictures, np.arange(5)).iloc[0]
    assert (first["attribute"], first["level"], first["among"], first["of"]) == ("scene", "sand", 5, 5)
    assert (first["overall"], first["n"]) == (10, 40)
    # 10 over 5 by 40 over 5, for five levels that were tried.
    assert first["p_value"] == pytest.approx(5 * 252 / 658008)


def test_pictures_drawn_without_looking_share_nothing(pictures):
    rng = np.random.default_rng(0)
    found = [common_attributes(pictures, rng.permutation(40)[:8])["p_value"].min() < 0.05 for _ in range(200)]
    assert np.mean(found) <= 0.05


def test_numbers_are_no_kinds_and_of_a_flag_only_true_counts(pictures):
    table = common_attributes(pictures, np.arange(40))
    assert set(table["attribute"]) == {"class", "scene", "sticker"}
    assert table.loc[table["attribute"] == "sticker", "level"].tolist() == [True]
    assert (table["p_value"] == 1).all()
