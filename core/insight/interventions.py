"""Interventions against which correlations are checked.

Composed images are composed again with scene, tint, size, position, sticker and frame drawn at random, all at once, as
in a factorial experiment: each is then independent of the class and of every other. In other images one thing is
changed at a time: objects are cut out and put on other backgrounds, recoloured, moved or scaled, and light and
sharpness
are changed slightly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from core.datasets.base import Dataset
from core.datasets.recipe import has_recipe, recompose, room
from core.images.colours import from_hsv, from_lab, to_hsv, to_lab
from core.images.compositing import paste_on, restore_artefacts
from core.images.image_batch import WHITE, ImageBatch
from core.images.masks import feather_masks, map_images
from core.insight import image_measures
from core.insight.attributes import Attribute
from core.insight.sample import InterventionTrial, Sample, network_logits
from core.networks.evaluator import ModelEvaluator
from core.progress import OnStep, silent

TOGETHER = {
    "scene": ("scene",),
    "tint": ("tint", "hue"),
    "size": ("size",),
    "x": ("x",),
    "y": ("y",),
    "angle": ("angle",),
    "flip": ("flip",),
    "sticker": ("sticker", "sticker_x", "sticker_y", "sticker_size", "sticker_design"),
    "border": ("border", "border_width", "border_opacity", "border_design"),
}
"""The parts of a recipe that can be randomised, and the columns that belong to them."""
MOST = 240
"""Images that are edited for each change; composing again is faster and uses all."""
LIGHT, MOVE, SCALE, BLUR = 0.25, 0.12, 0.2, 1.2
"""Spread of the logarithm of brightness, of the position as a fraction, of the logarithm of size; largest blur in
pixels.
"""

Paint = Callable[[ImageBatch, np.random.Generator], tuple[np.ndarray, np.ndarray]]
"""Changed pictures (m, H, W, C), and the attribute's new values (m,)."""


def run_trials(
    network: ModelEvaluator, part: Dataset, sample: Sample, rng: np.random.Generator, on_step: OnStep = silent
) -> tuple[InterventionTrial, ...]:
    """Every change that is possible in these images, and the network's answers.

    Args:
        network: the network.
        part: the images.
        sample: their attributes and answers.
        rng: source of the random values.
        on_step: reports progress.
    """
    count = len(part)
    if has_recipe(part):
        trial = _deal_values(network, part, sample, rng)
        on_step(count, count, "changed pictures")
        return () if trial is None else (trial,)
    if min(part.shape[:2]) < 8:
        return ()
    rows = np.sort(rng.permutation(count)[:MOST])
    some = part.take(rows)
    batch = ImageBatch.of(some.images, some.labels, some.masks)
    trials = []
    paints = _paints(sample, rows, batch)
    for done, (name, paint) in enumerate(paints.items()):
        trials.append(_paint(network, some, sample, rows, name, paint, batch, rng))
        on_step(done + 1, len(paints), f"with another {name}")
    return tuple(trials)


def _deal_values(
    network: ModelEvaluator, part: Dataset, sample: Sample, rng: np.random.Generator
) -> InterventionTrial | None:
    """One experiment with all of a recipe's attributes at once."""
    assert part.attributes is not None
    names = tuple(name for name in TOGETHER if name in sample.attributes.columns)
    if not names:
        return None
    recipe = part.attributes
    columns: dict[str, np.ndarray] = {}
    for name in names:
        order = rng.permutation(len(part))
        columns |= {column: recipe[column].to_numpy()[order] for column in TOGETHER[name]}
    aside, down = room(recipe.assign(**columns))
    for name, space in (("x", aside), ("y", down)):
        values = columns.get(name, recipe[name].to_numpy())
        columns[name] = np.clip(values, 0.5 - space / 2, 0.5 + space / 2)
    changed = recompose(part, **columns)
    assert changed.attributes is not None
    made = changed.attributes
    after = {name: _again(column, made[name].to_numpy()) if name in names else column
             for name, column in sample.attributes.columns.items()}  # fmt: skip
    return InterventionTrial(names, np.arange(len(part)), after, network_logits(network, changed.images))


def _again(column: Attribute, values: np.ndarray) -> Attribute:
    """The same attribute with other values."""
    if column.numeric:
        return replace(column, data=values.astype(float))
    if column.levels == ("no", "yes") and values.dtype == bool:
        return replace(column, data=np.where(values, "yes", "no").astype(object))
    return replace(column, data=values.astype(str).astype(object))


def _paint(
    network: ModelEvaluator,
    some: Dataset,
    sample: Sample,
    rows: np.ndarray,
    name: str,
    paint: Paint,
    batch: ImageBatch,
    rng: np.random.Generator,
) -> InterventionTrial:
    images, values = paint(batch, rng)
    column = sample.attributes.columns[name]
    kept = np.ones(len(rows), bool) if column.numeric else np.isin(values, column.levels)
    after = {key: other.take(rows[kept]) for key, other in sample.attributes.columns.items()}
    after[name] = replace(column, data=values[kept])
    logits = (
        network_logits(network, batch.to_network_scale(images[kept]))
        if kept.any()
        else np.zeros((0, len(some.class_names)))
    )
    return InterventionTrial((name,), rows[kept], after, logits, paired=column.numeric)


def _paints(sample: Sample, rows: np.ndarray, batch: ImageBatch) -> dict[str, Paint]:
    """How to change each attribute of the sample that can be changed."""
    columns = sample.attributes.columns
    found: dict[str, Paint] = {}
    for name in ("scene", "background"):
        if name in columns and not columns[name].numeric:
            found[name] = _lend(columns[name].data[rows], _on_others)
    for name in ("tint", "colour"):
        if name in columns and not columns[name].numeric and not batch.is_grey:
            found[name] = _lend(columns[name].data[rows], _recolour)
    if sample.attributes.measured:
        found |= {name: paint for name, paint in _MEASURED.items() if name in columns and name not in found}
    return found


def _lend(values: np.ndarray, change: Callable[[ImageBatch, np.ndarray], np.ndarray]) -> Paint:
    """Each picture gets what a random other picture has."""

    def paint(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        givers = rng.permutation(len(batch))
        return change(batch, givers), values[givers]

    return paint


def _on_others(batch: ImageBatch, givers: np.ndarray) -> np.ndarray:
    return paste_on(batch, batch.backdrops, givers)


def _recolour(batch: ImageBatch, givers: np.ndarray) -> np.ndarray:
    """The mean of both colour axes over each object moved to another object's."""
    lab, inside = to_lab(batch.pictures), batch.objects[..., None]
    means = (lab[..., 1:] * inside).sum(axis=(1, 2)) / np.maximum(inside.sum(axis=(1, 2)), 1)
    lab[..., 1:] += (means[givers] - means)[:, None, None, :]
    return np.where(inside, from_lab(lab), batch.pictures)


def _background_colour(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    changed = _on_others(batch, rng.permutation(len(batch)))
    return changed, image_measures.colours(changed, ~batch.objects)


def _object_colour(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    changed = _recolour(batch, rng.permutation(len(batch)))
    return changed, image_measures.colours(changed, batch.objects)


def _brightness(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    changed = np.clip(batch.pictures * _factors(batch, rng, LIGHT), 0, WHITE)
    return changed, image_measures.to_grey(changed).mean(axis=(1, 2)) / WHITE


def _contrast(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    middle = batch.pictures.mean(axis=(1, 2, 3), keepdims=True)
    changed = np.clip(middle + (batch.pictures - middle) * _factors(batch, rng, LIGHT), 0, WHITE)
    return changed, image_measures.to_grey(changed).std(axis=(1, 2)) / WHITE


def _saturation(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    hsv = to_hsv(batch.pictures)
    hsv[..., 1] = np.clip(hsv[..., 1] * _factors(batch, rng, 2 * LIGHT)[..., 0], 0, 1)
    return from_hsv(hsv), hsv[..., 1].mean(axis=(1, 2))


def _sharpness(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    spread = iter(rng.uniform(0.3, BLUR, len(batch)))
    changed = map_images(batch.pictures, lambda picture: cv2.GaussianBlur(picture, (0, 0), next(spread)))
    return changed, np.array([image_measures.sharpness(image) for image in image_measures.to_grey(changed)])


def _size(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    factors = np.exp(np.clip(rng.normal(0, SCALE, len(batch)), -2 * SCALE, 2 * SCALE))
    changed, masks = _place_objects(batch, factors, np.zeros((len(batch), 2)))
    return changed, image_measures.place(masks)["size"]


def _x(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return _move(batch, rng, 0)


def _y(batch: ImageBatch, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return _move(batch, rng, 1)


def _move(batch: ImageBatch, rng: np.random.Generator, axis: int) -> tuple[np.ndarray, np.ndarray]:
    steps = np.zeros((len(batch), 2))
    steps[:, axis] = rng.normal(0, MOVE, len(batch)) * batch.pictures.shape[2 - axis]
    changed, masks = _place_objects(batch, np.ones(len(batch)), steps)
    return changed, image_measures.place(masks)["xy"[axis]]


def _place_objects(batch: ImageBatch, factors: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Objects scaled about their centre and moved by so many pixels (x, y), on their own background painted over."""
    height, width = batch.pictures.shape[1:3]
    found = image_measures.place(batch.objects)
    centres = np.stack([found["x"] * width - 0.5, found["y"] * height - 0.5], axis=1)
    matrices = np.zeros((len(batch), 2, 3))
    matrices[:, 0, 0] = matrices[:, 1, 1] = factors
    matrices[:, :, 2] = centres * (1 - factors[:, None]) + steps
    cover = feather_masks(batch.objects)[..., None]
    layers = np.stack(
        [
            cv2.warpAffine(layer, matrix, (width, height), flags=cv2.INTER_LINEAR)
            for layer, matrix in zip(np.concatenate([batch.pictures * cover, cover], axis=-1), matrices, strict=True)
        ]
    )
    changed = restore_artefacts(batch, layers[..., :-1] + batch.without_objects * (1 - layers[..., -1:]))
    return changed, layers[..., -1] > 0.5


def _factors(batch: ImageBatch, rng: np.random.Generator, spread: float) -> np.ndarray:
    found = np.exp(np.clip(rng.normal(0, spread, len(batch)), -2 * spread, 2 * spread))
    return found.astype(np.float32)[:, None, None, None]


_MEASURED: dict[str, Paint] = {
    "background colour": _background_colour,
    "object colour": _object_colour,
    "brightness": _brightness,
    "contrast": _contrast,
    "saturation": _saturation,
    "sharpness": _sharpness,
    "size": _size,
    "x": _x,
    "y": _y,
}
