"""The glossary: what the field's terms mean, each in at most 40 plain words.

The explanations that screens show on hover, and the glossary of the guide, are drawn from it.
"""

from __future__ import annotations

TERMS: dict[str, str] = {
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
    "trust badge": "Whether a method's maps can be believed on this network: they change as it forgets, mark pixels "
    "that matter more than random ones and than plain edges, and stay as they are under faint noise.",
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
    "attribution": "A map of how much each pixel spoke for or against an answer.",
    "heatmap": "A map in colours, laid over its picture. Bright is what mattered most.",
    "saliency": "How much each pixel stands out to the network. A common name for attribution by gradients.",
    "baseline": "The picture that stands for nothing: black, grey or blurred. The parts of a map say what the picture "
    "has beyond it, so another baseline is another question.",
    "completeness": "The parts of a map add up to the whole rise of the score. Nothing is lost or made up on the way.",
    "faithfulness": "How well a map says what the network really used, rather than what a person would point at.",
    "localisation": "How much of the evidence lies where it should, such as on the object.",
    "hunch": "A guess at what the network looks at, such as: it is the background. A test turns it into a yes or a no.",
    "intervention": "One thing in the picture is changed on purpose and all else is left. If the answer changes too, "
    "that thing was a cause and no mere companion.",
    "control": "The same amount of change made somewhere that should not matter. It tells what any change would do.",
    "effect": "How much more the true class loses by the change than by the control: 0 is no difference.",
    "interval": "The range in which the true number probably lies. A wide one means that too few pictures were tried.",
    "p-value": "How often chance alone would give a difference as large as this. Below 0.05 it is usually believed.",
    "verdict": "What a test found: supported, not supported, or inconclusive where there is too little to tell.",
    "flip": "A picture to which the network gives another answer after the change.",
    "shortcut": "Something that goes along with a class in the pictures but is no part of it, such as a label in the "
    "corner. It is easier to learn than the thing itself.",
    "suspect": "A flaw that the network may have, with the evidence for it. The strongest stands first.",
    "raised": "The evidence for this flaw is stronger than what healthy networks show by chance.",
    "confident learning": "Finds labels that are likely wrong: pictures that the network, taught on the others, firmly "
    "takes for another class.",
    "leakage": "The same or nearly the same picture is in both training and test, so the test is too easy.",
    "imbalance": "One class has far fewer pictures than the others, and the network seldom says it.",
    "overfitting": "The network knows its training pictures by heart, and does worse on new ones.",
    "fix": "A change to the data or the training that should cure a flaw.",
    "fix ladder": "Several fixes tried in the same way, beside the network as it is and one that only trained longer. "
    "A fix counts when it beats both.",
    "keep training": "The control of every fix: the same network with as many further steps, and nothing else changed.",
    "group": "Pictures that share a class and the thing that the flaw ties to it, such as boots on grass.",
    "worst group": "The group of pictures that the network gets wrong most. An average can hide it.",
    "judge": "Test pictures in which the flaw's tie is broken. They show what the network really learned.",
    "last layer retrained": "All but the network's last step stays as it is; that step is learned again from groups of "
    "equal size.",
    "right for the right reasons": "Training that also punishes the network for looking at the wrong place.",
    "calibration": "Whether the network is right as often as it says: of answers that it is 90% sure of, nine in ten "
    "should be right.",
    "calibration error": "How far sureness and truth lie apart on average, in percentage points. 0 is perfect.",
    "temperature scaling": "One number that makes all the network's answers less or more sure, chosen so that sureness "
    "matches truth. The answers themselves stay the same.",
    "concept": "An idea that people have a word for, given as a few pictures of it: stripes, sky, a label.",
    "concept test": "Whether moving a picture's inner values towards a concept raises the score of a class, compared "
    "with concepts made of random pictures. Known as TCAV.",
    "driver": "Something about a picture that moves the network's score, such as its scene or its colour, and how far.",
    "interaction": "The same thing has another effect on one kind of picture than on another.",
    "exemplar": "A training picture that is most like this one to the network. It shows what it was reminded of.",
    "prototype": "A picture that stands well for many others of its class.",
    "criticism": "A picture that the prototypes of its class do not stand for.",
    "readable stand-in": "A small rule or sum that people can read, taught to give the network's answers.",
    "fidelity": "How often a stand-in gives the network's answer on pictures that neither has seen.",
    "embedding": "The list of numbers that the network makes of a picture just before it decides. Like pictures have "
    "like lists.",
    "run": "One trained network with everything that made it: pictures, settings, and how it went.",
    "recipe": "All settings that make a run. The same recipe gives the same run.",
    "seed": "A number from which all chance is drawn. The same seed gives the same result.",
    "learning rate": "How large a step the network takes after each mistake. Too large and it never settles.",
    "batch": "The pictures that the network looks at before it changes itself once.",
    "mask": "Which pixels of a picture belong to something, such as the object.",
    "test pictures": "Pictures that are kept apart to the end, to judge the network by.",
    "class": "One of the things that the network is taught to tell apart.",
    "score": "The number that the network gives to a class. The largest one is its answer.",
    "serving": "Using a trained network: how pictures reach it once it is at work.",
}


def meaning(term: str) -> str:
    """The explanation of a term; KeyError for one that the glossary does not have."""
    return TERMS[term]
