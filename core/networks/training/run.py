"""A finished training, kept as one artefact: the network, its history, its specs and its score.

Reading the list of runs does not import TensorFlow; opening one does.
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pandas as pd

from core.errors import Damaged, InputError
from core.networks.training.specs import NetworkSpec, TrainingSpec
from core.store import Store, default_store, write_or_retry

if TYPE_CHECKING:
    import keras

FOLDER = "runs"
MODEL, ONNX, HISTORY, INFO = "model.keras", "model.onnx", "history.csv", "run.json"
OWN_NETWORK = "own network"
"""The `kind` in `about` of a run that `core.networks.open_network` made: no settings make it again."""
REPAIRED = "repaired"
"""Where `about` names the run that a repaired one was made from."""
PREPROCESSING = "preprocessing"
"""Where `about` says what is done to pictures before an ONNX network sees them."""
Content = TypeVar("Content")
Ending = Literal["finished", "patience", "cancelled", "diverged"]


@dataclass(frozen=True, eq=False, kw_only=True)
class RunInfo:
    """What is known of a run without opening its network.

    Args:
        key: its address: a hash of the data, both specs, what it went on from, and the version of the training code.
        network_spec: what the network is made of; of the start where the training went on from a run.
        training_spec: how it was taught.
        class_names: one name a class.
        input_shape: (H, W, C) of one picture.
        metrics: "accuracy", "loss", "correct" and "n" on the test pictures; "recall" as class name -> [correct, n];
            "validation_accuracy"; "epoch", the one that was kept; "epochs", how many were run; "seconds"; "weights".
        ending: "finished"; "patience" where early stopping ended it; "cancelled"; "diverged" where the loss stopped
            being a number after a good epoch.
        parent: key of the run it went on from; "" for a fresh start.
        about: anything that JSON can hold and that was to be kept, such as the recipe of the data; no part of the key.
        made: when it ended, ISO 8601 in UTC.
    """

    key: str
    network_spec: NetworkSpec
    training_spec: TrainingSpec
    class_names: tuple[str, ...]
    input_shape: tuple[int, int, int]
    metrics: Mapping[str, Any]
    ending: Ending = "finished"
    parent: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    made: str = ""

    @property
    def cancelled(self) -> bool:
        """Whether its owner stopped it; what is here is then the best epoch until that moment."""
        return self.ending == "cancelled"

    @property
    def accuracy(self) -> float:
        """Share of right answers on the test pictures; NaN where there were none."""
        return float(self.metrics["accuracy"])

    def to_json(self) -> str:
        """Everything but the network and its history, as JSON text."""
        content = {item.name: getattr(self, item.name) for item in fields(RunInfo)}
        content["network_spec"] = self.network_spec.model_dump(mode="json")
        content["training_spec"] = self.training_spec.model_dump(mode="json")
        return json.dumps(content)

    @staticmethod
    def from_json(text: str | bytes) -> RunInfo:
        """The inverse of `to_json`."""
        return RunInfo(**_fields(text))


@dataclass(frozen=True, eq=False, kw_only=True)
class Run(RunInfo):
    """A trained network with all that is known about its training.

    Args:
        model: takes pictures of 0 to 255. Shared by whoever opened the run: read only.
        history: one row an epoch: epoch, loss, accuracy, val_loss, val_accuracy, rate, seconds, pictures_per_second.
    """

    model: keras.Model
    history: pd.DataFrame

    def to_bytes(self) -> bytes:
        """The whole run as one file."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(*self._network_file())
            archive.writestr(HISTORY, self.history.to_csv(index=False))
            archive.writestr(INFO, self.to_json())
        return buffer.getvalue()

    @staticmethod
    def from_bytes(content: bytes) -> Run:
        """The inverse of `to_bytes`."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            known = _fields(archive.read(INFO))
            history = pd.read_csv(io.BytesIO(archive.read(HISTORY)))
            # Columns without a row come back as text.
            history = history if len(history) else history.astype(float)
            return Run(model=_network_in(archive, known), history=history, **known)

    def save(self, store: Store | None = None) -> None:
        """Keep the run under its key, whole or not at all; StoreError where that fails."""
        (store or default_store()).write(_name(self.key), self.to_bytes())

    def save_or_retry(self, store: Store | None = None) -> str:
        """Keep the run; where the store cannot be used, hold it in memory and keep trying.

        Returns:
            "" where it was kept; otherwise a sentence. Until it is kept, this process alone can open it.
        """
        return write_or_retry(store or default_store(), _name(self.key), self.to_bytes())

    def export(self, path: str | Path) -> Path:
        """Write the network alone: a .keras file, which carries the class names too, or ONNX where it came as that."""
        target = Path(path)
        target.write_bytes(self._network_file()[1])
        return target

    @property
    def black_box(self) -> bool:
        """Whether only the network's answers are known, as of an ONNX file."""
        from core.networks.predictor import is_black_box

        return is_black_box(self.model)

    def _network_file(self) -> tuple[str, bytes]:
        """The name and the content of the network's file."""
        from core.networks.load import save_model

        if not self.black_box:
            return MODEL, save_model(self.model, self.class_names)
        file: bytes = getattr(self.model, "network", self.model).file
        if not file:
            raise InputError(
                "A run should have a network that can be kept in a file",
                "a function",
                "Export it as .keras or .onnx; a function itself works wherever a model does, but not as a run.",
            )
        return ONNX, file


def open_run(key: str, store: Store | None = None) -> Run:
    """The run of a key.

    Raises:
        InputError: when the store has no such run, or another version of Hunch made it.
        Damaged: when it is damaged; it has been set aside, and training it again repairs it.
    """
    return _load(key, store or default_store(), Run.from_bytes)


def run_info(key: str, store: Store | None = None) -> RunInfo:
    """What is known of the run of a key, without its network and without TensorFlow.

    Raises:
        InputError: when the store has no such run.
        Damaged: when it is damaged.
    """
    store = store or default_store()
    if not has_run(key, store):
        # It may have been removed, or taken back by its owner, since it was last read.
        raise InputError("The run should be in this store", key, "Train it again, or check the link.")
    return _info(key, store.quietly())


def has_run(key: str, store: Store | None = None) -> bool:
    """Whether the store has the run of a key."""
    return (store or default_store()).has(_name(key))


def runs(store: Store | None = None) -> list[RunInfo]:
    """All runs of the store, the latest first."""
    store = (store or default_store()).quietly()
    keys = [Path(name).stem for name in store.names(FOLDER) if name.endswith(".zip")]
    found = []
    for key in keys:
        # Another process may remove a run between the listing and the reading.
        with contextlib.suppress(InputError, Damaged):
            found.append(_info(key, store))
    return sorted(found, key=lambda info: info.made, reverse=True)


@lru_cache(maxsize=1024)
def _info(key: str, store: Store) -> RunInfo:
    return _load(key, store, _info_of)


def _info_of(content: bytes) -> RunInfo:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return RunInfo.from_json(archive.read(INFO))


def _load(key: str, store: Store, parse: Callable[[bytes], Content]) -> Content:
    try:
        return store.load(_name(key), parse)
    except KeyError:
        raise InputError("The run should be in this store", key, "Train it again, or check the link.") from None


def _name(key: str) -> str:
    # Keys come from links too, and must not lead out of the folder.
    if not key.isalnum():
        raise InputError("The key of a run is made of letters and digits", repr(key), "Check the link.")
    return f"{FOLDER}/{key}.zip"


def _network_in(archive: zipfile.ZipFile, known: Mapping[str, Any]) -> keras.Model:
    """The network of a run, which takes pictures of 0 to 255."""
    from core.networks.load import load_model
    from core.networks.onnx import from_onnx
    from core.networks.prepared import Prepared
    from core.networks.preprocessing import preprocessing_of

    if ONNX not in archive.namelist():
        return load_model(archive.read(MODEL))
    names, channels = known["class_names"], known["input_shape"][2]
    network = from_onnx(archive.read(ONNX), class_names=names)
    return Prepared(network, preprocessing_of(known["about"][PREPROCESSING], channels))


def _fields(text: str | bytes) -> dict[str, Any]:
    content = json.loads(text)
    content["network_spec"] = NetworkSpec.of(**content["network_spec"])
    content["training_spec"] = TrainingSpec.of(**content["training_spec"])
    content["class_names"] = tuple(content["class_names"])
    content["input_shape"] = tuple(content["input_shape"])
    return content
