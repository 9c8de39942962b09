"""Somebody's own transfer network on real photographs: what each step costs, and whether fixes leave its weights alone.

    python -m tests.benchmarks.own [--parts read,explain,hunch,report,diagnose,ladder] [--side 227] [--pictures 100]
    python -m tests.benchmarks.own --network default --side 96 [--parts read,explain,hunch,report,diagnose]

The network is SqueezeNet with its ImageNet weights, frozen, under a new head that was trained on PlantVillage's tomato
leaves; it takes Caffe's preprocessing, as its weights do. Both come from the folder named by HUNCH_REAL. Or it is
Hunch's default network, trained on those leaves alone, of which nothing is said but its file. Each line
gives the processor's seconds of a call (all cores together; explanations after a first call, which compiles), what a
person waits, the most that may be spent, and the largest memory of the process so far. The ladder part trains
`background_randomised` and says whether the first convolution is still bit-equal to ImageNet's, and whether the saved
network gives the same answers in plain Keras.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from core.attribution import explain
from core.datasets import Splits, from_folder
from core.diagnosis import diagnose
from core.hunches import test_hunch
from core.networks import NetworkSpec, TrainingSpec, interface, load_model, open_network, preprocessings, train
from core.networks.training.run import Run
from core.repair import ladder
from core.report import write
from core.store import Store
from tests.benchmarks.elsewhere_data import REAL

PARTS = ("read", "explain", "hunch", "report", "diagnose", "ladder")
BATCH, EPOCHS = 16, 8
GIGABYTES, LINE = 2.0, "{:<34} {:>7} {:>7} {:>7} {:>9}  {}"
FIRST, LAST, HEAD = "conv1", "fire9_concat", "own_head"


@dataclass(frozen=True)
class Cost:
    """What a call cost.

    Args:
        result: what it gave.
        cpu: the processor's seconds, all cores together.
        wall: what a person waited, in seconds.
    """

    result: Any
    cpu: float
    wall: float


def measured(call: Callable[[], Any]) -> Cost:
    """Make a call and count its seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return Cost(result, time.process_time() - cpu, time.perf_counter() - wall)


def photographs(side: int, most: int) -> Splits:
    """PlantVillage as a person would load it, with at most so many pictures of a class to learn from."""
    return from_folder(REAL / "plantvillage_tomato.zip", size=side, most=most)


def transfer_network(splits: Splits) -> keras.Model:
    """Frozen SqueezeNet with a new head, trained on the pictures' features; it takes Caffe's preprocessing."""
    original = load_model(REAL / "squeezenet.keras")
    pictures = keras.Input(splits.train.shape, name="pictures")
    whole = keras.models.clone_model(original, input_tensors=pictures)
    whole.set_weights(original.get_weights())
    features = keras.layers.GlobalAveragePooling2D(name="own_pool")(whole.get_layer(LAST).output)
    body = keras.Model(pictures, features)
    body.trainable = False
    model = keras.Model(
        pictures, keras.layers.Dense(len(splits.class_names), activation="softmax", name=HEAD)(features)
    )
    caffe = preprocessings()["imagenet_caffe"]
    images = splits.train.images
    train = np.concatenate(
        [body.predict_on_batch(caffe(images[row : row + BATCH])) for row in range(0, len(images), BATCH)]
    )
    head = keras.Sequential([keras.Input(train.shape[1:]), model.get_layer(HEAD)])
    head.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    head.fit(train, splits.train.labels, batch_size=32, epochs=60, verbose=0)
    return model


def default_network(splits: Splits) -> keras.Model:
    """Hunch's default network, trained on the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        return train(splits, NetworkSpec(), TrainingSpec(epochs=EPOCHS), store=Store(folder)).model


def main() -> None:
    """Print a line for each part."""
    options = _options()
    keras.utils.set_random_seed(0)
    read = measured(lambda: photographs(options.side, options.pictures))
    splits = read.result
    model = NETWORKS[options.network](splits)
    print(LINE.format("", "cpu s", "wall s", "limit", "peak GB", ""))
    with tempfile.TemporaryDirectory() as folder:
        opened = measured(lambda: _opened(model, splits, Store(folder)))
        run = opened.result
        told = f"{run.about['preprocessing']}, right on {run.accuracy:.3f} of test pictures"
        _say("files to a run, of which", Cost(None, read.cpu + opened.cpu, read.wall + opened.wall), None, told)
        _say("  reading the network", opened, None)
        steps = {"explain": _explain, "hunch": _hunch, "report": _report, "diagnose": _diagnose, "ladder": _ladder}
        for part in options.parts.split(","):
            if part in steps:
                steps[part](run, splits, Path(folder), options)


NETWORKS = {"squeezenet": transfer_network, "default": default_network}


def _opened(model: keras.Model, splits: Splits, store: Store) -> Run:
    found = interface(model, splits.train.images, splits.train.labels, class_names=splits.class_names)
    return open_network(model, splits, interface=found, training_spec=TrainingSpec(rate=0.003), store=store)


def _explain(run: Run, splits: Splits, _: Path, options: argparse.Namespace) -> None:
    pictures = splits.test.images[:2]
    for method, limit in (("grad_cam", 0.3), ("occlusion", 3.0)):
        explain(run.model, pictures[:1], method=method)
        _say(f"{method} of one picture", measured(lambda m=method: explain(run.model, pictures[1:], method=m)), limit)


def _hunch(run: Run, splits: Splits, _: Path, options: argparse.Namespace) -> None:
    cost = measured(lambda: test_hunch(run.model, splits.test, "background_swapped", n=200))
    _say("a hunch on 200 pictures", cost, 15.0, f"{cost.result.conclusion}, effect {cost.result.effect:.2f}")


def _report(run: Run, splits: Splits, folder: Path, options: argparse.Namespace) -> None:
    cost = measured(lambda: write(folder / "report.html", run, splits, title="Benchmark"))
    _say("a report", cost, 60.0, f"{cost.result.stat().st_size / 1e3:.0f} kB")


def _diagnose(run: Run, splits: Splits, _: Path, options: argparse.Namespace) -> None:
    cost = measured(lambda: diagnose(run, splits))
    raised = ", ".join(suspect.flaw for suspect in cost.result if suspect.raised) or "nothing"
    _say("named suspects", cost, 60.0, f"raised: {raised}")


def _ladder(run: Run, splits: Splits, folder: Path, options: argparse.Namespace) -> None:
    cost = measured(
        lambda: ladder(run, splits, ["background_randomised"], seeds=options.seeds, store=Store(str(folder)))
    )
    table = cost.result.table.set_index("fix")["worst_group"]
    told = ", ".join(f"{name} {value:.2f}" for name, value in table.items())
    _say(f"a ladder of {options.seeds} seed(s)", cost, 120.0 * options.seeds, told)
    fixed = cost.result.runs["background_randomised"]
    kept = _first(fixed.model)
    same = all(np.array_equal(a, b) for a, b in zip(kept, _first(load_model(REAL / "squeezenet.keras")), strict=True))
    plain = keras.saving.load_model(fixed.export(folder / "fixed.keras"), compile=False)
    images = splits.test.images[:8].astype(np.float32)
    apart = float(np.abs(np.asarray(plain(images)) - np.asarray(fixed.model(images))).max())
    print(f"first convolution bit-equal to ImageNet's: {same}; largest difference in plain Keras: {apart:.1e}")


def _first(model: keras.Model) -> list[np.ndarray]:
    """Weights of the first convolution, however deep the network that holds it lies."""
    layers = [layer for layer in model._flatten_layers() if layer.name == FIRST]
    return layers[0].get_weights()


def _say(what: str, cost: Cost, limit: float | None, told: str = "") -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    over = " OVER" if limit is not None and cost.cpu > limit else ""
    memory = f"{peak:.2f}{'!' if peak > GIGABYTES else ''}"
    wanted = "-" if limit is None else f"{limit:g}"
    print(LINE.format(what, f"{cost.cpu:.2f}", f"{cost.wall:.1f}", wanted, memory, told + over), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts, with commas between")
    parser.add_argument("--network", default="squeezenet", choices=tuple(NETWORKS), help="which network")
    parser.add_argument("--side", type=int, default=227, help="side of the pictures in pixels; 128 for the ladder")
    parser.add_argument("--pictures", type=int, default=100, help="most pictures of a class to learn from")
    parser.add_argument("--seeds", type=int, default=1, help="seeds of the ladder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
