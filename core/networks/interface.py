"""How Hunch reads a network, and on what evidence: its output, its classes, its preprocessing, its layer of maps."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from core.asked_once import AskedOnce
from core.errors import DataError, InputError, LayerError, ModelError
from core.networks.evaluator import ModelEvaluator, checked_images
from core.networks.finite import blame
from core.networks.head import Head, rows_are_probabilities, tolerance
from core.networks.pixel_range import BYTES, known_range
from core.networks.prepared import Prepared
from core.networks.preprocessing import NONE, Preprocessing, preprocessing_of, preprocessings
from core.networks.recognition import (
    CLEAR,
    Fit,
    Recognition,
    chance_bound,
    chosen_pictures,
    few_pictures,
    fit_of,
    recognise,
    tried_fits,
)
from core.row_blocks import row_blocks

UNIT = (0.0, 1.0)
SHOWN = 32
"""Pictures on which the reading is compared with the network's own output."""


@dataclass(frozen=True, eq=False)
class Interface:
    """How a network is read.

    Args:
        head: what its output means: "softmax" or "probabilities" for one class of K, "sigmoid" for two classes from
            one unit, "logits" for scores without an activation, "independent" for labels that are each true or not.
        classes: how many classes or labels it tells apart.
        class_names: one name a class, in the order of the network's outputs.
        class_order: class_order[k] is the class, as the labels number it, that output k stands for as far as the
            pictures show: 0, 1, 2, ... unless another order fits far better. It is offered, and applied nowhere:
            `reordered` gives the interface with the names in that order.
        input_shape: (H, W, C) of its pictures, with None for sides that are free.
        preprocessing: what is done to the user's pictures before the network sees them: a name of `preprocessings()`,
            numbers as "mean=... std=...", or the function that was given.
        layer: the path of the layer whose maps are used by default; None where there is none.
        notes: what a person should know about the reading, as sentences.
        transform: the preprocessing with its numbers.
        scale: black and white of the user's pictures; None where nothing says.
        fits: how the network does under each preprocessing that was tried, each with the order of classes that fits
            it best, the best first.
        accuracy: share of right answers, 0..1, on the labelled pictures (on some of each class where they are many),
            read like this and with the classes in the order that was given; None where there are none.
        decided: whether the preprocessing was told, or recognised beyond doubt.
    """

    head: Head
    classes: int
    class_names: tuple[str, ...]
    class_order: tuple[int, ...]
    input_shape: tuple[int | None, ...]
    preprocessing: str | Callable[[np.ndarray], Any]
    layer: str | None
    notes: tuple[str, ...]
    transform: Preprocessing
    scale: tuple[float, float] | None = None
    fits: tuple[Fit, ...] = ()
    accuracy: float | None = None
    decided: bool = False

    @property
    def exclusive(self) -> bool:
        """Whether exactly one class is right for each picture."""
        return self.head != "independent"

    def reordered(self) -> Interface:
        """The same with the class names in the order that fits best, for whoever accepts what `class_order` offers."""
        names = tuple(self.class_names[label] for label in self.class_order)
        return replace(self, class_names=names, class_order=tuple(range(self.classes)), accuracy=None)


def interface(
    model: keras.Model,
    images: Any = None,
    labels: Any = None,
    *,
    class_names: Sequence[str] | None = None,
    preprocessing: str | Preprocessing | Callable[[np.ndarray], Any] | None = None,
) -> Interface:
    """Read a network.

    What is read gives the model's own output back within 1e-5, on the pictures that are given and on seeded random
    ones. Where pictures with labels are given and no preprocessing, every known one is tried.

    Args:
        model: any Keras 3 classifier; it is never changed.
        images: (N, H, W, C), the user's own pictures, best 0 to 255 and best ones that the network was trained on;
            None where there are none.
        labels: int (N,), their classes; None where unknown.
        class_names: one name an output, in the network's order; numbers where None.
        preprocessing: a name of `preprocessings()`, "mean=... std=...", a `Preprocessing`, or a function; None to
            recognise it where labelled pictures decide it, and else to take pictures as they are.

    Raises:
        ModelError: when the network cannot be read right: no reading gives its output back, its weights or answers are
            not numbers, it takes channels first, it does no better than chance under every preprocessing, or the
            pictures do not decide which is right.
        DataError: when pictures do not fit the network, or labels do not fit pictures and classes.
        InputError: for a preprocessing that does not exist, or a number of names that is not that of the classes.
    """
    network = ModelEvaluator.of(model)
    graph, reading = network.graph, network.graph.reading
    channels = graph.input_shape[3]
    names = _names(class_names, graph.classes)
    pictures = None if images is None else checked_images(graph, images)
    answers = _labels(labels, pictures, graph.classes)
    notes = list(reading.notes)
    transform, scale, recognition = _prepared_by(network, pictures, answers, preprocessing, channels, notes)
    if pictures is not None:
        _check_reading(network, transform(pictures[:SHOWN]) if transform.changes else pictures[:SHOWN])
    order, accuracy = tuple(range(graph.classes)), None
    if pictures is not None and answers is not None and reading.exclusive:
        fit = _known_fit(recognition, transform) or _fit(network, pictures, answers, transform)
        order, accuracy = _order(fit, names, notes), fit.accuracy
    return Interface(
        head=reading.head,
        classes=graph.classes,
        class_names=names,
        class_order=order,
        input_shape=tuple(graph.input_shape[1:]),
        preprocessing=preprocessing if callable(preprocessing) and not _named(preprocessing) else transform.name,
        layer=_layer(network, notes),
        notes=tuple(notes),
        transform=transform,
        scale=scale,
        fits=recognition.fits if recognition else (),
        accuracy=accuracy,
        decided=recognition.decided if recognition else preprocessing is not None,
    )


def tried_preprocessings(model: keras.Model, images: Any, labels: Any) -> tuple[Fit, ...]:
    """How a network does under each known preprocessing, for whoever wants to see what `interface` decides by.

    Args:
        model: any Keras 3 classifier; it is never changed.
        images: (N, H, W, C), the user's own pictures, 0 to 255; some of each class are chosen where they are many.
        labels: int (N,), their classes.

    Returns:
        One `Fit` for each that suits the network's channels, the least log loss first.

    Raises:
        DataError: when pictures do not fit the network, or labels do not fit pictures and classes.
    """
    network = ModelEvaluator.of(model)
    pictures = checked_images(network.graph, images)
    answers = _labels(labels, pictures, network.graph.classes)
    if answers is None:
        raise DataError("Preprocessings are tried on pictures with labels", "pictures without")
    rows = chosen_pictures(answers, int(np.prod(pictures.shape[1:])))
    exclusive = network.graph.reading.exclusive
    fits = tried_fits(network.logits, pictures[rows], answers[rows], _candidates(network), exclusive=exclusive)
    return tuple(sorted(fits, key=lambda fit: fit.log_loss))


def prepared(model: keras.Model, interface: Interface | None) -> keras.Model:
    """The network as its interface reads it: one that takes the user's own pictures.

    The model itself where there is no interface, or where it changes nothing.
    """
    if interface is None:
        return model
    if not isinstance(interface, Interface):
        raise InputError(
            "An interface should be what core.networks.interface gives", type(interface).__name__, "Call it first."
        )
    scale = interface.scale
    if not interface.transform.changes and scale in (None, known_range(ModelEvaluator.of(model).graph)):
        return model
    known = _prepared.get(interface)
    if known is None or known.network is not model:
        known = _prepared[interface] = Prepared(model, interface.transform, scale or BYTES)
    return known


def prepared_for(model: keras.Model, interface: Interface | None, class_names: tuple[str, ...]) -> keras.Model:
    """`prepared`, for data with these classes.

    Raises:
        DataError: when the data has the network's classes in another order: its labels would mean other outputs.
    """
    names = class_names if interface is None else interface.class_names
    if names != class_names and set(names) == set(class_names):
        raise DataError(
            f"The data's classes should come in the network's order, {', '.join(names)}",
            ", ".join(class_names),
            "Number the data's labels in that order: core.datasets.in_order(data, interface.class_names).",
        )
    return prepared(model, interface)


_prepared: weakref.WeakKeyDictionary[Interface, Prepared] = weakref.WeakKeyDictionary()


def probabilities(model: keras.Model, images: Any, *, interface: Interface | None = None) -> np.ndarray:
    """What the network itself says.

    Args:
        model: any Keras 3 classifier; it is never changed.
        images: (N, H, W, C) or one picture, in the scale that the model takes; the user's own with an interface.
        interface: how the network is read; None to read it from the model alone.

    Returns:
        float32 (N, K): its own output wherever that is probabilities; the softmax of logits, (1 - p, p) of one unit,
        and each label's own probability for independent labels, whose rows do not sum to one.

    Raises:
        DataError: for pictures that do not fit the network.
        ModelError: when the network cannot be read, or its answers are not numbers.
    """
    network = ModelEvaluator.of(prepared(model, interface))
    return network.probabilities(checked_images(network.graph, images))


def require_one_class(model: keras.Model, what: str) -> None:
    """ModelError for a network of independent labels, where something needs one class of K."""
    if not ModelEvaluator.of(model).graph.reading.exclusive:
        raise ModelError(
            f"{what} needs a network for which exactly one class is right",
            "one of independent labels, each with a probability of its own",
            "Explanations, activations, hunches and calibration work for each label; this does not apply.",
        )


def check_better_than_chance(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> None:
    """Stop where a network does no better than guessing on pictures that it was trained on.

    A network that is not clearly above chance, as may be where pictures are few, is stopped only where another
    way to read it is.

    Raises:
        ModelError: it says under which preprocessing or order of classes the network would do better, if any.
    """
    network = ModelEvaluator.of(model)
    rows = chosen_pictures(labels, int(np.prod(images.shape[1:])))
    some, wanted = images[rows], labels[rows]
    classes = network.graph.classes
    few = few_pictures(wanted)
    if 2 * len(few) <= len(rows) and _clearly_above_chance(network, some[few], wanted[few]):
        return
    fit = fit_of("as given", network.logits(some), wanted, exclusive=network.graph.reading.exclusive)
    if fit.balanced_accuracy > chance_bound(wanted, classes):
        return
    better = _better_reading(network, some, wanted, fit)
    if fit.balanced_accuracy > 1 / classes and not better:
        return
    raise ModelError(
        "The network should do better than chance on its training pictures",
        f"{100 * fit.balanced_accuracy:.0f} of 100 right, where guessing gives {100 / classes:.0f}",
        better or _no_way_out(some),
    )


def _clearly_above_chance(network: ModelEvaluator, images: np.ndarray, labels: np.ndarray) -> bool:
    fit = fit_of("as given", network.logits(images), labels, exclusive=network.graph.reading.exclusive)
    return fit.balanced_accuracy > chance_bound(labels, network.graph.classes, CLEAR)


def _better_reading(network: ModelEvaluator, images: np.ndarray, labels: np.ndarray, fit: Fit) -> str:
    """The order of classes or the preprocessing under which the network is clearly above chance; "" for none."""
    bound = chance_bound(labels, network.graph.classes)
    if fit.order.clearly and fit.order.accuracy > bound:
        right = 100 * fit.order.accuracy
        return f"With its classes in the order {fit.order.order} it would be {right:.0f}: check the class names."
    if _scale_of(images) != BYTES:
        return ""
    tried = tried_fits(network.logits, images, labels, _candidates(network), exclusive=network.graph.reading.exclusive)
    best = max(tried, key=lambda one: one.balanced_accuracy)
    if best.preprocessing == NONE or best.balanced_accuracy <= bound:
        return ""
    return f"Under the preprocessing {best.figures} it would do better: give it, preprocessing={best.preprocessing!r}."


def _no_way_out(images: np.ndarray) -> str:
    if _scale_of(images) != BYTES:
        return "Give pictures of 0 to 255, so that the known ways of preprocessing can be tried."
    return "No known preprocessing mends it: check the class names, or give its own by preprocessing=."


def _names(given: Sequence[str] | None, classes: int) -> tuple[str, ...]:
    if given is None:
        return tuple(str(label) for label in range(classes))
    names = tuple(str(name) for name in given)
    if len(names) != classes:
        raise InputError(
            f"There should be one name for each of the network's {classes} classes",
            f"{len(names)}",
            "A network with one output has two classes; the second is the one whose probability it gives."
            if classes == 2
            else "",
        )
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError("Each class should have a name of its own", f"{', '.join(twice)} twice")
    return names


def _labels(given: Any, pictures: np.ndarray | None, classes: int) -> np.ndarray | None:
    if given is None:
        return None
    if pictures is None:
        raise DataError("Labels need pictures", "labels alone")
    labels = np.asarray(given)
    if labels.shape != (len(pictures),) or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(
            f"Labels should be {len(pictures)} whole numbers, one a picture", f"{labels.dtype} of shape {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise DataError(
            f"Labels should lie in 0 to {classes - 1}, as the network has {classes} classes",
            f"{labels.min()} to {labels.max()}",
        )
    return labels.astype(np.int64)


def _prepared_by(
    network: ModelEvaluator,
    pictures: np.ndarray | None,
    labels: np.ndarray | None,
    given: Any,
    channels: int | None,
    notes: list[str],
) -> tuple[Preprocessing, tuple[float, float] | None, Recognition | None]:
    """The preprocessing, black and white of the pictures, and how it was recognised."""
    scale = known_range(network.graph) if pictures is None else _scale_of(pictures)
    if given is not None:
        transform = preprocessing_of(given, channels)
        if transform.changes and scale not in (None, BYTES):
            raise DataError(
                "A preprocessing starts from pictures of 0 to 255",
                f"pictures of {scale[0]:g} to {scale[1]:g}" if scale else "others",
                "Give pictures as they are on disk, or leave preprocessing out.",
            )
        return transform, BYTES if transform.changes else scale, None
    plain = preprocessings()[NONE]
    if pictures is None or labels is None:
        if known_range(network.graph) != BYTES:
            notes.append("Nothing says how pictures are prepared: they are taken to be in the network's own scale.")
        return plain, scale, None
    if scale != BYTES:
        notes.append("The pictures are not 0 to 255, so that they are taken to be prepared already.")
        return plain, scale, None
    rows = chosen_pictures(labels, int(np.prod(pictures.shape[1:])))
    found = recognise(
        AskedOnce(network.logits),
        pictures[rows],
        labels[rows],
        _candidates(network),
        classes=network.graph.classes,
        exclusive=network.graph.reading.exclusive,
    )
    notes.append(found.note)
    return found.best, scale, found


def _candidates(network: ModelEvaluator) -> list[Preprocessing]:
    channels = network.graph.input_shape[3]
    return [known for known in preprocessings().values() if known.fits(channels)]


def _scale_of(pictures: np.ndarray) -> tuple[float, float]:
    """0 to 255 for whole numbers and what reaches beyond 1; 0 to 1; or symmetric where values are negative."""
    low, high = float(pictures.min()), float(pictures.max())
    if low < 0:
        limit = max(1.0, -low, high)
        return -limit, limit
    return BYTES if pictures.dtype == np.uint8 or high > 1 else UNIT


def _check_reading(network: ModelEvaluator, pictures: np.ndarray) -> None:
    """ModelError unless the reading gives the model's own output back on these pictures."""
    inputs = np.asarray(pictures, np.float32)
    answers = [
        np.asarray(network.graph.answers(keras.ops.convert_to_tensor(inputs[rows])))
        for rows in row_blocks(len(inputs), network.batch_size(inputs.shape[1:]))
    ]
    own = np.concatenate(answers).reshape(len(inputs), -1)
    if not np.isfinite(own).all():
        raise blame(network.graph.steps, inputs)
    head = network.graph.head
    if head == "logits" and not rows_are_probabilities(own):
        return _check_logits(network, inputs, own)
    said = network.probabilities(inputs)
    said = said[:, 1:] if own.shape[1] == 1 else said
    _compare(said, own, tolerance(own.dtype))
    return None


def _check_logits(network: ModelEvaluator, inputs: np.ndarray, own: np.ndarray) -> None:
    logits = network.logits(inputs)
    made = logits[:, 1:] - logits[:, :1] if own.shape[1] == 1 else logits
    _compare(made, own, tolerance(own.dtype) * max(1.0, float(np.abs(own).max())))


def _compare(made: np.ndarray, own: np.ndarray, most: float) -> None:
    gap = float(np.abs(made - own).max())
    if gap > most:
        raise ModelError(
            "What is read of a network should give its own output back within 1e-5",
            f"a difference of {gap:.2g}",
            "Write its last layers as Keras layers.",
        )


def _known_fit(recognition: Recognition | None, transform: Preprocessing) -> Fit | None:
    """What the recognition found of the preprocessing that is used, with the classes in the order that was given."""
    fits = recognition.fits if recognition else ()
    known = next((fit for fit in fits if fit.preprocessing == transform.name), None)
    return None if known is None else replace(known, accuracy=float(known.right.mean()))


def _fit(network: ModelEvaluator, pictures: np.ndarray, labels: np.ndarray, transform: Preprocessing) -> Fit:
    rows = chosen_pictures(labels, int(np.prod(pictures.shape[1:])))
    inputs = transform(pictures[rows]) if transform.changes else pictures[rows]
    return fit_of(transform.name, network.logits(inputs), labels[rows], exclusive=True)


def _order(fit: Fit, names: tuple[str, ...], notes: list[str]) -> tuple[int, ...]:
    """The order of classes that fits best, with a note where it is not the labels'."""
    if not fit.order.clearly:
        return tuple(range(len(names)))
    told = ", ".join(names[label] for label in fit.order.order)
    notes.append(
        f"Another order of classes fits far better: {100 * fit.order.accuracy:.0f} of 100 right in place of "
        f"{100 * fit.accuracy:.0f}. The outputs would stand for {told}. Nothing was reordered."
    )
    return fit.order.order


def _named(given: Any) -> bool:
    return isinstance(given, Preprocessing)


def _layer(network: ModelEvaluator, notes: list[str]) -> str | None:
    try:
        return network.graph.default_layer
    except LayerError as error:
        notes.append(error.sentence)
        return None
