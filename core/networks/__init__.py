"""Networks: what they are made of, how they are trained, and how other people's are read.

The specs are imported at once; modules that need TensorFlow are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_import import lazy_import
from core.networks.training.specs import NetworkSpec, TrainingSpec

if TYPE_CHECKING:
    from core.networks.compile_settings import training_spec_in
    from core.networks.inspect import LayerInfo, layers
    from core.networks.interface import Interface, interface, probabilities, tried_preprocessings
    from core.networks.load import class_names_in, load_model, network_from_file, save_model
    from core.networks.onnx import from_onnx
    from core.networks.predictor import Predictor, from_function
    from core.networks.preprocessing import Preprocessing, preprocessings, standardised
    from core.networks.training.background_jobs import Job, Queue, default_queue, submit_training
    from core.networks.training.build import build
    from core.networks.training.own_network import open_network
    from core.networks.training.progress import Point
    from core.networks.training.run import Run, RunInfo, has_run, open_run, run_info, runs
    from core.networks.training.train import run_key, train

_PLACES = {
    "build": "training.build",
    "LayerInfo": "inspect",
    "layers": "inspect",
    "Interface": "interface",
    "interface": "interface",
    "probabilities": "interface",
    "tried_preprocessings": "interface",
    "class_names_in": "load",
    "load_model": "load",
    "save_model": "load",
    "Preprocessing": "preprocessing",
    "preprocessings": "preprocessing",
    "standardised": "preprocessing",
    "training_spec_in": "compile_settings",
    "open_network": "training.own_network",
    "network_from_file": "load",
    "from_onnx": "onnx",
    "Predictor": "predictor",
    "from_function": "predictor",
    "Point": "training.progress",
    "Job": "training.background_jobs",
    "Queue": "training.background_jobs",
    "default_queue": "training.background_jobs",
    "submit_training": "training.background_jobs",
    "Run": "training.run",
    "RunInfo": "training.run",
    "has_run": "training.run",
    "open_run": "training.run",
    "run_info": "training.run",
    "runs": "training.run",
    "run_key": "training.train",
    "train": "training.train",
}

__all__ = [
    "Interface",
    "Job",
    "LayerInfo",
    "NetworkSpec",
    "Point",
    "Predictor",
    "Preprocessing",
    "Queue",
    "Run",
    "RunInfo",
    "TrainingSpec",
    "build",
    "class_names_in",
    "default_queue",
    "from_function",
    "from_onnx",
    "has_run",
    "interface",
    "layers",
    "load_model",
    "network_from_file",
    "open_network",
    "open_run",
    "preprocessings",
    "probabilities",
    "run_info",
    "run_key",
    "runs",
    "save_model",
    "standardised",
    "submit_training",
    "train",
    "training_spec_in",
    "tried_preprocessings",
]

__getattr__ = lazy_import(__name__, _PLACES)
