"""How soon a coarse map is there on SqueezeNet at 227 pixels, and how well it agrees with the fine one after it.

Run: python -m tests.benchmarks.coarse [--methods occlusion,rise]

Each map is made twice: the first time compiles, the second is what a moved dial costs. Agreement is Spearman's rank
correlation over pixels.
"""

from __future__ import annotations

import argparse
import os
import time
import zipfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from PIL import Image
from scipy.stats import spearmanr

from core.attribution import explain, method_info, methods
from core.attribution.coarse import QUICK, plan_coarse
from core.networks import load_model
from core.networks.evaluator import ModelEvaluator

REAL = Path(__file__).parents[3] / "shared" / "real"
SIDE = 227
TIMED = 4


def main() -> None:
    """Print one row a method that can be slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", default="", help="names with commas between; all by default")
    parser.add_argument("--real", type=Path, default=REAL, help="the folder of squeezenet.keras and the photographs")
    options = parser.parse_args()
    model, image = load_model(options.real / "squeezenet.keras"), photograph(options.real)
    network = ModelEvaluator.of(model)
    seconds = network.seconds_per_image(np.repeat(image, TIMED, axis=0))
    maps = int(network.graph.step(network.map_layer(None)).shape[-1] or 1)
    print(f"one forward pass {1000 * seconds:.1f} ms; at most {QUICK} s are wanted")
    print(f"{'method':<28}{'evaluations':>16}{'first':>9}{'again':>9}{'fine':>9}{'agrees':>9}")
    for name in options.methods.split(",") if options.methods else methods():
        row(name, model, image, maps, seconds)


def photograph(real: Path) -> np.ndarray:
    """A photograph as SqueezeNet takes it, float32 (1, 227, 227, 3)."""
    with zipfile.ZipFile(real / "plantvillage_tomato.zip") as pictures:
        name = sorted(each for each in pictures.namelist() if each.lower().endswith((".jpg", ".jpeg", ".png")))[0]
        with pictures.open(name) as file:
            picture = Image.open(file).convert("RGB").resize((SIDE, SIDE))
    return np.asarray(picture, np.float32)[None, ..., ::-1] - np.array([103.9, 116.8, 123.7], np.float32)


def row(name: str, model: keras.Model, image: np.ndarray, maps: int, seconds: float) -> None:
    """The coarse map's two times, the fine map's, and how they agree; nothing for a method that is quick here."""
    info = method_info(name)
    planned = plan_coarse(info, info.Settings(), (SIDE, SIDE, 3), maps if info.needs_layer else 1, seconds)
    if planned is None:
        return
    coarse, fine = planned.settings.model_dump(), info.Settings().model_dump()
    first, again = (timed(model, image, name, coarse) for _ in range(2))
    timed(model, image, name, fine)
    whole = timed(model, image, name, fine)
    agrees = spearmanr(again[1].ravel(), whole[1].ravel()).statistic
    count = f"{planned.evaluations} of {planned.fine}"
    print(f"{name:<28}{count:>16}{first[0]:>7.2f} s{again[0]:>7.2f} s{whole[0]:>7.2f} s{agrees:>9.2f}", flush=True)


def timed(model: keras.Model, image: np.ndarray, method: str, settings: dict[str, object]) -> tuple[float, np.ndarray]:
    """Seconds, and the map."""
    begun = time.perf_counter()
    made = explain(model, image, method=method, **settings)
    return time.perf_counter() - begun, made[0]


if __name__ == "__main__":
    main()
