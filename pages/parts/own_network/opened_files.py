"""An uploaded network and how it is read: opened once for every visitor, keyed by what was uploaded and chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.progress import OnStep, silent
from pages.parts.state import access, caches, planted_data, uploads
from pages.parts.state.data_source import TrainingData

if TYPE_CHECKING:
    import numpy as np

    from core.networks import Interface, Run
    from core.networks.recognition import Fit


@st.cache_resource(max_entries=2, show_spinner="Opening the network")
def network(file: str) -> Any:
    """The Keras network of an uploaded file.

    Raises:
        ModelError: when it cannot be read.
        Unavailable: when this server does not have the file.
    """
    from core.networks import network_from_file

    return network_from_file(uploads.read_network(file), name=file)


@st.cache_resource(max_entries=8, show_spinner=False)
def shape(file: str) -> tuple[int | None, int | None, int | None]:
    """(H, W, C) that the network takes, with None for what is free."""
    from core.networks.graph import graph_of

    height, width, channels = graph_of(network(file)).input_shape[1:]
    return height, width, channels


@st.cache_resource(max_entries=8, show_spinner=False)
def names_in(file: str) -> tuple[str, ...]:
    """The class names that the file itself gives; none where it gives none."""
    from core.networks import class_names_in

    return class_names_in(uploads.read_network(file))


@st.cache_resource(max_entries=4, show_spinner="Trying every known preprocessing")
def fits(file: str, pictures: str, names: tuple[str, ...], _source: TrainingData) -> tuple[Fit, ...]:  # noqa: ARG001
    """How the network does on training pictures under each known preprocessing, the best first."""
    from core.networks import tried_preprocessings

    train = planted_data.load(_source, names).splits.train
    with caches.lock(file):
        return tried_preprocessings(network(file), train.images, train.labels)


@st.cache_resource(max_entries=4, show_spinner="Reading the network")
def reading(
    file: str,
    pictures: str,  # noqa: ARG001 - part of the cache's key
    names: tuple[str, ...],
    preprocessing: str | None,
    _source: TrainingData,
) -> Interface:
    """How the network is read.

    Raises:
        ModelError: when the pictures do not decide it, or the network does no better than chance.
    """
    train = planted_data.load(_source, names).splits.train
    return _read(file, names, preprocessing, train.images, train.labels)


@st.cache_resource(max_entries=8, show_spinner="Reading the network")
def reading_alone(file: str, preprocessing: str | None) -> Interface:
    """How the network is read where there are no labelled pictures.

    Raises:
        ModelError: when it cannot be read.
        InputError: for a preprocessing that does not suit its channels.
    """
    return _read(file, names_in(file) or None, preprocessing)


def _read(file: str, names: tuple[str, ...] | None, preprocessing: str | None, *labelled: np.ndarray) -> Interface:
    from core.networks import interface

    model = network(file)
    with caches.lock(file):
        found = interface(model, *labelled, class_names=names, preprocessing=preprocessing)
    return replace(found, notes=(*getattr(model, "notes", ()), *found.notes))


def is_black_box(file: str) -> bool:
    """Whether only the network's answers are known, as of an ONNX file."""
    from core.networks.predictor import is_black_box as closed

    return closed(network(file))


@st.cache_resource(max_entries=8, show_spinner=False)
def map_layers(file: str) -> list[str]:
    """The paths of the layers that give maps."""
    from core.networks import layers

    return [layer.path for layer in layers(network(file)) if layer.spatial]


@st.cache_resource(max_entries=64, show_spinner="Asking the network")
def answers_to(file: str, key: str, _found: Interface, _image: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """How sure the network is of each class, (K,); the key says everything that this depends on."""
    from core.networks import probabilities

    with caches.lock(file):
        return probabilities(network(file), _image[None], interface=_found)[0]


def map_of(
    file: str, found: Interface, image: np.ndarray, target: int, method: str, on_step: OnStep = silent
) -> np.ndarray:
    """The raw map of a method at its defaults, (H, W)."""
    from core.attribution import explain

    return explain(network(file), image[None], target, method=method, interface=found, on_step=on_step)[0]


def activations_of(file: str, found: Interface, image: np.ndarray, layer: str) -> np.ndarray:
    """What the units of a layer answer to the picture, (h, w, units)."""
    from core.features import activations

    with caches.lock(file):
        return activations(network(file), image[None], layer, interface=found)[0]


def responses_of(
    file: str, found: Interface, layer: str, units: tuple[int, ...], steps: int, on_step: OnStep = silent
) -> np.ndarray:
    """Pictures to which the units respond most, (U, H, W, 3) in 0..1."""
    from core.features import visualize

    return visualize(network(file), layer, list(units), interface=found, on_step=on_step, steps=steps)


def open_as_run(file: str, title: str, found: Interface, source: TrainingData) -> Run:
    """Make a run of the network and its pictures, and keep it.

    Raises:
        NotAllowed: for a viewer.
        LimitReached: where this person keeps as many runs as one may.
    """
    from core.networks import open_network, training_spec_in

    store = access.room_for("open")
    with caches.lock(file):
        return open_network(
            network(file),
            planted_data.load(source, found.class_names).splits,
            interface=found,
            training_spec=training_spec_in(uploads.read_network(file)),
            store=store,
            about={"title": title, "material": source.plain(), "file": title},
        )
