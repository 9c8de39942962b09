"""The command line. A command is one file in `commands/`.

Exit codes: 0 done, 2 bad input (a sentence on stderr), 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from core.cli.base import Command
from core.errors import Cancelled, HunchError
from core.registry import Registry

COMMANDS: Registry[Command] = Registry("core.cli.commands", "COMMAND", "commands")
BAD_INPUT, INTERRUPTED = 2, 130


def main(argv: Sequence[str]) -> int:
    """Run the command that the arguments name, and return its exit code.

    Args:
        argv: the arguments after `python -m core`.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if not argv or argv[0] in ("-h", "--help"):
        print(_overview())
        return 0 if argv else BAD_INPUT
    try:
        command = COMMANDS.get(argv[0])
        return int(command.run(command.parser(argv[1:]).parse_args(argv[1:])))
    except (KeyboardInterrupt, Cancelled):
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except HunchError as error:
        print(error.sentence, file=sys.stderr)
        return BAD_INPUT


def _overview() -> str:
    lines = [f"  {name:<12} {command.summary}" for name, command in COMMANDS.entries().items()]
    return "\n".join(
        ["usage: python -m core COMMAND [options]", "", *lines, "", "Options: python -m core COMMAND --help"]
    )
