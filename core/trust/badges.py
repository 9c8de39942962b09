"""The trust badge: whether a method's maps can be believed on this network and these pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

from core.attribution.base import Targets
from core.progress import OnStep, silent
from core.trust.checks.deletion import Deletion, deletion
from core.trust.checks.insertion import Insertion, insertion
from core.trust.checks.localisation import Localisation, Masks, localisation
from core.trust.checks.randomisation import Randomisation, check_randomisation
from core.trust.checks.stability import Stability, stability
from core.trust.explainer import CheckInput, Explainer, Maker
from core.trust.sentences import badge_reasons, badge_sentence
from core.trust.settings import TrustSettings


@dataclass(frozen=True, eq=False)
class Badge:
    """The four tests of a method's maps, and what follows from them.

    Args:
        passes: whether the map changes when the weights do, and its order of pixels beats random order and an edge
            detector's by deletion or by insertion, and it is stable under small noise. Localisation has no say: a
            network that goes by the background has an honest map off the object.
        randomisation: the model randomisation check.
        deletion: what happens when the strongest pixels are taken away first.
        insertion: what happens when they are put back first.
        localisation: how much of the evidence lies on the object; None where no mask is known.
        stability: how much the map changes under small noise.
        sentence: all of that in one plain sentence.
    """

    passes: bool
    randomisation: Randomisation
    deletion: Deletion
    insertion: Insertion
    localisation: Localisation | None
    stability: Stability
    sentence: str

    @property
    def reasons(self) -> dict[str, str]:
        """Each part's result as a plain sentence, by the part's name."""
        return badge_reasons(self.randomisation, self.deletion, self.insertion, self.localisation, self.stability)


def badge(
    model: keras.Model,
    images: Any,
    *,
    method: str | Maker,
    layer: str | None = None,
    seed: int = 0,
    masks: Masks | None = None,
    targets: Targets = None,
    options: TrustSettings | None = None,
    on_step: OnStep | None = None,
    **settings: Any,
) -> Badge:
    """Put a method's maps to the test on this network and these pictures.

    Args:
        model: any Keras 3 classifier that Keras can clone; it is never changed.
        images: (N, H, W, C) in the scale that the model takes; 16 are enough as a rule.
        method: a name from `core.attribution.methods()`, or a function (model, images, targets) -> maps (N, H, W),
            such as the control `core.trust.edge_detector`.
        layer: for methods that read maps, the path of their layer; None for the last convolution's.
        seed: of the new weights, orders and noise.
        masks: where the object is: bool (N, H, W), or a data set's masks by name; None where unknown.
        targets: None for each picture's predicted class, one class, N classes, or a `Contrast`.
        options: the dials of the test itself; the defaults where None.
        on_step: called after each part; stops the work when it raises.
        **settings: the method's own dials.

    Raises:
        InputError: for an unknown method or a dial out of bounds.
        DataError: for pictures or masks that do not fit.
        ModelError: when the model cannot be cloned or has no weights.
    """
    options, report = options or TrustSettings(), on_step or silent
    explainer = Explainer.of(method, layer, settings)
    question = CheckInput.put(model, images, targets, explainer)
    total = options.stages + 1 + options.copies + 2

    def later(start: int) -> OnStep:
        return lambda done, _, note="": report(start + done, total, note)

    changed = check_randomisation(model, explainer, question, options, seed=seed, on_step=later(0))
    stable = stability(model, explainer, question, options, seed=seed, on_step=later(options.stages + 1))
    taken = deletion(model, question, options, seed=seed)
    report(total - 1, total, "deletion")
    put = insertion(model, question, options, seed=seed)
    report(total, total, "insertion")
    lies = None if masks is None else localisation(question, masks, options, seed=seed)
    passes = changed.passes and stable.passes and (taken.passes or put.passes)
    sentence = badge_sentence(explainer.title, passes, changed, taken, put, stable)
    return Badge(passes, changed, taken, put, lies, stable, sentence)
