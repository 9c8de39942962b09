"""Makes the readings that the screen "Do these methods help?" ships with.

    python assets/make_experiments.py --seeds 6 [--flaws sticker tint] [--store FOLDER]

Networks and readings are kept in the store, so that a run that was stopped goes on where it was. Methods that run the
network thousands of times for each picture (`SLOW`) are left out unless they are asked for with --tools.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

SLOW = ("rise", "lime", "kernel_shap", "sobol")


def main() -> None:
    """Measure what is missing, and write all of it with how it was made."""
    from core.cli.experiments import lines
    from core.cli.progress import progress_bar
    from core.experiments import FLAWS, ExperimentSettings, compared, experiment, tools
    from core.experiments.shipped import ABOUT, READINGS
    from core.store import Store

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--flaws", nargs="+", default=list(FLAWS))
    parser.add_argument("--tools", nargs="+", default=[name for name in tools() if name not in SLOW])
    parser.add_argument("--store", default="/tmp/hunch-experiments", help="folder of networks and readings")
    options = parser.parse_args()
    with progress_bar("Experiments") as on_step:
        store, seeds = Store(options.store), list(range(options.seeds))
        readings = experiment(options.flaws, options.tools, seeds, store=store, on_step=on_step)
    READINGS.parent.mkdir(parents=True, exist_ok=True)
    readings.round(4).to_csv(READINGS, index=False)
    made = datetime.now(UTC).date().isoformat()
    about = {"made": made, "seeds": seeds, "settings": ExperimentSettings().model_dump(mode="json")}
    ABOUT.write_text(json.dumps(about, indent=1) + "\n")
    print(lines(compared(readings)))


if __name__ == "__main__":
    main()
