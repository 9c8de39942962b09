"""The dials under Data: which data set, with which settings, and the flaw that is planted in it."""

from __future__ import annotations

import streamlit as st

from core import datasets, flaws
from core.glossary import meaning
from core.settings import Settings
from pages.parts.shared import access_notes, controls, style
from pages.parts.state import access, links, old_titles, publishing, uploads
from pages.parts.state.data_source import BUNDLED, CLEAN, OWN, Planting, TrainingData, data_title, settings_class

UPLOAD = "upload"


def draw() -> TrainingData:
    """Every dial of the data source."""
    data, upload = draw_data()
    # Above the settings of the data set, which would push it out of sight.
    flaw, planting, flaw_settings = draw_flaw()
    settings = controls.draw(settings_class(data), _prefix(data))
    return TrainingData(data, settings, flaw, planting, flaw_settings, upload)


def apply_recipe_from_link() -> TrainingData | None:
    """Set the dials to the recipe of the link, where it has one, and start the script anew.

    Returns:
        the data of a blind game, which has no dials; None for any other.

    Raises:
        InputError: when the recipe has settings that do not exist.
    """
    recipe = links.read_recipe()
    if links.game():
        return TrainingData.of(recipe[links.MATERIAL])
    if recipe:
        controls.put(positions(TrainingData.of(recipe.get(links.MATERIAL, {}))), recipe=None)
        st.rerun()
    return None


def recipe() -> str:
    """The recipe that links from Data carry: what the dials say.

    Raises:
        InputError: when the dials contradict each other.
    """
    return links.format_recipe({links.MATERIAL: read().plain()})


def read() -> TrainingData:
    """The data source that the dials are set to, drawn or not; the default where they were never drawn.

    Raises:
        InputError: when the dials contradict each other.
    """
    data, flaw = st.session_state.get("data", BUNDLED), st.session_state.get("flaw", CLEAN)
    return TrainingData(
        data,
        controls.read(settings_class(data), _prefix(data)),
        flaw,
        Planting() if flaw == CLEAN else controls.read(Planting, "flaw"),
        controls.read(flaws.info(flaw).Settings, f"flaw_{flaw}"),
        st.session_state.get(UPLOAD, "") if data == OWN else "",
    )


def positions(source: TrainingData) -> list[controls.Position]:
    """Where the widgets stand for this data source; see `controls.put`."""
    data = None if source.data == BUNDLED else data_title(source.data)
    flaw = None if source.flaw == CLEAN else flaws.info(source.flaw).title
    return [
        controls.Position("data", source.data, data),
        controls.Position("flaw", source.flaw, flaw),
        controls.Position(UPLOAD, source.upload, source.upload or None),
        *controls.positions(source.settings, _prefix(source.data)),
        *controls.positions(source.planting, "flaw"),
        *controls.positions(source.flaw_settings, f"flaw_{source.flaw}"),
    ]


def draw_data() -> tuple[str, str]:
    """Name and upload of the data set."""
    options = [*datasets.names(), OWN]
    name = st.selectbox(
        "Data set", options, format_func=data_title, key="data", help="The pictures to learn from.", bind="query-params"
    )
    upload = _draw_upload() if name == OWN else ""
    _write_upload(upload)
    return name, upload


def draw_flaw() -> tuple[str, Planting, Settings]:
    """Name and settings of the flaw."""
    old_titles.apply("flaw", old_titles.FLAWS, {flaws.info(name).title: name for name in flaws.names()})
    name = st.selectbox(
        "Flaw to plant",
        flaws.names(),
        format_func=lambda flaw: flaws.info(flaw).title,
        key="flaw",
        help=meaning("flaw"),
        bind="query-params",
    )
    if name == CLEAN:
        return name, Planting(), flaws.info(name).Settings()
    planting = controls.draw(Planting, "flaw", helps={"strength": flaws.info(name).strength})
    return name, planting, controls.draw(flaws.info(name).Settings, f"flaw_{name}")


def _draw_upload() -> str:
    """The uploader; digest of what was uploaded, now or before. Ends the script where there is nothing yet."""
    given = st.file_uploader(
        "A zip with one folder of pictures for each class",
        "zip",
        key="own_zip",
        help="Folders named train, validation and test are used as they are; otherwise the pictures are split.",
        disabled=not access.may("upload"),
    )
    access_notes.draw_refusal("upload")
    if given is not None:
        digest = uploads.save(given.getvalue())
    else:
        digest = st.session_state.get(UPLOAD) or st.query_params.get(UPLOAD, "")
    st.session_state[UPLOAD] = digest
    if not digest:
        st.info("Upload a zip. Its pictures appear here.", icon=":material/upload_file:")
        st.stop()
    if given is None and uploads.exists(digest):
        style.small("These are the pictures of the zip that was uploaded before. The link opens them again.")
    publishing.draw_audience_of_upload(digest)
    return digest


def _write_upload(digest: str) -> None:
    """The link names the upload, so that a fresh browser opens the same pictures."""
    if digest and st.query_params.get(UPLOAD) != digest:
        st.query_params[UPLOAD] = digest
    elif not digest and UPLOAD in st.query_params:
        del st.query_params[UPLOAD]


def _prefix(name: str) -> str:
    return "own" if name == OWN else name
