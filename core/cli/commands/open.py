"""`python -m core open`: make a run of a network that was trained elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from core.cli import image_options
from core.cli.base import Command
from core.cli.network_options import add_network, subject_of
from core.cli.settings_options import new_parser
from core.errors import InputError

SUMMARY = "Make a run of your own network and pictures, to be explained, diagnosed, fixed and reported like any other."


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The options: the network, how it is read, and its pictures."""
    made = new_parser("open", SUMMARY)
    add_network(made)
    image_options.add_source(made)
    image_options.add_source_dials(made, words)
    return made


def run(options: argparse.Namespace) -> int:
    """Read the network, keep it as a run, and print how it was read."""
    if options.run:
        raise InputError("A network file should be given", f"the run {options.run}, which is one already")
    subject = subject_of(options)
    from core.networks import open_network, training_spec_in

    made = open_network(
        subject.network,
        subject.splits,
        interface=subject.interface,
        training_spec=training_spec_in(options.model),
        store=image_options.store_of(options),
        about={"file": options.model.name},
    )
    reading = subject.interface
    lines = [f"run            {made.key}", f"classes        {', '.join(made.class_names)}"]
    if reading is not None:
        lines += [
            f"head           {reading.head}",
            f"preprocessing  {reading.transform.name}",
            f"layer          {reading.layer}",
        ]
    lines += [f"accuracy       {made.accuracy:.3f} on {made.metrics['n']} test pictures", *made.about["notes"]]
    print("\n".join(lines))
    return 0


COMMAND = Command("open", SUMMARY, parser, run, order=15)
