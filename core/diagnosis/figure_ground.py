"""Where the objects are, and whether there is a ground behind them at all.

Objects on a ground of one colour are cut out exactly: the ground is what is joined to the edge and has its colour.
Others are cut out by GrabCut, which always finds something; so it is only believed where pictures look different in the
middle than along their edges. A texture looks the same everywhere, and has neither object nor ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.diagnosis.printed_places import FIXED_FEWEST, FIXED_SHARE, constant_pixels
from core.images.masks import grabcut_masks
from core.row_blocks import row_blocks

FLAT = 14.0  # grey levels by which a ground of one colour varies at most
FLAT_EDGE = 0.6  # share of the edge that has the ground's colour, where there is such a ground
FLAT_PICTURES = 0.8  # share of pictures on a flat ground from which on all are cut that way
SAME = 4.0  # spread of the grounds' colours, in grey levels, up to which they are all the same
CENTRAL = 0.3  # share of pictures whose object covers a place from which on the place belongs to objects
TILES = 5  # a side
APART = 0.61  # how often the middle is told from the edge from which on there is an object; textures .55, objects .68
JUDGED = 150  # pictures that this is judged by
FEWEST = 10

_MIDDLE = ((1, 2), (2, 1), (2, 2), (2, 3), (3, 2))
_RIM = ((0, 0), (0, 4), (4, 0), (4, 4), (0, 2), (2, 0), (4, 2), (2, 4))


@dataclass(frozen=True, eq=False)
class FigureGround:
    """What is object and what is ground.

    Args:
        objects: bool (N, H, W).
        exact: whether the masks are the data's own, or of objects on grounds of one colour.
        same_ground: whether all grounds are of the same colour, so that there is nothing to exchange.
        contrast: how well the middle of a picture is told from its edge, .5 for not at all.
    """

    objects: np.ndarray
    exact: bool
    same_ground: bool
    contrast: float

    @property
    def apart(self) -> bool:
        """Whether there are objects on a ground."""
        return self.exact or self.contrast >= APART

    @property
    def covered(self) -> np.ndarray:
        """Pixels of each picture that belong to its object, bool (N, H, W).

        A found mask may take a sticker in a corner for part of the object: where objects seldom are, it does not count.
        Where there are no objects at all, none is covered, whatever a mask says.
        """
        if not self.apart:
            return np.zeros_like(self.objects)
        return self.objects if self.exact else self.objects & (self.objects.mean(axis=0) >= CENTRAL)


def figure_ground(
    pictures: np.ndarray, labels: np.ndarray, own: np.ndarray | None, rng: np.random.Generator
) -> FigureGround:
    """Tell objects from their ground.

    Args:
        pictures: float32 (N, H, W, C) in 0..255.
        labels: int (N,).
        own: the data's own masks of objects, bool (N, H, W); None where there are none.
        rng: chooses the pictures by which it is judged whether there are objects.
    """
    if own is not None:
        return FigureGround(own, True, False, 1.0)
    flat, grounds, colours = flat_grounds(pictures)
    exact = len(pictures) > 0 and float(flat.mean()) >= FLAT_PICTURES
    if exact:
        objects = ~grounds
        objects[~flat] = grabcut_masks(pictures[~flat])
        contrast = 1.0
    else:
        objects = grabcut_masks(pictures)
        contrast = middle_against_edge(pictures, rng)
    objects = objects & ~fixed_places(pictures, labels, objects)
    same = exact and float(colours[flat].std(axis=0).max()) <= SAME
    return FigureGround(objects, exact, same, contrast)


def flat_grounds(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grounds of one colour.

    Args:
        pictures: float32 (N, H, W, C) in 0..255.

    Returns:
        whether each picture has one, bool (N,); where it is, bool (N, H, W); and its colour, (N, C).
    """
    edge = _edge(pictures)
    colours = np.median(edge, axis=1)
    near = np.zeros(pictures.shape[:3], bool)
    for rows in row_blocks(len(pictures)):
        near[rows] = np.abs(pictures[rows] - colours[rows, None, None]).max(axis=3) <= FLAT
    share = (np.abs(edge - colours[:, None]).max(axis=2) <= FLAT).mean(axis=1)
    grounds = np.stack([_joined_to_edge(each) for each in near]) if len(pictures) else near
    return (share >= FLAT_EDGE) & (grounds.mean(axis=(1, 2)) >= 0.1), grounds, colours


def fixed_places(pictures: np.ndarray, labels: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """Places off where other classes' objects are that look the same in nearly all pictures of a class, bool (N, H, W).

    Nothing that is photographed does; what is printed on a picture, or laid round it, does.
    """
    found = np.zeros(objects.shape, bool)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        if len(mine) < FIXED_FEWEST:
            continue
        _, same = constant_pixels(pictures[mine])
        printed = same.mean(axis=0) >= FIXED_SHARE
        found[mine] = same & printed
    left, free = objects & ~found, np.zeros(objects.shape, bool)
    for label in np.unique(labels):
        others = left[labels != label]
        free[labels == label] = others.mean(axis=0) < CENTRAL if len(others) else False
    return found & free


def middle_against_edge(pictures: np.ndarray, rng: np.random.Generator) -> float:
    """How well a middle tile is told from one of the rim by light, colour and detail: area under the ROC curve.

    A logistic regression that never saw the picture it judges; .5 where the middle is like the rim, or where there are
    too few pictures.
    """
    rows = rng.permutation(len(pictures))[:JUDGED]
    if len(rows) < FEWEST or min(pictures.shape[1:3]) < 2 * TILES:
        return 0.5
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    relative = [tiles - tiles.mean(axis=(0, 1)) for tiles in (_tiles(pictures[row]) for row in rows)]
    places = _MIDDLE + _RIM
    values = np.array([np.concatenate([np.abs(each[place]), each[place]]) for each in relative for place in places])
    middle = np.tile(np.arange(len(places)) < len(_MIDDLE), len(rows))
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300, C=0.1))
    groups = np.repeat(np.arange(len(rows)), len(places))
    with threadpool_limits(1, "blas"):  # matrices are so small that threads would mostly wait for one another
        said = cross_val_predict(model, values, middle, groups=groups, cv=GroupKFold(5), method="predict_proba")
    return float(roc_auc_score(middle, said[:, 1]))


def _tiles(picture: np.ndarray) -> np.ndarray:
    """Mean and spread of each channel and mean steps of light, (TILES, TILES, features)."""
    height, width = (TILES * (side // TILES) for side in picture.shape[:2])
    part = picture[:height, :width]
    light = part.mean(axis=-1)
    down = np.pad(np.abs(np.diff(light, axis=0)), ((0, 1), (0, 0)), mode="edge")
    across = np.pad(np.abs(np.diff(light, axis=1)), ((0, 0), (0, 1)), mode="edge")
    stacked = np.concatenate([part, down[..., None], across[..., None]], axis=-1)
    cut = stacked.reshape(TILES, height // TILES, TILES, width // TILES, -1)
    return np.concatenate([cut.mean(axis=(1, 3)), np.log1p(cut.std(axis=(1, 3)))[..., : part.shape[-1]]], axis=-1)


def _edge(pictures: np.ndarray) -> np.ndarray:
    """The outermost pixels, (N, n, C)."""
    sides = (pictures[:, 0], pictures[:, -1], pictures[:, 1:-1, 0], pictures[:, 1:-1, -1])
    return np.concatenate(sides, axis=1)


def _joined_to_edge(near: np.ndarray) -> np.ndarray:
    count, pieces = cv2.connectedComponents(near.astype(np.uint8), connectivity=4)
    edge = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    return np.isin(pieces, np.setdiff1d(np.unique(edge), [0])) if count > 1 else near
