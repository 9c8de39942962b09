"""What a network has learned: activations, top examples, and pictures made to please a unit.

Settings are imported at once. Whatever needs TensorFlow is imported when it is first used. No function here has its
module's name, since the module would then take the function's place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.features.settings import VisualizeSettings
from core.lazily import lazily

if TYPE_CHECKING:
    from core.features.depth import Depth, DepthSettings, edges_or_objects
    from core.features.examples import Examples, top_examples, unit_histogram
    from core.features.grid import Grid, GridSettings, unit_grid
    from core.features.handmade import Handmade, HandmadeSettings, handmade_features, stroke_picture
    from core.features.maximise import Visualization, make_pictures, request_key, visualize
    from core.features.objective import Difference, Neuron
    from core.features.responses import Responses, activations, layer_responses, unit_maps
    from core.features.stages import feature_layers
    from core.features.survey import summarise, unit_survey
    from core.features.views import Views, contributions, unit_attribution

_PLACES = {
    "Depth": "depth",
    "DepthSettings": "depth",
    "Difference": "objective",
    "Examples": "examples",
    "Grid": "grid",
    "GridSettings": "grid",
    "Handmade": "handmade",
    "HandmadeSettings": "handmade",
    "Neuron": "objective",
    "Responses": "responses",
    "Views": "views",
    "Visualization": "maximise",
    "activations": "responses",
    "contributions": "views",
    "edges_or_objects": "depth",
    "feature_layers": "stages",
    "handmade_features": "handmade",
    "layer_responses": "responses",
    "make_pictures": "maximise",
    "request_key": "maximise",
    "stroke_picture": "handmade",
    "summarise": "survey",
    "top_examples": "examples",
    "unit_attribution": "views",
    "unit_grid": "grid",
    "unit_histogram": "examples",
    "unit_maps": "responses",
    "unit_survey": "survey",
    "visualize": "maximise",
}

__all__ = [
    "Depth",
    "DepthSettings",
    "Difference",
    "Examples",
    "Grid",
    "GridSettings",
    "Handmade",
    "HandmadeSettings",
    "Neuron",
    "Responses",
    "Views",
    "Visualization",
    "VisualizeSettings",
    "activations",
    "contributions",
    "edges_or_objects",
    "feature_layers",
    "handmade_features",
    "layer_responses",
    "make_pictures",
    "request_key",
    "stroke_picture",
    "summarise",
    "top_examples",
    "unit_attribution",
    "unit_grid",
    "unit_histogram",
    "unit_maps",
    "unit_survey",
    "visualize",
]

__getattr__ = lazily(__name__, _PLACES)
