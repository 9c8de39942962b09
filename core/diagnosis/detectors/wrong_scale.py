"""Do test pictures arrive in another scale of numbers?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.serving_checks import NO_TEST, WHITE, Service


def measure(context: DiagnosisContext) -> Finding | str:
    """What accuracy gains when numbers are brought to the scale of the validation pictures."""
    service = context.evidence(Service)
    if not service.possible:
        return NO_TEST
    if service.white == WHITE:
        return service.finding([service.attempt("with those of 0 to 1 times 255", _to_bytes)])
    return service.finding([service.attempt("with those of 0 to 255 divided by 255", _to_unit)])


def _to_bytes(pictures: np.ndarray) -> np.ndarray:
    return np.where(_largest(pictures) <= 1, pictures * WHITE, pictures)


def _to_unit(pictures: np.ndarray) -> np.ndarray:
    return np.where(_largest(pictures) > 1, pictures / WHITE, pictures)


def _largest(pictures: np.ndarray) -> np.ndarray:
    largest: np.ndarray = pictures.max(axis=(1, 2, 3), keepdims=True)
    return largest


DETECTOR = DetectorInfo(
    name="wrong_scale",
    title="Wrong scale of numbers",
    plain="Test pictures are brought to the scale of numbers that validation pictures have.",
    looked="Test pictures have the same scale of numbers as those that were learned from.",
    fixes=("preprocessing_corrected",),
    measure=measure,
    hunch="values_rescaled",
    order=50,
    floor=0.03,
    full=0.4,
    worth=0.03,
    explained={"channels_swapped": 0.9, "darkened": 0.9, "cropped": 0.9, "blurred": 0.9},
)
