from __future__ import annotations

import keras
import numpy as np
import pytest

from core.attribution import Contrast
from core.datasets import Dataset
from core.errors import Cancelled, DataError, InputError
from core.trust import Badge, TrustSettings, badge, edge_detector
from tests.core import nets

PARTS = ("randomisation", "deletion", "insertion", "localisation", "stability")


@pytest.fixture(scope="module")
def badges(model: keras.Model, data: Dataset) -> dict[str, Badge]:
    methods = {"grad_cam": "grad_cam", "guided_backprop": "guided_backprop", "edges": edge_detector}
    return {
        name: badge(model, data.images, method=method, masks=data.masks, options=TrustSettings(resamples=300))
        for name, method in methods.items()
    }


def test_grad_cam_is_believed_and_an_edge_detector_is_not(badges: dict[str, Badge]) -> None:
    assert badges["grad_cam"].passes
    assert badges["grad_cam"].randomisation.passes
    assert not badges["edges"].passes
    assert not badges["edges"].randomisation.passes
    assert not badges["guided_backprop"].passes


@pytest.mark.parametrize("name", ["grad_cam", "guided_backprop", "edges"])
def test_every_part_has_numbers_in_order_and_a_sentence(name: str, badges: dict[str, Badge]) -> None:
    found = badges[name]
    for part in PARTS:
        result = getattr(found, part)
        assert result.low <= result.value <= result.high
        assert isinstance(result.passes, bool)
        assert np.isfinite(result.chance)
    assert set(found.reasons) == set(PARTS)
    assert all(text.endswith(".") and text[0].isupper() for text in found.reasons.values())


def test_the_badge_follows_from_its_parts(badges: dict[str, Badge]) -> None:
    for found in badges.values():
        faithful = found.deletion.passes or found.insertion.passes
        assert found.passes == (found.randomisation.passes and faithful and found.stability.passes)


def test_the_sentence_says_what_the_numbers_say(badges: dict[str, Badge]) -> None:
    assert badges["grad_cam"].sentence.startswith("Grad-CAM can be believed here: the map changes when the network")
    kept = f"{badges['guided_backprop'].randomisation.kept_structure:.0%}"
    assert badges["guided_backprop"].sentence.startswith("Guided backprop should not be believed here: the map stays")
    assert kept in badges["guided_backprop"].sentence
    assert "100%" in badges["edges"].sentence
    for found in badges.values():
        assert found.sentence.count(". ") == 0
        assert found.sentence.endswith(".")


def test_the_same_call_twice_gives_the_same_badge(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    first, again = (badge(model, data.images[:6], method="grad_cam", options=fast, seed=3) for _ in range(2))
    assert first.sentence == again.sentence
    for part in ("randomisation", "deletion", "insertion", "stability"):
        one, other = getattr(first, part), getattr(again, part)
        assert (one.value, one.low, one.high) == (other.value, other.low, other.high)


def test_the_network_stays_as_it_is(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    weights = [weight.copy() for weight in model.get_weights()]
    answers = model(data.images).numpy()
    badge(model, data.images[:4], method="guided_backprop", options=fast)
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights(), strict=True))
    assert np.array_equal(answers, model(data.images).numpy())


def test_dials_of_the_method_reach_it(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    plain, signed = (
        badge(model, data.images[:6], method="grad_cam", options=fast, positive_only=dial) for dial in (True, False)
    )
    assert plain.randomisation.value != signed.randomisation.value
    with pytest.raises(InputError, match="GradCamSettings"):
        badge(model, data.images[:2], method="grad_cam", options=fast, stripes=3)


def test_layers_classes_and_contrasts_are_asked_about(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    images = data.images[:4]
    values = [
        badge(model, images, method="grad_cam", options=fast, layer=layer, targets=targets).deletion.area
        for layer, targets in ((None, None), (None, 1), ("block2_conv", 1), (None, Contrast(0, 1)))
    ]
    assert len({round(value, 9) for value in values}) == 4


def test_without_masks_there_is_no_localisation(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    found = badge(model, data.images[:3], method="grad_cam", options=fast)
    assert found.localisation is None
    assert "localisation" not in found.reasons


def test_one_picture_gets_an_honest_answer(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    found = badge(model, data.images[0], method="grad_cam", options=fast)
    assert not found.passes
    assert "too few" in found.sentence


def test_an_empty_map_is_not_believed(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    def nothing(model: object, images: np.ndarray, targets: object) -> np.ndarray:
        return np.zeros(images.shape[:3])

    found = badge(model, data.images[:4], method=nothing, options=fast)
    assert not found.passes
    assert "the map is empty" in found.sentence


def test_progress_reaches_its_end_and_stops_when_told(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    seen: list[tuple[int, int]] = []
    badge(model, data.images[:3], method="gradient", options=fast, on_step=lambda d, t, n="": seen.append((d, t)))
    done = [step for step, _ in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1]

    def stop(done: int, total: int, note: str = "") -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        badge(model, data.images[:3], method="gradient", options=fast, on_step=stop)


@pytest.mark.parametrize("name", ["nested_sequential", "late_built", "logits", "one_sigmoid", "grey"])
def test_any_shape_of_network(name: str, fast: TrustSettings) -> None:
    model = nets.randomised({**nets.SHAPES, **nets.KINDS}[name]())
    images = nets.pictures(4, channels=model.input_shape[-1])
    found = badge(model, images, method="grad_cam", options=fast)
    assert found.sentence
    assert len(found.randomisation.stages) > 1


def test_what_does_not_fit_is_refused(model: keras.Model, data: Dataset, fast: TrustSettings) -> None:
    with pytest.raises(DataError):
        badge(model, data.images[:, :8], method="grad_cam", options=fast)
    with pytest.raises(DataError, match="Masks"):
        badge(model, data.images[:2], method="grad_cam", options=fast, masks=np.ones((3, 32, 32), bool))
    with pytest.raises(InputError, match="no dials"):
        badge(model, data.images[:2], method=edge_detector, options=fast, steps=3)
    with pytest.raises(InputError, match="shape"):
        badge(model, data.images[:2], method=lambda m, x, t: np.zeros((2, 3, 3)), options=fast)
