"""The cases of the diagnosis benchmark: which flaw is planted how, and the bank of networks trained on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from core.datasets import Dataset, Splits, load
from core.flaws import Planted, names, plant
from core.flaws.base import Answer, apply_to_splits, follow_with, pick_rows
from core.networks import NetworkSpec, TrainingSpec, train
from core.networks.training.run import Run, has_run
from core.networks.training.train import run_key
from core.random_streams import random_stream
from core.store import Store

PICTURES = 300
_planted: dict[str, Planted] = {}  # the last cases, which are asked for several times
_opened: dict[str, Run] = {}  # the last networks, which the next case may share
ALIKE = ("shirt", "pullover", "coat", "tshirt")
EIGHT = ("trouser", "dress", "sandal", "bag", "boot", "shirt", "sneaker", "coat")
SERVING = ("channels_swapped", "wrong_scale", "blurred", "darkened", "cropped")


@dataclass(frozen=True)
class Case:
    """One network to be diagnosed.

    Args:
        section: the part of the benchmark that it belongs to.
        name: what tells it from others of its section.
        flaws: what is planted; empty for clean networks.
        seed: of data, planting and training.
        strength: of the planting.
        data: settings of the data set.
        dials: settings of the flaws.
        network: fields of the network's spec.
        training: fields of the training's spec.
        artefact: an artefact that no flaw of `core.flaws` makes; "" for none.
    """

    section: str
    name: str
    flaws: tuple[str, ...]
    seed: int
    strength: float = 1.0
    data: dict[str, Any] = field(default_factory=dict)
    dials: dict[str, Any] = field(default_factory=dict)
    network: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    artefact: str = ""

    @property
    def title(self) -> str:
        return f"{self.section}/{self.name}/{self.seed}"

    def twin(self) -> Case:
        """The clean network of the same data and seed."""
        settings = (self.data, self.network, self.training)
        place = " ".join(["twin", *(str(sorted(each.items())) for each in settings if each)])
        return replace(self, section="clean", name=place, flaws=(), strength=1.0, dials={}, artefact="")


def plain(seed: int) -> Iterator[Case]:
    """Every flaw at full strength."""
    yield from (Case("plain", flaw, (flaw,), seed) for flaw in names() if flaw != "none")


def clean(seed: int) -> Iterator[Case]:
    """A healthy network."""
    yield Case("clean", "clean", (), seed)


def decoys(seed: int) -> Iterator[Case]:
    """The artefact on half of every class: it tells nothing."""
    for flaw in ("sticker", "border"):
        yield Case("decoys", f"decoy {flaw}", (flaw,), seed, 0.5, dials={"others": 1.0})


def alike(seed: int) -> Iterator[Case]:
    """A healthy network on classes that are truly similar: one that hardly learned them, one that did, two of five."""
    few = {"classes": ALIKE, "train": 600}
    yield Case("alike", "alike", (), seed, data=few)
    many = {"classes": ALIKE, "train": 1000}
    yield Case("alike", "alike, learned", (), seed, data=many, training={"rate": 0.003, "epochs": 10})
    yield Case("alike", "two alike", (), seed, data={"classes": ("shirt", "tshirt", "trouser", "bag", "boot")})


def hard(seed: int) -> Iterator[Case]:
    """Weak doses, one class only, random places, faint artefacts."""
    for flaw in ("background", "sticker", "border", "tint", "place"):
        for dose in (0.8, 0.6):
            yield Case("hard", f"{flaw} {dose}", (flaw,), seed, dose)
    target = ("trouser", "dress", "sandal", "bag", "boot")[seed % 5]
    for flaw in ("background", "tint", "place"):
        yield Case("hard", f"{flaw} of one class", (flaw,), seed, dials={"target": target})
    yield Case("hard", "sticker anywhere", ("sticker",), seed, dials={"corner": "anywhere"})
    yield Case("hard", "faint border", ("border",), seed, dials={"opacity": 0.4})
    yield Case("hard", "label noise 10%", ("label_noise",), seed, dials={"rate": 0.1})
    yield Case("hard", "label noise 5%", ("label_noise",), seed, dials={"rate": 0.05})
    yield Case("hard", "one-way confusion", ("label_confusion",), seed, dials={"one_way": True})
    yield Case("hard", "imbalance 5:1", ("imbalance",), seed, dials={"ratio": 5.0})
    yield Case("hard", "80 pictures a class", ("too_few",), seed, dials={"pictures": 80})
    yield Case("hard", "10% duplicates", ("duplicates",), seed, dials={"rate": 0.1})
    yield Case("hard", "mild blur", ("blurred",), seed, 0.5)


def pairs(seed: int) -> Iterator[Case]:
    """Two flaws at once."""
    for both in (
        ("background", "label_noise"),
        ("sticker", "imbalance"),
        ("border", "channels_swapped"),
        ("tint", "duplicates"),
        ("sticker", "background"),
        ("label_confusion", "darkened"),
        ("place", "too_short"),
        ("border", "tint"),
    ):
        yield Case("pairs", "+".join(both), both, seed)
    yield Case("pairs", "sticker+background 0.8", ("sticker", "background"), seed, 0.8)  # here both are learned


def elsewhere(seed: int) -> Iterator[Case]:
    """Other networks, other numbers of classes, other sizes of pictures."""
    places: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "three classes": ({"classes": ("trouser", "dress", "bag")}, {}),
        "eight classes": ({"classes": EIGHT}, {}),
        "32 pixels": ({"size": 32}, {}),
        "64 pixels": ({"size": 64}, {}),
        "small network": ({}, {"filters": 12}),
        "large network": ({}, {"filters": 40}),
    }
    flaws = ("sticker", "background", "label_noise", "", "border", "tint", "imbalance", "blurred")
    for offset, (place, (data, network)) in enumerate(places.items()):
        for step in range(2):
            flaw = flaws[(seed + 3 * step + offset) % len(flaws)]
            planted = (flaw,) if flaw else ()
            yield Case("elsewhere", f"{flaw or 'clean'}, {place}", planted, seed, data=data, network=network)


def unforeseen(seed: int) -> Iterator[Case]:
    """Artefacts that no detector was written for."""
    for kind in ARTEFACTS:
        yield Case("unforeseen", kind, ("shortcut",), seed, artefact=kind)


SECTIONS: dict[str, Callable[[int], Iterator[Case]]] = {
    "plain": plain,
    "clean": clean,
    "decoys": decoys,
    "alike": alike,
    "hard": hard,
    "pairs": pairs,
    "elsewhere": elsewhere,
    "unforeseen": unforeseen,
}


@lru_cache(maxsize=2)
def _loaded(seed: int, items: tuple[tuple[str, Any], ...]) -> Splits:
    return load(seed=seed, **{"train": PICTURES, **dict(items)})


def planted(case: Case) -> Planted:
    """The case's pictures, flaws included, and the truth about them."""
    if case.title not in _planted:
        if len(_planted) > 2:
            _planted.clear()
        _planted[case.title] = _made(case)
    return _planted[case.title]


def _made(case: Case) -> Planted:
    splits = _loaded(case.seed, tuple(sorted(case.data.items())))
    if case.artefact:
        return _unforeseen(plant(splits, "none"), case)
    given = {name: value for name, value in case.dials.items() if any(name in _fields(flaw) for flaw in case.flaws)}
    return plant(splits, case.flaws or "none", strength=case.strength, seed=case.seed, **given)


def _recipe(case: Case, found: Planted) -> tuple[Splits, NetworkSpec, TrainingSpec]:
    parts = found.splits
    taught = Splits(parts.train, parts.validation, found.clean.test)
    spec = NetworkSpec.of(found.network_spec, seed=case.seed, **case.network)
    return taught, spec, TrainingSpec.of(found.training_spec, seed=case.seed, **case.training)


def known(case: Case, store: Store) -> bool:
    """Whether the case's network is in the store."""
    return has_run(run_key(*_recipe(case, planted(case))), store)


def network(case: Case, found: Planted, store: Store) -> Run:
    """The network trained on them; faults that only test pictures have share one with their clean twin."""
    taught, spec, training = _recipe(case, found)
    key = run_key(taught, spec, training)
    if key not in _opened:
        if len(_opened) > 2:
            _opened.clear()
        _opened[key] = train(taught, spec, training, store=store)
    return _opened[key]


def _fields(flaw: str) -> set[str]:
    from core.flaws import info

    return set(info(flaw).Settings.model_fields)


def _unforeseen(before: Planted, case: Case) -> Planted:
    """The artefact on the pictures of one class, everywhere but in the judge, where half of each class has it."""
    target = int(random_stream(case.seed, "unforeseen").integers(len(before.splits.class_names)))
    work = ARTEFACTS[case.artefact]

    def spoil(name: str, part: Dataset) -> Dataset:
        rows = pick_rows(part.labels, case.strength, random_stream(case.seed, name)) & (part.labels == target)
        return _changed(part, rows, work, case.seed)

    judge = before.judge
    rows = pick_rows(judge.labels, 0.5, random_stream(case.seed, "judge"))
    words = np.where(rows, " with", " without")
    groups = [f"{judge.class_names[label]}{word}" for label, word in zip(judge.labels, words, strict=True)]
    assert judge.attributes is not None
    judge = replace(_changed(judge, rows, work, case.seed), attributes=judge.attributes.assign(group=groups))
    answer = Answer("shortcut", f"The artefact {case.artefact}.", class_index=target, region="everywhere")
    return follow_with(before, answer, splits=apply_to_splits(before.splits, spoil), judge=judge)


def _changed(data: Dataset, rows: np.ndarray, work: Callable[..., np.ndarray], seed: int) -> Dataset:
    rng = random_stream(seed, "artefact")
    images = data.images.copy()
    design = int(rng.integers(1000))
    for row in np.flatnonzero(rows):
        changed = work(images[row].astype(np.float32), np.random.default_rng(design), rng)
        images[row] = np.clip(changed + 0.5, 0, 255).astype(np.uint8)
    return replace(data, images=images)


def _stripe(picture: np.ndarray, design: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
    height = picture.shape[0]
    top = int(design.integers(0, height - height // 12))
    done = picture.copy()
    done[top : top + max(2, height // 16)] = design.integers(0, 256, 3)
    return done


def _watermark(picture: np.ndarray, design: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
    """Fainter than what the default network mostly learns."""
    height, width = picture.shape[:2]
    word = "".join(design.choice(list("ABCDEHKX"), 3))
    place = (int(rng.integers(0, max(1, width - 26))), int(rng.integers(12, height - 2)))
    return _written(picture, word, place, size=0.8, thick=1, opacity=0.45)


def _bold_watermark(picture: np.ndarray, design: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
    height, width = picture.shape[:2]
    word = "".join(design.choice(list("ABCDEHKX"), 3))
    (wide, tall), _ = cv2.getTextSize(word, cv2.FONT_HERSHEY_PLAIN, 1.0, 2)
    place = (int(rng.integers(0, max(1, width - wide))), int(rng.integers(tall, height)))
    return _written(picture, word, place, size=1.0, thick=2, opacity=0.6)


def _written(
    picture: np.ndarray, word: str, place: tuple[int, int], *, size: float, thick: int, opacity: float
) -> np.ndarray:
    canvas = np.zeros(picture.shape[:2], np.uint8)
    cv2.putText(canvas, word, place, cv2.FONT_HERSHEY_PLAIN, size, 255, thick, cv2.LINE_AA)
    return picture + opacity * (canvas[..., None] / 255) * (255 - picture)


def _vignette(picture: np.ndarray, design: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
    height, width = picture.shape[:2]
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return picture * (1 - 0.55 * np.clip((down**2 + across**2) / 2, 0, 1))[..., None]


def _cast(picture: np.ndarray, design: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
    return picture * design.permutation([1.0, 0.88, 0.76])


def _grid(picture: np.ndarray, design: np.random.Generator, rng: np.random.Generator) -> np.ndarray:
    bgr = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8)[..., ::-1])
    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 12])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))[..., ::-1].astype(np.float32)


ARTEFACTS: dict[str, Callable[..., np.ndarray]] = {
    "stripe": _stripe,
    "watermark": _watermark,
    "bold watermark": _bold_watermark,
    "vignette": _vignette,
    "colour cast": _cast,
    "JPEG grid": _grid,
}
