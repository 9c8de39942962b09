from __future__ import annotations

from core.hunches import record
from core.hunches import test_hunch as verdict_on
from core.report import gather, recorded
from core.store import Store

from .conftest import QUICK


def test_what_was_found_on_a_run_before_comes_back_into_its_report(run, splits, tmp_path):
    store = Store(str(tmp_path))
    assert recorded(run.key, store) == {"verdicts": [], "suspects": None}
    found = verdict_on(run.model, splits.test, "background_swapped", n=60)
    record.save(run.key, [found], pictures="test", asked=60, seed=0, store=store)
    back = recorded(run.key, store)
    facts = gather(run, splits, title="Bags", settings=QUICK.of(QUICK, methods=()), **back)
    assert [hunch.sentence for hunch in facts.tested] == [found.sentence]
    assert facts.suspects is None
    assert facts.examined
    assert bool(facts.shortcuts) == (found.conclusion == "supported")
