"""`python -m core store`: list, verify, prune, pin, export and import what is kept."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.cli.base import Command
from core.cli.progress import progress_bar
from core.cli.settings_options import new_parser
from core.errors import InputError
from core.limits import Limits
from core.store import Store, default_store, transfer, upkeep

SUMMARY = "List, verify, prune, pin, export or import what the store keeps."
GB = 10**9
DAMAGED = 1


def parser(words: Sequence[str]) -> argparse.ArgumentParser:  # noqa: ARG001 - no option depends on another
    """One sub-command for each thing to do."""
    made = new_parser("store", SUMMARY)
    made.usage = "python -m core store list|verify|prune|pin|unpin|export|import [options]"
    todo = made.add_subparsers(dest="todo", required=True, metavar="ACTION")
    _add(todo, "list", "list runs and uploads, those used last first", _list)
    _add(todo, "verify", "read every artefact and set aside damaged ones; exits with 1 where there were any", _verify)
    prune = _add(todo, "prune", "remove leftovers, then what nobody has used for longest", _prune)
    most = Limits.from_environment().store_bytes / GB
    prune.add_argument(
        "--most", type=float, default=most, metavar="GB", help=f"how much the store may hold (default {most:g})"
    )
    for name, about in (("pin", "never evict a run or an upload"), ("unpin", "let it be evicted again")):
        _add(todo, name, about, _pin).add_argument("key", metavar="KEY", nargs="+")
    export = _add(todo, "export", "write artefacts with their checksums to a zip file", _export)
    export.add_argument("file", type=Path, metavar="FILE.zip")
    export.add_argument("--key", action="append", metavar="KEY", help="a run or an upload (default: everything)")
    _add(todo, "import", "add what such a zip file holds", _import).add_argument("file", type=Path, metavar="FILE.zip")
    return made


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    store = Store(options.store) if options.store else default_store()
    return int(options.work(store, options))


def _add(
    todo: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    work: Callable[[Store, argparse.Namespace], int],
) -> argparse.ArgumentParser:
    made = todo.add_parser(name, help=about, description=about, allow_abbrev=False)
    made.add_argument("--store", metavar="ADDRESS", help="folder or address of the store (default: HUNCH_STORE)")
    made.set_defaults(work=work)
    return made


def _list(store: Store, options: argparse.Namespace) -> int:  # noqa: ARG001 - all actions take the same
    found = upkeep.units(store)
    for unit in found:
        used = datetime.fromtimestamp(unit.used, UTC).strftime("%Y-%m-%d %H:%M")
        marks = [
            word
            for word, holds in (
                ("published", unit.published),
                ("pinned", unit.pinned),
                (f"owner {unit.owner[:8]}", unit.owner),
            )
            if holds
        ]
        print(f"{unit.key:<34}{_size(unit.size):>10}  {used}  {', '.join(unit.kinds)}  {', '.join(marks)}".rstrip())
    for item in upkeep.set_aside(store):
        print(f"set aside: {item.name} ({item.reason}), now in {item.place}")
    print(f"{len(found)} entries, {_size(sum(unit.size for unit in found))}")
    return 0


def _verify(store: Store, options: argparse.Namespace) -> int:  # noqa: ARG001
    with progress_bar("Verifying") as on_step:
        damaged = upkeep.verify(store, on_step)
    for error in damaged:
        print(error.sentence)
    print(f"{len(damaged)} damaged" if damaged else "Everything is as it was written.")
    return DAMAGED if damaged else 0


def _prune(store: Store, options: argparse.Namespace) -> int:
    if not options.most >= 0:
        raise InputError("--most should be 0 or more", str(options.most))
    pruned = upkeep.prune(store, options.most * GB)
    for unit in pruned.units:
        print(f"removed {unit.key} ({', '.join(unit.kinds)}, {_size(unit.size)})")
    print(f"{_size(pruned.freed)} freed, {pruned.partials} unfinished files among it; {_size(pruned.size)} are left")
    if pruned.over:
        print(f"That is {_size(pruned.over)} over the limit: what is left is published, pinned or small.")
    return 0


def _pin(store: Store, options: argparse.Namespace) -> int:
    for key in options.key:
        try:
            upkeep.pin(store, key, options.todo == "pin")
        except KeyError:
            raise InputError("The key should be of a run or an upload in this store", key) from None
    return 0


def _export(store: Store, options: argparse.Namespace) -> int:
    if not options.file.parent.is_dir():
        raise InputError("The file should be in a folder that exists", str(options.file.parent))
    with progress_bar("Exporting") as on_step:
        count = transfer.export_to(options.file, store, options.key, on_step)
    print(f"{count} artefacts written to {options.file}")
    return 0


def _import(store: Store, options: argparse.Namespace) -> int:
    with progress_bar("Importing") as on_step:
        count = transfer.import_from(options.file, store, on_step)
    print(f"{count} artefacts added")
    return 0


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


COMMAND = Command("store", SUMMARY, parser, run, order=80)
