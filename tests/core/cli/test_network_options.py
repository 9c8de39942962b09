"""Which network a command is about, and its pictures in that network's order of classes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import diagnosis, repair, report
from core.cli import main
from core.datasets import Splits, in_order, load
from core.networks import build, save_model
from tests.core.repair.conftest import SMALL

SETTINGS = {"train": 12, "validation": 10, "test": 10, "size": 32}
WORDS = [word for name, value in SETTINGS.items() for word in (f"--data-{name}", str(value))]
COMMANDS = {
    "diagnose": (diagnosis, "diagnose", []),
    "ladder": (repair, "ladder", ["--fix", "more_pictures"]),
    "report": (report, "write", ["--out", "report.html"]),
}


class _Seen(Exception):
    """Carries what a command was about to work with."""


@pytest.fixture(scope="module")
def splits() -> Splits:
    return load("wardrobe", classes=("bag", "boot"), **SETTINGS)


@pytest.fixture(scope="module")
def turned(tmp_path_factory, splits):
    """A network with the same classes in the other order."""
    path = tmp_path_factory.mktemp("turned") / "model.keras"
    names = splits.class_names[::-1]
    path.write_bytes(save_model(build(SMALL, splits.train.shape, names), class_names=names))
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_puts_labels_in_the_networks_order(monkeypatch, turned, splits, command):
    package, verb, more = COMMANDS[command]

    def seen(*given, judge=None, **_):
        raise _Seen(next(each for each in given if isinstance(each, Splits)), judge)

    monkeypatch.setattr(package, verb, seen)
    words = [command, "--model", str(turned), *more, *WORDS, "--data-classes", "bag", "boot", "--flaw", "border"]
    with pytest.raises(_Seen) as stopped:
        main(words)
    found, judge = stopped.value.args
    assert found.class_names == splits.class_names[::-1]
    assert np.array_equal(found.test.labels, 1 - splits.test.labels)
    if judge is not None:
        assert judge.class_names == found.class_names
        named = np.array(judge.class_names)[judge.labels]
        assert all(group.startswith(name) for group, name in zip(_groups(judge), named, strict=True))


def test_other_classes_stay_as_they_are(splits):
    assert in_order(splits.test, ("shirt", "coat")) is splits.test
    assert in_order(splits.test, ()) is splits.test
    three = replace(splits.test, class_names=("bag", "boot", "coat"))
    turned = in_order(three, ("coat", "bag", "boot"))
    assert np.array_equal(turned.labels, three.labels + 1)


def _groups(judge):
    return judge.attributes["group"].astype(str)
