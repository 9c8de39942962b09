"""Fits the calibration of the diagnosis: what each detector measures on networks that do not have its flaw.

    python assets/make_diagnosis.py --measure    # trains and measures what is not in measured.json yet
    python assets/make_diagnosis.py              # fits calibration.json from measured.json

Where what a detector measures has changed, `--forget` it together with `--measure`: it alone is measured again.

Cases come from tests/benchmarks/diagnosis_cases.py with seeds of 100 and above, which the benchmark does not use. For
each detector, healthy are all clean networks, decoys and alike classes, and networks with a flaw of another family:
what is wrong with their labels says nothing about their backgrounds. Families overlap where one flaw explains another:
what was hardly learned at all tells nothing of labels.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

HERE = ROOT / "assets" / "diagnosis"
MEASURED, CALIBRATION = HERE / "measured.json", HERE / "calibration.json"
RARE = 0.002  # share of healthy networks that a threshold may let through, by the fitted tail
BEYOND = 1.5  # a threshold is at least so many times the largest healthy value
NARROWEST = 0.003  # scale below which a fit on few networks is not believed
FAMILIES = {
    "shortcut": ("background", "tint", "place", "border", "sticker", "shortcut"),
    "label": ("label_noise", "label_confusion", "too_few", "over_trained"),
    "learning": ("too_few", "too_small", "too_short", "over_trained", "dead_units", "label_noise", "label_confusion"),
    "serving": ("wrong_scale", "channels_swapped", "darkened", "cropped", "blurred"),
    "count": ("imbalance",),
    "copies": ("duplicates",),
}
# The smallest effect that is worth an alarm, whatever healthy networks measure.
FLOORS = {
    **dict.fromkeys(("background", "tint", "place", "border", "sticker", "shortcut"), 0.12),
    **dict.fromkeys(("wrong_scale", "channels_swapped", "darkened", "cropped", "blurred"), 0.03),
    "label_noise": 0.02,
    "label_confusion": 0.08,
    "imbalance": 0.08,
    "duplicates": 0.02,
    "dead_units": 0.08,
    "over_trained": 0.12,
    "too_few": 0.12,
    "too_short": 0.1,
    "too_small": 0.1,
}


def main() -> None:
    """Measure what is missing where that is asked for; otherwise fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true", help="train and measure what is not there yet")
    parser.add_argument("--store", default="/tmp/hunch-diagnosis", help="folder of trained networks")
    parser.add_argument("--seeds", type=int, nargs="+", default=[100, 101])
    parser.add_argument(
        "--clean", type=int, nargs="+", default=[100, 101, 102, 103, 104], help="seeds of clean networks"
    )
    parser.add_argument("--sections", nargs="+", default=["plain", "decoys", "clean", "alike"])
    parser.add_argument("--forget", nargs="+", default=[], help="detectors whose measurements are thrown away first")
    parser.add_argument("--measured", type=Path, default=MEASURED, help="file of what was measured")
    options = parser.parse_args()
    cases = json.loads(options.measured.read_text()) if options.measured.exists() else {}
    if options.measure:
        _measure(cases, options)
        return
    table = {name: fitted(name, list(cases.values())) for name in FLOORS}
    about = {"cases": len(cases), "seeds": sorted({int(title.rsplit("/", 1)[1]) for title in cases})}
    CALIBRATION.write_text(json.dumps({"about": about, "detectors": table}, indent=1) + "\n")
    print(_printed(table))


def fitted(name: str, cases: list[dict[str, Any]]) -> dict[str, float]:
    """Location and scale of the Gumbel distribution of healthy statistics, and the threshold beyond it."""
    family = FAMILIES["label" if name in ("label_noise", "label_confusion") else _family(name)]
    healthy = [_value(case, name) for case in cases if case["decoy"] or not set(case["flaws"]) & set(family)]
    values = np.array([max(0.0, value) for value in healthy if value is not None])
    flawed = [_value(case, name) for case in cases if case["flaws"] == [name] and not case["decoy"]]
    spread = max(float(values.std(ddof=1)), 1.4826 * float(np.median(np.abs(values - np.median(values)))))
    scale = max(spread * math.sqrt(6) / math.pi, NARROWEST)
    location = float(values.mean()) - 0.5772 * scale
    tail = location - scale * math.log(-math.log1p(-RARE))
    largest = float(values.max())
    threshold = max(FLOORS[name], tail, BEYOND * largest)
    known = [value for value in flawed if value is not None]
    full = float(np.median(known)) if known else 4 * threshold
    found = {
        "location": location,
        "scale": scale,
        "threshold": threshold,
        "full": max(full, 1.5 * threshold),
        "healthy": len(values),
        "largest": largest,
    }
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in found.items()}


def _family(name: str) -> str:
    return next(key for key, members in FAMILIES.items() if name in members)


def _value(case: dict[str, Any], name: str) -> float | None:
    """What was measured; None where the detector could not look."""
    value = case["statistics"].get(name)
    return None if value is None or isinstance(value, str) else float(value)


def _measure(cases: dict[str, Any], options: argparse.Namespace) -> None:
    from core.diagnosis.context import DiagnosisContext
    from core.diagnosis.registry import detectors
    from core.store import Store
    from tests.benchmarks.diagnosis_cases import SECTIONS, network, planted

    store = Store(options.store)
    seeds = {"clean": options.clean}
    wanted = [
        case for name in options.sections for seed in seeds.get(name, options.seeds) for case in SECTIONS[name](seed)
    ]
    for known in cases.values():
        known["statistics"] = {name: each for name, each in known["statistics"].items() if name not in options.forget}
    for case in wanted:
        known = cases.get(case.title, {"statistics": {}})["statistics"]
        missing = {name: info for name, info in detectors().items() if name not in known}
        if not missing:
            continue
        made = planted(case)
        run = network(case, made, store)
        context = DiagnosisContext(run.model, made.splits.unannotated, history=run.history, seed=1)
        found = {name: info.measure(context) for name, info in missing.items()}
        fresh = {name: value if isinstance(value, str) else round(value.statistic, 4) for name, value in found.items()}
        cases[case.title] = {
            "flaws": list(case.flaws),
            "decoy": case.section == "decoys",
            "statistics": {**known, **fresh},
        }
        options.measured.write_text(json.dumps(cases, indent=1) + "\n")
        print(case.title, flush=True)


def _printed(table: dict[str, dict[str, float]]) -> str:
    lines = [f"{'detector':<18}{'healthy':>8}{'largest':>9}{'threshold':>11}{'full':>8}"]
    for name, row in table.items():
        lines.append(f"{name:<18}{row['healthy']:>8}{row['largest']:>9.3f}{row['threshold']:>11.3f}{row['full']:>8.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
