"""What the field's terms mean, in plain words, for whoever hovers over one."""

from __future__ import annotations

TERMS = {
    "accuracy": "Of all pictures that the network was asked about, the share that it got right.",
    "loss": "How surprised the network is by the right answers: lower is better, 0 means never surprised.",
    "validation": "Pictures that are kept out of learning and used to choose the best moment to stop.",
    "epoch": "One pass over all the pictures that are learned from.",
    "confidence": "How sure the network says it is, from 0% to 100%. It can be sure and wrong.",
    "confusion matrix": "Each row is what the picture shows, each column what the network said. Right answers lie "
    "on the diagonal.",
    "layer": "One step of the network. Early layers see edges and colours in fine detail, late ones see whole parts, "
    "coarsely.",
    "activation map": "What one unit of a layer answers at each place: bright where it found its pattern.",
    "flaw": "Something wrong with the data or the network that makes it right for the wrong reason, or just wrong.",
    "strength": "How firmly the flaw is tied to the class: 0 is not at all, 1 is always.",
    "overlay": "How much of the map is laid over the picture.",
    "colour map": "Which colours stand for small and large values. Colour-blind people can tell all of these apart.",
    "tf-explain": "The well-known library whose own routine runs here on a copy of the same network, as a reference.",
}


def sure(share: float) -> str:
    """A confidence in words: never 100% where it is not."""
    return "more than 99%" if 0.995 <= share < 1 else f"{share:.0%}"


def one(name: str) -> str:
    """A class with its article: "a boot", "an airplane"."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def meaning(term: str) -> str:
    """The explanation of a term; KeyError for one that the glossary does not have."""
    return TERMS[term]
