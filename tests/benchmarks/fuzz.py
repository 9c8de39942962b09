"""Search for files and links that break the readers: `python -m tests.benchmarks.fuzz --minutes 10`.

Every property of the readers runs again and again with new random ones until the time is up. What breaks one
is printed, shrunk; it belongs into the ordinary tests.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from tests.profiles import EXAMPLES

PROPERTIES = (
    "tests/core/datasets/test_folder_properties.py",
    "tests/core/networks/test_load_properties.py",
    "tests/screens/test_link_parameters.py",
)


def main() -> int:
    """Run the properties in turn; 1 where one was broken, or where a process died."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10, help="how long to search (default 10)")
    asked.add_argument("--examples", type=int, default=400, help="files or links a property and round (default 400)")
    asked.add_argument("--seed", type=int, default=0, help="fixes which are tried (default 0)")
    options = asked.parse_args()
    end, rounds = time.monotonic() + 60 * options.minutes, 0
    while time.monotonic() < end:
        seed = options.seed + rounds
        command = [sys.executable, "-m", "pytest", "-n", "0", "-q", f"--hypothesis-seed={seed}", *PROPERTIES]
        ended = subprocess.run(command, env={**os.environ, EXAMPLES: str(options.examples)}, check=False)
        if ended.returncode:
            print(f"Broken in round {rounds}, seed {seed} (exit {ended.returncode}).")
            return 1
        rounds += 1
    print(f"{rounds} rounds of {options.examples} files or links a property, and nothing broke.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
