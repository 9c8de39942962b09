"""Exchanging parts of pictures between classes, and what that does to one network's answers.

Each exchange is measured when it is first asked for. Fixed places come from a search on a third of the pairs and are
measured on the others, so that the choice of the largest of many places cannot make an effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from core.diagnosis.class_loss import DRAW, LOSS, Exchange, overall_p_value, p_values
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.jpeg_artefacts import coded, marked_class, quality_of
from core.diagnosis.printed_places import PrintedPlaces, printed_places
from core.diagnosis.watermarks import STROKE, coming_back, details, moved, recurring, standing_out
from core.hunches.changes.jpeg import compress
from core.hunches.controls import equal_energy
from core.hunches.registry import hunch_info
from core.images.donors import Donors, draw_donors
from core.images.masks import dilate_masks, feather_masks, inpaint

WINDOW, STEP = 1 / 3, 1 / 6  # side and step of the windows, as shares of the picture's side
SMALL, SMALL_STEP = 0.25, 0.125  # of those that are searched in each picture for itself
STRIP, STRIP_STEP = 1 / 8, 1 / 12  # width and step of the strips across the picture
FRAME = 0.0625  # width of the frame, as a share of the shorter side
MARGIN = 0.03  # round every object that even a bad mask's fringe lies within, as a share of the side
SEARCHED = 20  # pictures a class in which the most telling place is searched
FEWEST_ABLE = 8  # pictures with donors without which nothing is exchanged
ALONE = 0.5  # of a frame's effect, from which on a window that has it alone may be all of it
FRAMED = 0.7  # of a window's effect, from which on the frame may be all of it
USUAL = 0.75  # of what places apart from the best one do, as a quantile, which is taken off its effect
CHANCE = 0.05  # p-value of the same, from which on it may be chance
QUIET = 0.04  # effect of all that lies off the objects below which no place of it is searched
HONEST = 0.2  # of what details keep up and draw together, that is put down to the object's own
ANY = 0.1  # share of donors from any other class; the rest come from classes that the network finds alike
MOST = 0.3  # that is believed of a mark, so that a sticker or a background that it belongs to is named before it


@dataclass(frozen=True, eq=False)
class Place:
    """A fixed place and what it does.

    Args:
        exchange: measured on pairs that it was not chosen by; without what belongs to the frame, where that counts.
        whole: the same with what belongs to the frame.
        sure: what counts of it for each class, (K,): less what places of its kind apart from it do.
        mask: where it is, bool (H, W).
    """

    exchange: Exchange
    whole: Exchange
    sure: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True, eq=False)
class Mark:
    """Details that count wherever they lie.

    Args:
        kept: what they keep up of their own class's answers, taken off and laid over again at another place.
        drawn: how far they draw other classes' pictures towards theirs.
        sure: what counts of it for each class, (K,); 0 for all but the class in whose pictures they come back.
    """

    kept: Exchange
    drawn: Exchange
    sure: np.ndarray


class Exchanges:
    """All exchanges of one network.

    Args:
        context: the network and its pictures.
    """

    def __init__(self, context: DiagnosisContext) -> None:
        self.context = context
        self.batch, self.ground = context.batch, context.figure_ground
        self.labels = self.batch.labels

    @cached_property
    def plan(self) -> Donors:
        """Who gives to whom, mostly between classes that the network finds alike: there a shortcut tips the balance.

        Only classes decide, never what a picture shows in the part that is exchanged, so that sign flips stay exact.
        """
        return draw_donors(self.labels, self.context.rng("pairs"), self._nearness)

    @cached_property
    def rows(self) -> np.ndarray:
        """Pictures that have donors."""
        return np.flatnonzero(self.plan.able)

    @property
    def possible(self) -> bool:
        """Whether there are pairs at all."""
        return len(self.rows) >= FEWEST_ABLE

    def p_values(self, exchange: Exchange) -> np.ndarray:
        """Of each class, (K,), for all classes and both directions together."""
        return p_values([exchange], self.context.rng("flips"))[0]

    def overall_p_value(self, exchange: Exchange) -> float:
        """Of all classes and both directions taken together as one effect."""
        return overall_p_value(exchange, self.context.rng("flips overall"))

    @cached_property
    def background(self) -> Exchange:
        """Of everything behind the object."""
        return self.background_but(np.zeros(self.shape, bool))

    def background_but(self, kept: np.ndarray) -> Exchange:
        """Of everything behind the object; what lies in `kept` (H, W) stays each picture's own."""
        share = feather_masks(self.ground.objects)[..., None]
        pictures, empty = self.batch.pictures, self.batch.without_objects

        def paint(rows: np.ndarray, sources: np.ndarray) -> np.ndarray:
            done = pictures[rows] * share[rows] + empty[sources] * (1 - share[rows])
            return np.where(kept[..., None], pictures[rows], done)

        return self._exchange(paint)

    @cached_property
    def clear_ground(self) -> Exchange:
        """Of what is ground in the picture and both donors, with a margin that no mask's fringe reaches."""
        objects = dilate_masks(self.ground.objects, MARGIN) if self.ground.objects.any() else self.ground.objects
        return self._pasted(np.ones(self.shape, bool), objects)

    @cached_property
    def off_objects(self) -> Exchange:
        """Of every place off the objects at once: where this does nothing, no smaller place does."""
        return self.region(np.ones(self.shape, bool))

    @cached_property
    def quiet(self) -> bool:
        """Whether nothing off the objects has an effect beyond doubt, so that no place needs to be searched."""
        if float(self.off_objects.effects().max()) < QUIET:
            return True
        return float(self.p_values(self.off_objects).min()) > CHANCE

    @cached_property
    def frame_exchange(self) -> Exchange:
        """Of the frame along the picture's edge; without the best window where that has most of the effect alone."""
        whole = self.region(self.frame)
        if self.quiet:
            return whole
        label = int(whole.sure().argmax())
        if self.window.whole.effects()[label] < ALONE * whole.effects()[label]:
            return whole
        return self.region(self.frame & ~self.window.mask)

    @cached_property
    def inside_frame(self) -> Exchange:
        """Of a ring of the same width just inside of it."""
        pixels = frame_pixels(self.shape)
        ring = np.zeros(self.shape, bool)
        ring[pixels:-pixels, pixels:-pixels] = True
        ring[2 * pixels : -2 * pixels, 2 * pixels : -2 * pixels] = False
        return self.region(ring)

    @cached_property
    def window(self) -> Place:
        """The window that does most; strips that are printed on one class's pictures are left to `print_exchange`."""
        return self._best_place(windows(self.shape, WINDOW, STEP), np.any(self.printed.strips, axis=0))

    @cached_property
    def strip(self) -> Place:
        """The strip across or down the picture that does most."""
        return self._best_place(strips(self.shape), np.zeros(self.shape, bool))

    @cached_property
    def printed(self) -> PrintedPlaces:
        """What is printed on the pictures of one class alone."""
        return printed_places(self.batch.pictures, self.labels, self.context.classes, self.ground.objects)

    def print_exchange(self, places: np.ndarray) -> Exchange | None:
        """Of what is printed at the places (K, H, W) of each class; None where nothing is.

        All arms have those places filled from their surroundings, and then what the donor's class has printed there:
        so whatever they hide of the object is hidden in the change and in the control alike.
        """
        if not places.any():
            return None
        everywhere = np.broadcast_to(places.any(axis=0), self.ground.objects.shape)
        pictures, bare = self.batch.pictures, inpaint(self.batch.pictures, everywhere)
        taken = places[self.labels][..., None]
        return self._exchange(lambda rows, sources: np.where(taken[sources], pictures[sources], bare[rows]))

    @cached_property
    def light(self) -> Exchange:
        """Of each channel's mean and spread over the picture."""
        pictures = self.batch.pictures
        mean = pictures.mean(axis=(1, 2), keepdims=True)
        spread = pictures.std(axis=(1, 2), keepdims=True) + 1.0
        return self._exchange(
            lambda rows, sources: (pictures[rows] - mean[rows]) / spread[rows] * spread[sources] + mean[sources]
        )

    @cached_property
    def shading(self) -> Exchange:
        """Of how light changes slowly over the picture, its mean left aside."""
        slow = self._slow(1 / 5)
        slow = slow - slow.mean(axis=(1, 2), keepdims=True)
        pictures = self.batch.pictures
        return self._exchange(lambda rows, sources: pictures[rows] - slow[rows] + slow[sources])

    @cached_property
    def colour(self) -> Exchange:
        """Of the object's colour."""
        return self._by_hunch("object_recoloured")

    @cached_property
    def place(self) -> Exchange:
        """Of where the object stands. Frames stay where they are, for a found mask may have taken them along."""
        return self._by_hunch("object_moved", self.frame)

    @cached_property
    def anywhere(self) -> tuple[Exchange, np.ndarray, np.ndarray, np.ndarray]:
        """Of each donor's own most telling window off its object, put at the same place.

        Returns:
            the exchange; the rows that were searched; their boxes, int (n, 4); and how much more alike the windows of
            one class are than those of two, (K,), NaN for few.
        """
        rows, boxes = self._searched
        place = np.zeros((len(self.labels), 4), int)
        place[rows] = boxes
        pictures = self.batch.pictures
        receivers, other, own = _pairs(self.labels, rows, self.context.rng("anywhere"))

        def paste(sources: np.ndarray) -> np.ndarray:
            done = pictures[receivers].copy()
            for index, source in enumerate(sources):
                top, left, bottom, right = place[source]
                done[index, top:bottom, left:right] = pictures[source, top:bottom, left:right]
            return done

        found = self._measured(paste(other), paste(own), receivers, other, np.arange(len(receivers)))
        crops = np.stack(
            [pictures[row, box[0] : box[2], box[1] : box[3]] for row, box in zip(rows, boxes, strict=True)]
            or [pictures[0]]
        )
        alike = recurring(crops.mean(axis=-1), self.labels[rows], self.context.classes, self.context.rng("alike"))
        return found, rows, boxes, alike

    @cached_property
    def marks(self) -> list[tuple[str, Mark]]:
        """Narrow bright and dark details that come back in one class's pictures, the ones that count most first."""
        found = [(name, self._mark(name == "bright")) for name in ("bright", "dark")]
        there = [(name, mark) for name, mark in found if mark is not None]
        return sorted(there, key=lambda each: -float(each[1].sure.max()))

    @cached_property
    def jpeg(self) -> Exchange | None:
        """Of traces of JPEG, towards the class whose pictures show them oftener than another's; None without such.

        Pictures of the others are coded as coarsely; the control is noise of equal energy.
        """
        pictures = self.batch.pictures
        marked = coded(pictures)
        label = marked_class(marked, self.labels)
        rows = np.flatnonzero(~marked & (self.labels != label))
        if label is None or not len(rows):
            return None
        rng = self.context.rng("lattice")
        sources = rng.choice(np.flatnonzero(marked & (self.labels == label)), len(rows))
        changed = compress(pictures[rows], quality_of(pictures, marked))
        control = equal_energy(pictures[rows], changed, rng)
        found = self._measured(changed, control, rows, sources, np.arange(len(rows)))
        return replace(found, loss=np.zeros(len(rows)), cost=np.zeros(len(rows)))

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of the pictures."""
        height, width = self.batch.pictures.shape[1:3]
        return int(height), int(width)

    @cached_property
    def frame(self) -> np.ndarray:
        """The frame along the picture's edge, bool (H, W)."""
        return frame_mask(self.shape)

    def region(self, mask: np.ndarray, rows: np.ndarray | None = None) -> Exchange:
        """Of one region (H, W) off the objects of all three pictures.

        Args:
            mask: the region.
            rows: receivers; all that have donors where None.
        """
        return self._pasted(mask, self.ground.covered, rows)

    def third(self, first: bool) -> np.ndarray:
        """Receivers of one third of the pairs, or of the rest; pairs that share donors stay together."""
        units = np.unique(self.plan.units[self.rows])
        drawn = self.context.rng("third").permutation(units)[: max(1, len(units) // 3)]
        return self.rows[np.isin(self.plan.units[self.rows], drawn) == first]

    def _pasted(self, mask: np.ndarray, objects: np.ndarray, rows: np.ndarray | None = None) -> Exchange:
        rows = self.rows if rows is None else rows
        other, own = self.plan.other[rows], self.plan.own[rows]
        taken = (mask & ~(objects[rows] | objects[other] | objects[own]))[..., None]
        pictures = self.batch.pictures
        changed, control = (np.where(taken, pictures[sources], pictures[rows]) for sources in (other, own))
        return self._measured(changed, control, rows, other, self.plan.units[rows])

    def _exchange(self, paint: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Exchange:
        """Of something that paint(receivers, sources) gives to pictures."""
        rows, other, own = self.rows, self.plan.other[self.rows], self.plan.own[self.rows]
        changed, control = (np.clip(paint(rows, sources), 0, 255) for sources in (other, own))
        return self._measured(changed, control, rows, other, self.plan.units[rows])

    def _by_hunch(self, name: str, kept: np.ndarray | None = None) -> Exchange:
        """Of what a hunch changes; `kept` (H, W) stays each picture's own."""
        info = hunch_info(name)
        seed = self.context.rng(name).integers(2**32)
        arms = info.change(self.batch, np.random.default_rng(seed), info.Settings())
        plan = draw_donors(self.labels, np.random.default_rng(seed))
        rows = np.flatnonzero(plan.able if arms.able is None else plan.able & arms.able)
        changed, control = arms.changed[rows], arms.control[rows]
        if kept is not None:
            changed, control = (np.where(kept[..., None], self.batch.pictures[rows], arm) for arm in (changed, control))
        return self._measured(changed, control, rows, plan.other[rows], plan.units[rows])

    def _measured(
        self, changed: np.ndarray, control: np.ndarray, rows: np.ndarray, sources: np.ndarray, units: np.ndarray
    ) -> Exchange:
        answers = self.context.read(np.concatenate([changed, control]))
        labels, n = self.labels[rows], len(rows)
        if not n:
            answers = np.zeros((0, self.context.classes))
        before = self._base[rows].argmax(axis=1) == labels
        damage = float(before.mean() - (answers[n:].argmax(axis=1) == labels).mean()) if n else float("nan")
        return Exchange.of(answers[:n], answers[n:], labels, self.labels[sources], units, rows, sources, damage)

    @cached_property
    def _base(self) -> np.ndarray:
        return self.context.read(self.batch.pictures)

    @cached_property
    def _nearness(self) -> np.ndarray:
        """How likely classes are taken for one another, (K, K): off its diagonal, each row sums to 1."""
        classes = self.context.classes
        members = np.eye(classes)[self.labels]
        taken = members.T @ self._base
        near = (taken + taken.T) * (1 - np.eye(classes)) + 1e-9
        return (1 - ANY) * near / near.sum(axis=1, keepdims=True) + ANY / max(1, classes - 1)

    @property
    def accuracy(self) -> float:
        """Share of right answers on the pictures as they are."""
        return float((self._base.argmax(axis=1) == self.labels).mean()) if len(self.labels) else float("nan")

    def _best_place(self, boxes: np.ndarray, kept: np.ndarray) -> Place:
        """The place that does most, chosen by one third of the pairs and measured on the others.

        What lies in `kept` (H, W) stays each picture's own. So does the frame, where the rest of it does as much and it
        is the frame that counts.
        """
        first, rest = self.third(True), self.third(False)
        masks = [window_mask(self.shape, box) & ~kept for box in boxes]
        found = np.array([self.region(mask, first).sure() for mask in masks])
        index, label = np.unravel_index(int(found.argmax()), found.shape)
        lying = (boxes[:, 3] - boxes[:, 1]) == (boxes[index, 3] - boxes[index, 1])
        share = USUAL if self.ground.apart else 1.0  # without objects, other places tell as much by the texture itself
        usual = quantile_apart(boxes[lying], found[lying, label], boxes[index], share)
        exchange = whole = self.region(masks[index], rest)
        if self.region(self.frame & ~masks[index]).effects()[label] >= FRAMED * whole.effects()[label]:
            exchange = self.region(masks[index] & ~self.frame, rest)
        beyond = exchange.sure() - max(0.0, usual)
        return Place(exchange, whole, np.minimum(beyond, beyond[label]), masks[index])

    def _mark(self, bright: bool) -> Mark | None:
        """Of the bright or the dark details of all pictures; those of the frame and of the most telling window stay."""
        pictures, rng = self.batch.pictures, self.context.rng("marks")
        strokes = np.abs(details(pictures, bright, STROKE)).min(axis=3) * ~self.frame
        label = standing_out(coming_back(strokes, self.labels, self.context.classes, rng))
        if label is None:
            return None
        found = np.where((self.frame | self.window.mask)[..., None], 0, details(pictures, bright))
        laid = moved(found, rng)
        rows, other, own = self.rows, self.plan.other[self.rows], self.plan.own[self.rows]
        without = pictures - found
        again, bare = (np.clip(each, 0, 255) for each in (without[rows] + laid[own], without[rows]))
        draws, control = (np.clip(pictures[rows] + laid[sources], 0, 255) for sources in (other, own))
        kept = self._measured(bare, again, rows, rows, self.plan.units[rows])
        drawn = self._measured(draws, control, rows, other, self.plan.units[rows])
        both = np.clip(kept.sure_of(LOSS) + drawn.sure_of(DRAW) - HONEST, 0, MOST)
        return Mark(kept, drawn, np.where(np.arange(len(both)) == label, both, 0.0))

    def _slow(self, share: float) -> np.ndarray:
        spread = max(0.5, share * min(self.shape))
        return np.stack([cv2.GaussianBlur(each, (0, 0), spread).reshape(each.shape) for each in self.batch.pictures])

    @cached_property
    def _searched(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows, and the window of each off its object whose softening lowers its own class's probability most."""
        rng = self.context.rng("searched")
        members = [rng.permutation(np.flatnonzero(self.labels == label))[:SEARCHED] for label in np.unique(self.labels)]
        rows = np.sort(np.concatenate([those for those in members if len(those) > 1] or [np.zeros(0, int)]))
        boxes = windows(self.shape, SMALL, SMALL_STEP)
        if not len(rows):
            return rows, np.zeros((0, 4), int)
        pictures, labels = self.batch.pictures[rows], self.labels[rows]
        soft = np.stack([_softened(picture) for picture in pictures])
        off = ~self.ground.objects[rows]
        before = self._base[rows][np.arange(len(rows)), labels]
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


def quantile_apart(boxes: np.ndarray, values: np.ndarray, box: np.ndarray, share: float) -> float:
    """Quantile `share` of the values (n,) of those boxes (n, 4) that do not touch one of them; 0 of none."""
    top, left, bottom, right = box
    apart = (boxes[:, 2] <= top) | (boxes[:, 0] >= bottom) | (boxes[:, 3] <= left) | (boxes[:, 1] >= right)
    return float(np.quantile(values[apart], share)) if apart.any() else 0.0


def windows(shape: tuple[int, int], side: float, step: float) -> np.ndarray:
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


def strips(shape: tuple[int, int]) -> np.ndarray:
    """Boxes of top, left, bottom, right in pixels, int (n, 4): strips across the picture, then strips down it."""
    height, width = shape
    tall, wide = max(3, round(STRIP * height)), max(3, round(STRIP * width))
    across = [(top, 0, top + tall, width) for top in starts(height, tall, STRIP_STEP)]
    down = [(0, left, height, left + wide) for left in starts(width, wide, STRIP_STEP)]
    return np.array(across + down)


def starts(length: int, window: int, step: float) -> Iterable[int]:
    """Where windows of this length begin that cover a side evenly, `step` of it apart, the first and last included."""
    count = max(1, round((length - window) / max(1, step * length))) + 1
    return np.unique(np.round(np.linspace(0, length - window, count)).astype(int)).tolist()


def window_mask(shape: tuple[int, int], box: np.ndarray) -> np.ndarray:
    """A box of top, left, bottom, right as a mask (H, W)."""
    mask = np.zeros(shape, bool)
    mask[box[0] : box[2], box[1] : box[3]] = True
    return mask


def frame_mask(shape: tuple[int, int]) -> np.ndarray:
    """The frame along the edge of pictures of this shape, bool (H, W)."""
    pixels = frame_pixels(shape)
    mask = np.ones(shape, bool)
    mask[pixels:-pixels, pixels:-pixels] = False
    return mask


def frame_pixels(shape: tuple[int, int]) -> int:
    """How wide that frame is, in pixels."""
    return max(1, round(FRAME * min(shape)))


def _softened(picture: np.ndarray) -> np.ndarray:
    spread = min(picture.shape[:2]) / 6
    return cv2.GaussianBlur(picture, (0, 0), spread).reshape(picture.shape)
