"""Where a network may be asked little: what it reads is named all the same, nothing else is, and looks end early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest

from core.datasets.base import Dataset, Splits
from core.diagnosis import detectors, diagnose
from core.diagnosis.base import Finding, Suspect
from core.diagnosis.baseline_models import TOO_DEAR
from core.diagnosis.class_loss import Exchange, overall_p_value
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.detectors import channels_swapped, shortcut, too_short
from core.diagnosis.effort import FEWEST, LARGE
from core.diagnosis.exchanges import Exchanges
from core.diagnosis.first_look import first_rows, shows_nothing
from core.diagnosis.place_search import WINDOW, coarse, search_coarsely, window_mask, windows
from core.hunches.changes.jpeg import compress
from core.networks import from_function
from tests.core.diagnosis.conftest import marked, reader, region, splits_of
from tests.core.hunches.conftest import coloured, reads_mean_colour

K = 3
READS = {"background": "background", "border": "frame", "sticker": "corner"}


def _sparingly(model: keras.Model, splits: Splits, budget: int = FEWEST) -> DiagnosisContext:
    return DiagnosisContext(model, splits, seed=3, budget=budget)


def _raised(suspects: list[Suspect]) -> list[str]:
    return [suspect.flaw for suspect in suspects if suspect.raised]


@pytest.mark.parametrize("flaw", list(READS))
def test_what_a_network_reads_is_named_on_a_small_budget(flaw: str) -> None:
    made = splits_of(lambda seed: marked(coloured(150, seed), READS[flaw]))
    assert _raised(diagnose(reader(READS[flaw]), made, seed=3, budget=FEWEST)) == [flaw]


def test_a_healthy_network_is_asked_little_and_nothing_is_raised(honest: Splits) -> None:
    asked = 0
    model = reader("object")

    def answer(images: np.ndarray) -> np.ndarray:
        nonlocal asked
        asked += len(images)
        return np.asarray(model(images))

    boxed = from_function(answer, honest.train.shape, honest.class_names)
    assert not _raised(diagnose(boxed, honest, budget=FEWEST))
    assert asked <= FEWEST


def test_no_more_is_asked_of_a_network_that_reads_everything_than_may_be(honest: Splits) -> None:
    context = _sparingly(reads_mean_colour(np.ones(honest.train.shape[:2], bool)), honest)
    for info in detectors().values():
        info.measure(context)
    assert context.left >= 0


def test_what_shows_nothing_at_first_is_left_at_that(honest: Splits, object_reader: keras.Model) -> None:
    exchanges = Exchanges(_sparingly(object_reader, honest))
    assert exchanges.background_look.first_look
    assert exchanges.quiet
    assert len(exchanges.background_look.rows) < len(exchanges.rows)


@pytest.mark.parametrize("budget", [LARGE, LARGE + 1])
def test_places_are_searched_on_other_pictures_than_they_are_measured_on(honest: Splits, budget: int) -> None:
    exchanges = Exchanges(_sparingly(reader("corner"), honest, budget))
    searched, measured = exchanges.third(True), exchanges.window.exchange.rows
    assert len(searched) > 0
    assert not np.isin(searched, measured).any()


def test_leaving_what_shows_nothing_makes_no_p_value_smaller() -> None:
    """Effects of random sign: all pictures are looked at and show something no oftener than by chance."""
    rng, level = np.random.default_rng(0), 0.1
    labels = np.repeat(np.arange(K), 40)
    below = 0
    for _ in range(150):
        whole = _random_exchange(labels, rng)
        first = first_rows(whole.units, rng)
        below += not shows_nothing(_part(whole, first), rng) and overall_p_value(whole, rng) <= level
    assert below <= 150 * level + 3 * np.sqrt(150 * level * (1 - level))


def test_pictures_that_share_donors_are_looked_at_together() -> None:
    units = np.repeat(np.arange(60), 2)
    first = first_rows(units, np.random.default_rng(0))
    assert 40 <= first.sum() <= 42
    np.testing.assert_array_equal(first[::2], first[1::2])


@pytest.mark.parametrize("at", [(0, 0), (8, 11), (16, 16)])
def test_a_coarse_search_finds_the_place_and_tries_few(at: tuple[int, int]) -> None:
    shape, spot = (24, 24), np.zeros((24, 24), bool)
    spot[at[0] : at[0] + 6, at[1] : at[1] + 6] = True
    boxes, labels = windows(shape, WINDOW, 1 / 6), np.repeat(np.arange(K), 10)

    def pull(index: int) -> Exchange:
        share = float(spot[window_mask(shape, boxes[index])].sum()) / spot.sum()
        return _exchange(np.full(len(labels), 0.5 * share), labels)

    found = search_coarsely(boxes, K, pull)
    shares = [float(spot[window_mask(shape, box)].mean()) for box in boxes]
    assert shares[found.index] == max(shares)
    assert found.asked.sum() < 0.75 * len(boxes)


def test_coarse_windows_cover_the_picture_once() -> None:
    boxes = windows((24, 24), WINDOW, 1 / 6)
    covered = np.sum([window_mask((24, 24), box) for box in boxes[coarse(boxes)]], axis=0)
    np.testing.assert_array_equal(covered, 1)


def test_a_serving_fault_is_undone_on_all_pictures_and_a_vain_try_is_left(
    honest: Splits, object_reader: keras.Model
) -> None:
    swapped = replace(honest, test=replace(honest.test, images=honest.test.images[..., ::-1].copy()))
    undone = channels_swapped.measure(_sparingly(object_reader, swapped))
    assert isinstance(undone, Finding)
    np.testing.assert_allclose(undone.data["value"], [1.0, 1 / 3, 1.0], atol=0.02)
    vain = channels_swapped.measure(_sparingly(object_reader, honest))
    assert isinstance(vain, Finding)
    assert vain.statistic <= 0
    assert "of the first" in vain.evidence


def test_traces_of_jpeg_that_count_for_nothing_are_left_at_a_first_look(object_reader: keras.Model) -> None:
    def part(seed: int) -> Dataset:
        data = coloured(150, seed, object_tied=True)
        coded = compress(data.images.astype(np.float32), 10)
        return replace(
            data, images=np.where(data.labels[:, None, None, None] == 0, coded, data.images).astype(np.uint8)
        )

    found = shortcut.measure(_sparingly(object_reader, splits_of(part)))
    jpeg = Exchanges(_sparingly(object_reader, splits_of(part))).jpeg
    assert jpeg is not None
    assert jpeg.first_look
    assert isinstance(found, Finding)
    assert found.leaning  # on the light of the whole picture, which the object's colour is part of


def test_no_network_is_trained_beside_it_where_that_takes_too_long(honest: Splits) -> None:
    assert too_short.measure(_sparingly(reads_mean_colour(region("corner")), honest)) == TOO_DEAR


def _exchange(loss: np.ndarray, labels: np.ndarray) -> Exchange:
    rows, zeros = np.arange(len(labels)), np.zeros(len(labels))
    return Exchange(loss, zeros, zeros, zeros, labels, (labels + 1) % K, rows // 2, rows, rows, K)


def _random_exchange(labels: np.ndarray, rng: np.random.Generator) -> Exchange:
    return _exchange(rng.normal(0, 0.3, len(labels)), labels)


def _part(whole: Exchange, rows: np.ndarray) -> Exchange:
    kept: Callable[[np.ndarray], np.ndarray] = lambda values: values[rows]  # noqa: E731
    return replace(
        _exchange(kept(whole.loss), kept(whole.labels)), towards=kept(whole.towards), units=kept(whole.units)
    )
