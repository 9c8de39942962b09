"""Exemplars: what the training pictures nearest to a picture have in common with it (see PROTOCOL.md)."""

from __future__ import annotations

import numpy as np

from core.experiments.study.base import Seen, StudyReading, StudyTool
from core.experiments.study.maps import budgets, sample
from core.experiments.study.networks import Look
from core.images.masks import grabcut_masks
from core.insight.neighbours import embedding, exemplars
from core.random_streams import random_stream

NEAREST = 5


def read_exemplars(look: Look) -> Seen:
    """The labels and backgrounds of the nearest training pictures, at each budget of pictures."""
    train = look.shown.train
    images, labels, objects = sample(look)
    known = embedding(look.run.model, train.images)
    near = np.stack([_nearest(look, image, known) for image in images])
    far = random_stream(look.seed, "study", "exemplars").integers(0, len(train), near.shape)
    mine = ground_colours(images, objects)
    nearby, anywhere = (_grounds(train.images[rows.ravel()]).reshape(*rows.shape, -1) for rows in (near, far))
    strange = (train.labels[near] != labels[:, None]).mean(axis=1)
    found = []
    for count in budgets(len(labels)):
        passes = float(len(train) + count)
        like = nearer(mine[:count], nearby[:count], anywhere[:count])
        found.append(StudyReading("like_grounds", like, ("background",), count, passes))
        found.append(StudyReading("other_labels", float(strange[:count].mean()), ("label_noise",), count, passes))
    return Seen(found)


def _nearest(look: Look, image: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Rows of the nearest training pictures, the picture itself not among them."""
    train = look.shown.train
    rows = exemplars(look.run.model, train, image, NEAREST + 1, known=known)["index"].to_numpy()
    others = np.array([not np.array_equal(train.images[row], image) for row in rows])
    return np.concatenate([rows[others], rows[~others]])[:NEAREST]


def nearer(mine: np.ndarray, near: np.ndarray, far: np.ndarray) -> float:
    """How much nearer in colour the grounds of exemplars are than those of any training pictures: 1 - d / D.

    Args:
        mine: (N, C), colour of each picture's ground; NaN where it has none.
        near: (N, k, C), of its exemplars.
        far: (N, k, C), of any training pictures.

    Returns:
        1 where they are the same, 0 where they are as far as any, below 0 where farther; 0 where all grounds are alike.
    """
    one, other = (float(np.nanmean(np.linalg.norm(each - mine[:, None], axis=-1))) for each in (near, far))
    return 1 - one / other if other > 0 else 0.0


def ground_colours(images: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """Mean colour off each picture's object, (N, C); NaN where the object is everywhere."""
    ground = ~objects[..., None]
    count = ground.sum(axis=(1, 2))
    return np.where(count > 0, (images * ground).sum(axis=(1, 2)) / np.maximum(count, 1), np.nan)


def _grounds(images: np.ndarray) -> np.ndarray:
    return ground_colours(images, grabcut_masks(images))


TOOLS = (StudyTool("exemplars", "Exemplars", "feature", read_exemplars, seconds=8),)
