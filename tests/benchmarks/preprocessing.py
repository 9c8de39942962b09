"""Is a network's preprocessing recognised from labelled pictures, and another order of its classes?

    python -m tests.benchmarks.preprocessing --pictures 10000 --epochs 3 --draws 20

Small networks are trained in plain Keras on CIFAR-10 (Krizhevsky 2009, in ../shared/real) under each preprocessing that
has a name, with their classes in an order of their own. `interface` then sees 50 training pictures a class, in draws
that differ, and says what it makes of them.
"""

from __future__ import annotations

import argparse
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import keras
import numpy as np
from keras import layers

from core.errors import ModelError
from core.networks.interface import interface
from core.networks.preprocessing import Preprocessing, preprocessings

ARCHIVE = Path(__file__).parents[3] / "shared" / "real" / "cifar10.zip"
CLASSES, EACH = 10, 50


@dataclass
class Tally:
    """How often what was said of a network was right."""

    right: int = 0
    refused: int = 0
    wrong: int = 0
    wrong_and_sure: int = 0
    order: int = 0


def training_pictures(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """CIFAR-10 training pictures uint8 (N, 32, 32, 3) in equal shares, and labels in the order of class names."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = sorted(name for name in archive.namelist() if "train/" in name and name.endswith((".jpg", ".png")))
        classes = sorted({Path(name).parent.name for name in names})
        rng = np.random.default_rng(seed)
        images, labels = [], []
        for label, kind in enumerate(classes):
            own = [name for name in names if Path(name).parent.name == kind]
            for name in rng.permutation(own)[: count // len(classes)]:
                pixels = cv2.imdecode(np.frombuffer(archive.read(str(name)), np.uint8), cv2.IMREAD_COLOR)
                images.append(pixels[..., ::-1])
                labels.append(label)
    return np.stack(images), np.array(labels)


def taught(
    images: np.ndarray, labels: np.ndarray, preprocessing: Preprocessing, order: np.ndarray, epochs: int, seed: int
) -> keras.Model:
    """A small network whose output k stands for the class order[k]."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(24, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(48, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", jit_compile=False)
    model.fit(preprocessing(images), np.argsort(order)[labels], batch_size=64, epochs=epochs, verbose=0)
    return model


def drawn(labels: np.ndarray, seed: int) -> np.ndarray:
    """Rows of 50 pictures a class."""
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(np.flatnonzero(labels == label))[:EACH] for label in range(CLASSES)])


def tallied(
    model: keras.Model, name: str, order: np.ndarray, images: np.ndarray, labels: np.ndarray, draws: int
) -> Tally:
    """What is said of a network from several draws of pictures."""
    tally = Tally()
    for seed in range(draws):
        rows = drawn(labels, seed)
        try:
            found = interface(model, images[rows], labels[rows])
        except ModelError as error:
            tally.refused += 1
            print(f"    refused: {error.sentence}")
            continue
        hit = found.preprocessing == name
        tally.right += hit
        tally.wrong += not hit
        tally.wrong_and_sure += not hit and found.decided
        tally.order += found.class_order == tuple(order.tolist())
    return tally


def main() -> None:
    """Train, recognise and print one line a network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--draws", type=int, default=20)
    options = parser.parse_args()
    if not ARCHIVE.is_file():
        raise SystemExit(f"CIFAR-10 should lie at {ARCHIVE}.")
    images, labels = training_pictures(options.pictures)
    rng = np.random.default_rng(0)
    print("preprocessing     order     right  refused  wrong  wrong and sure  order right  seconds")
    for number, (name, preprocessing) in enumerate(preprocessings().items()):
        for kind in ("as labels", "permuted"):
            order = np.arange(CLASSES) if kind == "as labels" else rng.permutation(CLASSES)
            model = taught(images, labels, preprocessing, order, options.epochs, number)
            start = time.perf_counter()
            tally = tallied(model, name, order, images, labels, options.draws)
            seconds = (time.perf_counter() - start) / options.draws
            print(
                f"{name:<16}  {kind:<9} {tally.right:>5}  {tally.refused:>7}  {tally.wrong:>5}  "
                f"{tally.wrong_and_sure:>14}  {tally.order:>11}  {seconds:>7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
