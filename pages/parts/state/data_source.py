"""What a network learns from, as settings that fit into a link: a data set, and the flaw planted in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import datasets, flaws
from core.game import Case
from core.glossary import meaning
from core.settings import Settings, digest, setting

BUNDLED, OWN = "wardrobe", "own pictures"
CLEAN = "none"
GAME = "game"


class Planting(Settings):
    """How a flaw is planted, whichever flaw it is."""

    strength: float = setting(1.0, meaning("strength"), low=0, high=1, step=0.05)
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
            return cls(BUNDLED, settings_class(BUNDLED)(), CLEAN, Planting(), clean, game=code)
        data, flaw = plain.get("data", BUNDLED), plain.get("flaw", CLEAN)
        return cls(
            data,
            settings_class(data).of(**plain.get("settings", {})),
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


def data_title(name: str) -> str:
    """What a data set is called on the screens."""
    return "Your own pictures" if name == OWN else datasets.info(name).title


def settings_class(name: str) -> type[Settings]:
    """The class that holds a data set's dials."""
    return datasets.FolderSettings if name == OWN else datasets.info(name).Settings
