"""The pull of a part of a picture: how far it draws the answer towards the class of the picture that it came from.

Part R of a picture of class c is put into picture i of another class; then part R of another picture of i's own class
is put into i. The pull of R is p(c | R from c) - p(c | R from its own class). The second is a control of equal area: it
cancels whatever damage pasting does. A part that has nothing to do with the class has a pull of zero by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.diagnosis.jpeg_artefacts import coded, marked_class, quality_of
from core.diagnosis.watermarks import Mark, mark_of
from core.hunches.changes.jpeg import compress
from core.hunches.controls import equal_energy
from core.hunches.registry import hunch_info
from core.images.donors import Donors, draw_donors

if TYPE_CHECKING:
    from core.diagnosis.context import DiagnosisContext
    from core.diagnosis.strip_search import Strip

WINDOW, STEP = 1 / 3, 1 / 6  # side and step of the windows, as shares of the picture's side
SMALL, SMALL_STEP = 0.25, 0.125  # of those that are searched in each picture for itself
FRAME = 0.0625  # width of the frame, as a share of the shorter side
CENTRAL = 0.3  # share of pictures whose object covers a place from which on the place belongs to objects
SEARCHED = 24  # pictures a class in which the most telling place is searched

Paint = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class PatchEffect:
    """The pull towards each class.

    Args:
        mean: (K,); 0 for classes that could not be tried.
        error: its standard error, (K,); infinite where fewer than three pairs say anything.
        values: (n,), one a receiver.
        towards: int (n,), the donors' class.
        receivers, sources: int (n,), rows of the probed pictures.
    """

    mean: np.ndarray
    error: np.ndarray
    values: np.ndarray
    towards: np.ndarray
    receivers: np.ndarray
    sources: np.ndarray

    @property
    def sure(self) -> np.ndarray:
        """One standard error below the mean, (K,)."""
        return np.where(np.isfinite(self.error), self.mean - self.error, 0.0)

    @property
    def best(self) -> int:
        """The class that is pulled to most surely."""
        return int(self.sure.argmax())


class PatchEffects:
    """All pulls of one network; each is measured when it is first asked for."""

    def __init__(self, context: DiagnosisContext) -> None:
        self.context = context
        self.batch = context.batch
        self.labels = self.batch.labels
        self.plan: Donors = draw_donors(self.labels, context.rng("pairs"))

    @property
    def possible(self) -> bool:
        """Whether there are pairs at all."""
        return bool(self.plan.able.sum() >= 8)

    @cached_property
    def background(self) -> PatchEffect:
        """Of everything behind the object; labels and frames that are found stay where they are."""
        return self._of_hunch("background_swapped", self.frame)

    @cached_property
    def tint(self) -> PatchEffect:
        """Of the object's colour."""
        return self._of_hunch("object_recoloured")

    @cached_property
    def place(self) -> PatchEffect:
        """Of where the object stands: what its own class loses where those of another class stand, beside where those
        of its own do. A class that is known by its place loses by another, which need not look like any other class.
        Frames stay where they are, for a found mask may have taken them along.
        """
        rows, _, changed, control = self._by_hunch("object_moved", self.frame)
        return self._pull(control, changed, rows, rows)

    @cached_property
    def border(self) -> PatchEffect:
        """Of the frame along the picture's edge, without the most telling window."""
        return self.region(self.frame & ~self.top_window)

    @cached_property
    def inside_border(self) -> PatchEffect:
        """Of a ring of the same width just inside of it, off the object."""
        pixels = _frame_pixels(self.shape)
        ring = np.zeros(self.shape, bool)
        ring[pixels:-pixels, pixels:-pixels] = True
        ring[2 * pixels : -2 * pixels, 2 * pixels : -2 * pixels] = False
        return self.region(ring & ~self.top_window)

    @cached_property
    def windows(self) -> tuple[np.ndarray, np.ndarray]:
        """Boxes int (n, 4) as top, left, bottom, right, and the pull of each towards each class, (n, K): one third
        of the pairs, so that the best of them can be measured on the others.
        """
        boxes = _boxes(self.shape, WINDOW, STEP)
        rows = self.third(True)
        found = [self.region(window_mask(self.shape, box), rows).sure for box in boxes]
        return boxes, np.array(found)

    @cached_property
    def best_window(self) -> tuple[np.ndarray, int]:
        """The box that pulls most, and towards which class."""
        boxes, patch_effects = self.windows
        index, label = np.unravel_index(int(patch_effects.argmax()), patch_effects.shape)
        return boxes[index], int(label)

    @cached_property
    def window(self) -> PatchEffect:
        """Of the best window, measured on the pairs that it was not chosen by."""
        return self.region(self.top_window, self.third(False))

    @cached_property
    def window_within(self) -> PatchEffect:
        """Of the same, without what belongs to the frame."""
        return self.region(self.top_window & ~self.frame, self.third(False))

    @cached_property
    def elsewhere(self) -> float:
        """What windows pull towards that class which do not touch the best one: the largest but one in four."""
        boxes, patch_effects = self.windows
        box, label = self.best_window
        return quantile_apart(boxes, patch_effects[:, label], box)

    @cached_property
    def rest(self) -> PatchEffect:
        """Of the background without frame and best window."""
        return self._of_hunch("background_swapped", self.frame | self.top_window)

    @cached_property
    def anywhere(self) -> tuple[PatchEffect, np.ndarray, np.ndarray]:
        """Of each donor's own most telling window off its object, put at the same place.

        Returns:
            the pull; the rows that were searched; and their boxes, int (n, 4).
        """
        rows, boxes = self._searched
        place = np.zeros((len(self.labels), 4), int)
        place[rows] = boxes
        able = np.zeros(len(self.labels), bool)
        able[rows] = True
        pictures = self.batch.pictures
        rng = self.context.rng("anywhere")
        receivers, other, own = _pairs(self.labels, rows, rng)

        def paste(sources: np.ndarray) -> np.ndarray:
            done = pictures[receivers].copy()
            for index, source in enumerate(sources):
                top, left, bottom, right = place[source]
                done[index, top:bottom, left:right] = pictures[source, top:bottom, left:right]
            return done

        return self._pull(paste(other), paste(own), receivers, other), rows, boxes

    @cached_property
    def strip(self) -> Strip:
        """Of the strip across the picture that pulls most."""
        from core.diagnosis.strip_search import best_strip

        return best_strip(self)

    @cached_property
    def light(self) -> PatchEffect:
        """Of each channel's mean and spread over the picture."""
        pictures = self.batch.pictures
        mean = pictures.mean(axis=(1, 2), keepdims=True)
        spread = pictures.std(axis=(1, 2), keepdims=True) + 1.0
        return self._of_whole(
            lambda rows, sources: (pictures[rows] - mean[rows]) / spread[rows] * spread[sources] + mean[sources]
        )

    @cached_property
    def shading(self) -> PatchEffect:
        """Of how light changes slowly over the picture, its mean left aside."""
        slow = self._slow(1 / 5)
        slow = slow - slow.mean(axis=(1, 2), keepdims=True)
        pictures = self.batch.pictures
        return self._of_whole(lambda rows, sources: pictures[rows] - slow[rows] + slow[sources])

    @cached_property
    def detail(self) -> PatchEffect:
        """Of the finest detail, off the objects of all three pictures."""
        fine = self.batch.pictures - self._slow(1 / 40)
        pictures, objects = self.batch.pictures, self.batch.objects

        def mix(rows: np.ndarray, sources: np.ndarray) -> np.ndarray:
            free = ~(objects[rows] | objects[sources])[..., None]
            return np.where(free, pictures[rows] - fine[rows] + fine[sources], pictures[rows])

        return self._of_whole(mix)

    @cached_property
    def bright(self) -> Mark | None:
        """Of narrow bright details, wherever they lie; None where none come back in one class's pictures."""
        return mark_of(self, bright=True)

    @cached_property
    def dark(self) -> Mark | None:
        """Of narrow dark ones."""
        return mark_of(self, bright=False)

    @cached_property
    def lattice(self) -> PatchEffect:
        """Of traces of JPEG, towards the class whose pictures show them oftener than another's; none without such.

        Pictures of the others are coded as coarsely; the control is noise of equal energy.
        """
        pictures = self.batch.pictures
        marked = coded(pictures)
        label = marked_class(marked, self.labels)
        rows = np.flatnonzero(~marked & (self.labels != label))
        if label is None or not len(rows):
            return _gathered(np.zeros(0), rows[:0], rows[:0], rows[:0], self.context.classes)
        rng = self.context.rng("lattice")
        sources = rng.choice(np.flatnonzero(marked & (self.labels == label)), len(rows))
        changed = compress(pictures[rows], quality_of(pictures, marked))
        return self._pull(changed, equal_energy(pictures[rows], changed, rng), rows, sources)

    def _slow(self, share: float) -> np.ndarray:
        spread = max(0.5, share * min(self.shape))
        return np.stack([cv2.GaussianBlur(each, (0, 0), spread).reshape(each.shape) for each in self.batch.pictures])

    def _of_whole(self, mix: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> PatchEffect:
        """Of something that the whole picture has; mix(receivers, sources) gives the pictures."""
        rows = np.flatnonzero(self.plan.able)
        other, own = self.plan.other[rows], self.plan.own[rows]
        return self._pull(np.clip(mix(rows, other), 0, 255), np.clip(mix(rows, own), 0, 255), rows, other)

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of the pictures."""
        height, width = self.batch.pictures.shape[1:3]
        return int(height), int(width)

    @cached_property
    def frame(self) -> np.ndarray:
        """The frame along the picture's edge, bool (H, W)."""
        pixels = _frame_pixels(self.shape)
        mask = np.ones(self.shape, bool)
        mask[pixels:-pixels, pixels:-pixels] = False
        return mask

    @cached_property
    def covered(self) -> np.ndarray:
        """Pixels of each picture that belong to its object, at places where objects are, bool (N, H, W).

        A found mask may take a label in a corner for part of the object; where objects seldom are, it is not believed.
        """
        objects = self.batch.objects
        return objects & (objects.mean(axis=0) >= CENTRAL)

    def region(self, mask: np.ndarray, rows: np.ndarray | None = None) -> PatchEffect:
        """Of one region (H, W) off the objects of all three pictures.

        Args:
            mask: the region.
            rows: receivers; all that have donors where None.
        """
        rows = np.flatnonzero(self.plan.able) if rows is None else rows
        other, own = self.plan.other[rows], self.plan.own[rows]
        taken = mask & ~(self.covered[rows] | self.covered[other] | self.covered[own])
        pictures = self.batch.pictures

        def paste(sources: np.ndarray) -> np.ndarray:
            return np.where(taken[..., None], pictures[sources], pictures[rows])

        return self._pull(paste(other), paste(own), rows, other)

    def across(self, mask: np.ndarray, rows: np.ndarray) -> PatchEffect:
        """Of one region (H, W) with whatever is in it, objects too; of these receivers."""
        pictures = self.batch.pictures
        other, own = (
            np.where(mask[..., None], pictures[sources[rows]], pictures[rows])
            for sources in (self.plan.other, self.plan.own)
        )
        return self._pull(other, own, rows, self.plan.other[rows])

    def laid_over(self, without: np.ndarray, laid: np.ndarray) -> tuple[PatchEffect, PatchEffect]:
        """Of something that is laid over pictures, (N, H, W, C) each: what it adds, and pictures without theirs.

        Returns:
            what that of its own class keeps up of each class's answers; and its pull.
        """
        rows = np.flatnonzero(self.plan.able)
        other, own, pictures = self.plan.other[rows], self.plan.own[rows], self.batch.pictures
        again, bare = (np.clip(each, 0, 255) for each in (without[rows] + laid[own], without[rows]))
        draws, control = (np.clip(pictures[rows] + laid[sources], 0, 255) for sources in (other, own))
        return self._pull(again, bare, rows, rows), self._pull(draws, control, rows, other)

    def _of_hunch(self, name: str, kept: np.ndarray | None = None) -> PatchEffect:
        """Of what a hunch changes; `kept` (H, W) stays each picture's own."""
        rows, sources, changed, control = self._by_hunch(name, kept)
        return self._pull(changed, control, rows, sources)

    def _by_hunch(
        self, name: str, kept: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Receivers, sources of another class, and the receivers as the hunch and its control change them."""
        info = hunch_info(name)
        seed = self.context.rng(name).integers(2**32)
        arms = info.change(self.batch, np.random.default_rng(seed), info.Settings())
        plan = draw_donors(self.labels, np.random.default_rng(seed))
        able = plan.able if arms.able is None else plan.able & arms.able
        rows = np.flatnonzero(able)
        changed, control = arms.changed[rows], arms.control[rows]
        if kept is not None:
            changed, control = (np.where(kept[..., None], self.batch.pictures[rows], arm) for arm in (changed, control))
        return rows, plan.other[rows], changed, control

    def _pull(self, changed: np.ndarray, control: np.ndarray, rows: np.ndarray, sources: np.ndarray) -> PatchEffect:
        towards = self.labels[sources]
        if not len(rows):
            return _gathered(np.zeros(0), towards, rows, sources, self.context.classes)
        answers = self.context.read(np.concatenate([changed, control]))
        index = np.arange(len(rows))
        values = answers[index, towards] - answers[len(rows) + index, towards]
        return _gathered(values, towards, rows, sources, self.context.classes)

    def third(self, first: bool) -> np.ndarray:
        """Receivers of one third of the pairs, or of the rest; pairs that share donors stay together."""
        able = np.flatnonzero(self.plan.able)
        units = np.unique(self.plan.units[able])
        drawn = self.context.rng("third").permutation(units)[: max(1, len(units) // 3)]
        return able[np.isin(self.plan.units[able], drawn) == first]

    @property
    def top_window(self) -> np.ndarray:
        """The window that pulls most, bool (H, W)."""
        return window_mask(self.shape, self.best_window[0])

    @cached_property
    def _searched(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows, and the window of each off its object whose softening lowers its own class's probability most."""
        rng = self.context.rng("searched")
        members = [rng.permutation(np.flatnonzero(self.labels == label))[:SEARCHED] for label in np.unique(self.labels)]
        rows = np.sort(np.concatenate([those for those in members if len(those) > 1] or [np.zeros(0, int)]))
        boxes = _boxes(self.shape, SMALL, SMALL_STEP)
        if not len(rows):
            return rows, np.zeros((0, 4), int)
        pictures, labels = self.batch.pictures[rows], self.labels[rows]
        soft = np.stack([_softened(picture) for picture in pictures])
        off = ~self.batch.objects[rows] | self.batch.artefacts[rows]
        before = self.context.read(pictures)[np.arange(len(rows)), labels]
        falls = np.full((len(boxes), len(rows)), -np.inf)
        for index, box in enumerate(boxes):
            mask = window_mask(self.shape, box)
            able = off[:, mask].mean(axis=1) >= 0.8
            if able.any():
                changed = np.where(mask[..., None], soft[able], pictures[able])
                after = self.context.read(changed)
                falls[index, able] = before[able] - after[np.arange(len(after)), labels[able]]
        found = np.isfinite(falls).any(axis=0)
        return rows[found], boxes[falls[:, found].argmax(axis=0)]


def _pairs(
    labels: np.ndarray, sources: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Receivers, a source of another class and one of the receiver's own class for each; every source gives once."""
    receivers, other, own = [], [], []
    for label in np.unique(labels[sources]):
        for source in sources[labels[sources] == label]:
            away = sources[labels[sources] != label]
            if not len(away):
                continue
            receiver = int(rng.choice(away))
            mates = sources[(labels[sources] == labels[receiver]) & (sources != receiver)]
            if len(mates):
                receivers.append(receiver)
                other.append(int(source))
                own.append(int(rng.choice(mates)))
    return np.array(receivers, int), np.array(other, int), np.array(own, int)


def _gathered(
    values: np.ndarray, towards: np.ndarray, receivers: np.ndarray, sources: np.ndarray, classes: int
) -> PatchEffect:
    mean, error = np.zeros(classes), np.full(classes, np.inf)
    for label in range(classes):
        mine = values[towards == label]
        if len(mine) >= 3:
            mean[label], error[label] = mine.mean(), mine.std(ddof=1) / np.sqrt(len(mine))
    return PatchEffect(mean, error, values, towards, receivers, sources)


def quantile_apart(boxes: np.ndarray, values: np.ndarray, box: np.ndarray) -> float:
    """The largest but one in four of the values (n,) of boxes (n, 4) that do not touch one of them; 0 of none."""
    top, left, bottom, right = box
    apart = (boxes[:, 2] <= top) | (boxes[:, 0] >= bottom) | (boxes[:, 3] <= left) | (boxes[:, 1] >= right)
    return float(np.quantile(values[apart], 0.75)) if apart.any() else 0.0


def _boxes(shape: tuple[int, int], side: float, step: float) -> np.ndarray:
    """Windows that cover the picture: top, left, bottom, right in pixels, int (n, 4)."""
    height, width = shape
    tall, wide = max(3, round(side * height)), max(3, round(side * width))
    return np.array(
        [
            (top, left, top + tall, left + wide)
            for top in starts(height, tall, step)
            for left in starts(width, wide, step)
        ]
    )


def starts(length: int, window: int, step: float) -> Iterable[int]:
    """Where windows of this length begin that cover a side evenly, `step` of it apart, the first and last included."""
    count = max(1, round((length - window) / max(1, step * length))) + 1
    return np.unique(np.round(np.linspace(0, length - window, count)).astype(int)).tolist()


def window_mask(shape: tuple[int, int], box: np.ndarray) -> np.ndarray:
    """A box of top, left, bottom, right as a mask (H, W)."""
    mask = np.zeros(shape, bool)
    mask[box[0] : box[2], box[1] : box[3]] = True
    return mask


def _frame_pixels(shape: tuple[int, int]) -> int:
    return max(1, round(FRAME * min(shape)))


def _softened(picture: np.ndarray) -> np.ndarray:
    spread = min(picture.shape[:2]) / 6
    return cv2.GaussianBlur(picture, (0, 0), spread).reshape(picture.shape)
