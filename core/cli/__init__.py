"""The command line. A command is one file in this folder and one line in `COMMANDS`.

Its module has SUMMARY, a line for the list of commands; `parser(argv)`, which makes the options (some depend on others,
such as a method's dials on the method); and `run(options)`, which does the work and gives the exit code.

Exit codes: 0 done, 2 bad input (a sentence on stderr), 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from core.errors import Cancelled, HunchError

COMMANDS = ("train", "explain", "diagnose", "report", "ladder", "experiments")
BAD_INPUT, INTERRUPTED = 2, 130


def main(argv: Sequence[str]) -> int:
    """Run the command that the words name, and give its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not argv or argv[0] in ("-h", "--help"):
        print(_overview())
        return 0 if argv else BAD_INPUT
    if argv[0] not in COMMANDS:
        print(f"The commands are {', '.join(COMMANDS)}. Received: {argv[0]}.", file=sys.stderr)
        return BAD_INPUT
    try:
        return _run(argv[0], argv[1:])
    except (KeyboardInterrupt, Cancelled):
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except HunchError as error:
        print(error.sentence, file=sys.stderr)
        return BAD_INPUT


def _run(command: str, words: Sequence[str]) -> int:
    module = import_module(f"core.cli.{command}")
    options = module.parser(words).parse_args(words)
    return int(module.run(options))


def _overview() -> str:
    lines = [f"  {name:<12} {import_module(f'core.cli.{name}').SUMMARY}" for name in COMMANDS]
    return "\n".join(
        ["usage: python -m core COMMAND [options]", "", *lines, "", "Options: python -m core COMMAND --help"]
    )
