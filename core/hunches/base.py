"""What a hunch is, what testing it takes, and what comes out."""

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
    "background": FamilyWords("The background", "what is behind the thing"),
    "object": FamilyWords("The object", "the thing itself"),
    "artefact": FamilyWords("Labels, borders, places", "labels, marks and edges of the picture"),
    "colour": FamilyWords("Colour", "colour"),
    "light": FamilyWords("Light", "light"),
    "detail": FamilyWords("Sharpness and noise", "sharpness and noise"),
    "geometry": FamilyWords("Position and size", "size, place and turn"),
    "structure": FamilyWords("Shape and texture", "shape and texture"),
}
"""Every family, in the order in which lists show them."""


class NoSettings(Settings):
    """For a change that has no dials."""


class TestSettings(Settings):
    """How strict a verdict is. These dials are the same for every hunch."""

    __test__ = False  # not a case for pytest to collect

    threshold: float = setting(
        0.1,
        "The smallest effect that counts: how far the true class's probability must fall, and fall beyond the control.",
        low=0.0,
        high=0.9,
        step=0.01,
    )
    class_threshold: float = setting(
        0.2,
        "The smallest effect that counts where it is found in one class only.",
        low=0.0,
        high=0.9,
        step=0.01,
        common=False,
    )
    gain_threshold: float = setting(
        0.05,
        "The smallest gain that counts, where a change makes the answers better. Pictures that reach the network as it "
        "was taught seldom gain by any change.",
        low=0.0,
        high=0.9,
        step=0.01,
        common=False,
    )
    confidence: float = setting(
        0.95,
        "How sure a verdict must be. One in twenty true nulls may pass at 0.95.",
        low=0.5,
        high=0.999,
        step=0.01,
        common=False,
    )
    within_classes: bool = setting(
        True,
        "Also look within each class, for flaws that touch one class only. Each look makes the others stricter.",
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
    """The two versions of each picture that a verdict compares.

    Args:
        changed: float32 (N, H, W, C) in 0..255, what the hunch is about is changed.
        control: the same shape; as much is changed, but not that.
        able: bool (N,), the pictures on which both could be done; None for all.
        lacking: what the others lack, as a sentence; empty where nothing is lacking.
        region: bool (N, H, W), where a region was changed; None where the whole picture was.
        note: what to keep in mind when reading the verdict, as a sentence; empty where there is nothing.
        units: int (N,), equal for pictures whose differences are not independent; None where all are.
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
    """A hunch as a menu, a matcher and `test_hunch` need it.

    Args:
        name: what `test_hunch` calls it.
        title: what a person calls it.
        family: what it changes.
        kind: how a supported hunch reads. "shortcut": the network reads what it should not. "dependence": it reads
            what it may well read; the verdict says what its answers rest on. "robustness": it is upset by a change
            that should not matter.
        Settings: its dials.
        plain: what is changed, in plain words.
        says: what people say when they mean it, in the words of `vocabulary.CONCEPTS` and its own; {colour} and
            {place} stand for any colour or place.
        action: what was done, to begin a sentence: "Swapping the background ...".
        control: what the control does, to begin the second sentence.
        supported: what a supported hunch means, as a sentence.
        rejected: what one that is not supported means.
        change: (batch, rng, settings) -> Treatment.
        vocabulary: words that only this hunch needs, beside those of `vocabulary.CONCEPTS`: concept -> its synonyms.
        by_class: whether the control says of each class what the change would do if the hunch were wrong, so that one
            class can be judged by itself. A random field may favour one class, so it is not fit for that.
        means: words that stand for settings, such as "dark" for a factor of 0.5.
        cures: whether the change may also make a network better, as swapping red and blue back does.
        variants: the settings with which "test them all" runs it.
        order: its place in menus; lower comes first.
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
        """The changed pictures alone, for a look at what the hunch does.

        Args:
            images: uint8 or float (N, H, W, C).
            masks: name -> bool (N, H, W), as in a `Dataset`; None where unknown.
            rng: where the change is random; None starts a generator from 0.
            settings: its dials; None for the defaults.
            labels: int (N,); None where unknown: every picture then counts as a class of its own.

        Returns:
            pictures of the same shape and number type.
        """
        batch = ImageBatch.of(images, np.arange(len(images)) if labels is None else labels, masks)
        arms = self.change(batch, rng or np.random.default_rng(0), settings or self.Settings())
        return batch.given(arms.changed)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that a gallery or a chart of one verdict needs. M is the number of pictures tried.

    Args:
        indices: int (M,), the pictures' places in the data set.
        chosen: how many pictures were chosen, of which these M could be tried.
        labels: int (M,), their true classes.
        units: int (M,), equal for pictures whose differences are not independent.
        before: float (M, K), the answer to each picture as it is.
        after: float (M, K), the answer to the changed picture.
        control: float (M, K), the answer to the control.
        pictures, changed, controls: (M, H, W, C) in the data set's own scale and number type.
        region: bool (M, H, W), or None.
        lacking: what the pictures lacked that could not be tried, as a sentence; empty where nothing is known.
        note: what to keep in mind, as a sentence; empty where there is nothing.
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
        """Whether the change left every picture as it was."""
        return np.array_equal(self.pictures, self.changed)

    @property
    def light(self) -> Evidence:
        """The same without its pictures, of which only whether each was changed is left: a hundredth of the memory."""
        changed, controls = (
            (given != self.pictures).any(axis=(1, 2, 3)).astype(np.uint8)[:, None, None, None]
            for given in (self.changed, self.controls)
        )
        return replace(self, pictures=np.zeros_like(changed), changed=changed, controls=controls, region=None)

    @property
    def flipped(self) -> np.ndarray:
        """Rows whose answer the change flipped, those that were surest of their first answer first."""
        return self._flips(self.after)

    @property
    def control_flipped(self) -> np.ndarray:
        """Rows whose answer the control flipped, in the same order."""
        return self._flips(self.control)

    @property
    def falls(self) -> np.ndarray:
        """How far the true class's probability fell, (M,)."""
        return self._true(self.before) - self._true(self.after)

    @property
    def control_falls(self) -> np.ndarray:
        """How far it fell under the control, (M,)."""
        return self._true(self.before) - self._true(self.control)

    def _true(self, answers: np.ndarray) -> np.ndarray:
        return answers[np.arange(len(self.labels)), self.labels].astype(np.float64)

    def _flips(self, answers: np.ndarray) -> np.ndarray:
        rows = np.flatnonzero(self.before.argmax(1) != answers.argmax(1))
        return rows[np.argsort(-self.before[rows].max(1), kind="stable")]


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a test found.

    `effect` is the mean over pictures of (fall of the true class's probability under the change) - (its fall under
    the control), in -1..1; below zero the change did less harm than the control, or some good.

    Args:
        hunch, title, kind, settings: what was tested.
        effect, low, high: the effect and its bootstrap interval.
        fall, fall_low, fall_high: mean fall under the change, whatever the control does, and its interval.
        control_effect: mean fall under the control.
        p_value: of the paired sign-flip test, two-sided, corrected for the looks within classes.
        p_corrected: the same, corrected for all hunches of one `test_hunches` (Holm); p_value where one is tested.
        flips, control_flips: share of answers that changed.
        n: pictures tried.
        scope: the one class in which the effect was found; None for all pictures. All figures here are then of this
            class.
        accuracy_before, accuracy_after, accuracy_control: share of right answers.
        conclusion: "supported", "not supported" or "inconclusive".
        helps: whether it is supported because the change makes the network better.
        sentence: what happened, in words that a client understands.
        reading: what that means, as a sentence.
        caveat: what to keep in mind, as a sentence; empty where there is nothing.
        evidence: the pictures and answers behind it.
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
        """How much the share of right answers rose; below zero where it fell."""
        return self.accuracy_after - self.accuracy_before

    def summary(self) -> dict[str, Any]:
        """Everything but the evidence, ready for a table or JSON."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "evidence"}
