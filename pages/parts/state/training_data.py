"""What a network learns from: a data set, its dials, and the flaw planted in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import datasets, flaws
from core.game import Case
from core.settings import Settings, digest, setting
from pages.parts.shared import controls, words
from pages.parts.state import caches

BUNDLED, OWN = "wardrobe", "own pictures"
CLEAN = "none"
GAME = "game"


class Planting(Settings):
    """How a flaw is planted, whichever flaw it is."""

    strength: float = setting(1.0, words.meaning("strength"), low=0, high=1, step=0.05)
    seed: int = setting(0, "Another seed plants it in other pictures.", low=0, high=2**31 - 1, step=1)


@dataclass(frozen=True)
class TrainingData:
    """A data set with a flaw, as settings: small enough for a link.

    Args:
        data: a name from `core.datasets.names()`, or `OWN`.
        settings: the dials of that data set.
        flaw: a name from `core.flaws.names()`.
        planting: how firmly, and where.
        flaw_settings: the flaw's own dials.
        upload: digest of the uploaded zip; empty for named data sets.
        game: code of the blind game that decides everything else; empty where none is played. The flaw is then
            `CLEAN` here, so that no screen can tell it.
    """

    data: str
    settings: Settings
    flaw: str
    planting: Planting
    flaw_settings: Settings
    upload: str = ""
    game: str = ""

    @property
    def key(self) -> str:
        """A hash of everything that decides the pictures."""
        return digest(self.plain())

    def plain(self) -> dict[str, Any]:
        """Everything that differs from the defaults, ready for JSON; empty for the default material."""
        if self.game:
            return {GAME: self.game}
        parts = {"settings": self.settings, "planting": self.planting, "flaw_settings": self.flaw_settings}
        changed = {name: part.model_dump(mode="json", exclude_defaults=True) for name, part in parts.items()}
        named = {"data": self.data if self.data != BUNDLED else "", "flaw": self.flaw if self.flaw != CLEAN else ""}
        content = {**named, "upload": self.upload, **changed}
        return {name: value for name, value in content.items() if value}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> TrainingData:
        """The inverse of `plain`.

        Raises:
            InputError: for a data set, flaw or setting that does not exist.
        """
        if plain.get(GAME):
            code = Case(str(plain[GAME])).code
            clean = flaws.info(CLEAN).Settings()
            return cls(BUNDLED, _settings_class(BUNDLED)(), CLEAN, Planting(), clean, game=code)
        data, flaw = plain.get("data", BUNDLED), plain.get("flaw", CLEAN)
        return cls(
            data,
            _settings_class(data).of(**plain.get("settings", {})),
            flaw,
            Planting.of(**plain.get("planting", {})),
            flaws.info(flaw).Settings.of(**plain.get("flaw_settings", {})),
            plain.get("upload", ""),
        )

    @property
    def sentence(self) -> str:
        """What it is, in a few words."""
        if self.game:
            return f"Case {self.game}, whose flaw is for you to find"
        title = "Own pictures" if self.data == OWN else datasets.info(self.data).title
        if self.flaw == CLEAN:
            return f"{title}, no flaw planted"
        return f"{title}, {flaws.info(self.flaw).title.lower()} ({self.planting.strength:.0%})"


def draw() -> TrainingData:
    """The dials of the material."""
    data, settings, upload = draw_data()
    flaw, planting, flaw_settings = draw_flaw()
    return TrainingData(data, settings, flaw, planting, flaw_settings, upload)


def held() -> TrainingData:
    """The material that the dials hold, on whichever screen they are; the default where they were never drawn.

    Raises:
        InputError: when the dials contradict each other.
    """
    data, flaw = st.session_state.get("data", BUNDLED), st.session_state.get("flaw", CLEAN)
    return TrainingData(
        data,
        controls.held(_settings_class(data), _prefix(data)),
        flaw,
        Planting() if flaw == CLEAN else controls.held(Planting, "flaw"),
        controls.held(flaws.info(flaw).Settings, f"flaw_{flaw}"),
        st.session_state.get("upload", "") if data == OWN else "",
    )


def draw_data() -> tuple[str, Settings, str]:
    """Name, settings and upload of the data set."""
    options = [*datasets.names(), OWN]
    name = st.selectbox(
        "Data set", options, format_func=_data_title, key="data", help="What it learns from.", bind="query-params"
    )
    upload = _draw_upload() if name == OWN else ""
    return name, controls.draw(_settings_class(name), _prefix(name)), upload


def draw_flaw() -> tuple[str, Planting, Settings]:
    """Name and settings of the flaw."""
    name = st.selectbox(
        "Flaw to plant",
        flaws.names(),
        format_func=lambda flaw: flaws.info(flaw).title,
        key="flaw",
        help=words.meaning("flaw"),
        bind="query-params",
    )
    if name == CLEAN:
        return name, Planting(), flaws.info(name).Settings()
    planting = controls.draw(Planting, "flaw", helps={"strength": flaws.info(name).strength})
    return name, planting, controls.draw(flaws.info(name).Settings, f"flaw_{name}")


def positions(training_data: TrainingData) -> list[controls.Position]:
    """Where the widgets stand at this material; see `controls.put`."""
    data = None if training_data.data == BUNDLED else _data_title(training_data.data)
    flaw = None if training_data.flaw == CLEAN else flaws.info(training_data.flaw).title
    return [
        controls.Position("data", training_data.data, data),
        controls.Position("flaw", training_data.flaw, flaw),
        controls.Position("upload", training_data.upload, training_data.upload or None),
        *controls.positions(training_data.settings, _prefix(training_data.data)),
        *controls.positions(training_data.planting, "flaw"),
        *controls.positions(training_data.flaw_settings, f"flaw_{training_data.flaw}"),
    ]


def origin(training_data: TrainingData) -> str:
    """Where its pictures come from, in plain words."""
    if training_data.data == OWN:
        return "Your own pictures stay on this server."
    return datasets.info(training_data.data).help


def _draw_upload() -> str:
    """The uploader; digest of what was uploaded, now or before. Ends the script where there is nothing yet."""
    given = st.file_uploader(
        "A zip with one folder of pictures for each class",
        "zip",
        key="own_zip",
        help="Folders named train, validation and test are taken as such; otherwise the pictures are dealt out.",
    )
    if given is not None:
        st.session_state["upload"] = caches.keep_upload(given.getvalue())
    if not (st.session_state.get("upload") or st.query_params.get("upload")):
        st.info("Upload a zip, and its pictures will show here.", icon=":material/upload_file:")
        st.stop()
    return st.text_input(
        "Name of the upload", key="upload", bind="query-params", help="With it, a link finds these pictures again."
    )


def _prefix(name: str) -> str:
    return "own" if name == OWN else name


def _data_title(name: str) -> str:
    return "Your own pictures" if name == OWN else datasets.info(name).title


def _settings_class(name: str) -> type[Settings]:
    return datasets.FolderSettings if name == OWN else datasets.info(name).Settings
