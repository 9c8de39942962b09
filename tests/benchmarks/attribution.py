"""Every attribution method beside what its evaluations would cost on the bare network. Run it as a module.

    python -m tests.benchmarks.attribution [--side 64] [--pictures 32] [--repeats 7] [--methods grad_cam,occlusion]
    python -m tests.benchmarks.attribution --many 1000 --side 96

The floor of a method is the number of its evaluations times the bare network's best cost of one, over all batch sizes
tried: a forward pass, or the gradient of a score with respect to the picture. Method and floor take turns within one
process, and each ratio is the median of the pairs. tf-explain's routines, and xplique's where it is installed, run on
the same network in the same process, beside the floor of their own number of evaluations. Memory is the largest size of
a process of its own that does nothing else, less its size before.

On a machine that others use too, `--clock processor` counts processor time, shared among all cores, in place of what a
person waits. With `--many`, each method runs on so many pictures in a process of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from core.attribution import explain, methods
from core.attribution.base import Cost
from core.networks.evaluator import BATCH_VALUES

CLASSES = 10
TARGET = 0
BATCHES = (8, 16, 32, 64, 128)
DEAR = 100
"""From so many evaluations a picture on, few pictures are explained at a time."""
FEW = 4
Work = Callable[[np.ndarray], object]


def main() -> None:
    """Print the table."""
    options = _parser().parse_args()
    # tf-explain calls models with their input in a list, which Keras mentions at every trace.
    warnings.filterwarnings("ignore", message="The structure of `inputs`")
    names = options.methods.split(",") if options.methods else list(methods())
    if options.one:
        print(*_alone(options.one, options.many, options.side))
    elif options.many:
        _many(names, options.many, options.side)
    else:
        CLOCK.processor = options.clock == "processor"
        _table(names, options.side, options.pictures, options.repeats)


def network(side: int) -> keras.Model:
    """Three convolutions of 32, 64 and 128 filters, with logits."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((side, side, 3), name="pictures")
    value = layers.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(inputs)
    for place, filters in enumerate((32, 64, 128), start=1):
        value = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv{place}")(value)
        value = layers.MaxPooling2D(name=f"pool{place}")(value) if place < 3 else value
    value = layers.GlobalAveragePooling2D(name="mean")(value)
    return keras.Model(inputs, layers.Dense(CLASSES, name="scores")(value), name="bare")


def pictures(count: int, side: int) -> np.ndarray:
    """uint8 noise (count, side, side, 3)."""
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


@dataclass(frozen=True)
class Floor:
    """The bare network's two kinds of evaluation, each at the batch size that suits it best."""

    forward: tuple[Callable[[tf.Tensor], tf.Tensor], tf.Tensor]
    gradient: tuple[Callable[[tf.Tensor], tf.Tensor], tf.Tensor]

    def seconds(self, cost: Cost) -> float:
        """What so many evaluations of one picture cost right now."""
        return cost.forwards * _each(*self.forward) + cost.gradients * _each(*self.gradient)


def floor(model: keras.Model, side: int) -> Floor:
    """Compile both and look for their best batch sizes."""
    signature = [tf.TensorSpec([None, side, side, 3], tf.float32)]

    @tf.function(input_signature=signature)
    def forward(images: tf.Tensor) -> tf.Tensor:
        return model(images, training=False)

    @tf.function(input_signature=signature)
    def gradient(images: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(images)
            score = model(images, training=False)[:, TARGET]
        return tape.gradient(score, images)

    return Floor(_best(forward, side), _best(gradient, side))


def _best(function: Callable[[tf.Tensor], tf.Tensor], side: int) -> tuple[Callable[[tf.Tensor], tf.Tensor], tf.Tensor]:
    batches = [tf.constant(pictures(size, side), tf.float32) for size in BATCHES]
    for batch in batches:
        function(batch)
    costs = [statistics.median(_each(function, batch) for _ in range(5)) for batch in batches]
    return function, batches[int(np.argmin(costs))]


def _each(function: Callable[[tf.Tensor], tf.Tensor], batch: tf.Tensor) -> float:
    """Seconds a picture of the better of two runs."""
    return min(_seconds(lambda: function(batch).numpy()) for _ in range(2)) / len(batch)


class Clock:
    """What seconds are: those on the wall, or those of all processors shared among them."""

    processor = False

    def now(self) -> float:
        """Seconds since some moment."""
        return time.process_time() / (os.cpu_count() or 1) if self.processor else time.perf_counter()


CLOCK = Clock()


def _seconds(work: Callable[[], object]) -> float:
    start = CLOCK.now()
    work()
    return CLOCK.now() - start


def _table(names: list[str], side: int, count: int, repeats: int) -> None:
    model = network(side)
    bare, images = floor(model, side), pictures(count, side)
    rivals = {"tf-explain": _tf_explain(model, side)}
    if importlib.util.find_spec("xplique"):
        rivals["xplique"] = _xplique(model, side)
    print(
        f"{side}x{side}x3, convolutions 32-64-128; forward {bare.seconds(Cost(forwards=1)) * 1e6:.0f} us in batches of "
        f"{len(bare.forward[1])}, gradient {bare.seconds(Cost(gradients=1)) * 1e6:.0f} us in batches of "
        f"{len(bare.gradient[1])}"
    )
    print(f"{'method':<28}{'a picture':>12}{'evaluations':>20}{'x floor':>9}", end="")
    print("".join(f"{rival:>12}" for rival in rivals) + f"{'memory':>12}", flush=True)
    for name in names:
        _row(name, model, bare, images, rivals, repeats)


def _row(
    name: str,
    model: keras.Model,
    bare: Floor,
    images: np.ndarray,
    rivals: dict[str, dict[str, tuple[Cost, Work]]],
    repeats: int,
) -> None:
    info = methods()[name]
    maps = int(model.get_layer("conv3").output.shape[-1])
    cost = info.cost(info.Settings(), images.shape[1:], maps) if info.cost else None
    images = images[:FEW] if cost is None or cost.evaluations >= DEAR else images
    work: dict[str, tuple[Cost | None, Work]] = {"ours": (cost, partial(explain, model, targets=TARGET, method=name))}
    work |= {rival: table[name] for rival, table in rivals.items() if name in table}
    for _, one in work.values():
        one(images)
    rounds = repeats if cost is None or cost.evaluations > 3 else 5 * repeats
    found = {who: [_turn(one, images, bare, needs) for _ in range(rounds)] for who, (needs, one) in work.items()}
    times = statistics.median(seconds for seconds, _ in found["ours"])
    said = f"{cost.forwards} forward, {cost.gradients} grad." if cost else "not counted"
    print(f"{name:<28}{times * 1e3:>9.2f} ms{said:>20}{_ratio(found['ours']):>9}", end="")
    print(
        "".join(f"{_ratio(found.get(rival, [])):>12}" for rival in rivals)
        + f"{_child(name, len(images), images.shape[1])[1]:>9.0f} MB",
        flush=True,
    )


def _turn(work: Work, images: np.ndarray, bare: Floor, cost: Cost | None) -> tuple[float, float]:
    """Seconds a picture, and its ratio to the floor of the same moment; 0 where the evaluations are not counted."""
    seconds = _seconds(lambda: work(images)) / len(images)
    return seconds, seconds / bare.seconds(cost) if cost else 0.0


def _ratio(turns: list[tuple[float, float]]) -> str:
    ratios = [ratio for _, ratio in turns if ratio]
    return f"{statistics.median(ratios):.2f}" if ratios else "-"


def _tf_explain(model: keras.Model, side: int) -> dict[str, tuple[Cost, Work]]:
    """tf-explain's own routines, with its own numbers of evaluations."""
    from tf_explain.core.grad_cam import GradCAM
    from tf_explain.core.gradients_inputs import GradientsInputs
    from tf_explain.core.integrated_gradients import IntegratedGradients
    from tf_explain.core.occlusion_sensitivity import OcclusionSensitivity
    from tf_explain.core.smoothgrad import SmoothGrad
    from tf_explain.core.vanilla_gradients import VanillaGradients

    model.compile()
    silent = keras.Model(model.inputs, model.outputs)
    silent.compile()
    silent.predict = partial(silent.predict, verbose=0)
    routine, many = OcclusionSensitivity(batch_size=64), 50

    def cam(images: np.ndarray) -> object:
        maps, gradients = GradCAM.get_gradients_and_filters(model, images, "conv3", TARGET, False)
        return GradCAM.generate_ponderated_output(maps, gradients)

    def path(images: np.ndarray) -> object:
        points = IntegratedGradients.generate_interpolations(images, many).astype(np.float32)
        return IntegratedGradients.get_integrated_gradients(tf.constant(points), model, TARGET, many).numpy()

    def noisy(images: np.ndarray) -> object:
        copies = SmoothGrad.generate_noisy_images(images, many, 1.0).astype(np.float32)
        return SmoothGrad.get_averaged_gradients(tf.constant(copies), model, TARGET, many).numpy()

    def covered(images: np.ndarray) -> object:
        return [routine.get_sensitivity_map(silent, image, TARGET, 8) for image in images.astype(np.float32)]

    def plain(kind: type) -> Work:
        return lambda images: kind.compute_gradients(tf.constant(images, tf.float32), model, TARGET).numpy()

    one = Cost(gradients=1)
    return {
        "gradient": (one, plain(VanillaGradients)),
        "gradient_x_input": (one, plain(GradientsInputs)),
        "integrated_gradients": (Cost(gradients=many), path),
        "smoothgrad": (Cost(gradients=many), noisy),
        "grad_cam": (Cost(forwards=1), cam),
        "occlusion": (Cost(forwards=(side // 8) ** 2), covered),
    }


def _xplique(model: keras.Model, side: int) -> dict[str, tuple[Cost, Work]]:
    """The explainers of xplique, as far as it has them, with the settings of ours."""
    from xplique import attributions as theirs

    size = BATCH_VALUES // (side * side * 3)
    one, fifty = Cost(gradients=1), Cost(gradients=50)
    windows = len(range(0, side - 8 + 1, 4)) ** 2
    made = {
        "gradient": (one, theirs.Saliency, {}),
        "gradient_x_input": (one, theirs.GradientInput, {}),
        "guided_backprop": (one, theirs.GuidedBackprop, {}),
        "deconvnet": (one, theirs.DeconvNet, {}),
        "integrated_gradients": (fifty, theirs.IntegratedGradients, {"steps": 50}),
        "smoothgrad": (fifty, theirs.SmoothGrad, {"nb_samples": 50}),
        "squaregrad": (fifty, theirs.SquareGrad, {"nb_samples": 50}),
        "vargrad": (fifty, theirs.VarGrad, {"nb_samples": 50}),
        "grad_cam": (Cost(forwards=1), theirs.GradCAM, {"conv_layer": "conv3"}),
        "grad_cam_plus_plus": (Cost(forwards=1), theirs.GradCAMPP, {"conv_layer": "conv3"}),
        "occlusion": (Cost(forwards=windows), theirs.Occlusion, {"patch_size": 8, "patch_stride": 4}),
        "rise": (Cost(forwards=1000), theirs.Rise, {"nb_samples": 1000}),
    }

    def work(kind: type, options: dict[str, object]) -> Work:
        explainer = kind(model, batch_size=size, **options)

        def run(images: np.ndarray) -> object:
            asked = np.eye(CLASSES, dtype=np.float32)[[TARGET] * len(images)]
            return np.asarray(explainer.explain(images.astype(np.float32), asked))

        return run

    return {name: (cost, work(kind, options)) for name, (cost, kind, options) in made.items()}


def _many(names: list[str], count: int, side: int) -> None:
    print(f"{count} pictures of {side}x{side}x3; seconds with compilation, growth, and largest size of the process")
    for name in names:
        seconds, grown, largest = _child(name, count, side)
        print(f"{name:<28}{seconds:>9.1f} s{grown:>9.0f} MB{largest:>9.0f} MB", flush=True)


def _child(name: str, count: int, side: int) -> tuple[float, float, float]:
    """Seconds, growth and largest size in MB of a process that explains so many pictures once."""
    command = [sys.executable, "-m", "tests.benchmarks.attribution"]
    command += ["--one", name, "--many", str(count), "--side", str(side)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, before, largest = (float(part) for part in said.split())
    return seconds, largest - before, largest


def _alone(name: str, count: int, side: int) -> tuple[float, float, float]:
    model, images = network(side), pictures(count, side)
    model(images[:1])
    before = _size()
    return _seconds(lambda: explain(model, images, TARGET, method=name)), before, _size()


def _size() -> float:
    """The largest size that the process has had, in MB."""
    # Not getrusage: there a child begins with its parent's largest size.
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=64, help="side of the pictures in pixels")
    parser.add_argument("--pictures", type=int, default=32, help="how many are explained in a call")
    parser.add_argument("--repeats", type=int, default=7, help="turns of each pair; five times as many for quick ones")
    parser.add_argument("--methods", default="", help="names with commas between; all by default")
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall", help="which time is compared")
    parser.add_argument("--many", type=int, default=0, help="time and memory on so many pictures instead")
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
