"""Whether made pictures beat real ones, how long they take, and whether a planted sticker shows in them.

    python -m tests.benchmarks.features [--parts share speed sticker depth] [--seeds 4] [--repeats 3]

share: for each convolution of the default network, how many live units answer their made picture more than any picture
of the training set: by their strongest place where the picture was made for that, by their mean over places where it
was made for all; pixel values; time per unit.

speed: 32 units at 48x48, 256 steps, beside xplique and tf-keras-vis where they are installed. Both sides take turns
in one process; each ratio is the median of the pairs, compilation included.

sticker: on networks with the sticker flaw and on their clean twins, the best match of the sticker's own picture
anywhere in the pictures made for its class, and in those made for the units that speak most for it (normalised
cross-correlation, OpenCV's TM_CCOEFF_NORMED).

depth: how long "edges first, objects later" takes, and what it says.

Trained networks are kept in the store, so that a second run is quick.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import keras
import numpy as np
import tensorflow as tf

from core.datasets import Splits, load
from core.features import compare_edges_and_objects, contributions, feature_layers, layer_responses, make_pictures
from core.features.settings import Places
from core.flaws import Planted, plant
from core.networks import NetworkSpec, TrainingSpec, train
from core.networks.graph import graph_of

UNITS, STEPS = 32, 256
PARTS = ("share", "speed", "sticker", "depth")
PLACES: tuple[Places, ...] = ("max", "mean")
STILL = {"jitter": 0, "scale": 0.0, "rotation": 0.0}
TOP = 6


def main() -> None:
    """Print each part."""
    options = _options()
    parts = {"share": _share, "speed": _speed, "sticker": _sticker, "depth": _depth}
    for part in options.parts:
        print(f"\n{part}", flush=True)
        parts[part](options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seeds", type=int, default=4, help="pairs of networks for the sticker")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each side for the speed")
    parser.add_argument("--pictures", type=int, default=600, help="training pictures of each class for the sticker")
    return parser.parse_args()


def _share(_: argparse.Namespace) -> None:
    splits = load()
    model = train(splits).model
    print(f"{'layer':<14}{'live':>5}{'by peak':>9}{'by mean':>9}{'peak, median':>14}{'values':>14}{'s/unit':>8}")
    for layer in feature_layers(graph_of(model)):
        real = layer_responses(model, splits.train.images, layer)
        live = ~real.dead
        start = time.perf_counter()
        made = {places: make_pictures(model, layer, "all", steps=STEPS, places=places).pictures for places in PLACES}
        seconds = (time.perf_counter() - start) / (len(PLACES) * len(live))
        found = {places: layer_responses(model, 255 * pictures, layer) for places, pictures in made.items()}
        peak = np.diag(found["max"].peak) / real.peak.max(axis=0)
        mean = np.diag(found["mean"].mean) / real.mean.max(axis=0)
        every = np.concatenate(list(made.values()))
        values = f"{every.min():.2f} to {every.max():.2f}"
        print(
            f"{layer:<14}{live.sum():>5}{(peak[live] > 1).mean():>9.1%}{(mean[live] > 1).mean():>9.1%}"
            f"{np.median(peak[live]):>13.2f}x{values:>14}{seconds:>8.3f}",
            flush=True,
        )


def _speed(options: argparse.Namespace) -> None:
    model = train(load()).model
    layer = feature_layers(graph_of(model))[-1]
    ours = {"moving": lambda: _ours(model, layer), "still": lambda: _ours(model, layer, **STILL)}
    others = {**_xplique(model, layer), **_tf_keras_vis(model, layer)}
    first = _timed(ours["moving"])
    print(f"Hunch, {UNITS} units of {layer}, {STEPS} steps, first call: {first:.1f} s")
    print(f"Hunch, second call: {_timed(ours['moving']):.1f} s")
    for name, (work, beside) in others.items():
        pairs = [(_fresh(model, ours[beside]), _timed(work)) for _ in range(options.repeats)]
        ratio = statistics.median(theirs / mine for mine, theirs in pairs)
        mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"{name}: {theirs:.1f} s beside {mine:.1f} s, {ratio:.1f} times Hunch's time", flush=True)


def _ours(model: keras.Model, layer: str, **settings: object) -> None:
    make_pictures(model, layer, range(UNITS), steps=STEPS, **settings)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _fresh(model: keras.Model, work: Callable[[], object]) -> float:
    """The time with compilation, since the others compile at each call."""
    from core.networks.evaluator import ModelEvaluator

    ModelEvaluator.of(model)._functions.clear()
    return _timed(work)


def _xplique(model: keras.Model, layer: str) -> dict[str, tuple[Callable[[], object], str]]:
    if importlib.util.find_spec("xplique") is None:
        return {}
    from xplique.features_visualizations import Objective
    from xplique.features_visualizations.optim import optimize

    def make(moves: str | None) -> None:
        objective = Objective.channel(model, layer, list(range(UNITS)))
        optimize(objective, nb_steps=STEPS, values_range=(0, 255), custom_shape=None, transformations=moves)

    return {
        "xplique, its standard moves": (lambda: make("standard"), "moving"),
        "xplique, no moves": (lambda: make(None), "still"),
    }


def _tf_keras_vis(model: keras.Model, layer: str) -> dict[str, tuple[Callable[[], object], str]]:
    if importlib.util.find_spec("tf_keras_vis") is None:
        return {}
    from tf_keras_vis.activation_maximization import ActivationMaximization

    part = keras.Model(model.inputs, model.get_layer(layer).output)

    def score(maps: tf.Tensor) -> list[tf.Tensor]:
        return [tf.reduce_mean(maps[unit, ..., unit]) for unit in range(UNITS)]

    def make() -> None:
        start = tf.random.stateless_uniform((UNITS, *model.input_shape[1:]), (0, 0), 0, 255)
        ActivationMaximization(part, clone=False)(score, seed_input=start, steps=STEPS)

    return {"tf-keras-vis, its standard moves": (make, "moving")}


def _sticker(options: argparse.Namespace) -> None:
    print(f"{'seed':<6}{'class':<10}{'class, flawed':>15}{'clean':>8}{'units, flawed':>15}{'clean':>8}")
    rows = []
    for seed in range(options.seeds):
        splits = load(train=options.pictures, seed=seed)
        planted = plant(splits, "sticker", seed=seed)
        rows.append([value for part in (planted.splits, splits) for value in _matches(part, planted, splits, seed)])
        flawed, flawed_units, clean, clean_units = rows[-1]
        print(
            f"{seed:<6}{planted.answer.class_name:<10}{flawed:>15.2f}{clean:>8.2f}{flawed_units:>15.2f}{clean_units:>8.2f}",
            flush=True,
        )
    table = np.array(rows)
    higher = [int((table[:, place] > table[:, place + 2]).sum()) for place in (0, 1)]
    print(f"Higher on the flawed network: class in {higher[0]}, units in {higher[1]} of {len(rows)} pairs.")
    gaps = [table[:, place].min() - table[:, place + 2].max() for place in (0, 1)]
    print(f"Lowest flawed less highest clean: class {gaps[0]:+.2f}, units {gaps[1]:+.2f}.")


def _matches(part: Splits, planted: Planted, clean: Splits, seed: int) -> tuple[float, float]:
    """Mean match in four pictures of the class, and the best in pictures of the units that speak most for it."""
    model = train(part, NetworkSpec(seed=seed), TrainingSpec(seed=seed)).model
    template, target = _template(planted.splits), planted.answer.class_index
    of_class = make_pictures(model, classes=[target], variants=4, seed=seed).pictures
    mine = clean.test.images[clean.test.labels == target][:100]
    units = np.argsort(-contributions(model, mine, target).channel.mean(axis=0))[:TOP]
    of_units = make_pictures(model, units=[int(unit) for unit in units], seed=seed).pictures
    found = [[_match(picture, template) for picture in made] for made in (of_class, of_units)]
    return float(np.mean(found[0])), float(np.max(found[1]))


def _template(splits: Splits) -> np.ndarray:
    """The sticker as it lies on the first picture that has one."""
    masks = splits.train.masks["sticker"]  # type: ignore[index]
    first = int(np.flatnonzero(masks.any(axis=(1, 2)))[0])
    rows, columns = (np.flatnonzero(masks[first].any(axis=axis)) for axis in (1, 0))
    return splits.train.images[first, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)


def _match(picture: np.ndarray, template: np.ndarray) -> float:
    return float(cv2.matchTemplate(255 * picture, template, cv2.TM_CCOEFF_NORMED).max())


def _depth(_: argparse.Namespace) -> None:
    splits = load(sticker_share=0.3)
    model = train(load()).model
    start = time.perf_counter()
    found = compare_edges_and_objects(model, splits.test)
    print(f"{time.perf_counter() - start:.1f} s")
    print(found.sentence)
    table = found.chart().pivot_table(index=["network", "layer"], columns="question", values="score", sort=False)
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
