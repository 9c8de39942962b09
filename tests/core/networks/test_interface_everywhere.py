"""Whatever takes a model and pictures takes an interface too, and reads the user's own pictures by it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import numpy as np
import pytest

import core
from core.attribution.completeness import completeness
from core.attribution.dataset_summary import summarise_dataset
from core.datasets import Dataset
from core.features import contributions, layer_responses, unit_attribution, unit_maps, unit_survey
from core.features.untrained import untrained_copy
from core.insight import embedding, prototypes
from core.networks.interface import Interface, interface, prepared
from core.trust.temperature import fit_temperature
from tests.core.networks.strangers import READ, Stranger

MODELS = {"model", "run_or_model", "network"}
PICTURES = {"images", "image", "dataset", "data", "splits", "train", "validation", "judged"}
EXEMPT = {
    "core.networks.interface": "it is what makes an interface",
    "core.networks.tried_preprocessings": "it shows what an interface is chosen by",
    "core.trust.edge_detector": "a control with the signature of a method, which looks at no network",
}


def _public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every function that a package of core offers by name."""
    for found in walk_packages(core.__path__, "core."):
        if not found.ispkg:
            continue
        package = import_module(found.name)
        for name in getattr(package, "__all__", ()):
            if inspect.isfunction(getattr(package, name)):
                yield f"{found.name}.{name}", getattr(package, name)


def test_every_public_function_of_a_model_and_pictures_takes_an_interface() -> None:
    asked = {
        name: set(inspect.signature(function).parameters)
        for name, function in _public_functions()
        if name not in EXEMPT
    }
    reading = {name: given for name, given in asked.items() if given & MODELS and given & PICTURES}
    assert len(reading) > 15
    assert [name for name, given in reading.items() if "interface" not in given] == []


@pytest.fixture(scope="module")
def stranger() -> Stranger:
    """A network that takes 0..1, where pictures are 0..255."""
    return READ["unit"]()


@pytest.fixture(scope="module")
def images(stranger: Stranger) -> np.ndarray:
    shape = (12, *stranger.model.input_shape[1:])
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


@pytest.fixture(scope="module")
def reading(stranger: Stranger) -> Interface:
    return interface(stranger.model, preprocessing="unit")


def _labelled(images: np.ndarray, reading: Interface) -> Dataset:
    return Dataset(images, np.arange(len(images)) % len(reading.class_names), reading.class_names)


ASKED: dict[str, Callable[..., Any]] = {
    "layer_responses": lambda model, data, **given: layer_responses(model, data.images, **given).peak,
    "unit_maps": lambda model, data, **given: unit_maps(model, data.images, None, 1, **given),
    "unit_survey": lambda model, data, **given: unit_survey(model, data, **given)["peak"],
    "contributions": lambda model, data, **given: contributions(model, data.images, **given).channel,
    "unit_attribution": lambda model, data, **given: unit_attribution(model, data.images, None, 1, steps=4, **given),
    "completeness": lambda model, data, **given: completeness(model, data.images, steps=4, **given).rise,
    "summarise_dataset": lambda model, data, **given: (
        summarise_dataset(model, data, mask=np.ones(data.shape[:2], bool), **given).maps
    ),
    "embedding": lambda model, data, **given: embedding(model, data.images, **given),
    "prototypes": lambda model, data, **given: prototypes(model, data, **given)["index"],
    "fit_temperature": lambda model, data, **given: fit_temperature(model, data, data, **given).value,
}


@pytest.mark.parametrize("name", ASKED)
def test_the_users_own_pictures_give_what_prepared_ones_give(
    name: str, stranger: Stranger, images: np.ndarray, reading: Interface
) -> None:
    own = ASKED[name](stranger.model, _labelled(images, reading), interface=reading)
    plain = ASKED[name](stranger.model, _labelled(images.astype(np.float32) / 255, reading))
    np.testing.assert_allclose(own, plain, rtol=1e-3, atol=1e-5)


def test_an_untrained_copy_keeps_the_preprocessing(stranger: Stranger, images: np.ndarray, reading: Interface) -> None:
    copy = untrained_copy(prepared(stranger.model, reading), seed=3)
    bare = untrained_copy(stranger.model, seed=3)
    np.testing.assert_allclose(copy(images.astype(np.float32)), bare(images.astype(np.float32) / 255), atol=1e-6)
