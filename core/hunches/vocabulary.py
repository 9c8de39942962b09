"""The words in which hunches are typed, and their concepts. `parse_hunches` uses only these tables."""

from __future__ import annotations

CONCEPTS: dict[str, tuple[str, ...]] = {
    "background": (
        "backdrop", "scene", "scenery", "surroundings", "surrounding", "context", "environment", "behind", "landscape",
        "sky", "grass", "sand", "snow", "sea", "water", "brick", "wall", "beach", "field", "forest", "floor", "lawn",
        "meadow", "desert", "setting", "bg",
    ),
    "object": (
        "thing", "item", "subject", "foreground", "product", "garment", "clothes", "clothing", "article", "animal",
    ),
    "label": (
        "sticker", "tag", "price tag", "logo", "watermark", "text", "writing", "print", "printed", "stamp", "barcode",
        "bar code", "letters", "letter", "caption", "brand", "badge", "date stamp", "copyright",
    ),
    "border": ("frame", "edge", "rim", "margin", "outside edge", "bezel"),
    "colour": ("color", "colored", "coloured", "colourful", "saturation"),
    "tint": ("dye", "paint", "shade", "tinted"),
    "grey": ("gray", "greyscale", "grayscale", "monochrome", "black and white", "desaturate", "colourless"),
    "hue": ("hues", "colour wheel"),
    "remove": (
        "delete", "erase", "take away", "get rid", "without", "drop", "strip", "paint over", "inpaint", "take off",
        "removing", "removed", "hide", "get out",
    ),
    "cover": ("occlude", "block", "mask", "black out", "blank"),
    "swap": ("replace", "exchange", "switch", "another", "different", "substitute", "change", "swapped", "mixed up"),
    "turn": ("rotate", "rotated", "turned", "spin"),
    "move": ("moved", "slide", "translate", "moving"),
    "shift": ("shifted", "offset", "displaced"),
    "place": ("position", "location", "where", "placement", "located", "placed", "stands", "whereabouts"),
    "corner": ("corners",),
    "rectangle": ("region", "area", "patch", "box", "spot", "part", "square", "zone", "bit"),
    "crop": ("cropped", "trim", "trimmed", "zoomed in"),
    "cut": ("cut off", "chop"),
    "shape": ("silhouette", "outline", "contour", "form", "shapes"),
    "texture": ("pattern", "fabric", "material", "surface", "textures", "weave"),
    "shuffle": ("scramble", "jumble", "shuffled"),
    "channel": ("channels", "rgb", "bgr", "channel order"),
    "red and blue": ("blue and red", "red for blue", "blue for red", "red with blue"),
    "value": ("values", "numbers", "pixel values", "number", "preprocessing", "input"),
    "normalise": ("normalize", "normalised", "normalized", "normalisation", "normalization"),
    "rescale": ("rescaled", "rescaling"),
    "brightness": ("lighting", "light", "exposure", "light level", "illumination", "lit"),
    "dark": ("darker", "dim", "underexposed", "gloomy", "darkness"),
    "bright": ("brighter", "lighter", "overexposed", "glare"),
    "contrast": ("contrasts",),
    "faded": ("washed out", "hazy", "fog", "foggy", "flat light", "pale"),
    "blur": ("blurry", "blurred", "out of focus", "defocus", "unsharp", "fuzzy", "focus", "bokeh", "motion blur"),
    "sharp": ("sharpen", "sharpening", "sharper", "crisp", "sharpness", "too sharp"),
    "noise": ("noisy", "grain", "grainy", "speckle", "static"),
    "jpeg": ("jpg",),
    "compression": ("compressed", "compress", "blocky", "compression artefacts", "compression artifacts"),
    "quality": ("low quality", "bad quality"),
    "mirror": ("flip", "flipped", "mirrored", "reflection", "reversed"),
    "upside down": ("head over heels", "on its head"),
    "rotation": ("rotations", "orientation", "angle"),
    "tilt": ("tilted", "crooked", "slanted", "skewed"),
    "size": ("sizes", "how big", "how large", "distance", "zoom", "scale"),
    "small": ("smaller", "tiny", "far away", "farther", "further away", "little"),
    "large": ("larger", "big", "bigger", "close up", "near", "nearer", "closer"),
    "plain": ("flat", "uniform", "solid"),
    "empty": ("nothing",),
    "detail": ("details", "fine structure"),
    "fine": ("tiny details",),
    "coarse": ("blobs", "blob", "rough"),
    "low": ("low pass",),
    "high": ("high pass",),
    "frequency": ("frequencies",),
    "line": ("strokes", "edge", "edge detail"),
    "centre": ("center", "centred", "centered", "middle"),
    "left or right": ("left or on the right", "left versus right"),
    "only": ("just", "merely", "solely"),
    "too": ("overly",),
    "more": ("stronger", "harder"),
    "0 to 255": ("0 255", "255"),
    "0 to 1": ("0 1", "zero to one", "between 0 and 1"),
}  # fmt: skip
"""Concept -> the words that mean it, besides itself."""

COLOURS: dict[str, tuple[str, ...]] = {
    "red": ("crimson", "scarlet", "reddish"),
    "orange": (),
    "yellow": ("golden", "gold", "yellowish"),
    "green": ("greenish",),
    "teal": ("turquoise", "cyan"),
    "blue": ("bluish", "navy", "azure"),
    "purple": ("violet", "lilac"),
    "pink": ("magenta", "rose"),
    "black": (),
    "white": (),
}

THIRD, LAST = 0.33, 0.67
PLACES: dict[str, dict[str, float]] = {
    "upper left": {"x": 0.0, "y": 0.0, "width": THIRD, "height": THIRD},
    "upper right": {"x": LAST, "y": 0.0, "width": THIRD, "height": THIRD},
    "lower left": {"x": 0.0, "y": LAST, "width": THIRD, "height": THIRD},
    "lower right": {"x": LAST, "y": LAST, "width": THIRD, "height": THIRD},
    "top": {"x": 0.0, "y": 0.0, "width": 1.0, "height": THIRD},
    "bottom": {"x": 0.0, "y": LAST, "width": 1.0, "height": THIRD},
    "left": {"x": 0.0, "y": 0.0, "width": THIRD, "height": 1.0},
    "right": {"x": LAST, "y": 0.0, "width": THIRD, "height": 1.0},
    "middle": {"x": THIRD, "y": THIRD, "width": 0.34, "height": 0.34},
}
PLACE_WORDS: dict[str, tuple[str, ...]] = {
    "upper left": ("top left", "left upper", "left top", "north west"),
    "upper right": ("top right", "right upper", "right top", "north east"),
    "lower left": ("bottom left", "left lower", "left bottom", "south west"),
    "lower right": ("bottom right", "right lower", "right bottom", "south east"),
    "top": ("upper", "above", "up"),
    "bottom": ("lower", "below", "down"),
    "left": ("left side", "left hand"),
    "right": ("right side", "right hand"),
    "middle": ("centre", "center"),
}

_FILLERS = (
    "a about all also always am an and any are as at be because been being believe bet but by can classifier cnn could "
    "did do does doing due else even for from get gets go goes going guess had has have he her him his hunch i if in "
    "into is it its itself just keep keeps let like look looking looks lets make makes man may maybe me might model "
    "must my net network of on one or other our out over perhaps please probably really reads reading relies say see "
    "seems sees she should so some sort still suppose surely take that the their them then there they this those think "
    "to try two use uses using very was way we were what when which while why will with would you your yes "
    "picture pictures image images photo photos photograph photographs around "
    "decides decide follows follow learned learnt learning cheats cheating answer answers wrong whether "
    "depends depend confused fooled thrown upset sensitive minds mind"
)
FILLERS = frozenset(_FILLERS.split())
"""Words that say nothing about what is to be changed."""

GENERAL = (
    "cheat", "cheats", "cheating", "cheated", "trick", "tricks", "shortcut", "shortcuts", "clever hans", "bias",
    "biased", "flaw", "flaws", "flawed", "bug", "wrong reason", "wrong reasons", "what is wrong", "what's wrong",
    "something wrong", "anything wrong", "trust", "honest", "fair", "spurious", "leak", "leakage", "overfitting",
)  # fmt: skip
"""Words that ask whether anything is wrong at all: the search for flaws answers that, and no single hunch does."""

DENIALS = ("not", "isn't", "isnt", "never", "rather than", "instead of", "nothing to do with", "don't think")
"""What follows these, up to a comma or "but", is ignored."""
ENDS = (",", ".", ";", "but", "it's", "its")
