from __future__ import annotations

import pytest
from keras import layers

from core.features.input_scale import input_range
from core.networks.graph import graph_of
from tests.core import nets


@pytest.mark.parametrize(
    ("first", "high"),
    [
        ([layers.Rescaling(1 / 255)], 255),
        ([layers.Rescaling(1 / 127.5, offset=-1)], 255),
        ([layers.Rescaling(1 / 255), layers.Normalization(mean=0.5, variance=0.05)], 255),
        ([layers.Normalization(mean=120.0, variance=3600.0)], 255),
        ([layers.RandomFlip(), layers.Rescaling(1 / 255)], 255),
        ([layers.Normalization(mean=0.5, variance=0.05)], 1),
        ([layers.Rescaling(2.0, offset=-1)], 1),
        ([], 1),
    ],
)
def test_the_range_follows_from_what_the_network_does_first(first, high):
    model = nets.functional(*first, *nets.body()[1:], *nets.head("softmax"))
    assert input_range(graph_of(model)) == (0, high)


def test_a_plain_division_counts_too():
    assert input_range(graph_of(nets.residual())) == (0, 255)


def test_the_owner_may_say_otherwise(network):
    assert input_range(graph_of(network), "-1 to 1") == (-1, 1)
