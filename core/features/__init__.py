"""What a network has learned: activations, top examples, and feature visualisation.

Settings are imported at once; modules that need TensorFlow are imported on first use. No function here has the name of
its module, because the module would then replace the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.features.settings import VisualizeSettings
from core.lazy_import import lazy_import

if TYPE_CHECKING:
    from core.features.ablation import UnitAblation, ablate_unit
    from core.features.activation_grid import ActivationGrid, GridSettings, unit_grid
    from core.features.depth import Depth, DepthSettings, compare_edges_and_objects
    from core.features.handcrafted_features import (
        HandcraftedComparison,
        HandcraftedSettings,
        handcrafted_features,
        stroke_picture,
    )
    from core.features.objective import Difference, Neuron
    from core.features.responses import Responses, activations, layer_responses, unit_maps
    from core.features.stages import feature_layers
    from core.features.survey import summarise, unit_survey
    from core.features.top_examples import Examples, strongest_pictures, top_examples, unit_histogram
    from core.features.unit_attribution import UnitAttributions, contributions, unit_attribution
    from core.features.visualize import Visualization, make_pictures, request_key, visualize

_PLACES = {
    "Depth": "depth",
    "DepthSettings": "depth",
    "Difference": "objective",
    "Examples": "top_examples",
    "ActivationGrid": "activation_grid",
    "GridSettings": "activation_grid",
    "HandcraftedComparison": "handcrafted_features",
    "HandcraftedSettings": "handcrafted_features",
    "Neuron": "objective",
    "Responses": "responses",
    "UnitAblation": "ablation",
    "UnitAttributions": "unit_attribution",
    "Visualization": "visualize",
    "ablate_unit": "ablation",
    "activations": "responses",
    "contributions": "unit_attribution",
    "compare_edges_and_objects": "depth",
    "feature_layers": "stages",
    "handcrafted_features": "handcrafted_features",
    "layer_responses": "responses",
    "make_pictures": "visualize",
    "request_key": "visualize",
    "stroke_picture": "handcrafted_features",
    "strongest_pictures": "top_examples",
    "summarise": "survey",
    "top_examples": "top_examples",
    "unit_attribution": "unit_attribution",
    "unit_grid": "activation_grid",
    "unit_histogram": "top_examples",
    "unit_maps": "responses",
    "unit_survey": "survey",
    "visualize": "visualize",
}

__all__ = [
    "ActivationGrid",
    "Depth",
    "DepthSettings",
    "Difference",
    "Examples",
    "GridSettings",
    "HandcraftedComparison",
    "HandcraftedSettings",
    "Neuron",
    "Responses",
    "UnitAblation",
    "UnitAttributions",
    "Visualization",
    "VisualizeSettings",
    "ablate_unit",
    "activations",
    "compare_edges_and_objects",
    "contributions",
    "feature_layers",
    "handcrafted_features",
    "layer_responses",
    "make_pictures",
    "request_key",
    "stroke_picture",
    "strongest_pictures",
    "summarise",
    "top_examples",
    "unit_attribution",
    "unit_grid",
    "unit_histogram",
    "unit_maps",
    "unit_survey",
    "visualize",
]

__getattr__ = lazy_import(__name__, _PLACES)
