"""Which methods help with which flaw? Flawed and healthy networks, compared with every tool.

    rows = run_experiment(flaws=("background", "tint"), tools=("occlusion", "diagnosis"), seeds=(0, 1, 2))   # readings
    table = compare_tools(rows)      # how often each tool tells the flawed network from the healthy one
    usefulness_answer(table)         # the same in plain words, overall
    by_flaw(table)                   # the tool to use for each flaw
    tools()                          # name -> Tool: every heatmap, the hunch, the detector, plain accuracy

A reading is one number: how strongly a tool indicates that a network has a flaw. The rule is fixed before the network
is seen, and is the same for flawed and healthy ones. Here each tool is asked about the flaw that was planted; the study
that ships with Hunch (`core.experiments.study`, PROTOCOL.md) asks without a hint. Columns of the readings:

    tool, flaw, seed      what was applied to which pair of networks
    flawed, healthy       the readings
    seconds               time for both
    cost, took            how much accuracy the flaw costs the worst group, and whether that is enough to count

Columns of the table:

    n                     pairs of networks that count
    share, low, high      how often a flawed network reads higher than a healthy one (area under the ROC curve), where
                          0.5 is a coin toss, with its 95% interval
    p_value, p_corrected  one-sided rank test, and the same corrected for the number of tools tried on the flaw
    conclusion            "tells", "does not tell" or "inconclusive"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.experiments.base import ExperimentSettings, Tool
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.experiments.compare import compare_tools
    from core.experiments.grid import run_experiment
    from core.experiments.registry import studied_flaws, tools
    from core.experiments.summary import by_flaw, usefulness_answer

_PLACES = {
    "usefulness_answer": "summary",
    "by_flaw": "summary",
    "compare_tools": "compare",
    "run_experiment": "grid",
    "studied_flaws": "registry",
    "tools": "registry",
}

__all__ = [
    "ExperimentSettings",
    "Tool",
    "by_flaw",
    "compare_tools",
    "run_experiment",
    "studied_flaws",
    "tools",
    "usefulness_answer",
]

__getattr__ = lazy_import(__name__, _PLACES)
