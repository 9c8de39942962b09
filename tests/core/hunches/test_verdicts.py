import json
from dataclasses import replace

import keras
import numpy as np
import pytest

from core import hunches as library
from core.datasets.base import Dataset
from core.errors import Cancelled, DataError, InputError, ModelError
from core.hunches import TestSettings
from core.hunches.base import Evidence
from core.hunches.registry import hunch_info
from core.hunches.verdict import reach_verdict
from tests.core.hunches.conftest import SIDE, centre, coloured, linear_network, reads_mean_colour, ring

QUICK = {"resamples": 999}
OBJECT_HUNCHES = ("object_replaced", "object_recoloured", "object_moved")


def _corner() -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), bool)
    mask[17:, :7] = True
    return mask


def _lit_corner(count: int, seed: int, side: int = SIDE) -> Dataset:
    """Two classes; the lower left corner is light in one and dark in the other, all else is noise."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    images = rng.normal(128, 20, (count, side, side, 1))
    images[:, 17:, :7] += np.where(labels == 1, 60, -60)[:, None, None, None]
    masks = {"object": np.broadcast_to(centre(), (count, side, side)).copy()}
    return Dataset(np.clip(images, 0, 255).astype(np.uint8), labels, ("dark", "light"), masks)


@pytest.fixture(scope="module")
def corner_reader() -> keras.Model:
    weights = np.zeros((SIDE, SIDE, 1, 2), np.float32)
    weights[_corner(), :, 1] = 0.2 / _corner().sum()
    return linear_network(weights, np.array([0, -0.2 * 128]))


def test_a_network_that_reads_the_background_is_caught(background_reader, tied_background):
    verdict = library.test_hunch(background_reader, tied_background, "background_swapped", **QUICK)
    assert verdict.conclusion == "supported"
    assert verdict.effect > 0.9
    assert verdict.control_effect < 0.02
    assert verdict.flips == 1
    assert verdict.control_flips == 0
    assert verdict.sentence == (
        "Swapping the background for one of another class changes the answer in 120 of 120 pictures. Swapping it for "
        "one of the same class changes 0."
    )
    assert verdict.reading == "The network uses the background."
    assert (verdict.accuracy_before, verdict.accuracy_after, verdict.accuracy_change) == (1, 0, -1)


@pytest.mark.parametrize("hunch", OBJECT_HUNCHES)
def test_and_nothing_is_found_wrong_with_its_object(background_reader, tied_background, hunch):
    verdict = library.test_hunch(background_reader, tied_background, hunch, **QUICK)
    assert verdict.conclusion == "not supported"
    assert abs(verdict.effect) < 1e-6


def test_a_network_that_reads_the_object_is_cleared_of_the_background(object_reader, tied_object):
    verdicts = {
        name: library.test_hunch(object_reader, tied_object, name, **QUICK)
        for name in ("background_swapped", "background_flat", "background_grey", "background_hue", *OBJECT_HUNCHES)
    }
    found = {name for name, verdict in verdicts.items() if verdict.conclusion == "supported"}
    assert found == {"object_replaced", "object_recoloured"}
    assert all(verdict.conclusion == "not supported" for name, verdict in verdicts.items() if name not in found)


def test_the_same_holds_with_masks_that_were_found(background_reader, tied_background):
    bare = replace(tied_background, masks=None)
    assert library.test_hunch(background_reader, bare, "background_swapped", **QUICK).conclusion == "supported"
    assert library.test_hunch(background_reader, bare, "object_recoloured", **QUICK).conclusion == "not supported"


@pytest.mark.parametrize("fill", ["its surroundings", "grey", "own mean"])
def test_only_the_corner_that_is_read_is_supported(corner_reader, fill):
    data = _lit_corner(100, 0)
    verdicts = {
        (x, y): library.test_hunch(corner_reader, data, "rectangle_covered", x=x, y=y, fill=fill, **QUICK)
        for x in (0.0, 0.67)
        for y in (0.0, 0.67)
    }
    assert verdicts.pop((0.0, 0.67)).conclusion == "supported"
    assert {verdict.conclusion for verdict in verdicts.values()} == {"not supported"}
    # An unread corner changes nothing; where its control covers the read one, the effect is below zero.
    assert max(verdict.effect for verdict in verdicts.values()) <= 0.005


def test_a_rectangle_on_the_object_says_so(object_reader, tied_object):
    middle = library.test_hunch(object_reader, tied_object, "rectangle_covered", x=0.33, y=0.33, **QUICK)
    corner = library.test_hunch(object_reader, tied_object, "rectangle_covered", x=0.0, y=0.0, **QUICK)
    assert "lies on the object" in middle.caveat
    assert "lies on the object" not in corner.caveat


def test_a_label_that_is_read_is_caught_and_only_pictures_with_labels_count():
    rng = np.random.default_rng(0)
    labels = np.arange(90) % 3
    images = rng.normal(110, 10, (90, SIDE, SIDE, 3))
    sticker = np.zeros((90, SIDE, SIDE), bool)
    sticker[labels == 1, 2:7, 15:22] = True
    images[sticker] = 250
    masks = {"object": np.broadcast_to(centre(), (90, SIDE, SIDE)).copy(), "sticker": sticker}
    data = Dataset(images.astype(np.uint8), labels, ("a", "b", "c"), masks)
    weights = np.zeros((SIDE, SIDE, 3, 3), np.float32)
    weights[2:7, 15:22, :, 1] = 0.1 / (5 * 7 * 3)
    model = linear_network(weights, np.array([0, -17.0, 0]))
    verdict = library.test_hunch(model, data, "labels_removed", **QUICK)
    assert verdict.conclusion == "supported"
    assert verdict.n == 30
    assert verdict.caveat.startswith("Tested on 30 of 90 pictures.")
    assert library.test_hunch(model, data, "background_swapped", **QUICK).conclusion == "not supported"


def test_a_flaw_of_one_class_is_found_in_that_class():
    data = coloured(150, 3, object_tied=True)
    # Class 1 alone stands in a frame, by which the network knows it; it knows the others by their object.
    images = data.images.copy()
    framed = np.zeros(data.images.shape[:3], bool)
    framed[data.labels == 1] = ring()
    images[framed] = 255
    weights = np.zeros((SIDE, SIDE, 3, 3), np.float32)
    for channel in (0, 2):
        weights[centre(), channel, channel] = 0.1 / centre().sum()
    weights[ring(), :, 1] = 0.2 / (ring().sum() * 3)
    model = linear_network(weights, np.array([0, -30.0, 0]))
    data = replace(data, images=images)
    verdict = library.test_hunch(model, data, "border_covered", width=0.125, **QUICK)
    assert verdict.conclusion == "supported"
    assert verdict.scope == "green"
    assert verdict.n == 50
    assert verdict.sentence.startswith("Of the 50 pictures of the class green, covering the border changes")
    blind = library.test_hunch(model, data, "border_covered", width=0.125, within_classes=False, **QUICK)
    assert blind.scope is None
    assert blind.n == 150


def test_swapped_channels_are_cured_by_swapping_them_back(background_reader, tied_background):
    served = replace(tied_background, images=np.ascontiguousarray(tied_background.images[..., ::-1]))
    verdict = library.test_hunch(background_reader, served, "channels_swapped", **QUICK)
    assert verdict.conclusion == "supported"
    assert verdict.helps
    assert verdict.effect < -0.3
    assert verdict.sentence == "Swapping red and blue makes 120 of 120 answers right instead of 40."
    healthy = library.test_hunch(background_reader, tied_background, "channels_swapped", **QUICK)
    assert not healthy.helps
    assert healthy.accuracy_change < -0.5


def _certain(right: np.ndarray) -> np.ndarray:
    """Answers to pictures of class 0, wholly sure, right or wrong."""
    return np.stack([right, 1.0 - right], axis=1).astype(float)


@pytest.mark.parametrize(
    ("won", "lost", "settings", "helps"),
    [
        (14, 0, {}, True),
        (14, 0, {"gain_threshold": 0.1}, False),
        (8, 0, {}, False),
        (0, 14, {}, False),
        (0, 40, {}, False),
    ],
)
def test_a_gain_counts_from_a_threshold_of_its_own(won, lost, settings, helps):
    before = np.ones(200)
    before[:won] = 0
    after, pictures = np.ones(200), np.zeros((200, 1, 1, 3))
    after[won : won + lost] = 0
    evidence = Evidence(
        indices=np.arange(200),
        chosen=200,
        labels=np.zeros(200, int),
        units=np.arange(200),
        before=_certain(before),
        after=_certain(after),
        control=_certain(before),
        pictures=pictures,
        changed=pictures + 1,
        controls=pictures + 1,
    )
    test = TestSettings.of(within_classes=False, **QUICK, **settings)
    verdict = reach_verdict(hunch_info("channels_swapped"), {}, evidence, ("coat", "bag"), test, 0)
    assert verdict.helps == helps
    assert (verdict.conclusion == "supported") == (helps or lost == 40)
    if helps:
        assert verdict.fall == pytest.approx(-won / 200)


def test_numbers_on_the_wrong_scale_are_cured(background_reader, tied_background):
    served = replace(tied_background, images=(tied_background.images / 255).astype(np.float32))
    verdict = library.test_hunch(background_reader, served, "values_rescaled", **QUICK)
    assert (verdict.conclusion, verdict.helps) == ("supported", True)


@pytest.mark.parametrize(
    ("hunch", "settings"), [("brightness", {"factor": 1.0}), ("contrast", {"factor": 1.0}), ("scale", {"factor": 1.0})]
)
def test_a_change_that_changes_nothing_is_not_supported(object_reader, tied_object, hunch, settings):
    verdict = library.test_hunch(object_reader, tied_object, hunch, **settings, **QUICK)
    assert (verdict.effect, verdict.low, verdict.high, verdict.p_value, verdict.flips) == (0, 0, 0, 1, 0)
    assert verdict.conclusion == "not supported"
    assert verdict.caveat == "The change leaves these pictures as they are."


def test_the_effect_is_the_fall_beyond_the_control_s_fall(background_reader, tied_background):
    verdict = library.test_hunch(background_reader, tied_background, "noise", strength=0.6, n=50, **QUICK)
    proof = verdict.evidence
    rows = np.arange(len(proof.labels))
    model_answers = background_reader.predict(proof.pictures.astype(np.float32), verbose=0)
    assert proof.before == pytest.approx(model_answers, abs=1e-4)
    fall = (proof.before - proof.after)[rows, proof.labels]
    control = (proof.before - proof.control)[rows, proof.labels]
    assert verdict.effect == pytest.approx((fall - control).mean())
    assert verdict.control_effect == pytest.approx(control.mean())
    assert verdict.fall == pytest.approx(fall.mean())
    assert verdict.flips == pytest.approx((proof.before.argmax(1) != proof.after.argmax(1)).mean())
    assert verdict.low <= verdict.effect <= verdict.high
    assert verdict.fall_low <= verdict.fall <= verdict.fall_high
    assert set(proof.flipped) == set(np.flatnonzero(proof.before.argmax(1) != proof.after.argmax(1)))
    sure = proof.before[proof.flipped].max(axis=1)
    assert (np.diff(sure) <= 0).all()


def test_the_same_seed_gives_the_same_verdict_and_another_seed_another(background_reader):
    data = coloured(90, 9)
    one, same, other = (
        library.test_hunch(background_reader, data, "background_swapped", seed=seed, **QUICK) for seed in (1, 1, 2)
    )
    assert one.summary() == same.summary()
    assert np.array_equal(one.evidence.changed, same.evidence.changed)
    assert one.effect != other.effect


def test_many_at_once_find_what_each_finds_alone(background_reader, tied_background):
    names = ["object_moved", "background_swapped", "blur", ("rectangle_covered", {"x": 0.3})]
    together = library.test_hunches(background_reader, tied_background, names, n=60, **QUICK)
    assert {verdict.hunch for verdict in together} == {
        "object_moved",
        "background_swapped",
        "blur",
        "rectangle_covered",
    }
    for verdict in together:
        own = {"x": 0.3} if verdict.hunch == "rectangle_covered" else {}
        alone = library.test_hunch(background_reader, tied_background, verdict.hunch, n=60, **own, **QUICK)
        assert (alone.effect, alone.low, alone.high, alone.p_value) == (
            verdict.effect,
            verdict.low,
            verdict.high,
            verdict.p_value,
        )
        assert verdict.p_corrected >= verdict.p_value
    assert together[0].hunch == "background_swapped"  # the supported one comes first
    ranks = [["supported", "inconclusive", "not supported"].index(verdict.conclusion) for verdict in together]
    assert ranks == sorted(ranks)


def test_many_looks_make_each_stricter(background_reader):
    data = coloured(60, 12, background_tied=True)
    # Seven pictures in ten lose their answer, so that a p-value is small but not tiny.
    alone = library.test_hunch(background_reader, data, "blur", radius=0.3, threshold=0.0, resamples=199)
    many = library.test_hunches(
        background_reader,
        data,
        [("blur", {"radius": 0.3 - 0.005 * k}) for k in range(12)],
        threshold=0.0,
        resamples=199,
    )
    same = next(verdict for verdict in many if verdict.settings == alone.settings)
    assert same.p_value == alone.p_value
    assert same.p_corrected >= min(1.0, same.p_value * 2)


def test_every_hunch_and_variant_is_tried_when_none_is_named(object_reader):
    steps = []
    data = coloured(24, 1, object_tied=True)
    verdicts = library.test_hunches(
        object_reader, data, resamples=199, on_step=lambda done, total, note="": steps.append((done, total, note))
    )
    expected = sum(len(info.variants) for info in library.hunches().values())
    assert len(verdicts) == expected == len(steps)
    assert steps[-1][:2] == (expected, expected)


def test_work_stops_where_the_owner_stops_it(object_reader, tied_object):
    def stop(done, total, note=""):
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        library.test_hunches(object_reader, tied_object, ["flip", "blur"], on_step=stop, **QUICK)


def _odd(kind: str) -> Dataset:
    plain = coloured(40, 5)
    if kind == "no masks":
        return replace(plain, masks=None)
    if kind == "grey":
        return replace(plain, images=plain.images[..., :1].copy(), masks=None)
    if kind == "two classes":
        kept = plain.take(np.flatnonzero(plain.labels < 2))
        return replace(kept, class_names=("red", "green"))
    if kind == "forty pictures":
        return plain
    if kind == "one class missing":
        return plain.take(np.flatnonzero(plain.labels != 1))
    if kind == "one class only":
        return plain.take(np.flatnonzero(plain.labels == 2))
    if kind == "three pictures":
        return plain.take([0, 1, 2])
    if kind == "one picture":
        return plain.take([0])
    if kind == "no picture":
        return plain.take([])
    if kind == "floats":
        return replace(plain, images=(plain.images / 255).astype(np.float32))
    if kind == "tiny":
        return replace(plain, images=plain.images[:, ::6, ::6].copy(), masks=None)
    raise AssertionError(kind)


ODD = (
    "no masks", "grey", "two classes", "forty pictures", "one class missing", "one class only", "three pictures",
    "one picture", "no picture", "floats", "tiny",
)  # fmt: skip


@pytest.mark.parametrize("network", ["at chance", "always right"])
@pytest.mark.parametrize("kind", ODD)
def test_odd_cases_end_in_a_verdict(kind, network):
    data = _odd(kind)
    shape = (*data.images.shape[1:], len(data.class_names))
    weights = np.zeros(shape, np.float32)
    if network == "always right":
        # Each picture carries its answer in its first values.
        images = data.images.copy()
        values = images.reshape(len(data), int(np.prod(shape[:-1])))
        values[:, : shape[-1]] = 0
        values[np.arange(len(data)), data.labels] = images.max(initial=1)
        data = replace(data, images=images)
        top = 1.0 if images.dtype == np.float32 else 255.0
        weights.reshape(-1, shape[-1])[np.arange(shape[-1]), np.arange(shape[-1])] = 20 / top
    else:
        weights[:] = np.random.default_rng(0).normal(0, 1e-4, shape)
    verdicts = library.test_hunches(linear_network(weights), data, resamples=199)
    for verdict in verdicts:
        assert verdict.conclusion in ("supported", "not supported", "inconclusive")
        assert verdict.sentence
        assert verdict.reading
        figures = [value for value in verdict.summary().values() if isinstance(value, float)]
        assert np.isfinite(figures).all()
        json.dumps(verdict.summary())
        assert -1 <= verdict.low <= verdict.effect + 1e-6
        assert verdict.effect - 1e-6 <= verdict.high <= 1
        if verdict.n < 8:
            assert verdict.conclusion == "inconclusive"
    if network == "at chance" and kind != "floats":
        assert all(verdict.conclusion != "supported" for verdict in verdicts)


def test_a_network_that_guesses_cannot_be_cleared():
    data = coloured(90, 0)
    weights = np.zeros((SIDE, SIDE, 3, 3), np.float32)
    verdict = library.test_hunch(linear_network(weights), data, "background_swapped", **QUICK)
    assert verdict.conclusion == "inconclusive"
    assert "guessing" in verdict.caveat


def test_too_few_pictures_settle_nothing(background_reader, tied_background):
    verdict = library.test_hunch(background_reader, tied_background, "background_swapped", n=6, **QUICK)
    assert verdict.effect > 0.9
    assert verdict.conclusion == "inconclusive"


def test_grey_pictures_have_no_colour_to_be_guilty_of(corner_reader):
    data = _lit_corner(60, 1)
    for hunch in ("colour_removed", "channels_swapped", "hue_turned"):
        verdict = library.test_hunch(corner_reader, data, hunch, **QUICK)
        assert (verdict.conclusion, verdict.effect) == ("not supported", 0)
    assert library.test_hunch(corner_reader, data, "object_recoloured", **QUICK).conclusion == "inconclusive"


def test_a_class_s_hue_is_looked_for_only_where_it_is(background_reader, tied_background):
    verdict = library.test_hunch(background_reader, tied_background, "background_hue", colour="blue", **QUICK)
    assert verdict.conclusion == "supported"
    assert set(verdict.evidence.labels) == {2}
    assert "blue" in verdict.caveat


def test_the_network_and_the_pictures_stay_as_they_are(background_reader, tied_background):
    weights = [weight.copy() for weight in background_reader.get_weights()]
    images = tied_background.images.copy()
    library.test_hunches(background_reader, tied_background, ["background_swapped", "noise", "jpeg"], **QUICK)
    assert all(np.array_equal(old, new) for old, new in zip(weights, background_reader.get_weights(), strict=True))
    assert np.array_equal(images, tied_background.images)


def test_bad_questions_are_answered_in_words(background_reader, tied_background):
    with pytest.raises(InputError, match="background_swapped"):
        library.test_hunch(background_reader, tied_background, "backgroud")
    with pytest.raises(InputError, match="threshold"):
        library.test_hunch(background_reader, tied_background, "blur", sigma=3)
    with pytest.raises(InputError, match="radius"):
        library.test_hunch(background_reader, tied_background, "blur", radius=30)
    with pytest.raises(InputError, match="at least 1"):
        library.test_hunch(background_reader, tied_background, "blur", n=0)
    with pytest.raises(ModelError, match="classes"):
        library.test_hunch(
            background_reader, replace(tied_background, class_names=("a", "b", "c", "d")), "background_swapped"
        )
    with pytest.raises(DataError):
        library.test_hunch(background_reader, coloured(9, 0, side=30), "blur")
    broken = linear_network(np.full((SIDE, SIDE, 3, 3), np.nan, np.float32))
    with pytest.raises(ModelError, match="numbers"):
        library.test_hunch(broken, tied_background, "blur")


def test_a_harmless_effect_is_not_supported_however_sure_it_is():
    data = coloured(150, 4, object_tied=True)
    # Mostly the object, and a little of the background.
    weights = np.zeros((SIDE, SIDE, 3, 3), np.float32)
    for channel in range(3):
        weights[centre(), channel, channel] = 0.05 / centre().sum()
        weights[ring(), channel, channel] = 0.012 / ring().sum()
    tied = coloured(150, 4, object_tied=True, background_tied=True)
    verdict = library.test_hunch(linear_network(weights), tied, "background_swapped", **QUICK)
    assert verdict.p_value < 0.01
    assert 0 < verdict.effect < 0.1
    assert verdict.conclusion == "not supported"
    strict = library.test_hunch(linear_network(weights), tied, "background_swapped", threshold=0.0, **QUICK)
    assert strict.conclusion == "supported"
    assert len(data) == len(tied)


def test_importing_hunches_does_not_import_tensorflow():
    import subprocess
    import sys

    asked = "h.hunches(); h.parse_hunches('labels')"
    code = f"import sys, core.hunches as h; {asked}; assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_dials_of_a_verdict_are_declared():
    names = {dial.name for dial in TestSettings.dials()}
    assert {"threshold", "confidence", "resamples"} <= names
    assert all(dial.help for dial in TestSettings.dials())


def test_reading_the_mean_colour_is_what_the_fixture_does():
    """The made network answers by its region alone."""
    data = coloured(30, 0, background_tied=True)
    inside = data.images.copy()
    inside[:, 6:18, 6:18] = 0
    model = reads_mean_colour(ring())
    assert model.predict(inside.astype(np.float32), verbose=0) == pytest.approx(
        model.predict(data.images.astype(np.float32), verbose=0)
    )
