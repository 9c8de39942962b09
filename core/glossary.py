"""The glossary: what the field's terms mean, each in at most 40 plain words.

Tooltips on the screens and the glossary of the guide are drawn from it.
"""

from __future__ import annotations

TERMS: dict[str, str] = {
    "accuracy": "Of all pictures that the network was tested on, the share that it got right.",
    "loss": "How surprised the network is by the right answers: lower is better, 0 means never surprised.",
    "validation": "Pictures that are not used for training but to choose the best moment to stop.",
    "epoch": "One pass over all training pictures.",
    "confidence": "How sure the network says it is, from 0% to 100%. It can be sure and wrong.",
    "confusion matrix": (
        "Each row is what the picture shows, each column what the network predicted. Right answers lie on the diagonal."
    ),
    "preprocessing": (
        "What is done to the pixels before the network sees them, such as dividing by 255. A wrong one makes a good "
        "network answer badly."
    ),
    "layer": (
        "One step of the network. Early layers detect edges and colours in fine detail, late ones whole parts, "
        "coarsely."
    ),
    "activation map": "The response of one unit of a layer at each place: bright where it found its pattern.",
    "flaw": "Something wrong with the data or the network that makes it right for the wrong reason, or just wrong.",
    "strength": "How strongly the flaw is tied to the class: 0 is not at all, 1 is always.",
    "overlay": "How strongly the map shows over the picture.",
    "colour map": "Which colours stand for small and large values. Colour-blind people can tell all of these apart.",
    "unit": "One channel of a layer: it looks for the same pattern at every place of the picture.",
    "dead unit": "A unit that gives the same response to every picture. It has learned nothing.",
    "sparsity": "At how many places of all pictures a unit stays silent. Picky units are silent at most.",
    "selectivity": (
        "From 0 to 1: how much more strongly a unit responds to one class than to the others. At 0.5 it responds "
        "three times as strongly. It shows a preference, not that the class needs the unit."
    ),
    "feature visualisation": (
        "A picture that the computer makes from grey noise so that a unit responds as strongly as possible. It is "
        "no picture from the data."
    ),
    "region in view": (
        "The part of the picture that the unit can see from the place with its strongest response. The rest cannot "
        "have mattered to it."
    ),
    "unit attribution": "Which pixels the unit's strongest response rests on: orange "
    "ones raise it, blue ones lower it.",
    "ablation": (
        "Setting one unit to 0 at every place and asking again. What the answer loses is what the unit gave to it."
    ),
    "logit": "The network's score for a class before scores are turned into percentages.",
    "linear probe": (
        "A simple linear rule that tries to read something from a layer, tested on pictures that it has not seen. "
        "If it succeeds, the layer holds that information; the network need not use it."
    ),
    "filter bank": (
        "A set of oriented edge and colour filters, like those of early vision. How much of a unit's responses "
        "they explain shows how far it is a simple edge or colour detector."
    ),
    "untrained copy": "The same network with fresh random weights. What it can also do was not learned.",
    "hand-made features": (
        "Measurements that people designed: where the edges are, and which way brightness changes. The simple "
        "classifiers here learn only how to weigh them."
    ),
    "gradient": "How much the score would change with the smallest change of each pixel. Fine and grainy.",
    "class activation": "Adds up the maps of a layer, weighted by how much each supports the class. Coarse and smooth.",
    "perturbation": "Covers or changes parts of the picture and measures the score. "
    "Slow, but needs no access to the inside.",
    "decomposition": "Passes the score back from layer to layer until every pixel has its share of it.",
    "contrast": (
        "Show what supports one class against another, such as boot rather than sandal: the difference of their "
        "two scores."
    ),
    "trust badge": (
        "Whether a method's maps can be believed on this network: they change when its weights are randomised, "
        "mark pixels that matter more than random ones and plain edges, and stay the same under faint noise."
    ),
    "deletion": "The pixels that a map marks are removed, the strongest first. If they mattered, the score drops fast.",
    "insertion": (
        "The pixels that a map marks are put back into an empty picture, the strongest first. If they mattered, "
        "the score rises fast."
    ),
    "randomisation check": (
        "The network's weights are made random, layer by layer from the last. An honest map changes with it; a map "
        "that stays shows the picture and not the network's reasons."
    ),
    "likeness": (
        "Rank correlation: 1 when both maps put the pixels in the same order, 0 when they have nothing to do with "
        "each other. Structural similarity: the same for visible shapes."
    ),
    "difference of maps": "The first map minus the second, each scaled to 0 to 1.",
    "relevance mass": (
        "How much of the evidence lies on this part of the picture, as a multiple of its share of the area: 1 is "
        "what a uniform map has there."
    ),
    "mean map": "The average map of all pictures of a class. Bright is where its evidence usually lies.",
    "groups of maps": "Maps with evidence in the same places are grouped. A small group "
    "in an odd place is often a shortcut.",
    "training film": (
        "The maps of a few pictures are kept after every epoch, so that you can see later when the network began "
        "to look where it looks."
    ),
    "fit": "How a picture that is not as wide as it is tall is made to fit the network.",
    "tf-explain": "The well-known library whose own routine runs here on a copy of the same network, as a reference.",
    "attribution": "A map of how much each pixel spoke for or against an answer.",
    "heatmap": "A map in colours, laid over its picture. Bright is what mattered most.",
    "saliency": "How much each pixel stands out to the network. A common name for attribution by gradients.",
    "baseline": (
        "The picture that stands for nothing: black, grey or blurred. The parts of a map say what the picture adds "
        "to it, so another baseline gives another map."
    ),
    "completeness": "The parts of a map add up to the whole rise of the score. Nothing is lost or made up on the way.",
    "faithfulness": "How well a map says what the network really used, rather than what a person would point at.",
    "localisation": "How much of the evidence lies where it should, such as on the object.",
    "hunch": "A guess at what the network looks at, such as: it is the background. A test turns it into a yes or a no.",
    "intervention": (
        "One thing in the picture is changed on purpose and everything else is left. If the answer changes too, "
        "that thing was a cause, not just a coincidence."
    ),
    "control": "The same amount of change made somewhere that should not matter. It shows what any change would do.",
    "effect": "How much more the true class loses under the change than under the control: 0 is no difference.",
    "interval": "The range in which the true number probably lies. A wide one means that too few pictures were tested.",
    "p-value": "How often chance alone would give a difference as large as this. "
    "Values below 0.05 are usually believed.",
    "verdict": "The result of a test: supported, not supported, or inconclusive where there is too little evidence.",
    "flip": "A picture to which the network gives another answer after the change.",
    "shortcut": (
        "Something that goes along with a class in the pictures but is no part of it, such as a sticker in the "
        "corner. It is easier to learn than the thing itself."
    ),
    "suspect": "A flaw that the network may have, with the evidence for it. The strongest comes first.",
    "raised": "The evidence for this flaw is stronger than what healthy networks show by chance.",
    "confident learning": (
        "Finds labels that are likely wrong: pictures that a network trained on the others firmly assigns to "
        "another class."
    ),
    "leakage": "The same or nearly the same picture is in both training and test, so the test is too easy.",
    "imbalance": "One class has far fewer pictures than the others, and the network seldom says it.",
    "overfitting": "The network has memorised its training pictures, and does worse on new ones.",
    "fix": "A change to the data or the training that should cure a flaw.",
    "fix ladder": (
        "Several fixes compared with the network as it is and with one that was only trained longer. A fix counts "
        "when it beats both."
    ),
    "keep training": "The control of every fix: the same network with as many further "
    "training steps, and nothing else changed.",
    "group": "Pictures that share a class and the thing that the flaw ties to it, such as boots on grass.",
    "worst group": "The group of pictures that the network gets wrong most. An average can hide it.",
    "judge": "Test pictures in which the flaw's link to the class is broken. They "
    "show what the network really learned.",
    "last layer retrained": "All but the network's last layer stays as it is; that layer is "
    "trained again on groups of equal size.",
    "right for the right reasons": "Training that also penalises the network for looking at the wrong place.",
    "calibration": "Whether the network is right as often as it says: of answers that it is 90% sure of, nine in ten "
    "should be right.",
    "calibration error": "The average gap between confidence and accuracy, in percentage points. 0 is perfect.",
    "temperature scaling": (
        "One number that makes all the network's answers less or more sure, so that its confidence matches how "
        "often it is right. The answers themselves stay the same."
    ),
    "concept": "An idea that people have a word for, given as a few pictures of it: stripes, sky, a label.",
    "concept test": (
        "Whether moving a picture's inner values towards a concept raises the score of a class, compared with "
        "concepts made of random pictures. Known as TCAV."
    ),
    "driver": (
        "Something about a picture that changes the network's score, such as its scene or its colour, and by how much."
    ),
    "interaction": "The same thing has another effect on one kind of picture than on another.",
    "exemplar": "A training picture that is most similar to this one for the network.",
    "prototype": "A picture that represents many others of its class well.",
    "criticism": "A picture that the prototypes of its class do not represent.",
    "readable stand-in": "A small rule or sum that people can read, trained to give the network's answers.",
    "fidelity": "How often a stand-in gives the network's answer on pictures that neither has seen.",
    "embedding": (
        "The list of numbers that the network makes of a picture just before it decides. Similar pictures have "
        "similar lists."
    ),
    "run": "One trained network with everything that made it: pictures, settings, and how it went.",
    "recipe": "All settings that make a run. The same recipe gives the same run.",
    "seed": "A number from which all chance is drawn. The same seed gives the same result.",
    "learning rate": "How large a step the network takes after each mistake. If it is "
    "too large, training never settles.",
    "batch": "The number of pictures that the network looks at before it changes itself once.",
    "mask": "Which pixels of a picture belong to something, such as the object.",
    "test pictures": "Pictures that are kept apart until the end, to test the network on.",
    "class": "One of the things that the network is trained to tell apart.",
    "score": "The number that the network gives to a class. The largest one is its answer.",
    "serving": "Using a trained network: how pictures reach it once it is at work.",
}


def meaning(term: str) -> str:
    """The explanation of a term.

    Args:
        term: an entry of the glossary.

    Raises:
        KeyError: for a term that the glossary does not have.
    """
    return TERMS[term]
