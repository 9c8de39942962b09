"""Data types of a hunch: its declaration, the settings of a test, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from core.images.image_batch import ImageBatch
from core.settings import Settings, setting

Family = Literal["background", "object", "artefact", "colour", "light", "detail", "geometry", "structure"]
Kind = Literal["shortcut", "dependence", "robustness"]
Conclusion = Literal["supported", "not supported", "inconclusive"]


@dataclass(frozen=True)
class FamilyWords:
    """What a person calls a family of hunches.

    Args:
        title: at the head of a list.
        plain: within a sentence, as what answers may rest on.
    """

    title: str
    plain: str


FAMILIES: dict[Family, FamilyWords] = {
    "background": FamilyWords("The background", "what is behind the object"),
    "object": FamilyWords("The object", "the object itself"),
    "artefact": FamilyWords("Stickers, borders, places", "stickers, marks and borders"),
    "colour": FamilyWords("Colour", "colour"),
    "light": FamilyWords("Light", "light"),
    "detail": FamilyWords("Sharpness and noise", "sharpness and noise"),
    "geometry": FamilyWords("Position and size", "size, position and rotation"),
    "structure": FamilyWords("Shape and texture", "shape and texture"),
}
"""Every family, in the order in which lists show them."""


class NoSettings(Settings):
    """Settings of a change that has none."""


class TestSettings(Settings):
    """How strict a verdict is. These settings are the same for every hunch."""

    __test__ = False  # not a case for pytest to collect

    threshold: float = setting(
        0.1,
        (
            "The smallest effect that counts: how far the true class's probability must drop, and drop beyond the "
            "control."
        ),
        low=0.0,
        high=0.9,
        step=0.01,
    )
    class_threshold: float = setting(
        0.2,
        "The smallest effect that counts when it is found in one class only.",
        low=0.0,
        high=0.9,
        step=0.01,
        common=False,
    )
    gain_threshold: float = setting(
        0.05,
        (
            "The smallest gain that counts, when a change improves the answers. Few changes improve pictures that "
            "look like those the network was trained on."
        ),
        low=0.0,
        high=0.9,
        step=0.01,
        common=False,
    )
    confidence: float = setting(
        0.95,
        "Confidence that a verdict requires. At 0.95, one in twenty hunches that are false may pass.",
        low=0.5,
        high=0.999,
        step=0.01,
        common=False,
    )
    within_classes: bool = setting(
        True,
        (
            "Also test each class by itself, for flaws that affect one class only. Each extra test makes the "
            "others stricter."
        ),
        common=False,
    )
    resamples: int = setting(
        9999,
        "Random draws behind each interval and each p-value.",
        low=199,
        high=99999,
        step=100,
        unit="draws",
        common=False,
    )


@dataclass(frozen=True, eq=False)
class Treatment:
    """The two versions of each image that a verdict compares.

    Args:
        changed: float32 (N, H, W, C) in 0..255, with the change that the hunch is about.
        control: same shape, changed by the same amount in a way that the hunch is not about.
        able: bool (N,), the images to which both could be applied; None for all.
        lacking: what the other images lack, as a sentence; empty if nothing.
        region: bool (N, H, W), the region that was changed; None for the whole image.
        note: a caveat for reading the verdict, as a sentence; empty if none.
        units: int (N,), equal for images whose differences are not independent; None if all are.
    """

    changed: np.ndarray
    control: np.ndarray
    able: np.ndarray | None = None
    lacking: str = ""
    region: np.ndarray | None = None
    note: str = ""
    units: np.ndarray | None = None


Dials: TypeAlias = Settings
Change = Callable[[ImageBatch, np.random.Generator, Any], Treatment]


@dataclass(frozen=True)
class HunchInfo:
    """Declaration of a hunch, for menus, the parser and `test_hunch`.

    Args:
        name: identifier that `test_hunch` takes.
        title: display name.
        family: what it changes.
        kind: how a supported hunch reads. "shortcut": the network uses what it should not. "dependence": it uses
            something that it may well use; the verdict says what its answers rest on. "robustness": it is sensitive to
            a
            change that should not matter.
        Settings: its settings class.
        plain: what is changed, in plain words.
        says: phrases by which people mean it, in the words of `vocabulary.CONCEPTS` and its own; {colour} and {place}
            stand for any colour or place.
        action: what was done, to begin a sentence: "Swapping the background ...".
        control: what the control does, to begin the second sentence.
        supported: what a supported hunch means, as a sentence.
        rejected: what a hunch that is not supported means, as a sentence.
        change: (batch, rng, settings) -> Treatment.
        vocabulary: words that only this hunch needs, in addition to `vocabulary.CONCEPTS`: concept -> synonyms.
        by_class: whether the control predicts, for each class, what the change would do if the hunch were wrong, so
            that
            a single class can be judged by itself. A random field can favour one class, so it does not qualify.
        means: words that stand for settings, such as "dark" for a factor of 0.5.
        cures: whether the change can also improve a network, as swapping red and blue back does.
        variants: the settings with which "test them all" runs it.
        order: position in menus; lower comes first.
    """

    name: str
    title: str
    family: Family
    kind: Kind
    Settings: type[Settings]
    plain: str
    says: tuple[str, ...]
    action: str
    control: str
    supported: str
    rejected: str
    change: Change
    means: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    vocabulary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_class: bool = False
    cures: bool = False
    variants: tuple[Mapping[str, Any], ...] = ({},)
    order: int = 1000

    def apply(
        self,
        images: np.ndarray,
        masks: Mapping[str, np.ndarray] | None = None,
        rng: np.random.Generator | None = None,
        settings: Dials | None = None,
        *,
        labels: np.ndarray | None = None,
    ) -> np.ndarray:
        """Apply the change alone, to show what the hunch does.

        Args:
            images: uint8 or float (N, H, W, C).
            masks: name -> bool (N, H, W), as in a `Dataset`; None if unknown.
            rng: source of randomness; None starts a generator from seed 0.
            settings: settings of the change; None for the defaults.
            labels: int (N,); None if unknown: every image then counts as a class of its own.

        Returns:
            images of the same shape and data type.
        """
        batch = ImageBatch.of(images, np.arange(len(images)) if labels is None else labels, masks)
        arms = self.change(batch, rng or np.random.default_rng(0), settings or self.Settings())
        return batch.to_dataset_scale(arms.changed)


@dataclass(frozen=True, eq=False)
class Evidence:
    """The images and answers behind one verdict. M is the number of images tested.

    Args:
        indices: int (M,), the images' positions in the data set.
        chosen: number of images chosen, of which these M could be tested.
        labels: int (M,), true classes.
        units: int (M,), equal for images whose differences are not independent.
        before: float (M, K), probabilities for each unchanged image.
        after: float (M, K), probabilities for the changed image.
        control: float (M, K), probabilities for the control.
        pictures, changed, controls: (M, H, W, C) in the data set's own scale and data type.
        region: bool (M, H, W), or None.
        lacking: what the images that could not be tested lack, as a sentence; empty if unknown.
        note: a caveat, as a sentence; empty if none.
    """

    indices: np.ndarray
    chosen: int
    labels: np.ndarray
    units: np.ndarray
    before: np.ndarray
    after: np.ndarray
    control: np.ndarray
    pictures: np.ndarray
    changed: np.ndarray
    controls: np.ndarray
    region: np.ndarray | None = None
    lacking: str = ""
    note: str = ""

    @property
    def untouched(self) -> bool:
        """Whether the change left every image as it was."""
        return np.array_equal(self.pictures, self.changed)

    @property
    def light(self) -> Evidence:
        """The same without images; only whether each was changed is kept, in a hundredth of the memory."""
        changed, controls = (
            (given != self.pictures).any(axis=(1, 2, 3)).astype(np.uint8)[:, None, None, None]
            for given in (self.changed, self.controls)
        )
        return replace(self, pictures=np.zeros_like(changed), changed=changed, controls=controls, region=None)

    @property
    def flipped(self) -> np.ndarray:
        """Rows whose prediction the change flipped, those with the highest initial confidence first."""
        return self._flips(self.after)

    @property
    def control_flipped(self) -> np.ndarray:
        """Rows whose prediction the control flipped, in the same order."""
        return self._flips(self.control)

    @property
    def falls(self) -> np.ndarray:
        """Drop of the true class's probability, (M,)."""
        return self._true(self.before) - self._true(self.after)

    @property
    def control_falls(self) -> np.ndarray:
        """Drop of the true class's probability under the control, (M,)."""
        return self._true(self.before) - self._true(self.control)

    def _true(self, answers: np.ndarray) -> np.ndarray:
        return answers[np.arange(len(self.labels)), self.labels].astype(np.float64)

    def _flips(self, answers: np.ndarray) -> np.ndarray:
        rows = np.flatnonzero(self.before.argmax(1) != answers.argmax(1))
        return rows[np.argsort(-self.before[rows].max(1), kind="stable")]


@dataclass(frozen=True, eq=False)
class Verdict:
    """The outcome of testing one hunch.

    `effect` is the mean over images of (drop of the true class's probability under the change) - (its drop under the
    control), in -1..1; below zero, the change did less harm than the control, or some good.

    Args:
        hunch, title, kind, settings: what was tested.
        effect, low, high: the effect and its bootstrap interval.
        fall, fall_low, fall_high: mean drop under the change, regardless of the control, and its interval.
        control_effect: mean drop under the control.
        p_value: of the paired sign-flip test, two-sided, corrected for the tests within classes.
        p_corrected: the same, corrected for all hunches of one `test_hunches` (Holm); equals p_value for a single test.
        flips, control_flips: fraction of predictions that changed.
        n: number of images tested.
        scope: the one class in which the effect was found; None for all images. All figures here are then for this
            class.
        accuracy_before, accuracy_after, accuracy_control: fraction of correct predictions.
        conclusion: "supported", "not supported" or "inconclusive".
        helps: whether it is supported because the change improves the network.
        sentence: what happened, in words that a client understands.
        reading: what that means, as a sentence.
        caveat: what to keep in mind, as a sentence; empty if nothing.
        evidence: the images and answers behind it.
    """

    hunch: str
    title: str
    kind: Kind
    settings: Mapping[str, Any]
    effect: float
    low: float
    high: float
    fall: float
    fall_low: float
    fall_high: float
    control_effect: float
    p_value: float
    p_corrected: float
    flips: float
    control_flips: float
    n: int
    scope: str | None
    accuracy_before: float
    accuracy_after: float
    accuracy_control: float
    conclusion: Conclusion
    helps: bool
    sentence: str
    reading: str
    caveat: str
    evidence: Evidence = field(repr=False)

    @property
    def accuracy_change(self) -> float:
        """Change in the fraction of correct predictions; negative where it dropped."""
        return self.accuracy_after - self.accuracy_before

    def summary(self) -> dict[str, Any]:
        """Everything except the evidence, ready for a table or JSON."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "evidence"}
