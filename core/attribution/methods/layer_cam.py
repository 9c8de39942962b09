"""Layer-CAM: a layer's maps, weighted place by place by the gradients that speak for the class."""

from __future__ import annotations

import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.cam import CamSettings, forward_cost, gradient_cam


class LayerCamSettings(CamSettings):
    """Settings of Layer-CAM."""


def products(maps: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    r"""$\sum_k relu(g^k) \cdot A^k$ place by place, (N, h, w)."""
    return tf.reduce_sum(maps * tf.nn.relu(gradients), axis=-1)


METHOD = MethodInfo(
    name="layer_cam",
    title="Layer-CAM",
    family="class activation",
    signed=False,
    needs_layer=True,
    Settings=LayerCamSettings,
    reference="Jiang et al. 2021, doi 10.1109/TIP.2021.3089943",
    plain=(
        "Weights every place of every map by how much it speaks for the class. Works on early layers too, where maps "
        "are fine, and then shows small things sharply."
    ),
    text=(
        "Each place of each map is weighed by how much it speaks for the class, and the rest is dropped. This works "
        "on early layers too. Their maps are fine, so small things show up sharp."
    ),
    misleads=(
        "On early layers it shows edges, and edges help any class. Look at a late layer first. If the two tell "
        "different stories, trust the late one."
    ),
    attribute=gradient_cam("layer_cam", products),
    caveat="On early layers it shows edges that help any class.",
    cost=forward_cost,
    order=130,
)
