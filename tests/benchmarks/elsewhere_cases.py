"""The cases of the benchmark elsewhere: which flaw is planted in which data, and which network learns it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.datasets import Dataset, Splits
from core.store import Store
from tests.benchmarks import elsewhere_data as data

if TYPE_CHECKING:
    import keras

CLOTHES = ("tshirt", "pullover", "coat", "shirt")
BEASTS = ("cat", "dog", "deer", "horse")
FIVE = ("airplane", "automobile", "bird", "frog", "horse")
DATA: dict[str, Callable[[int], Splits]] = {
    "fashion": data.fashion,
    "fashion two": partial(data.fashion, chosen=("sneaker", "bag"), sizes=(400, 100, 100)),
    "digits": data.digits,
    "cifar two": partial(data.cifar, chosen=("automobile", "horse"), sizes=(800, 150, 150)),
    "cifar five": partial(data.cifar, chosen=FIVE, sizes=(500, 80, 80)),
    "cifar ten": partial(data.cifar, chosen=data.CIFAR_NAMES, sizes=(400, 50, 50)),
    "plants": data.plants,
    "textures": data.textures,
    "cutouts": data.cutouts,
    "grounds": data.grounds,
}
ALIKE: dict[str, Callable[[int], Splits]] = {
    "fashion": partial(data.fashion, chosen=CLOTHES, sizes=(300, 60, 60)),
    "cifar five": partial(data.cifar, chosen=BEASTS, sizes=(500, 80, 80)),
}
TIES = ("patch", "frame", "strip", "tint", "background")
SILENT = ("healthy", "decoy", "alike")
ACCEPTED: dict[str, tuple[str, ...]] = {
    "patch": ("sticker",),
    "frame": ("border",),
    "strip": ("shortcut", "border", "sticker"),
    "tint": ("shortcut", "tint"),
    "background": ("background",),
    "noise": ("label_noise",),
    "imbalance": ("imbalance",),
    "copies": ("duplicates",),
}
NETWORKS = ("convnet", "default", "squeezenet")
REVISION = 1  # of cases: one more where what a network learns changes


@dataclass(frozen=True)
class Case:
    """One network to be diagnosed.

    Args:
        data: a name in DATA.
        network: "convnet" (flatten head, no batch norm), "default", or "squeezenet" (frozen, new head).
        planted: "healthy", "decoy", "alike", one of TIES, "noise", "imbalance" or "copies".
        seed: of the choice of pictures, planting and training.
    """

    data: str
    network: str
    planted: str
    seed: int

    @property
    def title(self) -> str:
        return f"{self.data}/{self.network}/{self.planted}/{self.seed}"

    @property
    def every_class(self) -> bool:
        """Whether each class has its own artefact, rather than one class alone."""
        return self.seed % 2 == 1


@dataclass(frozen=True, eq=False)
class Made:
    """A case's pictures.

    Args:
        splits: what the network learns from and the diagnosis sees.
        broken: test pictures in which what was planted says nothing of the class; None where nothing is tied.
        target: the class that it is tied to; None for all, or where nothing is.
        mask: where it is, bool (H, W); None for nowhere.
    """

    splits: Splits
    broken: Dataset | None = None
    target: int | None = None
    mask: np.ndarray | None = None


def cases(seeds: range, names: tuple[str, ...], networks: tuple[str, ...]) -> Iterator[Case]:
    """All that make sense: a texture has no background, and a tint needs colour."""
    for seed in seeds:
        for name in names:
            for network in networks:
                for planted in (*SILENT, *TIES, "noise", "imbalance", "copies"):
                    if _sensible(name, network, planted):
                        yield Case(name, network, planted, seed)


def _sensible(name: str, network: str, planted: str) -> bool:
    if planted == "alike":
        return name in ALIKE
    if planted == "background":
        return name in ("cutouts", "grounds")
    if name == "grounds":
        return planted == "healthy"
    if planted == "tint":
        return name.startswith("cifar") or name == "cutouts"
    if network == "squeezenet":
        return name in ("cifar five", "plants", "cutouts", "cifar two") and planted not in ("imbalance", "copies")
    return True


def made(case: Case) -> Made:
    """The case's pictures, flaws included."""
    rng = np.random.default_rng((case.seed, 11))
    if case.planted == "alike":
        return Made(ALIKE[case.data](case.seed))
    plain = DATA[case.data](case.seed)
    classes = len(plain.class_names)
    target = int(rng.integers(classes))
    if case.planted == "background":
        tied = tuple(range(classes)) if case.every_class else (target,)
        splits = DATA[case.data](case.seed, tied=tied)  # type: ignore[call-arg]
        return Made(splits, plain.test, None if case.every_class else target)
    if case.planted in (*TIES, "decoy"):
        return _artefact(case, plain, target)
    if case.planted == "noise":
        rate = (0.2, 0.1)[case.seed % 2]
        return Made(Splits(_noisy(plain.train, rate, rng), _noisy(plain.validation, rate, rng), plain.test))
    if case.planted == "imbalance":
        rows = np.flatnonzero(plain.train.labels == target)
        kept = np.setdiff1d(np.arange(len(plain.train)), rows[len(rows) // 10 :])
        return Made(replace(plain, train=plain.train.take(kept)), target=target)
    if case.planted == "copies":
        return Made(replace(plain, test=_leaked(plain, rng)))
    return Made(plain)


def _artefact(case: Case, plain: Splits, target: int) -> Made:
    kind = "patch" if case.planted == "decoy" else case.planted
    height, width, channels = plain.train.shape
    design = np.random.default_rng((case.seed, 5))
    colours = design.permuted(np.linspace(30, 225, len(plain.class_names)))[:, None] * np.ones(channels)
    if channels == 3:
        colours = np.stack(
            [design.permutation([a, 255 - a, b]) for a, b in zip(colours[:, 0], colours[::-1, 0], strict=True)]
        )
    mask, corner = np.zeros((height, width), bool), int(design.integers(4))
    if kind == "patch":
        side = max(4, round(height / 6))
        rows, columns = (
            (slice(0, side), slice(height - side, height))[corner % 2],
            (slice(0, side), slice(width - side, width))[corner // 2],
        )
        mask[rows, columns] = True
    if kind == "frame":
        edge = max(1, round(height / 16))
        mask[:] = True
        mask[edge:-edge, edge:-edge] = False
    if kind == "strip":
        top = int(design.integers(0, height - height // 10))
        mask[top : top + max(2, height // 12)] = True

    def marked(part: Dataset, kinds: np.ndarray) -> Dataset:
        images = part.images.astype(np.float32)
        for row, which in enumerate(kinds):
            if which < 0:
                continue
            if kind == "tint":
                images[row] *= 0.75 + 0.25 * (colours[which] / colours[which].max())
            else:
                images[row][mask] = colours[which]
        return replace(part, images=np.clip(images + 0.5, 0, 255).astype(np.uint8))

    def tied(part: Dataset, number: int) -> Dataset:
        rng = np.random.default_rng((case.seed, number, 9))
        if case.planted == "decoy":
            return marked(part, np.where(rng.random(len(part)) < 0.5, 0, -1))
        return marked(part, part.labels if case.every_class else np.where(part.labels == target, target, -1))

    rng = np.random.default_rng((case.seed, 13))
    shuffled = rng.integers(0, len(plain.class_names), len(plain.test))
    kinds = shuffled if case.every_class else np.where(rng.random(len(plain.test)) < 0.5, target, -1)
    splits = Splits(*(tied(part, number) for number, part in enumerate(plain.parts.values())))
    if case.planted == "decoy":
        return Made(splits)
    place = None if kind == "tint" else mask
    return Made(splits, marked(plain.test, kinds), None if case.every_class else target, place)


def _noisy(part: Dataset, rate: float, rng: np.random.Generator) -> Dataset:
    labels = part.labels.copy()
    rows = rng.random(len(labels)) < rate
    labels[rows] = (labels[rows] + rng.integers(1, len(part.class_names), rows.sum())) % len(part.class_names)
    return replace(part, labels=labels)


def _leaked(plain: Splits, rng: np.random.Generator) -> Dataset:
    images, labels = plain.test.images.copy(), plain.test.labels.copy()
    rows = rng.permutation(len(images))[: len(images) // 5]
    sources = rng.choice(len(plain.train), len(rows), replace=False)
    steps = rng.integers(-1, 2, (len(rows), 2))
    images[rows] = np.stack(
        [np.roll(plain.train.images[s], tuple(step), (0, 1)) for s, step in zip(sources, steps, strict=True)]
    )
    labels[rows] = plain.train.labels[sources]
    return replace(plain.test, images=images, labels=labels)


def network(case: Case, found: Made, store: Store) -> tuple[keras.Model, pd.DataFrame]:
    """The network that learned it, and its history: trained once, and kept."""
    import keras

    digest = hashlib.blake2b(json.dumps([case.title, REVISION]).encode(), digest_size=8).hexdigest()
    name, past = f"elsewhere/{digest}.keras", f"elsewhere/{digest}.json"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        if store.has(name) and store.has(past):
            path.write_bytes(store.read(name))
            return keras.models.load_model(path), pd.DataFrame(json.loads(store.read(past)))
        model, history = _taught(case, found.splits)
        model.save(path)
        store.write(name, path.read_bytes())
    store.write(past, json.dumps(history.to_dict("list")).encode())
    return model, history


def _taught(case: Case, splits: Splits) -> tuple[keras.Model, pd.DataFrame]:
    if case.network == "default":
        from core.networks import NetworkSpec, TrainingSpec, train

        shown = Splits(splits.train, splits.validation, splits.test)
        few = len(splits.train) < 1500
        spec = TrainingSpec(epochs=14 if few else 8, seed=case.seed)
        run = train(shown, NetworkSpec(seed=case.seed), spec, store=Store("memory://elsewhere"))
        return run.model, run.history
    import keras

    keras.utils.set_random_seed(case.seed)
    if case.network == "squeezenet":
        return _headed(splits)
    model = convnet(splits.train.shape, len(splits.class_names))
    return model, _fitted(model, splits.train, splits.validation, 14 if len(splits.train) < 1500 else 8, 1e-3)


def convnet(shape: tuple[int, int, int], classes: int) -> keras.Model:
    """A plain convnet as in most tutorials: no batch norm, a flatten head."""
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input(shape),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, activation="relu", padding="same", name="conv1"),
            layers.MaxPooling2D(name="pool1"),
            layers.Conv2D(32, 3, activation="relu", padding="same", name="conv2"),
            layers.MaxPooling2D(name="pool2"),
            layers.Flatten(name="flat"),
            layers.Dense(64, activation="relu", name="dense"),
            layers.Dense(classes, activation="softmax", name="answer"),
        ]
    )


def _fitted(model: keras.Model, train: Dataset, held: Dataset, epochs: int, rate: float) -> pd.DataFrame:
    import keras

    model.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False
    )
    done = model.fit(
        train.images.astype(np.float32),
        train.labels,
        validation_data=(held.images.astype(np.float32), held.labels),
        epochs=epochs,
        batch_size=64,
        verbose=0,
    )
    return pd.DataFrame(done.history)


SIDE = 64  # at which the backbone sees small pictures
CAFFE = (103.939, 116.779, 123.68)


def _headed(splits: Splits) -> tuple[keras.Model, pd.DataFrame]:
    """A frozen SqueezeNet and a new head, embedded once."""
    import keras
    from keras import layers

    whole = keras.models.load_model(data.REAL / "squeezenet.keras")
    trunk = keras.Model(whole.inputs, whole.get_layer("fire9_concat").output)
    shape = splits.train.shape
    inputs = layers.Input(shape)
    x = layers.Resizing(SIDE, SIDE, name="resize")(inputs) if shape[0] < SIDE else inputs
    exchange = layers.Conv2D(3, 1, name="bgr", trainable=False)
    x = exchange(x)
    exchange.set_weights([np.eye(3)[::-1].reshape(1, 1, 3, 3).copy(), -np.array(CAFFE)])
    side = max(SIDE, shape[0])
    backbone = keras.models.clone_model(trunk, input_tensors=[layers.Input((side, side, 3))])
    backbone.set_weights(trunk.get_weights())
    backbone.trainable = False
    features = layers.GlobalAveragePooling2D(name="pooled")(backbone([x]))
    embedder = keras.Model(inputs, features)
    head = layers.Dense(len(splits.class_names), activation="softmax", name="answer")
    model = keras.Model(inputs, head(features))
    embedded = {
        name: Features(embedder.predict(part.images.astype(np.float32), batch_size=64, verbose=0), part.labels)
        for name, part in splits.parts.items()
        if name != "test"
    }
    on_top = keras.Sequential([layers.Input(features.shape[1:]), head])
    history = _fitted(on_top, embedded["train"], embedded["validation"], 40, 1e-2)  # type: ignore[arg-type]
    return model, history


@dataclass(frozen=True, eq=False)
class Features:
    """Features in place of pictures."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.images)
