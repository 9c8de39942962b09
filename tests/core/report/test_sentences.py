from __future__ import annotations

import pytest

from core.report.sentences import caution, count, of_hundred, sentence
from core.text import confidence_words, join_words

from .conftest import scored


@pytest.mark.parametrize(
    ("right", "n", "words"),
    [
        (940, 1000, "about 94 right, give or take 2"),
        (50, 100, "about 50 right, give or take 10"),
        (50, 90, "between 45 and 66 right"),  # half a range of more than 10 is no number
        (9, 10, "between 59 and 99 right"),
        (40, 40, "at least 91 right"),
        (0, 40, "at most 9 right"),
        (2, 200, "between 0 and 4 right"),  # "about 1, give or take 3" would reach below nothing
        (0, 0, "an unknown number right"),
    ],
)
def test_a_share_is_told_as_closely_as_its_pictures_allow(right, n, words):
    assert of_hundred(scored(right, n), "right") == words


def test_the_range_that_is_told_holds_the_interval():
    for n in (30, 100, 400):
        for right in range(1, n):
            score = scored(right, n)
            told = of_hundred(score)
            if told.startswith("between"):
                low, high = (int(word) for word in told.split() if word.isdigit())
            else:
                middle, margin = (int(word.strip(",")) for word in told.split() if word.strip(",").isdigit())
                low, high = middle - margin, middle + margin
            assert low <= 100 * score.low + 1
            assert high >= 100 * score.high - 1


def test_few_pictures_are_said_to_be_few():
    assert "rough guess" in caution(scored(4, 6))
    assert "no closer guess" in caution(scored(25, 40))
    assert caution(scored(940, 1000)) == ""
    assert caution(scored(0, 0)) == "No such picture was tested."


def test_lists_counts_and_sentences():
    assert join_words([]) == ""
    assert join_words(["a", "b", "c"], "or") == "a, b or c"
    assert count(1, "picture") == "1 picture"
    assert count(1200, "picture") == "1,200 pictures"
    assert sentence("it is so") == "It is so."
    assert sentence("Is it?") == "Is it?"
    assert sentence("") == ""


def test_nothing_is_called_certain_that_is_not():
    assert confidence_words(0.9999) == "more than 99%"
    assert confidence_words(1.0) == "100%"
    assert confidence_words(0.904) == "90%"
