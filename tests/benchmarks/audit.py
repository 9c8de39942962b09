"""An audit's memory and time by the number of pictures: CIFAR-10, repeated with changes.

    python -m tests.benchmarks.audit                                  # 10 and 50 thousand pictures
    python -m tests.benchmarks.audit --pictures 10000 100000 1000000  # up to a million; a few gigabytes of small files

Each audit runs in a process of its own, which lists the pictures too. Printed: its largest memory, and its seconds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import cv2
import numpy as np

from core.random_streams import random_stream
from tests.benchmarks.elsewhere_data import CIFAR_NAMES, REAL

FOLDER = 1000  # files in one folder
MEGABYTE = 2**20
_RUN = (
    "import re, sys, time\nfrom pathlib import Path\nfrom core.cli import main\nbegan = time.perf_counter()\n"
    "code = main(sys.argv[1:])\nseconds = time.perf_counter() - began\n"
    "print('measured', re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1], seconds)\n"
    "sys.exit(code)"
)


def main() -> None:
    """Make the pictures and the network, audit each size, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--folder", help="where pictures and results go (default: a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.folder or temporary)
        network = _network(folder)
        print(f"{'pictures':>10}{'megabytes':>12}{'seconds':>10}{'a second':>10}")
        for count in options.pictures:
            memory, seconds = _audited(folder, network, _pictures(folder, count))
            print(f"{count:>10,}{memory / MEGABYTE:>12.0f}{seconds:>10.0f}{count / seconds:>10.0f}")


def _network(folder: Path) -> Path:
    """A network of the default shape with random weights: what it answers changes neither memory nor time."""
    from core.networks.load import save_model
    from core.networks.training.build import build
    from core.networks.training.specs import NetworkSpec

    path = folder / "network.keras"
    path.write_bytes(save_model(build(NetworkSpec(), (32, 32, 3), CIFAR_NAMES), CIFAR_NAMES))
    return path


def _pictures(folder: Path, count: int) -> Path:
    """CIFAR-10's pictures again and again, each time turned, lightened and noisier by other amounts."""
    root = folder / f"pictures-{count}"
    with zipfile.ZipFile(REAL / "cifar10.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        for number in range(count):
            name = names[number % len(names)]
            image = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
            target = root / f"{number // FOLDER:04}" / name.split("/")[-2] / f"{number:07}.jpg"
            target.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(target), _changed(image, random_stream(number, "audit")))
    return root


def _changed(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    turn = cv2.getRotationMatrix2D((15.5, 15.5), rng.uniform(-15, 15), rng.uniform(0.9, 1.1))
    turned = cv2.warpAffine(image, turn, (32, 32), borderMode=cv2.BORDER_REFLECT).astype(np.float32)
    noisy = turned * rng.uniform(0.8, 1.2) + rng.normal(0, rng.uniform(0, 8), image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _audited(folder: Path, network: Path, pictures: Path) -> tuple[float, float]:
    out = folder / f"results-{pictures.name}"
    words = ["audit", "--model", str(network), "--images", str(pictures), "--out", str(out), "--preprocessing", "none"]
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *words],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    kilobytes, seconds = next(line for line in done.stdout.splitlines() if line.startswith("measured")).split()[1:]
    return float(kilobytes) * 1024, float(seconds)


if __name__ == "__main__":
    main()
