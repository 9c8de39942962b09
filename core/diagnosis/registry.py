"""The detectors: one file each in `detectors/`."""

from __future__ import annotations

from core.diagnosis.base import DetectorInfo
from core.registry import Registry

DETECTORS: Registry[DetectorInfo] = Registry("core.diagnosis.detectors", "DETECTOR", "detectors")


def detectors() -> dict[str, DetectorInfo]:
    """Name -> detector, in the order in which they look: quick ones first, those that train something last."""
    return dict(DETECTORS.entries())
