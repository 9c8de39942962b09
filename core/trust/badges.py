"""The trust badge: whether a method's maps can be believed on this network and these pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

from core.attribution.base import Targets
from core.networks.interface import Interface, prepared
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
    """The tests of a method's maps, and the conclusion.

    Args:
        passes: whether the map changes when the weights do, its order of pixels beats random order and an edge
            detector's
            by deletion or by insertion, and it is stable under small noise. Localisation does not count: a network that
            uses the background has an honest map off the object.
        randomisation: the model randomisation check.
        deletion: the effect of removing the strongest pixels first.
        insertion: the effect of restoring them first.
        localisation: how much of the evidence lies on the object; None if no mask is known.
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
    interface: Interface | None = None,
    on_step: OnStep | None = None,
    **settings: Any,
) -> Badge:
    """Test a method's maps on this network and these images.

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
        interface: how the network is read, from `core.networks.interface`; images are then the user's own pictures.
        on_step: called after each part; stops the work when it raises.
        **settings: settings of the method.

    Raises:
        InputError: for an unknown method or a setting out of bounds.
        DataError: for images or masks that do not fit.
        ModelError: when the model cannot be cloned or has no weights.
    """
    options, report = options or TrustSettings(), on_step or silent
    model = prepared(model, interface)
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
