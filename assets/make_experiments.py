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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

SLOW = ("rise", "lime", "kernel_shap", "sobol")


def main() -> None:
    """Measure what is missing, and write all of it with how it was made."""
    from core.cli.progress import progress_bar
    from core.experiments import ExperimentSettings, compare_tools, run_experiment, studied_flaws, tools
    from core.experiments.shipped import ABOUT, READINGS
    from core.store import Store

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--flaws", nargs="+", default=list(studied_flaws()))
    parser.add_argument("--tools", nargs="+", default=[name for name in tools() if name not in SLOW])
    parser.add_argument("--store", default="/tmp/hunch-experiments", help="folder of networks and readings")
    options = parser.parse_args()
    with progress_bar("Experiments") as on_step:
        store, seeds = Store(options.store), list(range(options.seeds))
        readings = run_experiment(options.flaws, options.tools, seeds, store=store, on_step=on_step)
    READINGS.parent.mkdir(parents=True, exist_ok=True)
    readings.round(4).to_csv(READINGS, index=False)
    made = datetime.now(UTC).date().isoformat()
    about = {"made": made, "seeds": seeds, "settings": ExperimentSettings().model_dump(mode="json")}
    ABOUT.write_text(json.dumps(about, indent=1) + "\n")
    table = compare_tools(readings)
    print(lines(table), readme(table), sep="\n\n")


def lines(table: pd.DataFrame) -> str:
    """The table as text: one line per tool and flaw."""
    shown = ("share", "low", "high", "p_corrected", "seconds")
    head = f"{'flaw':<13}{'tool':<27}{'pairs':>6}" + "".join(f"{name:>13}" for name in shown) + "  conclusion"
    rows = [
        f"{row['flaw']:<13}{row['tool']:<27}{row['n']:>6}"
        + "".join(f"{row[name]:>13.3f}" for name in shown)
        + f"  {row['conclusion']}"
        for row in table.to_dict("records")
    ]
    return "\n".join([head, *rows])


def readme(table: pd.DataFrame) -> str:
    """The README's table: one line a flaw."""
    from core.experiments import by_flaw, tools
    from core.experiments.summary import frequency, title

    rows = by_flaw(table)
    pairs = table.groupby("flaw")["n"].max()
    lines = [
        "| flaw | pairs | search for the flaw | right hunch | best heatmap | middling heatmap | test accuracy |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows.to_dict("records"):
        mine = table[table["flaw"] == row["flaw"]].set_index("tool")["share"]
        maps = mine[[tools()[name].family == "heatmap" for name in mine.index]]
        cells = [
            row["flaw"].replace("_", " "),
            str(pairs[row["flaw"]]),
            *(frequency(mine[name]) if name in mine else "" for name in ("diagnosis", "hunch")),
            f"{title(row['heatmap'])}, {frequency(row['heatmap_share'])}",
            frequency(float(maps.median())),
            frequency(mine["accuracy"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
