"""The training film: maps of a few pictures at every epoch, recorded while a network learns, looked at afterwards."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import streamlit as st

from core import render
from core import text as words
from core.errors import InputError
from core.glossary import meaning
from core.settings import Settings, setting
from core.store import Store
from pages.parts.attribution import charts as attribution_charts
from pages.parts.markdown import literal
from pages.parts.shared import charts, controls, gallery, style
from pages.parts.shared.controls import spaced
from pages.parts.state import access

if TYPE_CHECKING:
    from core.attribution.training_timeline import TimelineRecorder, TrainingTimeline
    from core.datasets import Dataset
    from core.flaws import Planted
    from pages.parts.state.current_run import Opened

CAMERA, EPOCH = "_camera", "film_epoch"
SIDE = 108
PLANTED = ("sticker", "border")
BACKGROUND, OBJECT = "background", "object"


class Filming(Settings):
    """Which pictures are filmed, and by which method."""

    method: Literal["grad_cam", "hires_cam", "layer_cam", "gradient", "gradient_x_input"] = setting(
        "grad_cam", "The method for the maps; these are fast enough for every epoch."
    )
    source: Literal["test", "judge"] = setting(
        "test",
        "Test pictures, which are like the training pictures, or the evaluation set, in which the "
        "flaw is removed (judge).",
    )
    number: int = setting(6, "How many pictures to follow, taken from the classes in turn.", low=1, high=12, step=1)
    pictures: tuple[int, ...] = setting(
        (), "The numbers of certain pictures to follow in place of these, such as 3, 14.", common=False
    )


class Camera:
    """Records a film and keeps it after every epoch, so that nothing is lost when the browser goes away.

    Args:
        recorder: makes the frames.
        filming: how it was made.
        key: of the run that will come of it.
        store: where films are kept.
    """

    def __init__(self, recorder: TimelineRecorder, filming: Filming, key: str, store: Store) -> None:
        self._recorder, self._filming, self._key, self._store = recorder, filming, key, store

    def __call__(self, model: Any, epoch: int) -> None:
        """Record one frame."""
        self._recorder(model, epoch)
        self.keep(self._key)

    def keep(self, key: str) -> None:
        """Keep what there is as the film of a run."""
        if self._recorder.frames:
            self._store.write(_film_name(key), self._recorder.film().to_bytes())
            self._store.write(_about_name(key), json.dumps(self._filming.model_dump(mode="json")).encode())


def draw_dials() -> Filming | None:
    """The dials of the film; None where none is wanted."""
    st.header("Recording", anchor=False)
    if not st.toggle("Record maps", key="film", help=meaning("training film"), bind="query-params"):
        return None
    return controls.draw(Filming, "film", folded="Certain pictures")


def needs_recording(filming: Filming | None, key: str) -> bool:
    """Whether a film is asked for that this run does not have."""
    return filming is not None and _filming(key) != filming


def camera(filming: Filming | None, planted: Planted, key: str) -> Camera | None:
    """What to watch a training with; None where no film is wanted.

    Raises:
        InputError: for a picture that there is not.
    """
    if filming is None:
        return None
    from core.attribution.training_timeline import TimelineRecorder

    data = _source(filming, planted)
    recorder = TimelineRecorder(data.images[rows(filming, data)], method=filming.method)
    made = Camera(recorder, filming, key, access.store())
    st.session_state[CAMERA] = made
    return made


def keep(key: str) -> None:
    """Give the film to the run that came of its training: one that was stopped has a key of its own."""
    made: Camera | None = st.session_state.pop(CAMERA, None)
    if made is not None:
        made.keep(key)


def rows(filming: Filming, data: Dataset) -> list[int]:
    """The pictures to follow: the ones that were named, or the first ones of each class in turn.

    Raises:
        InputError: for a picture that there is not.
    """
    missing = [row for row in filming.pictures if not 0 <= row < len(data)]
    if missing:
        raise InputError(f"The pictures to film are numbered 0 to {len(data) - 1}", ", ".join(map(str, missing)))
    if filming.pictures:
        return list(filming.pictures)
    turns = np.zeros(len(data), int)
    for label in range(len(data.class_names)):
        own = np.flatnonzero(data.labels == label)
        turns[own] = np.arange(len(own))
    return np.lexsort((data.labels, turns))[: filming.number].tolist()


def draw(opened: Opened) -> None:
    """The film of a run; how to make one where there is none."""
    st.subheader("Maps over training", anchor=False, help=meaning("training film"))
    filming = _filming(opened.run.key)
    if filming is None:
        style.small("No maps were recorded during this training. Turn on “Record maps” and train.")
        return
    from core.attribution.training_timeline import TrainingTimeline

    film = TrainingTimeline.from_bytes(access.store().read(_film_name(opened.run.key)))
    data = _source(filming, opened.planted)
    chosen = data.take(rows(filming, data))
    _draw_film(film, chosen, int(opened.run.metrics["epoch"]))


@st.fragment
def _draw_film(film: TrainingTimeline, chosen: Dataset, best: int) -> None:
    """The slider, and what it moves."""
    last = int(film.epochs[-1])
    masks = _regions(chosen)
    region = None
    if masks:
        region = st.selectbox(
            "Evidence on", list(masks), key="film_on", help=meaning("relevance mass"), bind="query-params"
        )
        st.markdown(literal(_moment_words(film, masks[region], region)))
    if last > 0:
        if not 0 <= st.session_state.get(EPOCH, 0) <= last:
            # It was chosen in the film of another run.
            st.session_state[EPOCH] = last
        helps = f"0 is before training; epoch {best} is the one that was kept."
        epoch = st.slider("After epoch", 0, last, last, 1, key=EPOCH, help=helps, bind="query-params")
    else:
        epoch = last
    frame = int(np.abs(film.epochs - epoch).argmin())
    gallery.show(_tiles(film, chosen, frame), side=SIDE, key="film")
    if region is not None:
        charts.show(attribution_charts.film_masses(film.masses(masks[region]), region, epoch))


def _tiles(film: TrainingTimeline, chosen: Dataset, frame: int) -> list[gallery.Tile]:
    tiles = []
    names = [spaced(name) for name in chosen.class_names]
    for number, values in enumerate(film.maps(frame)):
        sure = film.probabilities[frame, number]
        truth, said = names[chosen.labels[number]], names[int(sure.argmax())]
        told = said if said == truth else f"says {said}, is {truth}"
        seen = render.overlay(film.images[number], values, 0.55)
        alt = f"{words.with_article(truth)} under its map after epoch {film.epochs[frame]}"
        tiles.append(gallery.Tile(seen, alt, f"{told}, {words.confidence_words(float(sure.max()))} sure"))
    return tiles


def _moment_words(film: TrainingTimeline, masks: np.ndarray, region: str) -> str:
    found = film.moment(masks)
    if found is None or math.isnan(found.after):
        return f"The evidence never moves onto the {region}."
    return (
        f"The evidence moves onto the {region} most at epoch {found.epoch}: there it holds {found.after:.1f} times its "
        f"share, after {found.before:.1f} before."
    )


def _regions(chosen: Dataset) -> dict[str, np.ndarray]:
    """What evidence can be measured on, the likeliest shortcut first."""
    known: dict[str, Any] = {name: mask for name, mask in (chosen.masks or {}).items() if mask.any()}
    if OBJECT in known:
        known[BACKGROUND] = ~known[OBJECT]
    order = [*PLANTED, BACKGROUND, OBJECT]
    return {name: known[name] for name in [*order, *known] if name in known}


def _source(filming: Filming, planted: Planted) -> Dataset:
    return planted.judge if filming.source == "judge" else planted.splits.test


def _filming(key: str) -> Filming | None:
    """How the film of a run was made; None where there is none."""
    store = access.store()
    if not store.has(_about_name(key)):
        return None
    return Filming.of(**json.loads(store.read(_about_name(key))))


def _film_name(key: str) -> str:
    return f"films/{key}.npz"


def _about_name(key: str) -> str:
    return f"films/{key}.json"
