"""What perturbation methods watch while the picture changes: the raw score, or how sure the network is."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import tensorflow as tf

from core.networks.evaluator import scores
from core.settings import setting

Score = Literal["logit", "probability"]


def score_setting(default: Score = "logit") -> Any:
    """The dial for what is watched."""
    return setting(default, "What is watched: the raw score, or how sure the network says it is.", common=False)


def target_score(logits: tf.Tensor, targets: tf.Tensor, score: Score) -> tf.Tensor:
    """What is watched of each picture, (N,).

    Args:
        logits: (N, K).
        targets: (N, K), weights on the classes; rows of zeros were resolved before.
        score: whether logits or their softmax are weighted.
    """
    return scores(tf.nn.softmax(logits) if score == "probability" else logits, targets)


def asked_logits(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Weights on the classes (N, K), with each unchanged picture's predicted class in place of rows of zeros."""
    predicted = np.eye(logits.shape[1], dtype=np.float32)[logits.argmax(axis=1)]
    return np.where(targets.any(axis=1, keepdims=True), targets, predicted)
