"""What is too slow for every picture, on samples that are stated: other maps, the badge, hunches and the diagnosis."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.addresses import write_bytes
from core.audit.base import Job
from core.audit.files import label_of
from core.audit.partition import opened, read_pictures
from core.datasets import Dataset, Splits
from core.errors import HunchError

SAMPLES = "samples.json"
DEALT = (
    "The pictures of the audit were dealt into three parts: what needs the pictures that the network learned from, "
    "such as copies of them, over-training or too few pictures, is not judged by this."
)
UNLABELLED = "No picture is in a folder that is called like one of the network's classes, so that no label is known."
SHARES = (0.5, 0.25, 0.25)  # of the diagnosis' pictures, for train, validation and test
NOT_JUDGED = ("duplicates", "over_trained", "too_few", "too_short", "too_small", "imbalance")


@dataclass(frozen=True)
class Samples:
    """Which pictures are looked at more closely: any, and those with a label."""

    job: Job
    any: tuple[str, ...]
    labelled: tuple[str, ...]


def do_samples(samples: Samples) -> None:
    """Look at the samples and write what was found; this is what travels to workers."""
    found: dict[str, Any] = {"maps": _attempt(_maps, samples), "badge": _attempt(_badge, samples)}
    for name, look in (("hunches", _hunches), ("diagnosis", _diagnosis)):
        found[name] = _attempt(look, samples) if samples.labelled else {"n": 0, "left_out": UNLABELLED}
    write_bytes(samples.job.out, SAMPLES, json.dumps(found, indent=1, default=str).encode())


def labelled_pictures(job: Job, names: tuple[str, ...]) -> Dataset:
    """Pictures with the labels of their folders."""
    read, images, _ = read_pictures(job, names)
    labels = np.array([job.class_names.index(label_of(name, job.class_names)) for name in read], np.int64)
    return Dataset(images, labels, job.class_names)


def _attempt(look: Any, samples: Samples) -> dict[str, Any]:
    """What a look finds, or the sentence that says why it finds nothing."""
    try:
        return dict(look(samples))
    except HunchError as error:
        return {"n": 0, "left_out": error.sentence}


def _maps(samples: Samples) -> dict[str, Any]:
    from core.attribution import explain
    from core.attribution.relevance_mass import mask_share, relevance_mass
    from core.images.masks import grabcut_masks
    from core.intervals import estimate

    job = samples.job
    model, reading = opened(job)
    _, images, _ = read_pictures(job, samples.any[: job.settings.sample])
    objects = grabcut_masks(images)
    found: dict[str, Any] = {"n": len(images), "object_share": float(mask_share(objects).mean())}
    for method in job.settings.methods:
        maps = explain(model, images, method=method, interface=reading)
        mass = estimate(relevance_mass(maps, objects))
        found[method] = {"relevance_mass": mass.value, "low": mass.low, "high": mass.high}
    return found


def _badge(samples: Samples) -> dict[str, Any]:
    from core.trust import badge

    job = samples.job
    model, reading = opened(job)
    _, images, _ = read_pictures(job, samples.any[: job.settings.badge])
    found = badge(model, images, method="grad_cam", seed=job.settings.seed, interface=reading)
    return {"n": len(images), "method": "grad_cam", "passes": bool(found.passes), "sentence": found.sentence}


def _hunches(samples: Samples) -> dict[str, Any]:
    from core.hunches import test_hunches

    job = samples.job
    model, reading = opened(job)
    data = labelled_pictures(job, samples.labelled[: job.settings.sample])
    verdicts = test_hunches(model, data, n=len(data), seed=job.settings.seed, interface=reading)
    rows = [
        {
            "hunch": verdict.hunch, "settings": dict(verdict.settings), "effect": verdict.effect, "low": verdict.low,
            "high": verdict.high, "p_corrected": verdict.p_corrected, "n": verdict.n,
            "conclusion": verdict.conclusion, "sentence": verdict.sentence,
        }
        for verdict in verdicts
    ]  # fmt: skip
    return {"n": len(data), "verdicts": rows}


def _diagnosis(samples: Samples) -> dict[str, Any]:
    from core.diagnosis import diagnose

    job = samples.job
    model, reading = opened(job)
    data = labelled_pictures(job, samples.labelled)
    order = np.random.default_rng(job.settings.seed).permutation(len(data))
    cuts = np.cumsum([round(share * len(data)) for share in SHARES])[:-1]
    splits = Splits(*(data.take(rows) for rows in np.split(order, cuts)))
    suspects = diagnose(model, splits, seed=job.settings.seed, interface=reading)
    rows = [
        {"flaw": suspect.flaw, "raised": suspect.raised, "score": suspect.score, "evidence": suspect.evidence}
        for suspect in suspects
        if suspect.flaw not in NOT_JUDGED
    ]
    return {"n": len(data), "suspects": rows, "note": DEALT}
