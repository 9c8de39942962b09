"""What has it learned?: what each unit is for, how a class looks to the network, and what grows with depth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.datasets import Dataset
from core.features import GridSettings, Responses, VisualizeSettings
from core.features.activation_grid import Order
from core.features.depth import DepthSettings
from core.features.handcrafted_features import HandcraftedSettings
from core.features.ranking import sort_survey
from core.features.responses import checked_layer
from core.glossary import meaning
from core.networks.inspect import LayerInfo
from core.settings import Settings
from pages.parts.features import class_images, compute, depth, handcrafted, picture
from pages.parts.features import layer as features_layer
from pages.parts.features import pictures as features_pictures
from pages.parts.features import unit as features_unit
from pages.parts.features.compute import Asked
from pages.parts.features.unit import UnitDials
from pages.parts.shared import controls, frame, gallery, style
from pages.parts.shared.controls import DECIDE, spaced
from pages.parts.shared.gallery import Tile
from pages.parts.state import caches, current_run
from pages.parts.state.current_run import Opened

HERE = "pages/features.py"
UNIT, LAYER, PICTURE, CLASS = "One unit", "A layer", "One picture", "A class"
DEPTH, HAND = "Edges first?", "Hand-made"
VIEWS = (UNIT, LAYER, PICTURE, CLASS, DEPTH, HAND)
GRID, DEPTH_DIALS, HAND_DIALS, MADE = "grid", "depth", "handmade", "made"
SETTINGS: dict[str, type[Settings]] = {
    GRID: GridSettings,
    DEPTH_DIALS: DepthSettings,
    HAND_DIALS: HandcraftedSettings,
    MADE: VisualizeSettings,
}
DIALS = {
    f"feature_{name}"
    for name in (
        "order", "unit", "with", "place", "row", "column", "against", "at_once", "mattered", "sheet", "whole",
        "picture", "compare", "class", "other",
    )
}  # fmt: skip
ORDERS: dict[Order, str] = {
    "selective": "most class-selective",
    "strongest": "strongest",
    "varied": "most varied",
    "number": "by number",
}
SHOWN = 12
NOBODY = "no other"


def main() -> None:
    """Draw the screen."""
    with frame.page(HERE, "Choose a layer and a unit, and see what activates it."):
        body(current_run.require())
        frame.next_step("pages/hunches.py", "Test a hunch about it")


def body(opened: Opened) -> None:
    """Everything that depends on the dials.

    No fragment: while one computes, Streamlit lets a press on its "Stop" wait until it is done.
    """
    keep_dials()
    with frame.boundary():
        view = st.segmented_control(
            "Look at", VIEWS, default=UNIT, key="feature_view", bind="query-params", required=True,
            help="One unit of a layer, a layer as a whole, one picture in all units, a class, or all layers in turn.",
        )  # fmt: skip
        dials, result = frame.dials_and_result()
        with dials:
            data = draw_source(opened)
            layer = draw_layer(opened, used=view not in (DEPTH, HAND))
        asked = Asked(opened, data, layer)
        VIEW[view or UNIT](asked, dials, result)


def keep_dials() -> None:
    """Hold on to what the dials of the other views say: Streamlit forgets a dial that is not drawn."""
    prefixed = {controls.key(prefix, dial.name) for prefix, settings in SETTINGS.items() for dial in settings.dials()}
    for key in (DIALS | prefixed) & set(map(str, st.session_state)):
        st.session_state[key] = st.session_state[key]


def draw_source(opened: Opened) -> Dataset:
    """Which pictures the units are asked about."""
    sources = opened.pictures("judge", "test", "train")
    current_run.read_old_source("feature_from")
    name = st.selectbox(
        "Pictures from", list(sources), format_func=lambda source: current_run.SOURCES[source], key="feature_from",
        help="In the evaluation set the flaw is removed, so a unit cannot rely on it.",
        bind="query-params",
    )  # fmt: skip
    return sources[name]


def draw_layer(opened: Opened, *, used: bool) -> str:
    """The layer whose units are looked at; in views of all layers it can be seen and not moved."""
    paths = [info.path for info in usable(opened)]
    layer = st.selectbox(
        "Layer", [DECIDE, *paths], key="feature_layer", help=meaning("layer"), bind="query-params",
        disabled=not used,
    )  # fmt: skip
    return checked_layer(opened.run.model, None if layer == DECIDE else layer)


def usable(opened: Opened) -> list[LayerInfo]:
    """Layers that give maps or a row of units."""
    return [info for info in caches.layers(opened.run.key, opened.run) if len(info.shape) in (2, 4)]


def unit_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """One unit."""
    with result:
        found = compute.responses(asked)
    if found is None:
        return
    table = compute.survey(asked, found)
    with dials:
        order = draw_order(found, table)
        unit = draw_unit(order)
        chosen = draw_wish(unit, found.units, _map_shape(asked))
    with result:
        features_unit.draw(asked, found, table, chosen)
        draw_others(asked, found, table, order)


def layer_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """A whole layer."""
    with result:
        found = compute.responses(asked)
    if found is None:
        return
    table = compute.survey(asked, found)
    with dials:
        order = draw_order(found, table)
        unit = draw_unit(order)
        sheet = st.slider(
            "Units to visualise", 1, 64, SHOWN, 1, key="feature_sheet", help="How many units are visualised at once.",
            bind="query-params",
        )  # fmt: skip
        whole = st.toggle(
            "Whole layer", key="feature_whole", bind="query-params",
            help="Make one picture that activates all units of the layer strongly, as DeepDream does.",
        )  # fmt: skip
        making = draw_making()
    units = None if whole else order[:sheet].tolist()
    with result:
        features_layer.draw(asked, table, order.tolist(), unit, making, units)


def picture_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """One picture in all units."""
    last = len(asked.data) - 1
    with dials:
        _forget_above("feature_picture", last, 0)
        row = st.number_input("Picture", 0, last, 0, 1, key="feature_picture", help="Its number.", bind="query-params")
        grid = controls.draw(GridSettings, GRID)
        compare = st.toggle("Beside tf-explain", key="feature_compare", help=meaning("tf-explain"), bind="query-params")
    with result:
        found = compute.responses(asked)
        if found is not None:
            table = compute.survey(asked, found)
            picture.draw(asked, found, table, int(row), grid, _look, compare=compare)


def class_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """A class, alone or against another."""
    names = [spaced(name) for name in asked.data.class_names]
    with dials:
        target = st.selectbox(
            "Class",
            names,
            key="feature_class",
            help="The class whose score the picture should raise.",
            bind="query-params",
        )
        other = st.selectbox(
            "Against", [NOBODY, *names], key="feature_other", bind="query-params",
            help="A class to contrast it with, to see what distinguishes the two.",
        )  # fmt: skip
        mattered = draw_mattered()
        making = draw_making()
    against = None if other in (NOBODY, target) else names.index(other)
    info = next(info for info in usable(asked.opened) if info.path == asked.layer)
    with result:
        class_images.draw(asked, names.index(target), against, making, info, mattered=mattered)


def depth_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """All layers in turn."""
    with dials:
        chosen = controls.draw(DepthSettings, DEPTH_DIALS)
    with result:
        depth.draw(asked, chosen)


def handmade_view(asked: Asked, dials: DeltaGenerator, result: DeltaGenerator) -> None:
    """The classic pipeline beside the network."""
    with dials:
        chosen = controls.draw(HandcraftedSettings, HAND_DIALS)
    with result:
        handcrafted.draw(asked, chosen)


VIEW = {
    UNIT: unit_view,
    LAYER: layer_view,
    PICTURE: picture_view,
    CLASS: class_view,
    DEPTH: depth_view,
    HAND: handmade_view,
}


def draw_order(found: Responses, table: pd.DataFrame) -> np.ndarray:
    """The units, from first to last."""
    order = st.selectbox(
        "Order of units", list(ORDERS), format_func=lambda name: ORDERS[name], key="feature_order",
        help="Which units come first: those that separate classes, activate most strongly, or vary most from "
        "picture to "
        "picture.", bind="query-params",
    )  # fmt: skip
    return sort_survey(found, table, order)


def draw_unit(order: np.ndarray) -> int:
    """The number of the unit that is looked at."""
    _forget_above("feature_unit", len(order) - 1)
    unit = st.number_input(
        "Unit", 0, len(order) - 1, None, 1, key="feature_unit", placeholder=DECIDE, bind="query-params",
        help="Its number. Leave it empty for the first in the order, or choose one below.",
    )  # fmt: skip
    return int(order[0]) if unit is None else int(unit)


def _forget_above(key: str, last: int, instead: int | None = None) -> None:
    """Clear a number that was chosen for another layer or other pictures."""
    if (st.session_state.get(key) or 0) > last:
        st.session_state[key] = instead


def draw_wish(unit: int, units: int, shape: tuple[int, int]) -> UnitDials:
    """What the picture should please, and how it is made.

    Args:
        unit: the one that is looked at.
        units: how many there are.
        shape: rows and columns of the layer's maps; 1 and 1 for a layer that has none.
    """
    with st.expander("Several units", key="feature_several"):
        together = st.text_input(
            "Together with", key="feature_with", placeholder="such as 3, 7", bind="query-params",
            help="Units to activate along with it: is there a picture that activates the whole group?",
        )  # fmt: skip
        _forget_above("feature_against", units - 1)
        others: tuple[int, ...] = ()
        with frame.boundary():
            others = features_unit.numbers(together, units)
        against = st.number_input(
            "Against unit", 0, units - 1, None, 1, key="feature_against", placeholder=NOBODY, bind="query-params",
            help="A unit that the picture should suppress.",
        )  # fmt: skip
    place = draw_place(shape)
    at_once = st.toggle(
        "Visualise automatically", True, key="feature_at_once", bind="query-params",
        help="Visualise the unit as soon as it is chosen. Takes a few seconds.",
    )  # fmt: skip
    mattered = draw_mattered()
    making = draw_making()
    return UnitDials(unit, others, None if against is None else int(against), place, making, at_once, mattered)


def draw_place(shape: tuple[int, int]) -> tuple[int, int] | None:
    """The one place of its map at which a unit should answer; None for all of them."""
    if max(shape) == 1 or not st.toggle(
        "At one position only", key="feature_place", bind="query-params",
        help="A unit is applied at every position of the picture. Visualise what activates it at "
        "one position: a neuron.",
    ):  # fmt: skip
        return None
    rows, columns = (side - 1 for side in shape)
    _forget_above("feature_row", rows, rows // 2)
    _forget_above("feature_column", columns, columns // 2)
    with st.container(horizontal=True):
        row = st.number_input(
            "Row", 0, rows, rows // 2, 1, key="feature_row", help="Of the layer's map, from the top.",
            bind="query-params",
        )  # fmt: skip
        column = st.number_input(
            "Column", 0, columns, columns // 2, 1, key="feature_column", help="Of the layer's map, from the left.",
            bind="query-params",
        )  # fmt: skip
    return int(row), int(column)


def _map_shape(asked: Asked) -> tuple[int, int]:
    info = next(info for info in usable(asked.opened) if info.path == asked.layer)
    return (info.shape[1] or 1, info.shape[2] or 1) if info.spatial else (1, 1)


def draw_mattered() -> bool:
    """Whether made pictures show which of their pixels matter."""
    return st.toggle(
        "Show which pixels mattered", key="feature_mattered", bind="query-params",
        help="Highlight the pixels that the activation depended on most while the picture was made.",
    )  # fmt: skip


def draw_making() -> VisualizeSettings:
    """How pictures are made."""
    with st.expander("How pictures are made", key="feature_making"):
        return controls.draw(VisualizeSettings, MADE, folded="More")


def draw_others(asked: Asked, found: Responses, table: pd.DataFrame, order: np.ndarray) -> None:
    """Other units to look at, each by the picture that it answers most."""
    st.header("Choose another unit", anchor=False)
    pages = -(-len(order) // SHOWN)
    page = st.pagination(pages, key="feature_page", bind="query-params") if pages > 1 else 1
    tiles = []
    for unit in order[(page - 1) * SHOWN : page * SHOWN].tolist():
        row = table.iloc[unit]
        caption = f"unit {unit}, " + ("dead" if row["dead"] else spaced(row["prefers"]))
        image = asked.data.images[int(found.peak[:, unit].argmax())]
        tiles.append(
            Tile(image, f"The picture that activates unit {unit} most", caption, _choose, unit,
                 under_pointer=features_pictures.best_of(asked, found, unit))
        )  # fmt: skip
    gallery.show(tiles, side=112, key=f"feature_others_{page}")
    style.small(
        "Each unit is shown by the picture that activates it most, and its preferred class. Point at one to see the "
        f"{features_pictures.POINTED} pictures that activate it most."
    )


def _look(unit: int) -> None:
    st.session_state["feature_unit"] = unit
    st.session_state["feature_view"] = UNIT


def _choose(unit: int) -> None:
    st.session_state["feature_unit"] = unit


main()
