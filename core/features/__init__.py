"""What a network has learned: activations of its layers."""

from core.features.activations import activations

__all__ = ["activations"]
