"""Recognising a network's preprocessing from labelled pictures: every known one is tried, and the best has to be clear.

Pictures should be ones that the network was trained on: test pictures that reach it otherwise are a fault in how it
is used, which is for the diagnosis to find and not for this to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax

from core.errors import ModelError
from core.networks.class_order import ClassOrder, best_order
from core.networks.preprocessing import NONE, Preprocessing

CLEAR = 4.0
"""Standard errors by which the best has to be ahead of every other."""
ALIKE = 2.0
"""Standard errors within which two preprocessings fit equally well."""
LEAST_GAIN = 0.01
"""The least difference in log loss that counts, in nats."""
CHANCE_ERRORS = 3.0
MOST_PICTURES, FEWEST_PICTURES, MOST_VALUES = 500, 100, 20_000_000
FEW_PICTURES = 40
"""Pictures that can rule a preprocessing out before it is tried on all."""
COLDEST, HOTTEST = 0.05, 1000.0

Logits = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Fit:
    """How a network does on labelled pictures under one preprocessing.

    Args:
        preprocessing: its name.
        accuracy: share of right answers, 0..1.
        balanced_accuracy: the mean over classes of their share of right answers.
        log_loss: mean surprise in nats at the temperature that suits the network best, so that a network that is too
            sure of itself is not mistaken for one that reads the pictures wrong.
        losses: of each picture, (N,).
        surprises: the same as the network says it, without any temperature, (N,).
        right: whether each answer is right, bool (N,).
        order: the order of classes that fits best.
        ordered_losses: of each picture under that order, (N,).
        ordered_surprises: likewise, without any temperature.
    """

    preprocessing: str
    accuracy: float
    balanced_accuracy: float
    log_loss: float
    losses: np.ndarray
    surprises: np.ndarray
    right: np.ndarray
    order: ClassOrder
    ordered_losses: np.ndarray
    ordered_surprises: np.ndarray

    def under_its_order(self) -> Fit:
        """The same with the accuracy and losses that the best order of classes gives."""
        accuracy = self.order.accuracy
        return replace(
            self,
            accuracy=accuracy,
            balanced_accuracy=accuracy,
            log_loss=float(self.ordered_losses.mean()),
            losses=self.ordered_losses,
            surprises=self.ordered_surprises,
        )

    @property
    def figures(self) -> str:
        """The fit in words."""
        return f"{self.preprocessing} ({100 * self.accuracy:.0f} of 100 right, log loss {self.log_loss:.2f})"


@dataclass(frozen=True, eq=False)
class Recognition:
    """What labelled pictures say about preprocessing.

    Args:
        best: the preprocessing that fits best.
        fits: all that were tried, the best first; those that a few pictures rule out come last, as they do on these.
        decided: whether the best is ahead of every other beyond doubt.
        note: what was found, as a sentence.
    """

    best: Preprocessing
    fits: tuple[Fit, ...]
    decided: bool
    note: str


def chosen_pictures(labels: np.ndarray, values: int) -> np.ndarray:
    """Rows of the pictures that are tried, sorted: equal shares of each class, fewer of large pictures.

    Args:
        labels: int (N,).
        values: numbers in one picture.
    """
    most = int(np.clip(MOST_VALUES // max(values, 1), FEWEST_PICTURES, MOST_PICTURES))
    rng = np.random.default_rng(0)
    classes = np.unique(labels)
    each = max(2, most // max(len(classes), 1))
    return np.sort(np.concatenate([rng.permutation(np.flatnonzero(labels == label))[:each] for label in classes]))


def few_pictures(labels: np.ndarray) -> np.ndarray:
    """Rows of the first few pictures, of all classes alike, int (n,).

    Args:
        labels: int (N,).
    """
    classes = np.unique(labels)
    each = max(2, -(-FEW_PICTURES // max(len(classes), 1)))
    return np.concatenate([np.flatnonzero(labels == label)[:each] for label in classes])


def fit_of(name: str, logits: np.ndarray, labels: np.ndarray, *, exclusive: bool) -> Fit:
    """How well logits (N, K) and labels (N,) go together."""
    logits = np.asarray(logits, np.float64)
    losses = calibrated_losses(logits, labels, exclusive=exclusive)
    right = logits.argmax(axis=1) == labels
    recalls = [right[labels == label].mean() for label in np.unique(labels)]
    likely = log_softmax(logits, axis=1) if exclusive else log_expit(logits)
    order = best_order(likely, labels)
    # Column c becomes the output that stands for class c.
    ordered = logits[:, np.argsort(order.order)] if order.clearly else logits
    return Fit(
        preprocessing=name,
        accuracy=float(right.mean()),
        balanced_accuracy=float(np.mean(recalls)),
        log_loss=float(losses.mean()),
        losses=losses,
        surprises=losses_of(logits, labels, exclusive=exclusive),
        right=right,
        order=order,
        ordered_losses=calibrated_losses(ordered, labels, exclusive=exclusive) if order.clearly else losses,
        ordered_surprises=losses_of(ordered, labels, exclusive=exclusive),
    )


def calibrated_losses(logits: np.ndarray, labels: np.ndarray, *, exclusive: bool = True) -> np.ndarray:
    """The surprise of each picture in nats, (N,), at the temperature with the least surprise over all.

    Source of the temperature: Guo et al. 2017, arXiv 1706.04599.
    """

    def losses(exponent: float) -> np.ndarray:
        return losses_of(logits / np.exp(exponent), labels, exclusive=exclusive)

    bounds = (np.log(COLDEST), np.log(HOTTEST))
    found = minimize_scalar(lambda exponent: losses(exponent).mean(), bounds=bounds, method="bounded")
    return losses(float(found.x))


def losses_of(logits: np.ndarray, labels: np.ndarray, *, exclusive: bool = True) -> np.ndarray:
    """The surprise of each picture in nats, (N,): cross-entropy, summed over labels where these are independent."""
    rows = np.arange(len(labels))
    if exclusive:
        return -log_softmax(logits, axis=1)[rows, labels]
    others = log_expit(-logits)
    return -(others.sum(axis=1) - others[rows, labels] + log_expit(logits[rows, labels]))


def chance_bound(labels: np.ndarray, classes: int, errors: float = CHANCE_ERRORS) -> float:
    """The balanced accuracy that guessing stays below, by default but for one time in a thousand.

    Args:
        labels: int (N,), of the pictures that are answered.
        classes: how many there are.
        errors: standard errors beyond chance. Default 3.
    """
    chance = 1 / max(classes, 1)
    return chance + errors * float(np.sqrt(chance * (1 - chance) / max(len(labels), 1)))


def recognise(
    logits: Logits,
    images: np.ndarray,
    labels: np.ndarray,
    candidates: Sequence[Preprocessing],
    *,
    classes: int,
    exclusive: bool = True,
) -> Recognition:
    """Try preprocessings on labelled pictures.

    Args:
        logits: prepared pictures (N, H, W, C) -> logits (N, K) of the network.
        images: (N, H, W, C) of 0 to 255.
        labels: int (N,).
        candidates: what is tried.
        classes: K.
        exclusive: whether one class of K is right.

    Raises:
        ModelError: when the network does no better than chance under all of them, or when they cannot be told apart.
    """
    by_name = {candidate.name: candidate for candidate in candidates}
    ruled_out = ruled_out_by_few(logits, images, labels, candidates, exclusive=exclusive)
    names = {fit.preprocessing for fit in ruled_out}
    hopeful = [candidate for candidate in candidates if candidate.name not in names]
    tried = tried_fits(logits, images, labels, hopeful, exclusive=exclusive)
    bound = chance_bound(labels, classes)
    ordered = [fit.under_its_order() if fit.order.clearly else fit for fit in tried]
    if _ahead(min(ordered, key=_loss), min(tried, key=_loss)):
        # The classes come in another order; each preprocessing is judged under the order that suits it.
        tried = ordered
    able = [fit for fit in tried if fit.balanced_accuracy > bound]
    if not able:
        raise at_chance([*tried, *ruled_out], labels, classes)
    ranked = sorted(tried, key=_loss)
    best, others = ranked[0], ranked[1:] + ruled_out
    if best not in able:
        raise _undecided(best, able)
    doubtful = [other for other in ranked[1:] if not _ahead(best, other)]
    if not doubtful:
        return Recognition(by_name[best.preprocessing], (best, *others), True, _said(best, others))
    plain = next((fit for fit in (best, *doubtful) if fit.preprocessing == NONE), None)
    if plain is not None and (plain is best or _alike(best, plain)):
        told = ", ".join(fit.figures for fit in (best, *doubtful))
        note = f"The pictures do not tell these preprocessings apart: {told}. They are taken as they are."
        return Recognition(by_name[NONE], (best, *others), False, note)
    raise _undecided(best, doubtful)


def ruled_out_by_few(
    logits: Logits, images: np.ndarray, labels: np.ndarray, candidates: Sequence[Preprocessing], *, exclusive: bool
) -> list[Fit]:
    """How those do on a few pictures that another is ahead of beyond doubt on these already, the best first.

    Beyond doubt means as the classes are given and in the order that suits each best. Nothing is ruled out where the
    few would be half of all pictures.

    Args:
        logits: as in `recognise`.
        images: as in `recognise`.
        labels: as in `recognise`.
        candidates: as in `recognise`.
        exclusive: as in `recognise`.
    """
    few = few_pictures(labels)
    if 2 * len(few) > len(labels):
        return []
    tried = tried_fits(logits, images[few], labels[few], candidates, exclusive=exclusive)
    ordered = [fit.under_its_order() if fit.order.clearly else fit for fit in tried]
    best, best_ordered = min(tried, key=_loss), min(ordered, key=_loss)
    lost = [fit for fit, own in zip(tried, ordered, strict=True) if _ahead(best, fit) and _ahead(best_ordered, own)]
    return sorted(lost, key=_loss)


def tried_fits(
    logits: Logits, images: np.ndarray, labels: np.ndarray, candidates: Sequence[Preprocessing], *, exclusive: bool
) -> list[Fit]:
    """How a network does under each preprocessing."""
    return [fit_of(candidate.name, logits(candidate(images)), labels, exclusive=exclusive) for candidate in candidates]


def _loss(fit: Fit) -> float:
    return fit.log_loss


def _ahead(best: Fit, other: Fit) -> bool:
    """Whether one fits better than another beyond doubt, picture by picture, and is not less often right.

    At the temperature that suits each; or as the network says it, where temperatures do not speak against it: pictures
    in a wrong scale make answers that are as often right and far too sure.
    """
    if best.accuracy < other.accuracy - ALIKE * _right_error(best, other):
        return False
    gain, error = _gain(best.losses, other.losses)
    if gain > max(LEAST_GAIN, CLEAR * error):
        return True
    said, doubt = _gain(best.surprises, other.surprises)
    return gain > ALIKE * error and said > max(LEAST_GAIN, CLEAR * doubt)


def _alike(best: Fit, other: Fit) -> bool:
    gain, error = _gain(best.losses, other.losses)
    said, doubt = _gain(best.surprises, other.surprises)
    return gain <= max(LEAST_GAIN, ALIKE * error) and said <= max(LEAST_GAIN, ALIKE * doubt)


def _gain(best: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """By how much losses are lower than others, picture by picture, and its standard error."""
    gap = other - best
    return float(gap.mean()), float(gap.std() / np.sqrt(len(gap)))


def _right_error(best: Fit, other: Fit) -> float:
    return float((best.right ^ other.right).mean() ** 0.5 / np.sqrt(len(best.right)))


def _said(best: Fit, others: Sequence[Fit]) -> str:
    after = f"; next {others[0].figures}" if others else ""
    return f"The preprocessing was recognised from labelled pictures: {best.figures}{after}."


def _undecided(best: Fit, doubtful: Sequence[Fit]) -> ModelError:
    told = ", ".join(fit.figures for fit in (best, *(fit for fit in doubtful if fit is not best)))
    return ModelError(
        "Labelled pictures should decide how the network's pictures are prepared",
        f"preprocessings that fit about equally well: {told}",
        "Say which is right by preprocessing=, or give more pictures that the network was trained on.",
    )


def at_chance(tried: Sequence[Fit], labels: np.ndarray, classes: int) -> ModelError:
    """The error for a network that does no better than guessing, whatever is done to the pictures."""
    best = max(tried, key=lambda fit: fit.balanced_accuracy)
    names = ", ".join(fit.preprocessing for fit in tried)
    return ModelError(
        "The network should do better than chance on labelled pictures",
        f"at best {100 * best.balanced_accuracy:.0f} of 100 right under {best.preprocessing}, where guessing gives "
        f"{100 / max(classes, 1):.0f} (tried on {len(labels)} pictures: {names})",
        "Check that the classes are the network's own, and give its preprocessing by preprocessing=.",
    )
