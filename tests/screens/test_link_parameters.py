"""Links come from strangers: whatever stands in one, it is read or refused in a sentence."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as some

from core.errors import HunchError
from core.networks.training.specs import NetworkSpec, TrainingSpec
from pages.parts.state.data_source import TrainingData
from pages.parts.state.links import MATERIAL, MATERIAL_TYPES, NETWORK, TRAINING, format_recipe, parse_recipe
from tests.profiles import thorough

LEAVES = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8)
VALUES = some.recursive(
    LEAVES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
WORDS = some.sampled_from(["wardrobe", "own", "background", "sticker", "none", "", "target", "strength", "../../etc"])
PICTURES = some.dictionaries(some.sampled_from([*MATERIAL_TYPES, "game"]), VALUES | WORDS, max_size=4)
SETTINGS = some.dictionaries(
    some.sampled_from(["epochs", "rate", "filters", "batch", "blocks", "seed", "given", "self"]), VALUES, max_size=3
)
RECIPES = some.fixed_dictionaries({}, optional={MATERIAL: PICTURES, NETWORK: SETTINGS, TRAINING: SETTINGS})


@thorough
@given(some.text() | VALUES.map(json.dumps) | RECIPES.map(json.dumps))
@example("[" * 100_000)
@example("1" * 10_000)
@example('{"material": {"data": []}}')
@example('{"material": {"settings": [1]}}')
@example('{"material": {"flaw": {}}}')
@example('{"training": {"epochs": 1e999}}')
@example(json.dumps({NETWORK: {"seed": "9" * 10_000}}))
@example(json.dumps({NETWORK: {"s" * 10_000: 1}}))
def test_a_recipe_is_read_or_refused_in_a_sentence(text):
    try:
        recipe = parse_recipe(text)
        TrainingData.of(recipe.get(MATERIAL, {}))
        NetworkSpec.of(**recipe.get(NETWORK, {}))
        TrainingSpec.of(**recipe.get(TRAINING, {}))
    except HunchError as error:
        assert error.sentence.endswith(".")  # noqa: PT017
        assert len(error.sentence) < 1500  # noqa: PT017


@thorough
@given(
    some.builds(
        NetworkSpec, blocks=some.integers(1, 4), filters=some.integers(4, 64), seed=some.integers(0, 2**31 - 1)
    ),
    some.builds(TrainingSpec, epochs=some.integers(1, 200), rate=some.floats(1e-4, 0.1)),
)
def test_what_is_written_into_a_link_comes_back_the_same(network, training):
    recipe = {NETWORK: network.model_dump(mode="json"), TRAINING: training.model_dump(mode="json")}
    read = parse_recipe(format_recipe(recipe))
    assert NetworkSpec.of(**read[NETWORK]) == network
    assert TrainingSpec.of(**read[TRAINING]) == training
