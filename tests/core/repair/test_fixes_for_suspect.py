"""From a suspect to fixes with settings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.diagnosis.base import Suspect, box_of
from core.repair import rungs_for, settings_for


def suspect(flaw: str, fixes: tuple[str, ...], mask: np.ndarray | None = None) -> Suspect:
    return Suspect(
        flaw, flaw, True, 0.9, 0.01, 1.0, 0.5, "", "", pd.DataFrame(), "", fixes, "", {}, mask=mask, box=box_of(mask)
    )


def test_a_box_is_handed_over():
    mask = np.zeros((20, 20), bool)
    mask[15:, 10:] = True
    given = settings_for(suspect("sticker", ("region_removed", "right_reasons"), mask))
    assert given["region_removed"] == {"where": "box", "left": 0.5, "top": 0.75, "right": 1.0, "bottom": 1.0}
    assert given["right_reasons"]["where"] == "box"
    assert len(rungs_for(given)) == 4


def test_the_width_of_a_border_is_handed_over():
    mask = np.ones((48, 48), bool)
    mask[3:-3, 3:-3] = False
    given = settings_for(suspect("border", ("border_cropped",), mask))
    assert 3 / 48 <= given["border_cropped"]["width"] <= 5 / 48


def test_the_fault_at_serving_is_named_and_unknown_fixes_are_left_out():
    given = settings_for(suspect("blurred", ("preprocessing_corrected", "no_such_fix")))
    assert given == {"preprocessing_corrected": {"fault": "blurred"}}
    rungs_for(given)


def test_a_region_as_large_as_the_picture_is_no_box():
    given = settings_for(suspect("sticker", ("region_removed",), np.ones((8, 8), bool)))
    assert given == {"region_removed": {}}
