from itertools import pairwise

import pytest

from core.flaws import names, plant
from core.flaws.spec_shared import towards
from core.networks.training.specs import NetworkSpec, TrainingSpec


@pytest.mark.parametrize("flaw", ["too_small", "too_short", "over_trained", "dead_units"])
def test_pictures_stay_and_specs_change(splits, flaw):
    planted = plant(splits, flaw)
    assert planted.splits is splits
    for spec, usual in ((planted.network_spec, NetworkSpec()), (planted.training_spec, TrainingSpec())):
        assert spec is None or (type(spec) is type(usual) and spec != usual)
    nothing = plant(splits, flaw, strength=0.0)
    assert nothing.network_spec is None
    assert nothing.training_spec is None


def test_the_dial_goes_from_the_usual_value_to_the_one_set_in_equal_ratios(splits):
    assert towards(2, 32, 0) == 2
    assert towards(2, 32, 0.5) == pytest.approx(8)
    assert towards(2, 32, 1) == pytest.approx(32)
    rates = [plant(splits, "dead_units", strength=strength).training_spec.rate for strength in (0.25, 0.5, 0.75, 1)]
    ratios = [after / before for before, after in pairwise(rates)]
    assert ratios == pytest.approx([ratios[0]] * 3, rel=1e-6)
    assert rates[-1] == pytest.approx(0.1)


def test_too_small_is_smaller_in_every_way(splits):
    def weights(spec):
        channels = [spec.channels(block) for block in range(spec.blocks)]
        between = sum(a * b for a, b in pairwise([3, *channels]))
        return between + (spec.convolutions - 1) * sum(channel**2 for channel in channels)

    sizes = [weights(NetworkSpec())]
    sizes += [weights(plant(splits, "too_small", strength=strength).network_spec) for strength in (0.5, 1.0)]
    assert sizes[0] > 4 * sizes[1] > 8 * sizes[2]


def test_too_short_and_over_trained_move_the_epochs_apart(splits):
    usual = TrainingSpec().epochs
    assert plant(splits, "too_short").training_spec.epochs == 1
    assert 1 < plant(splits, "too_short", strength=0.5).training_spec.epochs < usual
    long = plant(splits, "over_trained").training_spec
    assert long.epochs > usual
    assert long.keep == "last"


def test_flaws_of_the_specs_and_of_the_data_go_together(splits):
    both = plant(splits, "too_small+dead_units+sticker", target="boot", strength=0.8)
    assert both.network_spec == plant(splits, "too_small", strength=0.8).network_spec
    assert both.training_spec == plant(splits, "dead_units", strength=0.8).training_spec
    assert both.splits.key == plant(splits, "sticker", target="boot", strength=0.8).splits.key


def test_every_name_of_the_field_is_there():
    assert set(names()) == {
        "none", "background", "sticker", "border", "tint", "place", "label_noise", "label_confusion", "imbalance",
        "too_few", "duplicates", "too_small", "too_short", "over_trained", "dead_units", "channels_swapped",
        "wrong_scale", "blurred", "darkened", "cropped",
    }  # fmt: skip
