from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.diagnosis import Suspect, history
from core.diagnosis.base import bars
from core.errors import InputError
from core.store import Store


def suspect(**changes) -> Suspect:
    mask = np.zeros((4, 6), bool)
    mask[1:3, 4:] = True
    plain = {
        "flaw": "sticker", "title": "Sticker", "raised": True, "score": 0.9, "p_value": 0.01, "statistic": 0.4,
        "threshold": 0.1, "evidence": "It looks at the label.", "looked": "Labels were moved.",
        "data": bars(["1", "boot"], [0.25, 1 / 3], [0.1, np.nan]), "axis": "pull", "fixes": ("region_removed",),
        "hunch": "labels_removed", "settings": {"radius": np.int64(3), "method": "telea"}, "class_index": np.int64(2),
        "class_name": "boot", "mask": mask, "box": (0.5, 0.25, 1.0, 0.75), "part": "test",
        "indices": np.array([5, 3]),
    }  # fmt: skip
    return Suspect(**plain | changes)


def test_what_was_found_comes_back_as_it_was(tmp_path):
    store = Store(str(tmp_path))
    found = [suspect(), suspect(flaw="none", mask=None, box=None, data=bars([], []), indices=np.zeros(0, int))]
    history.save("abc123", found, store=store)
    back = history.load("abc123", store=store)
    assert [one.flaw for one in back] == ["sticker", "none"]
    first = back[0]
    pd.testing.assert_frame_equal(first.data, found[0].data)
    np.testing.assert_array_equal(first.mask, found[0].mask)
    np.testing.assert_array_equal(first.indices, [5, 3])
    assert first.settings == {"radius": 3, "method": "telea"}
    assert (first.box, first.fixes, first.class_index) == ((0.5, 0.25, 1.0, 0.75), ("region_removed",), 2)
    assert back[1].mask is None
    assert len(back[1].indices) == 0


def test_another_seed_or_run_was_not_looked_at(tmp_path):
    store = Store(str(tmp_path))
    history.save("abc123", [suspect()], store=store)
    assert history.load("abc123", seed=1, store=store) is None
    assert history.load("abc124", store=store) is None


def test_a_run_cannot_lead_out_of_its_folder(tmp_path):
    with pytest.raises(InputError):
        history.load("../abc", store=Store(str(tmp_path)))


def test_another_budget_is_another_search(tmp_path):
    store = Store(str(tmp_path))
    history.save("abc123", [suspect()], budget=2000, store=store)
    assert history.load("abc123", store=store) is None
    assert history.load("abc123", budget=2000, store=store) is not None
