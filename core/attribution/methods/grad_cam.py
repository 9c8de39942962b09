"""Grad-CAM: a layer's maps, weighted by how much the score rises with each of them."""

from __future__ import annotations

import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.cam import CamSettings, forward_cost, gradient_cam


class GradCamSettings(CamSettings):
    """Settings of Grad-CAM."""


def weighted_maps(maps: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    r"""$\sum_k \alpha_k A^k$ with $\alpha_k$ the mean of the gradient over places: (N, h, w)."""
    weights = tf.reduce_mean(gradients, axis=(1, 2))
    return tf.einsum("nhwk,nk->nhw", maps, weights)


METHOD = MethodInfo(
    name="grad_cam",
    title="Grad-CAM",
    family="class activation",
    signed=False,
    needs_layer=True,
    Settings=GradCamSettings,
    reference="Selvaraju et al. 2017, arXiv 1610.02391",
    plain=(
        "Takes the last maps that the network made of the picture and adds them up, each weighted by how much "
        "the answer depends on it. It shows roughly where the evidence lies, no finer than the maps."
    ),
    text=(
        "The network's last layers draw rough maps: here something round, there something like a strap. "
        "Grad-CAM adds these maps up, each weighted by how much the answer depends on it. The result is a soft "
        "spot over the part that supported the answer. It is the first map to try."
    ),
    misleads=(
        "The spots are coarse. A small thing and what lies beside it blend into one. It can miss a colour that "
        "is spread all over. And a warm spot on the object is no proof that only the object counts: test it."
    ),
    attribute=gradient_cam("grad_cam", weighted_maps),
    caveat="Coarse: a small object and its surroundings blend into one spot.",
    cost=forward_cost,
    order=100,
)
