"""Networks: what they are made of, how they are taught, and how other people's are read.

The specs are imported at once. Whatever needs TensorFlow is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazily import lazily
from core.networks.spec import NetworkSpec, TrainingSpec

if TYPE_CHECKING:
    from core.networks.architecture import build
    from core.networks.inspect import LayerInfo, layers
    from core.networks.load import class_names_in, load_model, save_model
    from core.networks.progress import Point
    from core.networks.queue import Job, Queue, default_queue, submit_training
    from core.networks.run import Run, RunInfo, has_run, open_run, run_info, runs
    from core.networks.training import run_key, train

_PLACES = {
    "build": "architecture",
    "LayerInfo": "inspect",
    "layers": "inspect",
    "class_names_in": "load",
    "load_model": "load",
    "save_model": "load",
    "Point": "progress",
    "Job": "queue",
    "Queue": "queue",
    "default_queue": "queue",
    "submit_training": "queue",
    "Run": "run",
    "RunInfo": "run",
    "has_run": "run",
    "open_run": "run",
    "run_info": "run",
    "runs": "run",
    "run_key": "training",
    "train": "training",
}

__all__ = [
    "Job",
    "LayerInfo",
    "NetworkSpec",
    "Point",
    "Queue",
    "Run",
    "RunInfo",
    "TrainingSpec",
    "build",
    "class_names_in",
    "default_queue",
    "has_run",
    "layers",
    "load_model",
    "open_run",
    "run_info",
    "run_key",
    "runs",
    "save_model",
    "submit_training",
    "train",
]

__getattr__ = lazily(__name__, _PLACES)
