"""Checks pass on a network that keeps them, fail on one that does not, and say where few images leave doubt."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from core.acceptance import check_from_proof, check_kinds, read_checks, run_checks, write_checks
from core.acceptance.base import Figure
from core.acceptance.junit import junit_xml
from core.acceptance.kinds.diagnosis import DiagnosisCheck
from core.acceptance.kinds.groups import GroupCheck
from core.acceptance.kinds.hunch import HunchCheck
from core.datasets.base import Dataset, Splits
from core.errors import InputError
from tests.core.hunches.conftest import centre, coloured, reads_mean_colour, ring

SWAP = HunchCheck(name="background", hunch="background_swapped", at_most=0.05, n=90)


def splits_of(test: Dataset) -> Splits:
    return Splits(test, test, test)


@pytest.fixture(scope="module")
def tied() -> Splits:
    return splits_of(coloured(120, 1, background_tied=True, object_tied=True))


def test_a_network_that_reads_the_object_keeps_the_check_and_one_that_reads_the_background_fails_it(tied):
    kept, broken = (run_checks(reads_mean_colour(region), tied, [SWAP])[0] for region in (centre(), ring()))
    assert kept.state == "passed"
    assert broken.state == "failed"
    assert broken.figure.low > SWAP.at_most
    assert "background" in broken.sentence


@pytest.mark.parametrize("fix", ["background_randomised", "random_erasing+right_reasons"])
def test_a_check_kept_from_a_proof_passes_on_the_fixed_network_and_fails_on_the_flawed_one(tied, fix, tmp_path):
    fixed, flawed = reads_mean_colour(centre()), reads_mean_colour(ring())
    check = check_from_proof(flawed, fixed, tied.test, fix, n=90)
    kept = read_checks(write_checks(tmp_path / "checks.toml", [check]))
    assert run_checks(fixed, tied, kept)[0].state == "passed"
    assert run_checks(flawed, tied, kept)[0].state == "failed"


@pytest.mark.parametrize("fix", ["background_randomised", "labels_cleaned"])
def test_no_check_is_kept_of_two_networks_that_nothing_tells_apart(tied, fix):
    model = reads_mean_colour(centre())
    assert check_from_proof(model, model, tied.test, fix, n=90) is None


def test_a_limit_broken_by_few_images_is_inconclusive():
    images = coloured(12, 5, object_tied=True)
    labels = images.labels.copy()
    labels[0] = (labels[0] + 1) % 3  # one image in its class of four is "wrong"
    check = GroupCheck(name="floor", at_least=0.9, smallest=1)
    outcome = run_checks(reads_mean_colour(centre()), splits_of(replace(images, labels=labels)), [check])[0]
    assert outcome.state == "inconclusive"
    assert outcome.figure.value < 0.9 < outcome.figure.high


def test_groups_come_from_an_attribute_and_the_worst_is_named():
    images = coloured(90, 3, object_tied=True)
    site = np.where(np.arange(90) % 2, "north", "south")
    labels = np.where(site == "north", (images.labels + 1) % 3, images.labels)
    data = replace(images, labels=labels, attributes=pd.DataFrame({"site": site}))
    check = GroupCheck(name="sites", attribute="site", at_least=0.8)
    outcome = run_checks(reads_mean_colour(centre()), splits_of(data), [check])[0]
    assert outcome.state == "failed"
    assert outcome.figure.value == 0
    assert "north" in outcome.sentence


def test_a_check_that_cannot_be_run_says_why(tied):
    outcome = run_checks(reads_mean_colour(ring()), tied, [GroupCheck(name="sites", attribute="site")])[0]
    assert outcome.state == "inconclusive"
    assert outcome.figure is None
    assert "site" in outcome.sentence


def test_a_file_gives_back_what_was_written(tmp_path):
    checks = [
        SWAP.model_copy(update={"last": Figure(value=0.01, low=0.0, high=0.03)}),
        GroupCheck(name="sites", attribute="site"),
        DiagnosisCheck(name="nothing raised", allowed=("imbalance",)),
    ]
    assert {type(check) for check in checks} == {kind.Spec for kind in check_kinds().values()}
    assert read_checks(write_checks(tmp_path / "checks.toml", checks)) == checks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "[[check]]"),
        ("check = 3", "[[check]]"),
        ("[[check]", "TOML"),
        ("[[check]]\nname = 'a'", "kind"),
        ("[[check]]\nkind = 'magic'\nname = 'a'", "magic"),
        ("[[check]]\nkind = 'groups'\nname = 'a'\nat_least = 7", "at_least"),
        ("[[check]]\nkind = 'hunch'\nname = 'a'", "hunch"),
        ("[[check]]\nkind = 'groups'\nname = 'a'\n[[check]]\nkind = 'groups'\nname = 'a'", "more than once"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(tmp_path, text, said):
    path = tmp_path / "checks.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=said.replace("[", r"\[")):
        read_checks(path)


def test_junit_counts_failures_and_an_inconclusive_check_fails_only_when_asked(tied):
    checks = [SWAP, GroupCheck(name="sites", attribute="site"), GroupCheck(name="classes", at_least=0.5)]
    outcomes = run_checks(reads_mean_colour(ring()), tied, checks)
    loose, strict = (
        ElementTree.fromstring(junit_xml(outcomes, strict=each).split("\n", 1)[1]) for each in (False, True)
    )
    assert (loose.get("tests"), loose.get("failures"), loose.get("skipped")) == ("3", "1", "1")
    assert (strict.get("failures"), strict.get("skipped")) == ("2", "0")


def test_healthy_networks_seldom_fail_whatever_the_number_of_checks():
    """The floor is the networks' own accuracy, so that half of them lie below it by chance alone."""
    rng = np.random.default_rng(0)
    data = coloured(150, 4, object_tied=True)
    checks = [GroupCheck(name=str(number), at_least=0.8) for number in range(4)]
    failed = 0
    for _ in range(20):
        wrong = rng.random(len(data)) < 0.2
        labels = np.where(wrong, (data.labels + 1) % 3, data.labels)
        outcomes = run_checks(reads_mean_colour(centre()), splits_of(replace(data, labels=labels)), checks)
        failed += any(outcome.state == "failed" for outcome in outcomes)
    assert failed <= 1
