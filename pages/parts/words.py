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
    "unit": "One channel of a layer: it looks for the same pattern at every place of the picture.",
    "dead unit": "A unit that answers the same whatever it is shown. It has learned nothing.",
    "sparsity": "At how many places of all pictures a unit stays silent. Picky units are silent at most.",
    "selectivity": "From 0 to 1: how much more a unit answers one class than the others. At 0.5 it answers it three "
    "times as strongly as the rest. It shows a preference, and not that the class needs the unit.",
    "feature visualisation": "A picture that the computer paints from grey so that a unit answers as strongly as it "
    "can. It is no picture from the data.",
    "region in view": "The part of the picture that the unit can see from the place where it answered most. The rest "
    "cannot have mattered to it.",
    "unit attribution": "Which pixels the unit's strongest answer rests on: orange ones raise it, blue ones lower it.",
    "logit": "The network's score for a class before scores are turned into shares of 100%.",
    "linear probe": "A straight-line rule that tries to read something from a layer, judged on pictures that it has "
    "not seen. If it succeeds, the layer holds that information; the network need not use it.",
    "filter bank": "A set of oriented edge and colour filters, as early vision is described by. How much of a unit's "
    "answers they explain tells how far it is a simple edge or colour detector.",
    "untrained copy": "The same network with fresh random weights. What it can do too was not learned.",
    "hand-made features": "Measurements that people thought of: where the edges are, and which way brightness "
    "changes. The simple classifiers here learn only how to weigh them.",
    "gradient": "How much the score would change with the smallest change of each pixel. Fine and grainy.",
    "class activation": "Adds up the maps of a layer, weighted by how much each speaks for the class. Coarse and calm.",
    "perturbation": "Covers or changes parts of the picture and watches the score. Slow, and it needs no look inside.",
    "decomposition": "Hands the score back from layer to layer until every pixel has its share of it.",
    "contrast": "Show what speaks for the one class and against the other, such as boot rather than sandal: the "
    "difference of their two scores.",
    "trust badge": "Whether a method's maps can be believed on this network. A map passes when it changes as the "
    "network forgets what it learned, when the pixels that it marks matter more to the answer than random ones and "
    "than the picture's edges, and when noise that nobody would notice leaves it as it is.",
    "deletion": "The pixels that a map marks are taken away, the strongest first. If they mattered, the answer "
    "falls fast.",
    "insertion": "The pixels that a map marks are put back into an empty picture, the strongest first. If they "
    "mattered, the answer rises fast.",
    "randomisation check": "The network forgets what it learned, layer by layer from the last. An honest map changes "
    "with it; a map that stays shows the picture and not the network's reasons.",
    "likeness": "Rank correlation: 1 when both maps put the pixels in the same order, 0 when they have nothing to do "
    "with each other. Structural similarity: the same for the shapes that one sees.",
    "difference of maps": "The first map minus the second, each on a scale of its own from 0 to 1.",
    "relevance mass": "How much of the evidence lies on this part of the picture, as a multiple of its share of the "
    "area: 1 is what a map that is the same everywhere has there.",
    "mean map": "The maps of all pictures of a class, averaged with each counted alike. Bright is where its evidence "
    "lies as a rule.",
    "groups of maps": "Maps whose evidence lies in the same places are put together. A small group in an odd place is "
    "often a shortcut.",
    "training film": "The maps of a few pictures are kept after every epoch, so that you can see afterwards when the "
    "network began to look where it looks.",
    "fit": "How a picture that is not as wide as it is tall is made to fit the network.",
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
