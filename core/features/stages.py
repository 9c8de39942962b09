"""Which layers of a network have features worth looking at."""

from __future__ import annotations

from core.networks.graph import CONVOLUTIONS, Graph, Step

FINISHING = ("Activation", "BatchNormalization", "LayerNormalization", "Dropout", "SpatialDropout2D")
"""What belongs to a convolution when it follows one."""


def feature_layers(graph: Graph) -> tuple[str, ...]:
    """The path of each convolution's finished maps, in order: after its norm and activation, before any pooling.

    Where a sum or a branch follows at once, the maps are taken before it.
    """
    return tuple(_finished(graph, place) for place, step in enumerate(graph.steps) if _convolves(step))


def _convolves(step: Step) -> bool:
    return step.kind in CONVOLUTIONS and len(step.shape) == 4


def _finished(graph: Graph, place: int) -> str:
    found = graph.steps[place]
    for step in graph.steps[place + 1 :]:
        if step.kind not in FINISHING or step.inputs != (found.output,):
            break
        found = step
    return found.path
