"""Naming the likeliest flaw of a network, with evidence, when nobody has a hunch; silent on a healthy one.

    suspects = diagnose(model_or_run, splits, history=None, seed=0, budget=None, on_step=None)  # strongest first
    detect(model_or_run, splits, "label_noise")      # one flaw alone: its Suspect, as if it were the only one
    summary(suspects)                # one or two plain sentences on the whole; says so where nothing was found
    detectors()                      # name -> DetectorInfo, in the order in which they look
    benchmark()                      # how good the diagnosis is: the shipped results of tests/benchmarks/diagnosis.py

There is always one suspect a detector, raised or not, so that a screen can say what was looked for. A Suspect's fields:

    flaw, title           its name (as in `core.flaws.names()`, or "shortcut") and what a person calls it
    level                 "flaw": raised; "leaning": the network rests on something that it may be right to rest on,
                          which is told and never raised; "silent": nothing to say
    raised                whether it is a flaw: beyond doubt, large enough, costly, and not explained away by another
    examined              whether it could be looked for; where not, `evidence` says why
    harm                  what it costs: value, low, high, unit; None where that cannot be measured
    score                 0..1; 0.5 is the smallest effect worth a word, 1 as strong as a flaw planted at full strength
    p_value               measured on this network, for all places and classes together, and corrected for all detectors
                          (Holm); None where there is no such test
    statistic, threshold  the effect, in the unit of `axis`, and the smallest one that is worth a word
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
    from core.diagnosis.diagnose import detect, diagnose
    from core.diagnosis.registry import detectors
    from core.diagnosis.sentences import summary

_PLACES = {
    "benchmark": "benchmark_results",
    "detect": "diagnose",
    "detectors": "registry",
    "diagnose": "diagnose",
    "summary": "sentences",
}

__all__ = ["DetectorInfo", "Suspect", "benchmark", "detect", "detectors", "diagnose", "summary"]

__getattr__ = lazy_import(__name__, _PLACES)
