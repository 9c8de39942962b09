from __future__ import annotations

import subprocess
import sys

import pytest

from core.errors import InputError
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.settings import Settings

SPECS = [
    NetworkSpec(),
    NetworkSpec(blocks=2, filters=16, downsample="stride", separable=True, head="flatten", weight_decay=0.001),
    TrainingSpec(),
    TrainingSpec(optimiser="lion", schedule="step", flip=True, rotate=20.0, class_weights="balanced", seed=7),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: type(spec).__name__)
def test_json_gives_back_an_equal_spec_with_an_equal_key(spec):
    again = type(spec).model_validate_json(spec.model_dump_json())
    assert again == spec
    assert again.key == spec.key


def test_every_field_changes_the_key():
    for spec in (NetworkSpec(), TrainingSpec()):
        keys = {spec.key} | {type(spec).of(spec, **{dial.name: _other(spec, dial)}).key for dial in spec.dials()}
        assert len(keys) == len(spec.dials()) + 1


def _other(spec, dial):
    now = getattr(spec, dial.name)
    if dial.kind == "flag":
        return not now
    if dial.kind == "choice":
        return next(option for option in dial.options if option != now)
    if dial.kind == "text":
        return "another"
    return dial.low if now != dial.low else dial.high


@pytest.mark.parametrize("spec", [NetworkSpec, TrainingSpec])
def test_every_number_has_bounds_and_a_step_and_every_dial_is_explained(spec: type[Settings]):
    for dial in spec.dials():
        assert dial.help.endswith("."), dial.name
        if dial.kind in ("whole", "real"):
            assert dial.low is not None, dial.name
            assert dial.high is not None, dial.name
            assert dial.step, dial.name
            assert dial.low <= dial.default <= dial.high


@pytest.mark.parametrize("values", [{"epochs": 0}, {"rate": 2.0}, {"optimiser": "magic"}, {"epoch": 3}])
def test_what_is_out_of_bounds_is_refused_with_a_sentence(values):
    with pytest.raises(InputError, match=next(iter(values))):
        TrainingSpec.of(**values)


def test_channels_grow_by_the_factor_in_steps_of_four():
    spec = NetworkSpec(filters=32, growth=1.5)
    assert [spec.channels(block) for block in range(4)] == [32, 48, 72, 108]
    assert NetworkSpec(filters=4, growth=1.0).channels(5) == 4


def test_specs_and_the_list_of_runs_need_no_tensorflow():
    script = (
        "import sys\n"
        "import core.networks.training.background_jobs\n"
        "from core.networks import NetworkSpec, TrainingSpec, runs, submit_training\n"
        "print(NetworkSpec().key, TrainingSpec().key, runs())\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules), 'heavy'\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
