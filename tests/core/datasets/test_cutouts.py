import json

import numpy as np
import pytest

from core.datasets.cutouts import FOLDER, KINDS, PLACES, cutouts
from core.errors import DataError


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_enough_cut_outs_for_every_part_and_each_holds_an_object(kind):
    stock = cutouts(kind)
    assert len(PLACES["train"]) >= 1000
    assert len(PLACES["validation"]) >= 150
    assert len(PLACES["test"]) >= 300
    assert len(stock.layers) == sum(map(len, PLACES.values()))
    cover = stock.layers[..., 1]
    assert (cover > 0).sum((1, 2)).min() >= 30
    assert (stock.layers[..., 0] <= cover).all()


@pytest.mark.parametrize("kind", KINDS)
def test_boxes_hold_the_whole_object_and_touch_it(kind):
    stock = cutouts(kind)
    for layer, (left, top, right, bottom) in zip(stock.layers[::97], stock.boxes[::97].astype(int), strict=True):
        cover = layer[..., 1] > 0
        assert cover[top:bottom, left:right].sum() == cover.sum()
        assert cover[top].any()
        assert cover[:, left].any()
        assert cover[bottom - 1].any()
        assert cover[:, right - 1].any()


def test_parts_share_no_source_and_test_comes_from_another_set():
    for parts in json.loads((FOLDER / "sources.json").read_text()).values():
        learned = parts["train"] + parts["validation"]
        assert len(set(learned)) == len(learned) == 1150
        assert len(set(parts["test"])) == len(parts["test"]) == 300
        assert max(parts["test"]) < 10_000  # rows of Fashion-MNIST's own test set


def test_the_licence_is_beside_the_pictures():
    assert "Permission is hereby granted" in (FOLDER / "LICENSE").read_text()
    assert "Zalando" in (FOLDER / "LICENSE").read_text()


def test_shared_arrays_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        cutouts("bag").layers[0] = 0
    assert np.shares_memory(cutouts("bag").layers, cutouts("bag").layers)


def test_an_unknown_kind_is_named():
    with pytest.raises(DataError, match="trouser"):
        cutouts("../secret")
