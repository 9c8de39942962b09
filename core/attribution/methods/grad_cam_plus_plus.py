"""Grad-CAM++: Grad-CAM with weights that do not shrink when the evidence stands in few places."""

from __future__ import annotations

import tensorflow as tf

from core.attribution.base import MethodInfo
from core.attribution.engines.cam import CamSettings, forward_cost, gradient_cam


class GradCamPlusPlusSettings(CamSettings):
    """Settings of Grad-CAM++."""


def weighted_maps(maps: tf.Tensor, gradients: tf.Tensor) -> tf.Tensor:
    r"""$\sum_k w_k A^k$ with $w_k = \sum_{ij} a^k_{ij} \, relu(g^k_{ij})$, (N, h, w).

    $a^k_{ij} = g^2 / (2 g^2 + g^3 \sum_{ab} A^k_{ab})$, which holds for the score $e^S$, whose derivatives are $g$,
    $g^2$ and $g^3$ times $e^S$. That common factor is left out: it only scales the map.
    """
    square = tf.square(gradients)
    bottom = 2 * square + square * gradients * tf.reduce_sum(maps, axis=(1, 2), keepdims=True)
    shares = tf.math.divide_no_nan(square, bottom)
    weights = tf.reduce_sum(shares * tf.nn.relu(gradients), axis=(1, 2))
    return tf.einsum("nhwk,nk->nhw", maps, weights)


METHOD = MethodInfo(
    name="grad_cam_plus_plus",
    title="Grad-CAM++",
    family="class activation",
    signed=False,
    needs_layer=True,
    Settings=GradCamPlusPlusSettings,
    reference="Chattopadhay et al. 2018, arXiv 1710.11063",
    plain=(
        "Like Grad-CAM, but a map that lights up in a small place counts as much as one that lights up in a large one. "
        "Better where several of the same thing are in the picture."
    ),
    text=(
        "Grad-CAM lets large spots win. Here a map that lights up in a small place counts as much as one that fills "
        "half the picture. That helps when there are several of the same thing, or when the thing is small."
    ),
    misleads=(
        "It leaves out what spoke against the class, so the map may glow where the network was in doubt. Like "
        "Grad-CAM it is coarse, and the edges of a spot mean little."
    ),
    attribute=gradient_cam("grad_cam_plus_plus", weighted_maps),
    caveat="Coarse like Grad-CAM, and evidence against the class is left out of the weights.",
    cost=forward_cost,
    order=110,
)
