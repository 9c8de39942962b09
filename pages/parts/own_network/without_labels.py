"""A network without labelled pictures: one picture explained, its layers looked into, and what has to wait."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core import attribution, text
from core.attribution.methods.occlusion import METHOD as OCCLUSION
from core.datasets import sides_of
from core.datasets.pictures import decode
from core.settings import digest
from pages.parts.attribution.upload import check_allowed, draw_uploader
from pages.parts.markdown import literal
from pages.parts.own_network import card, opened_files
from pages.parts.shared import frame, gallery, long_work, style
from pages.parts.shared.controls import spaced
from pages.parts.shared.picture import address, stage
from pages.parts.shared.picture.shown import Map, Shown
from pages.parts.state import caches, photographs

if TYPE_CHECKING:
    from core.networks import Interface

STAGE, SIDE, LARGE = "own_maps", 224, 384
METHODS = ("grad_cam", OCCLUSION.name)
UNITS, STEPS = 4, 64
LABELS_NEEDED = (
    "Testing a hunch, finding the flaw, fixing it, calibration, the report and checks compare answers with the true "
    "classes: for these, add a zip of pictures with one folder a class, or with a CSV of labels."
)


def draw(file: str, shape: tuple[int | None, ...]) -> None:
    """What can be done with the network alone, and what cannot.

    Args:
        file: the network, as `uploads.save_network` calls it.
        shape: (H, W, C) that it takes, with None for what is free.
    """
    st.info(
        f"The network is open. It takes {card.pictures_taken(shape)}. "
        f"Without labelled pictures you can explain a picture and look into its layers. {LABELS_NEEDED}",
        icon=":material/upload_file:",
    )
    with st.container(border=True, key="own_alone"):
        preprocessing = card.draw_preprocessing()
        with frame.boundary():
            found = opened_files.reading_alone(file, preprocessing)
            for note in found.notes:
                style.small(note)
            image = _draw_picture(file, found)
            if found.layer is not None:
                _draw_units(file, found, image)


def _draw_picture(file: str, found: Interface) -> np.ndarray | None:
    """The uploader, the network's answer and the maps behind it; the picture as the network takes it."""
    given = draw_uploader(
        "A picture to explain",
        key="own_single",
        help="It is kept only while you look at it. The longer side is cropped to the network's shape.",
    )
    if given is None:
        return None
    content = given.getvalue()
    check_allowed(content)
    size, colour = sides_of(found.input_shape), found.input_shape[2] != 1
    image = decode(content, size=size, colour=colour, fit="crop")
    key = digest([file, found.transform.name, hashlib.sha256(content).hexdigest()])
    answers = opened_files.answers_to(file, key, found, image)
    target = int(answers.argmax())
    said = spaced(found.class_names[target]) if opened_files.names_in(file) else f"class number {target}"
    st.markdown(f"**It says {literal(said)}.** It is {text.confidence_words(float(answers.max()))} sure.")
    maps = _maps(file, key, found, image, target, said)
    if maps:
        photo = photographs.full_size(content, size, colour, "crop")
        shown = Shown(image, "The picture as the network sees it", photo=photo)
        stage.draw(shown, maps, address.current(), key=STAGE, side=SIDE, large=LARGE, on_look=address.take(STAGE))
    return image


def _maps(file: str, key: str, found: Interface, image: np.ndarray, target: int, said: str) -> list[Map]:
    """The map of each method that this network can be asked for."""
    known = attribution.methods()
    black_box = opened_files.is_black_box(file)
    made = []
    for name in METHODS:
        info = known[name]
        if info.needs_layer and (black_box or found.layer is None):
            continue
        with frame.boundary(info.title):
            work = partial(opened_files.map_of, file, found, image, target, name)
            values = long_work.compute_once(caches.maps(), f"{key}_{target}_{name}", info.title, work, run=file)
            signed = info.draws_signed(info.Settings())
            bright = f"evidence for {said}" if signed else f"what mattered most for {said}"
            if values is not None:
                made.append(Map(name, info.title, values, signed, bright, "evidence against it"))
    return made


def _draw_units(file: str, found: Interface, image: np.ndarray | None) -> None:
    """A layer's units: which answer most to the picture, and, on a press, what they respond to."""
    place = st.expander("Look into a layer", key="own_layer_open", on_change="rerun")
    if not place.open:
        return
    with place:
        paths = opened_files.map_layers(file)
        layer = st.selectbox("Layer", paths, paths.index(found.layer) if found.layer in paths else 0, key="own_layer")
        units = tuple(range(UNITS))
        if image is not None:
            values = opened_files.activations_of(file, found, image, layer)
            units = tuple(int(unit) for unit in np.argsort(-values.mean(axis=(0, 1)), kind="stable")[:UNITS])
            style.small("The units of this layer that answer most to the picture, each with its activation map.")
            gallery.show([_activation(values[..., unit], unit) for unit in units], key="own_activations")
        _draw_responses(file, found, layer, units)


def _activation(values: np.ndarray, unit: int) -> gallery.Tile:
    from core.render import heatmap

    return gallery.Tile(heatmap(values), f"Activation map of unit {unit}", f"unit {unit}")


def _draw_responses(file: str, found: Interface, layer: str, units: tuple[int, ...]) -> None:
    """Feature visualisation of some units, on a press: it takes a while."""
    key = digest([file, found.transform.name, layer, list(units), "responses"])
    asked = f"_asked_{key}"
    if not st.session_state.get(asked):
        label = f"Draw what units {text.join_words([str(unit) for unit in units])} respond to"
        st.button(label, key="own_visualise", icon=":material/draw:", on_click=long_work.request, args=(asked,))
        return
    work = partial(opened_files.responses_of, file, found, layer, units, STEPS)
    pictures = long_work.compute_once(caches.maps(), key, "Feature visualisation", work, run=file)
    if pictures is None:
        return
    tiles = [
        gallery.Tile(255 * picture, f"A picture that unit {unit} responds to", f"unit {unit}")
        for unit, picture in zip(units, pictures, strict=True)
    ]
    gallery.show(tiles, key="own_responses")
    style.small("Made by optimisation, not found: each picture raises its unit's answer as far as it goes.")
