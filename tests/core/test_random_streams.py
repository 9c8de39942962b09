import numpy as np

from core.random_streams import random_stream


def test_each_purpose_has_draws_of_its_own_that_are_the_same_every_time():
    draws = {
        words: random_stream(7, *words).integers(0, 2**63, 8) for words in [(), ("a",), ("b",), ("a", "b"), ("ab",)]
    }
    assert len({tuple(drawn) for drawn in draws.values()}) == len(draws)
    assert all(np.array_equal(random_stream(7, *words).integers(0, 2**63, 8), drawn) for words, drawn in draws.items())
    assert not np.array_equal(random_stream(8, "a").integers(0, 2**63, 8), draws["a",])


def test_draws_are_the_same_in_every_version():
    # What was planted and trained with a seed must be found again under its key.
    assert random_stream(0, "sticker", "train").integers(0, 1000, 4).tolist() == [777, 6, 869, 214]
