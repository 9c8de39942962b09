"""Networks of keras.applications by structure: are they read right, explained, saved and opened again?

    python -m tests.benchmarks.applications [--side 224] [--methods gradient grad_cam ...]

Weights are random: what is tried is that every structure is read. SqueezeNet with its ImageNet weights, in
../shared/real, is tried too where it is there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from core.attribution import explain, methods
from core.errors import LayerError
from core.networks import load_model
from core.networks.graph import graph_of
from core.networks.interface import interface, probabilities

SQUEEZENET = Path(__file__).parents[3] / "shared" / "real" / "squeezenet.keras"
NETWORKS: dict[str, tuple[Callable[..., keras.Model], str]] = {
    "MobileNetV2": (keras.applications.MobileNetV2, "out_relu"),
    "MobileNetV3Small": (keras.applications.MobileNetV3Small, ""),
    "EfficientNetB0": (keras.applications.EfficientNetB0, "top_activation"),
    "EfficientNetV2B0": (keras.applications.EfficientNetV2B0, "top_activation"),
    "ResNet50V2": (keras.applications.ResNet50V2, "post_relu"),
    "DenseNet121": (keras.applications.DenseNet121, "relu"),
    "ConvNeXtTiny": (keras.applications.ConvNeXtTiny, ""),
    "NASNetMobile": (keras.applications.NASNetMobile, ""),
    "Xception": (keras.applications.Xception, "block14_sepconv2_act"),
}
"""Constructor, and the layer that is known to be the last map; empty where only its shape is checked."""
CHEAP = ("gradient", "gradient_x_input", "grad_cam", "grad_cam_plus_plus", "hires_cam", "layer_cam", "eigen_cam")
FEW: dict[str, dict[str, object]] = {
    "integrated_gradients": {"steps": 4}, "blur_integrated_gradients": {"steps": 4}, "smoothgrad": {"samples": 2},
    "squaregrad": {"samples": 2}, "vargrad": {"samples": 2}, "score_cam": {"maps": 4}, "rise": {"samples": 8},
    "lime": {"samples": 16}, "kernel_shap": {"samples": 16}, "sobol": {"samples": 2},
}  # fmt: skip
"""Settings under which a method is quick: that it works is what is tried."""


def made(name: str, side: int) -> keras.Model:
    """The network with random weights for ten classes."""
    keras.utils.set_random_seed(0)
    return NETWORKS[name][0](weights=None, input_shape=(side, side, 3), classes=10)


def checked(model: keras.Model, layer: str, wanted: tuple[str, ...]) -> dict[str, str]:
    """Read and explain a network; method -> "ok", or the sentence with which it was refused.

    Raises:
        AssertionError: where the network is read wrong.
    """
    height, width, channels = model.input_shape[1:]
    images = np.random.default_rng(0).integers(0, 256, (1, height, width, channels)).astype(np.uint8)
    found = interface(model, images)
    own = np.asarray(model(images.astype(np.float32), training=False))
    assert np.abs(probabilities(model, images) - own).max() < 1e-6
    assert found.layer is not None
    assert not layer or found.layer == layer, found.layer
    # Not every map is a layer's: some networks add without one.
    assert graph_of(model).step(found.layer).spatial
    said = {}
    for method in wanted:
        settings = dict(FEW.get(method, {}))
        if method == "occlusion":
            settings = {"patch": height // 3, "stride": height // 3}
        try:
            maps = explain(model, images, 0, method=method, **settings)
        except LayerError as error:
            said[method] = error.sentence
            continue
        assert maps.shape == images.shape[:3]
        said[method] = "ok" if np.isfinite(maps).all() else "not finite"
    return said


def reopened(model: keras.Model) -> keras.Model:
    """The network after it was saved and opened by us."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return load_model(path)


def main() -> None:
    """Try every network and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--only", nargs="*", default=[*NETWORKS, "SqueezeNet"])
    parser.add_argument("--methods", nargs="*", default=list(methods()))
    options = parser.parse_args()
    for name in options.only:
        start = time.perf_counter()
        if name == "SqueezeNet":
            if not SQUEEZENET.is_file():
                print(f"SqueezeNet should lie at {SQUEEZENET}.")
                continue
            model, layer = load_model(SQUEEZENET), ""
        else:
            model, layer = made(name, options.side), NETWORKS[name][1]
        said = checked(model, layer, tuple(options.methods))
        images = np.random.default_rng(1).uniform(0, 255, (1, *model.input_shape[1:])).astype(np.float32)
        same = np.abs(probabilities(reopened(model), images) - probabilities(model, images)).max()
        refused = {method: sentence for method, sentence in said.items() if sentence != "ok"}
        done = len(said) - len(refused)
        print(f"{name}: {interface(model).layer}, {done} methods, reopened within {same:.1e}, "
              f"{time.perf_counter() - start:.0f} s", flush=True)  # fmt: skip
        for method, sentence in refused.items():
            print(f"    {method}: {sentence[:160]}")


if __name__ == "__main__":
    main()
