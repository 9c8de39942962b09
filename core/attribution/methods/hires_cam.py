"""HiResCAM: a layer's maps times their gradients, place by place."""

from __future__ import annotations

import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.cam import CamSettings, forward_cost, gradient_cam


class HiResCamSettings(CamSettings):
    """Settings of HiResCAM."""


def products(maps: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    r"""$\sum_k g^k \cdot A^k$ place by place, (N, h, w). With one dense layer above, its sum is the score less bias."""
    return tf.reduce_sum(maps * gradients, axis=-1)


METHOD = MethodInfo(
    name="hires_cam",
    title="HiResCAM",
    family="class activation",
    signed=False,
    needs_layer=True,
    Settings=HiResCamSettings,
    reference="Draelos and Carin 2020, arXiv 2011.08891",
    plain=(
        "Multiplies each map by how much the answer depends on it at that very place. It lights up only places "
        "that the network used."
    ),
    text=(
        "Grad-CAM weighs a whole map by one number. Here each place of the map is weighed by itself, by how "
        "much the answer depends on it right there. So it lights up only places that the network really used."
    ),
    misleads=(
        "It is as coarse as the maps of the layer, so a spot covers many pixels. On layers far from the end, its "
        "promise no longer holds, and it may glow where nothing was used."
    ),
    attribute=gradient_cam("hires_cam", products),
    caveat="As coarse as the layer's maps.",
    cost=forward_cost,
    order=120,
)
