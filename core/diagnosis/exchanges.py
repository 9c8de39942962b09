"""Exchanging parts of pictures between classes, and what that does to one network's answers.

Each exchange is measured when it is first asked for. Fixed places come from a search on a third of the pairs and are
measured on the others, so that the choice of the largest of many places cannot make an effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from core.diagnosis.class_loss import DRAW, FEWEST, LOSS, Exchange, overall_p_value, p_values
from core.diagnosis.context import DiagnosisContext
from core.diagnosis.first_look import first_rows, shows_nothing
from core.diagnosis.jpeg_artefacts import coded, marked_class, quality_of
from core.diagnosis.place_search import (
    SMALL,
    SMALL_STEP,
    STEP,
    WINDOW,
    Search,
    coarse,
    quantile_apart,
    search_coarsely,
    search_each,
    strips,
    window_mask,
    windows,
)
from core.diagnosis.printed_places import PrintedPlaces, printed_places
from core.diagnosis.watermarks import STROKE, coming_back, details, moved, recurring, standing_out
from core.hunches.changes.jpeg import compress
from core.hunches.controls import equal_energy
from core.hunches.registry import hunch_info
from core.images.donors import Donors, draw_donors
from core.images.masks import dilate_masks, feather_masks, inpaint

FRAME = 0.0625  # width of the frame, as a share of the shorter side
MARGIN = 0.03  # round every object that even a bad mask's fringe lies within, as a share of the side
SEARCHED, SEARCHED_SPARINGLY = 20, 6  # pictures a class in which the most telling place is searched
SEARCH_EACH, SEARCH_ALL = 8, 32  # pictures, a class and in all, that a search for fixed places takes where it is short
SMALLER = 96  # longer side in pixels of what marks and slow light are looked for in, where looks are few
WORTH_A_LOOK = 0.1  # effect below which nothing is raised, and parts of it are not looked at where looks are few
FEWEST_ABLE = 8  # pictures with donors without which nothing is exchanged
ALONE = 0.5  # of a frame's effect, from which on a window that has it alone may be all of it
FRAMED = 0.7  # of a window's effect, from which on the frame may be all of it
USUAL = 0.75  # of what places apart from the best one do, as a quantile, which is taken off its effect
CHANCE = 0.05  # p-value of the same, from which on it may be chance
QUIET = 0.04  # effect of all that lies off the objects below which no place of it is searched
HONEST = 0.2  # of what details keep up and draw together, that is put down to the object's own
ANY = 0.1  # share of donors from any other class; the rest come from classes that the network finds alike
MOST = 0.3  # that is believed of a mark, so that a sticker or a background that it belongs to is named before it


Painter = Callable[[np.ndarray, np.ndarray], np.ndarray]  # rows of receivers and of donors -> changed pictures


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

    @property
    def sparing(self) -> bool:
        """Whether looks are few, so that what shows nothing at first is left at that."""
        return self.context.sparing

    @cached_property
    def rows(self) -> np.ndarray:
        """Pictures in which places are measured: all that have donors; where looks are few, not those of searches."""
        return self.third(False) if self.sparing else self._able

    @cached_property
    def _able(self) -> np.ndarray:
        """Pictures that have donors."""
        return np.flatnonzero(self.plan.able)

    @property
    def possible(self) -> bool:
        """Whether there are enough pairs, and a class of which there are enough pictures."""
        labels = self.labels[self.rows]
        return len(labels) >= FEWEST_ABLE and int(np.bincount(labels).max()) >= FEWEST

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
        return self._exchange(self._painter_behind(kept), self._able)

    @cached_property
    def background_look(self) -> Exchange:
        """The same as `background`; where looks are few, of the pictures of a first look alone."""
        if not self.sparing:
            return self.background
        pictures = self._painted(self._painter_behind(np.zeros(self.shape, bool)), self._able)
        return self._look(*pictures, self._able, self.plan.other[self._able], self.plan.units[self._able])

    def _painter_behind(self, kept: np.ndarray) -> Painter:
        share = feather_masks(self.ground.objects)[..., None]
        pictures, empty = self.batch.pictures, self.batch.without_objects

        def paint(rows: np.ndarray, sources: np.ndarray) -> np.ndarray:
            done = pictures[rows] * share[rows] + empty[sources] * (1 - share[rows])
            return np.where(kept[..., None], pictures[rows], done)

        return paint

    @cached_property
    def clear_ground(self) -> Exchange:
        """Of what is ground in the picture and both donors, with a margin that no mask's fringe reaches."""
        objects = dilate_masks(self.ground.objects, MARGIN) if self.ground.objects.any() else self.ground.objects
        return self._pasted(np.ones(self.shape, bool), objects, self._able)

    @cached_property
    def off_objects(self) -> Exchange:
        """Of every place off the objects at once: where this does nothing, no smaller place does."""
        return self.region(np.ones(self.shape, bool))

    @cached_property
    def quiet(self) -> bool:
        """Whether nothing off the objects has an effect beyond doubt, so that no place needs to be searched."""
        everywhere = self.off_objects
        if everywhere.first_look:
            return True
        if self.sparing and self.overall_p_value(everywhere) <= CHANCE:  # classes may be small, each by itself
            return False
        return float(everywhere.effects().max()) < QUIET or float(self.p_values(everywhere).min()) > CHANCE

    @cached_property
    def frame_exchange(self) -> Exchange:
        """Of the frame along the picture's edge; without the best window where that has most of the effect alone."""
        whole = self._whole_frame
        if self.quiet or (self.sparing and whole.sure().max() < WORTH_A_LOOK):
            return whole
        label = int(whole.sure().argmax())
        if self.window.whole.effects()[label] < ALONE * whole.effects()[label]:
            return whole
        return self.region(self.frame & ~self.window.mask)

    @cached_property
    def _whole_frame(self) -> Exchange:
        return self.region(self.frame)

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
        nothing = np.zeros(len(found.rows))
        return replace(found, loss=nothing, cost=nothing)

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
        able, units = self._able, self.plan.units[self._able]
        order = self.context.rng("third").permutation(np.unique(units))
        drawn = self._evenly(order) if self.sparing else order[: max(1, len(order) // 3)]
        return able[np.isin(units, drawn) == first]

    def _evenly(self, order: np.ndarray) -> list[int]:
        """Units in this order, as far as no class gives more than a third of its pictures, and enough for a search."""
        counts = np.bincount(self.labels[self._able], minlength=self.context.classes)
        room, drawn = np.minimum(counts // 3, max(SEARCH_EACH, -(-SEARCH_ALL // self.context.classes))), []
        for unit in order:
            mine = self.labels[self._able[self.plan.units[self._able] == unit]]
            if (room[mine] > 0).all():
                room[mine] -= 1
                drawn.append(int(unit))
        return drawn

    def _pasted(self, mask: np.ndarray, objects: np.ndarray, rows: np.ndarray | None = None) -> Exchange:
        rows = self.rows if rows is None else rows
        other, own = self.plan.other[rows], self.plan.own[rows]
        taken = (mask & ~(objects[rows] | objects[other] | objects[own]))[..., None]
        pictures = self.batch.pictures
        changed, control = (np.where(taken, pictures[sources], pictures[rows]) for sources in (other, own))
        return self._measured(changed, control, rows, other, self.plan.units[rows])

    def _pulled(self, mask: np.ndarray, rows: np.ndarray) -> Exchange:
        """Of one region off the objects, against the pictures as they are: half the work, and no control."""
        other, covered, pictures = self.plan.other[rows], self.ground.covered, self.batch.pictures
        taken = (mask & ~(covered[rows] | covered[other]))[..., None]
        answers = self.context.read(np.where(taken, pictures[other], pictures[rows]))
        units, labels = self.plan.units[rows], self.labels
        return Exchange.of(answers, self._base[rows], labels[rows], labels[other], units, rows, other)

    def _exchange(self, paint: Painter, rows: np.ndarray | None = None) -> Exchange:
        """Of what paint(receivers, sources) makes of pictures: of `rows`, or those in which places are measured."""
        rows = self.rows if rows is None else rows
        changed, control = self._painted(paint, rows)
        return self._measured(changed, control, rows, self.plan.other[rows], self.plan.units[rows])

    def _painted(self, paint: Painter, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the donors of another class, and of the own class, make of pictures."""
        other, own = (np.clip(paint(rows, donors[rows]), 0, 255) for donors in (self.plan.other, self.plan.own))
        return other, own

    def _by_hunch(self, name: str, kept: np.ndarray | None = None) -> Exchange:
        """Of what a hunch changes; `kept` (H, W) stays each picture's own."""
        info = hunch_info(name)
        seed = self.context.rng(name).integers(2**32)
        arms = info.change(self.batch, np.random.default_rng(seed), info.Settings())
        plan = draw_donors(self.labels, np.random.default_rng(seed))
        rows = np.flatnonzero(plan.able if arms.able is None else plan.able & arms.able)
        changed, control = arms.changed, arms.control
        del arms  # so that no arm is held twice for longer than it takes to copy it
        changed = changed[rows]
        control = control[rows]
        if kept is not None:
            changed, control = (np.where(kept[..., None], self.batch.pictures[rows], arm) for arm in (changed, control))
        return self._measured(changed, control, rows, plan.other[rows], plan.units[rows])

    def _measured(
        self, changed: np.ndarray, control: np.ndarray, rows: np.ndarray, sources: np.ndarray, units: np.ndarray
    ) -> Exchange:
        if self.sparing:
            look = self._look(changed, control, rows, sources, units)
            if look.first_look:
                return look
        return self._answered(changed, control, rows, sources, units)

    def _look(
        self, changed: np.ndarray, control: np.ndarray, rows: np.ndarray, sources: np.ndarray, units: np.ndarray
    ) -> Exchange:
        """Of some pictures; said to be a first look where it shows nothing, so that it is left at that."""
        first = first_rows(units, self.context.rng("first look"))
        look = self._answered(changed[first], control[first], rows[first], sources[first], units[first])
        left = not first.all() and shows_nothing(look, self.context.rng("first flips"))
        return replace(look, first_look=left)

    def _answered(
        self, changed: np.ndarray, control: np.ndarray, rows: np.ndarray, sources: np.ndarray, units: np.ndarray
    ) -> Exchange:
        answers, own = self.context.read(changed), self.context.read(control)
        labels = self.labels[rows]
        before = self._base[rows].argmax(axis=1) == labels
        damage = float(before.mean() - (own.argmax(axis=1) == labels).mean()) if len(rows) else float("nan")
        return Exchange.of(answers, own, labels, self.labels[sources], units, rows, sources, damage)

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
        rest, masks = self.third(False), [window_mask(self.shape, box) & ~kept for box in boxes]
        search = self._search_sparingly(boxes, masks) if self.sparing else self._search(masks)
        index = search.index
        exchange = whole = self.region(masks[index], rest)
        # In a short search there are too few pictures of a class to tell which one it is.
        label = int((whole.sure() if self.sparing else search.effects[index]).argmax())
        lying = search.asked & ((boxes[:, 3] - boxes[:, 1]) == (boxes[index, 3] - boxes[index, 1]))
        share = USUAL if self.ground.apart else 1.0  # without objects, other places tell as much by the texture itself
        usual = quantile_apart(boxes[lying], search.effects[lying, label], boxes[index], share)
        framed = FRAMED * whole.effects()[label]
        telling = not self.sparing or (
            whole.sure()[label] >= WORTH_A_LOOK and self._whole_frame.effects()[label] >= framed
        )
        if telling and self.region(self.frame & ~masks[index]).effects()[label] >= framed:
            exchange = self.region(masks[index] & ~self.frame, rest)
        beyond = exchange.sure() - max(0.0, usual)
        return Place(exchange, whole, np.minimum(beyond, beyond[label]), masks[index])

    def _search(self, masks: list[np.ndarray]) -> Search:
        """Every place, by what is sure of its effect."""
        first = self.third(True)
        found = np.array([self.region(mask, first).sure() for mask in masks])
        index, _ = np.unravel_index(int(found.argmax()), found.shape)
        return Search(int(index), np.ones(len(masks), bool), found)

    def _search_sparingly(self, boxes: np.ndarray, masks: list[np.ndarray]) -> Search:
        first = self.third(True)
        return search_coarsely(boxes, self.context.classes, lambda index: self._pulled(masks[index], first))

    def _mark(self, bright: bool) -> Mark | None:
        """Of the bright or the dark details of all pictures; those of the frame and of the most telling window stay."""
        pictures, rng = self.batch.pictures, self.context.rng("marks")
        label = standing_out(coming_back(self._strokes(bright), self.labels, self.context.classes, rng))
        if label is None:
            return None
        searched = not (self.sparing and self.quiet)
        left_out = self.frame | self.window.mask if searched else self.frame
        found = np.where(left_out[..., None], 0, details(pictures, bright))
        laid = moved(found, rng)
        rows, other, own = self.rows, self.plan.other[self.rows], self.plan.own[self.rows]
        without = pictures - found
        again, bare = (np.clip(each, 0, 255) for each in (without[rows] + laid[own], without[rows]))
        draws, control = (np.clip(pictures[rows] + laid[sources], 0, 255) for sources in (other, own))
        kept = self._measured(bare, again, rows, rows, self.plan.units[rows])
        drawn = self._measured(draws, control, rows, other, self.plan.units[rows])
        both = np.clip(kept.sure_of(LOSS) + drawn.sure_of(DRAW) - HONEST, 0, MOST)
        return Mark(kept, drawn, np.where(np.arange(len(both)) == label, both, 0.0))

    def _strokes(self, bright: bool) -> np.ndarray:
        """Narrow details off the frame, (N, h, w); of large pictures, where looks are few, in smaller copies."""
        pictures = self._smaller
        return np.abs(details(pictures, bright, STROKE)).min(axis=3) * ~frame_mask(pictures.shape[1:3])

    def _slow(self, share: float) -> np.ndarray:
        height, width = self.shape
        small = self._smaller
        spread = max(0.5, share * min(small.shape[1:3]))
        blurred = [cv2.GaussianBlur(each, (0, 0), spread) for each in small]
        if small is not self.batch.pictures:
            blurred = [cv2.resize(each, (width, height), interpolation=cv2.INTER_LINEAR) for each in blurred]
        return np.stack(blurred).reshape(self.batch.pictures.shape)

    @cached_property
    def _smaller(self) -> np.ndarray:
        """The pictures as they are, or where looks are few at most so large as details and light need to be."""
        pictures, longest = self.batch.pictures, max(self.shape)
        if not self.sparing or longest <= SMALLER:
            return pictures
        height, width = (max(8, round(side * SMALLER / longest)) for side in self.shape)
        small = [cv2.resize(each, (width, height), interpolation=cv2.INTER_AREA) for each in pictures]
        return np.stack(small).reshape(len(pictures), height, width, pictures.shape[3])

    @cached_property
    def may_search_strips(self) -> bool:
        """Whether a search for strips, and measuring one, takes no more than a third of what is left of the budget."""
        looks = (len(coarse(strips(self.shape))) + 4) * len(self.third(True)) + 2 * len(self.rows)
        return not self.sparing or 3 * looks <= self.context.left

    @property
    def may_search_each(self) -> bool:
        """Whether enough looks are left to search each picture for a place of its own."""
        count = SEARCHED_SPARINGLY * self.context.classes
        return not self.sparing or self.context.left >= count * (len(coarse(self._small)) + 2)

    @cached_property
    def _small(self) -> np.ndarray:
        return windows(self.shape, SMALL, SMALL_STEP)

    @cached_property
    def _searched(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows, and the window of each off its object whose softening lowers its own class's probability most."""
        rng, most = self.context.rng("searched"), SEARCHED_SPARINGLY if self.sparing else SEARCHED
        members = [rng.permutation(np.flatnonzero(self.labels == label))[:most] for label in np.unique(self.labels)]
        rows = np.sort(np.concatenate([those for those in members if len(those) > 1] or [np.zeros(0, int)]))
        if not len(rows):
            return rows, np.zeros((0, 4), int)
        boxes = self._small
        falls = search_each(boxes, len(rows), self._softening(rows), sparing=self.sparing)
        found = np.isfinite(falls).any(axis=0)
        return rows[found], boxes[falls[:, found].argmax(axis=0)]

    def _softening(self, rows: np.ndarray) -> Callable[[int, np.ndarray], np.ndarray]:
        """How far the probability of its own class falls as a small window of a picture goes soft; -inf on objects."""
        pictures, labels = self.batch.pictures[rows], self.labels[rows]
        soft, off = np.stack([_softened(picture) for picture in pictures]), ~self.ground.objects[rows]
        before = self._base[rows][np.arange(len(rows)), labels]

        def fall(index: int, wanted: np.ndarray) -> np.ndarray:
            mask, falls = window_mask(self.shape, self._small[index]), np.full(len(rows), -np.inf)
            able = wanted & (off[:, mask].mean(axis=1) >= 0.8)
            if able.any():
                after = self.context.read(np.where(mask[..., None], soft[able], pictures[able]))
                falls[able] = before[able] - after[np.arange(len(after)), labels[able]]
            return falls

        return fall


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
