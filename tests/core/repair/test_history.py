from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.repair import history
from core.store import Store


def _ladder(key: str, sentence: str) -> SimpleNamespace:
    table = pd.DataFrame({"fix": ["as it is", "fixed"], "worst_group": [0.1, 0.7], "p_value": [np.nan, 0.01]})
    runs = {"as it is": SimpleNamespace(key="a"), "fixed": SimpleNamespace(key=key)}
    judge = SimpleNamespace(limits="Few pictures.", data=range(40))
    return SimpleNamespace(
        table=table, sentence=sentence, best="fixed", runs=runs, complete=True, measure="accuracy", symptoms=["one"],
        judge=judge,
    )  # fmt: skip


def test_what_a_ladder_proved_comes_back_the_latest_first(tmp_path):
    store = Store(str(tmp_path))
    assert history.load("abc", store) == []
    history.save("abc", _ladder("b", "The first."), store)
    history.save("abc", _ladder("c", "The second."), store)
    history.save("abc", _ladder("b", "The first, again."), store)
    found = history.load("abc", store)
    assert [proof.sentence for proof in found] == ["The first, again.", "The second."]
    assert found[0].runs == {"as it is": "a", "fixed": "b"}
    assert (found[0].best, found[0].complete) == ("fixed", True)
    pd.testing.assert_frame_equal(found[0].table, _ladder("b", "").table)
    assert history.load("other", store) == []


def test_a_ladder_is_found_by_its_question(tmp_path):
    store = Store(str(tmp_path))
    history.save("abc", _ladder("b", "One seed."), store, question="one")
    history.save("abc", _ladder("b", "Three seeds."), store, question="three")
    found = history.find("abc", "one", store)
    assert (found.sentence, found.measure, found.symptoms) == ("One seed.", "accuracy", 1)
    assert (found.limits, found.pictures) == ("Few pictures.", 40)
    assert history.find("abc", "", store) is None
    assert history.find("abc", "five", store) is None


def test_a_key_cannot_lead_out_of_the_folder():
    with pytest.raises(InputError):
        history.load("../abc")
