"""What perturbation methods measure while the image changes: the logit or the probability."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import tensorflow as tf

from core.networks.evaluator import scores
from core.networks.graph import Graph
from core.settings import setting

Score = Literal["logit", "probability"]


def score_setting(default: Score = "logit") -> Any:
    """The setting for what is measured."""
    return setting(
        default, "What is measured: the raw score (logit), or the network's confidence (probability).", common=False
    )


def target_score(graph: Graph, logits: tf.Tensor, targets: tf.Tensor, score: Score) -> tf.Tensor:
    """The measured score of each image, (N,).

    Args:
        graph: the network, which says what its logits mean.
        logits: (N, K).
        targets: (N, K), weights on the classes; rows of zeros were resolved before.
        score: whether logits or the network's probabilities are weighted.
    """
    return scores(graph.reading.probabilities(logits) if score == "probability" else logits, targets)


def asked_logits(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Weights on the classes (N, K), with each unchanged image's predicted class in place of rows of zeros."""
    predicted = np.eye(logits.shape[1], dtype=np.float32)[logits.argmax(axis=1)]
    return np.where(targets.any(axis=1, keepdims=True), targets, predicted)
