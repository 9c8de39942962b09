from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from core.hunches import history
from core.hunches import test_hunch as verdict_on
from core.repair import history as repairs
from core.report import adapters, gather, recorded_findings
from core.store import Store

from .conftest import QUICK


def test_what_was_found_on_a_run_before_comes_back_into_its_report(run, splits, tmp_path):
    store = Store(str(tmp_path))
    assert recorded_findings(run.key, store) == {"verdicts": [], "suspects": None, "ladder": None}
    found = verdict_on(run.model, splits.test, "background_swapped", n=60)
    history.save(run.key, [found], pictures="test", asked=60, seed=0, store=store)
    back = recorded_findings(run.key, store)
    facts = gather(run, splits, title="Bags", settings=QUICK.of(QUICK, methods=()), **back)
    assert [hunch.sentence for hunch in facts.tested] == [found.sentence]
    assert facts.suspects is None
    assert facts.examined
    assert bool(facts.shortcuts) == (found.conclusion == "supported")


def test_the_proof_belongs_to_the_network_before_and_to_the_one_that_it_made(run, tmp_path):
    store = Store(str(tmp_path))
    table = pd.DataFrame({"title": ["As it is", "Mixed"], "worst_group": [0.1, 0.7]})
    runs = {"mixed": SimpleNamespace(key="fixed1")}
    ladder = SimpleNamespace(
        table=table,
        sentence="It helps.",
        best="mixed",
        runs=runs,
        complete=True,
        measure="worst_group",
        symptoms=[],
        judge=SimpleNamespace(limits=[], data=[]),
    )
    repairs.save(run.key, ladder, store)
    before = adapters.repair_proof(recorded_findings(run.key, store)["ladder"], run.key)
    after = adapters.repair_proof(recorded_findings("fixed1", store, origin=run.key)["ladder"], "fixed1")
    assert before is not None
    assert after is not None
    assert (before.this, after.this) == (False, True)
    assert recorded_findings("stranger", store, origin=run.key)["ladder"] is None
