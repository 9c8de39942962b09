"""Naming the likeliest flaw of a network, with evidence, when nobody has a hunch; silent on a healthy one.

    suspects = diagnose(model_or_run, splits, history=None, seed=0, on_step=None)   # list[Suspect], strongest first
    summary(suspects)                # one or two plain sentences on the whole; says so where nothing was found
    detectors()                      # name -> DetectorInfo, in the order in which they look
    benchmark()                      # how good the diagnosis is: the shipped results of tests/benchmarks/diagnosis.py

There is always one suspect a detector, raised or not, so that a screen can say what was looked for. A Suspect's fields:

    flaw, title           its name (as in `core.flaws.names()`, or "shortcut") and what a person calls it
    raised                whether it is accused: above its threshold, and not explained away by another
    score                 0..1; 0.5 is the alarm threshold, 1 as strong as at a flaw planted at full strength
    p_value               estimated share of clean networks that would score as high, in 0..1; 1 where it could not look
    statistic, threshold  what was measured, in the unit of `axis`, and from where on it is raised
    evidence              what was found, as a sentence with its figures
    looked                what was done, as a sentence: for "nothing found, and here is what was looked for"
    explained_by          the flaw that explains this one away; "" where none does
    data, axis            a chart: DataFrame of label, value, low, high (one bar a row; NaN where there is no interval),
                          and the title of its value axis
    class_index, other    the class it is tied to, and the second of a confusion; None where it is about all of them
    mask, box             where in the picture: bool (H, W), and left, top, right, bottom as shares; None where nowhere
    part, indices         example pictures: "train", "validation" or "test", and rows of it, the most telling first
    fixes                 names for `core.repair`, the best suited first
    hunch, settings       the hunch that would confirm it and its settings: test_hunch(model, data, hunch, **settings);
                          hunch is "" where no hunch fits

Of a DetectorInfo: name, title, plain (what it does, one plain sentence), fixes, reference (whether it trains a network
beside the one at hand, which takes longer).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.diagnosis.base import DetectorInfo, Suspect
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.diagnosis.benchmark_results import benchmark
    from core.diagnosis.diagnose import diagnose
    from core.diagnosis.registry import detectors
    from core.diagnosis.sentences import summary

_PLACES = {"benchmark": "benchmark_results", "detectors": "registry", "diagnose": "diagnose", "summary": "sentences"}

__all__ = ["DetectorInfo", "Suspect", "benchmark", "detectors", "diagnose", "summary"]

__getattr__ = lazy_import(__name__, _PLACES)
