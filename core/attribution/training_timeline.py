"""A training timeline: the maps of a few images after every epoch, to see when a network finds its shortcut."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.attribution.base import Targets, target_weights
from core.attribution.explain import explain
from core.attribution.registry import method_info
from core.attribution.relevance_mass import mask_share, relevance_mass
from core.errors import DataError
from core.intervals import estimate
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.graph import graph_of

ARRAYS = ("images", "epochs", "small", "scales", "probabilities", "asked")


@dataclass(frozen=True, eq=False)
class TimelineMoment:
    """The epoch in which the evidence moved onto a region.

    Args:
        epoch: number of epochs after which it lay there.
        before: relevance mass as a multiple of the region's fraction, one frame earlier.
        after: the same at that epoch.
    """

    epoch: int
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class TrainingTimeline:
    """A recording of N images over E frames.

    Args:
        images: the images, (N, H, W, C).
        epochs: number of epochs done at each frame, int (E,).
        small: maps, each scaled to -1..1, float16 (E, N, H, W).
        scales: largest magnitude of each map, float32 (E, N).
        probabilities: the network's predictions, float32 (E, N, K).
        asked: the class that each map explains, int (E, N).
        method: the method that made the maps.
        layer: the layer that it used; "" for the method's own choice.
        settings: settings of the method.
    """

    images: np.ndarray = field(repr=False)
    epochs: np.ndarray
    small: np.ndarray = field(repr=False)
    scales: np.ndarray = field(repr=False)
    probabilities: np.ndarray = field(repr=False)
    asked: np.ndarray = field(repr=False)
    method: str
    layer: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.epochs)

    def maps(self, frame: int) -> np.ndarray:
        """Raw maps of one frame, float32 (N, H, W), to three digits."""
        return self.small[frame].astype(np.float32) * self.scales[frame][:, None, None]

    def masses(self, masks: np.ndarray, *, seed: int = 0) -> pd.DataFrame:
        """How much evidence lies on a region, frame by frame: epoch, multiple, low, high.

        Args:
            masks: bool (N, H, W).
            seed: seed of the intervals.
        """
        share = mask_share(masks)
        rows = []
        for frame, epoch in enumerate(self.epochs):
            found = estimate(relevance_mass(self.maps(frame), masks) / share, chance=1.0, seed=seed)
            rows.append({"epoch": int(epoch), "multiple": found.value, "low": found.low, "high": found.high})
        return pd.DataFrame(rows, columns=["epoch", "multiple", "low", "high"])

    def moment(self, masks: np.ndarray) -> TimelineMoment | None:
        """The frame with the largest rise of evidence on a region; None if it never rises."""
        table = self.masses(masks)
        rises = table["multiple"].diff().to_numpy()
        if not (rises > 0).any():
            return None
        frame = int(np.nanargmax(rises))
        multiple = table["multiple"].to_numpy()
        return TimelineMoment(int(self.epochs[frame]), float(multiple[frame - 1]), float(multiple[frame]))

    def to_bytes(self) -> bytes:
        """The timeline as one compressed .npz file without pickled objects."""
        about = json.dumps({"method": self.method, "layer": self.layer, "settings": self.settings})
        held = io.BytesIO()
        np.savez_compressed(held, about=np.array(about), **{name: getattr(self, name) for name in ARRAYS})
        return held.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> TrainingTimeline:
        """The inverse of `to_bytes`.

        Raises:
            DataError: when the bytes are not a timeline.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                film = cls(**{name: file[name] for name in ARRAYS}, **about)
        except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(
                "A timeline should be a file made by TrainingTimeline.to_bytes", "something else"
            ) from error
        film._check()
        return film

    def _check(self) -> None:
        shape = (len(self.epochs), len(self.images))
        if self.small.shape != (*shape, *self.images.shape[1:3]) or self.scales.shape != shape:
            raise DataError(
                f"A timeline of {shape[0]} frames should have a map for each of {shape[1]} pictures",
                f"{self.small.shape}",
            )


class TimelineRecorder:
    """Records a timeline: call it with the network and the number of epochs done, as `train(watch=...)` does.

    It only reads the network: training with it gives exactly the same weights as training without. As long as it is
    given
    the same model, its function is traced once and reads the current weights.

    Args:
        images: images to follow, (N, H, W, C), a few.
        targets: None for the class predicted at the time, one class, or N classes.
        method: a fast one. Default Grad-CAM.
        layer: for methods that use one; None for the last convolution.
        settings: settings of the method.

    Raises:
        InputError: for an unknown method or a setting out of bounds.
        DataError: when there is no image.
    """

    def __init__(
        self,
        images: np.ndarray,
        targets: int | Sequence[int] | np.ndarray | None = None,
        *,
        method: str = "grad_cam",
        layer: str | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.images = np.array(images)
        if self.images.ndim != 4 or len(self.images) == 0:
            raise DataError("A timeline needs pictures (N, H, W, C), at least one", f"{self.images.shape}")
        self.targets: Targets = targets if targets is None or isinstance(targets, int) else np.asarray(targets)
        self.method, self.layer = method, layer
        self.settings = method_info(method).Settings.of(**(settings or {})).model_dump(mode="json")
        self._frames: list[tuple[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def __call__(self, model: keras.Model, epoch: int) -> None:
        """Record one frame.

        Args:
            model: read only.
            epoch: number of epochs done; 0 before the first. An existing frame of this epoch is replaced.
        """
        network = ModelEvaluator.of(model)
        images = checked_images(graph_of(model), self.images)
        probabilities = network.probabilities(images)
        weights = target_weights(self.targets, len(images), network.graph.classes)
        asked = np.where(weights.any(axis=1), weights.argmax(axis=1), probabilities.argmax(axis=1))
        maps = explain(model, images, asked, method=self.method, layer=self.layer, **self.settings)
        scales = np.abs(maps).max(axis=(1, 2))
        small = (maps / np.where(scales > 0, scales, 1)[:, None, None]).astype(np.float16)
        self._frames = [frame for frame in self._frames if frame[0] != epoch]
        self._frames.append((int(epoch), small, scales, probabilities, asked))

    @property
    def frames(self) -> int:
        """Number of frames so far. Not `len`: an empty recorder must not be falsy."""
        return len(self._frames)

    def film(self) -> TrainingTimeline:
        """The recording so far, in order of epochs.

        Raises:
            DataError: when nothing has been recorded.
        """
        if not self._frames:
            raise DataError("A timeline needs at least one frame", "none", "Call the recorder after each epoch.")
        columns = zip(*sorted(self._frames, key=lambda frame: frame[0]), strict=True)
        epochs, small, scales, probabilities, asked = (np.stack([np.asarray(value) for value in c]) for c in columns)
        return TrainingTimeline(
            self.images, epochs, small, scales, probabilities, asked, self.method, self.layer or "", self.settings
        )


class TimelineCallback(keras.callbacks.Callback):
    """The recorder as a Keras callback, for your own `model.fit(callbacks=[...])`."""

    def __init__(self, recorder: TimelineRecorder) -> None:
        super().__init__()
        self.recorder = recorder

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002 - Keras calls it so
        self.recorder(self.model, 0)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras calls it so
        self.recorder(self.model, epoch + 1)
