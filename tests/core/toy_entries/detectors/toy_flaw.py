"""Is one class darker than the others?"""

from __future__ import annotations

import numpy as np

from core.diagnosis.base import DetectorInfo, Finding, bars
from core.diagnosis.context import DiagnosisContext


def measure(context: DiagnosisContext) -> Finding | str:
    """How far the darkest class lies below the mean of all, as a share of white."""
    train = context.splits.train
    light = np.array([train.images[train.labels == label].mean() / 255 for label in range(context.classes)])
    darkest = int(light.argmin())
    apart = float(light.mean() - light[darkest])
    evidence = f"Pictures of {context.names[darkest]} are darker than others by {apart:.0%} of white."
    return Finding(apart, evidence, bars(context.names, light), "mean light", darkest)


DETECTOR = DetectorInfo(
    name="toy_flaw",
    title="Dim class",
    plain="The mean light of each class is compared.",
    looked="The mean light of each class was compared: they are alike.",
    fixes=("toy_fix",),
    measure=measure,
    hunch="toy_change",
)
