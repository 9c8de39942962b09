from __future__ import annotations

import subprocess
import sys
from typing import Literal

import pytest

from core.errors import InputError
from core.settings import Settings, digest, registered_settings, setting


class Example(Settings):
    rate: float = setting(0.1, "How fast.", low=0.0, high=1.0, step=0.01, unit="per second", log=True)
    count: int = setting(3, "How many.", low=1, high=9, step=2, title="Number of things", common=False)
    loud: bool = setting(False, "Whether it is heard.")
    kind: Literal["round", "square"] = setting("round", "Its shape.")
    colours: tuple[Literal["red", "blue"], ...] = setting(("red",), "Its colours.", shortest=1)
    words: tuple[str, ...] = setting((), "What it is called.", suggestions=("ball", "box"))
    name: str = setting("it", "A name.")
    limit: int | None = setting(None, "At most so many; None to decide for me.", low=0, high=5, step=1)


def test_a_dial_says_all_that_was_declared():
    rate, count, *_, limit = Example.dials()
    assert (rate.kind, rate.low, rate.high, rate.step, rate.unit, rate.log) == (
        "real",
        0.0,
        1.0,
        0.01,
        "per second",
        True,
    )
    assert (rate.title, rate.help, rate.default, rate.common, rate.optional) == ("Rate", "How fast.", 0.1, True, False)
    assert (count.kind, count.title, count.common) == ("whole", "Number of things", False)
    assert (limit.kind, limit.optional, limit.default, limit.low, limit.high) == ("whole", True, None, 0, 5)


def test_kinds_and_options_follow_the_annotation():
    kinds = {dial.name: (dial.kind, dial.options) for dial in Example.dials()}
    assert kinds["loud"] == ("flag", ())
    assert kinds["kind"] == ("choice", ("round", "square"))
    assert kinds["colours"] == ("choices", ("red", "blue"))
    assert kinds["words"] == ("choices", ("ball", "box"))
    assert kinds["name"] == ("text", ())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rate": 2.0}, r"rate should be less than or equal to 1.*Received: 2\.0"),
        ({"count": 0}, r"count should be greater than or equal to 1"),
        ({"count": "many"}, r"count should be a valid integer.*'many'"),
        ({"kind": "flat"}, r"kind should be 'round' or 'square'"),
        ({"colours": ()}, r"colours should .*at least 1 item"),
        ({"limit": 6}, r"limit should be less than or equal to 5"),
        ({"speed": 1}, r"has the settings rate, count.*Received: speed.*spelling"),
    ],
    ids=str,
)
def test_a_bad_value_is_said_in_words(values, said):
    with pytest.raises(InputError, match=said):
        Example.of(**values)


def test_settings_made_from_others_keep_what_is_not_changed_and_are_checked():
    first = Example(rate=0.5, words=("ball",))
    second = Example.of(first, count=5)
    assert (second.rate, second.words, second.count, first.count) == (0.5, ("ball",), 5, 3)
    with pytest.raises(InputError, match="count"):
        Example.of(first, count=10)


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Example().rate = 0.2


def test_equal_content_has_equal_keys_and_any_change_another():
    assert Example().key == Example(rate=0.1).key
    assert len({Example(**change).key for change in ({}, {"rate": 0.2}, {"colours": ("blue",)}, {"limit": 0})}) == 4


def test_keys_are_the_same_in_every_process_and_for_every_order():
    script = "from core.settings import digest; print(digest({'b': [1, 2.5, None], 'a': 'é'}))"
    printed = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.strip()
    assert printed == digest({"a": "é", "b": [1, 2.5, None]})
    assert len(printed) == 16


def test_every_settings_class_that_was_imported_is_registered():
    class Inner(Example):
        pass

    assert {Example, Inner} <= set(registered_settings())
