"""Findings that others published, run again: python -m tests.benchmarks.published [copies labels plants decoy]

Each prints the source, what they found, what comes out here, and whether that agrees. `copies` also writes a contact
sheet of unlisted test pictures that are named, beside the training pictures that they are taken for copies of, since
the published list is incomplete. What came out last of each is kept in results/published.json.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from core.datasets import Dataset, Splits
from core.diagnosis import diagnose
from core.diagnosis.near_copies import copies, nearest
from tests.benchmarks import elsewhere_data as data

SHEET = Path(__file__).parent / "results" / "unlisted_copies.png"
RECORD = SHEET.with_name("published.json")
UNLISTED = 2000


def near_copies() -> str:
    """Barz and Denzler 2020 (arXiv 1902.00423): CIFAR-10's test pictures that are copies of training pictures."""
    with (data.REAL / "cifar10_duplicates.csv").open() as file:
        listed = {row["test_picture"]: int(row["judgment"]) for row in csv.DictReader(file)}
    train, _, _ = data.cifar_part("train")
    test, _, names = data.cifar_part("test")
    same = np.array([row for row, name in enumerate(names) if listed.get(name) == 1])
    free = np.array([row for row, name in enumerate(names) if name not in listed])
    free = np.sort(np.random.default_rng(0).choice(free, UNLISTED, replace=False))
    theirs, ours = nearest(test[same], train), nearest(test[free], train)
    found, named = copies(theirs, ours), copies(ours, ours)
    _sheet(test[free[named]], train[ours.source[named]])
    return (
        f"They list {len(same)} test pictures that are the same shot as a training picture. "
        f"Found here: {found.mean():.1%}; "
        f"of {UNLISTED} unlisted ones, {named.sum()} are named ({named.mean():.2%}); look at {SHEET.name}."
    )


def wrong_labels() -> str:
    """Northcutt, Athalye and Mueller 2021 (arXiv 2103.14749): wrong labels among CIFAR-10's test pictures."""
    from core.diagnosis.context import DiagnosisContext
    from core.diagnosis.label_evidence import ranked_issues
    from core.networks import TrainingSpec, train

    with (data.REAL / "cifar10_label_errors.csv").open() as file:
        rows = list(csv.DictReader(file))
    confirmed = {
        row["test_picture"]
        for row in rows
        if sum(int(row[f"votes_{kind}"]) for kind in ("guessed", "neither", "both")) > int(row["votes_given"])
    }
    images, labels, _ = data.cifar_part("train", 1500)
    test, given, names = data.cifar_part("test")
    held = np.arange(len(labels)) % 10 == 0
    parts = [(images[~held], labels[~held]), (images[held], labels[held]), (test, given)]
    splits = Splits(*(Dataset(*part, data.CIFAR_NAMES) for part in parts))
    run = train(splits, None, TrainingSpec(epochs=16))
    answers = DiagnosisContext(run.model, splits).answers(test)
    accuracy = float((answers.argmax(axis=1) == given).mean())
    first = ranked_issues(given, answers)[:100]
    count = sum(names[row] in confirmed for row in first)
    return f"They confirmed {len(confirmed)}. Among the first hundred suspects of a network of {accuracy:.0%}: {count}."


def plants() -> str:
    """Noyan 2022 (arXiv 2206.04374): PlantVillage's backgrounds give the class away."""
    from core.networks import TrainingSpec, train

    splits = data.plants(0)
    run = train(splits, None, TrainingSpec(epochs=16))
    suspects = [suspect for suspect in diagnose(run, splits) if suspect.level != "silent"]
    named = "; ".join(f"{suspect.flaw} ({suspect.level}): {suspect.evidence}" for suspect in suspects) or "nothing"
    return f"Eight pixels of background tell 38 classes with 49% accuracy. Named here, strongest first: {named}"


def decoy() -> str:
    """Ross, Hughes and Doshi-Velez 2017 (arXiv 1703.03717): Decoy MNIST, here of Fashion-MNIST's pictures."""
    plain, rng = data.fashion(0), np.random.default_rng(0)

    def marked(part: Dataset, shades: np.ndarray) -> Dataset:
        images = part.images.copy()
        for row, (shade, corner) in enumerate(zip(shades, rng.integers(0, 4, len(part)), strict=True)):
            top, left = (0, 24)[corner % 2], (0, 24)[corner // 2]
            images[row, top : top + 4, left : left + 4] = 255 - 25 * shade
        return Dataset(images, part.labels, part.class_names)

    from core.networks import NetworkSpec, TrainingSpec, train

    learned_from, held = (marked(part, part.labels) for part in (plain.train, plain.validation))
    splits = Splits(learned_from, held, marked(plain.test, rng.integers(0, 10, len(plain.test))))
    spec = NetworkSpec(head="flatten", blocks=2, convolutions=1, batch_norm=False)
    run = train(splits, spec, TrainingSpec(epochs=8, rate=0.001))
    learned, broken = float(run.history["val_accuracy"].max()), run.accuracy
    shown = Splits(learned_from, held, marked(plain.test, plain.test.labels))
    suspects = [suspect.flaw for suspect in diagnose(run.model, shown, history=run.history) if suspect.raised]
    return (
        f"Tied, they had 99.7%; with the tie broken 51.6%. Here {learned:.1%} and {broken:.1%}. "
        f"Raised: {', '.join(suspects) or 'nothing'}."
    )


FINDINGS: dict[str, Callable[[], str]] = {
    "copies": near_copies,
    "labels": wrong_labels,
    "plants": plants,
    "decoy": decoy,
}


def _sheet(named: np.ndarray, sources: np.ndarray) -> None:
    """Pairs below each other, ten a row."""
    if not len(named):
        return
    pairs = np.concatenate([named, sources], axis=1)
    blank = np.zeros((-len(pairs) % 10, *pairs.shape[1:]), np.uint8)
    rows = np.concatenate([pairs, blank]).reshape(-1, 10, *pairs.shape[1:])
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.concatenate([np.concatenate(list(row), axis=1) for row in rows])).save(SHEET)


def _keep(name: str, source: str, outcome: str) -> None:
    """In place of what came out before."""
    kept = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    kept[name] = {"source": source, "outcome": outcome}
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("findings", nargs="*", default=list(FINDINGS), help=", ".join(FINDINGS))
    for name in parser.parse_args().findings:
        source, outcome = str(FINDINGS[name].__doc__), FINDINGS[name]()
        print(f"{source}\n    {outcome}\n", flush=True)
        _keep(name, source, outcome)


if __name__ == "__main__":
    main()
