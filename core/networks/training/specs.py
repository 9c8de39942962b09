"""What a network is made of, and how it is taught. Importing this does not import TensorFlow."""

from __future__ import annotations

from typing import Literal

from core.settings import Settings, setting

Downsampling = Literal["max", "average", "stride", "none"]
Activation = Literal["relu", "leaky_relu", "elu", "gelu", "silu", "tanh"]
Initialiser = Literal["he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "orthogonal"]
Head = Literal["average", "max", "flatten"]
Optimiser = Literal["adam", "adamw", "sgd", "nesterov", "rmsprop", "lion"]
Schedule = Literal["constant", "cosine", "linear", "step", "exponential"]


class NetworkSpec(Settings):
    """A plain chain of convolution blocks with a pooling head.

    Each block is `convolutions` times (convolution, batch norm, activation). Maps are halved between blocks, so that
    the last block's maps, which class activation maps are made of, keep their size until the head.
    """

    blocks: int = setting(2, "How many blocks of convolutions follow one another.", low=1, high=6, step=1)
    filters: int = setting(24, "How many patterns the first block looks for.", low=4, high=128, step=4, unit="filters")
    growth: float = setting(
        2.0, "How many times more filters each block has than the one before.", low=1.0, high=3.0, step=0.25
    )
    convolutions: int = setting(3, "How many convolutions a block has.", low=1, high=4, step=1)
    kernel: int = setting(
        3, "Width of the window that each convolution looks through.", low=1, high=7, step=1, unit="pixels"
    )
    first_kernel: int = setting(
        5, "Width of the very first convolution's window.", low=1, high=11, step=1, unit="pixels", common=False
    )
    first_stride: int = setting(
        2,
        "Step of the very first convolution: 2 halves the picture at once, which is faster and coarser.",
        low=1,
        high=4,
        step=1,
        unit="pixels",
        common=False,
    )
    downsample: Downsampling = setting("max", "How maps are halved between blocks.")
    padding: Literal["same", "valid"] = setting(
        "same", "Whether a convolution pads the border (same) or drops it (valid).", common=False
    )
    separable: bool = setting(
        False,
        "Use depthwise separable convolutions after the first: fewer weights, but not always faster.",
        common=False,
    )
    activation: Activation = setting("relu", "What makes each layer non-linear.", common=False)
    batch_norm: bool = setting(True, "Keep every layer's values in a steady range while it learns.", common=False)
    batch_norm_momentum: float = setting(
        0.9,
        "How slowly batch norm's running averages move. Values near 1 need many steps to catch up.",
        low=0.5,
        high=0.999,
        step=0.001,
        common=False,
    )
    head: Head = setting(
        "average", "How the last maps become one row of numbers: their mean, their maximum, or all values."
    )
    dense: int = setting(
        0,
        "Units of a further dense layer before the answer; 0 for none.",
        low=0,
        high=512,
        step=8,
        unit="units",
        common=False,
    )
    dropout: float = setting(
        0.0, "Share of the head's inputs that are switched off at random while it learns.", low=0.0, high=0.9, step=0.05
    )
    spatial_dropout: float = setting(
        0.0,
        "Share of whole maps that are switched off at random after each block while it learns.",
        low=0.0,
        high=0.5,
        step=0.05,
        common=False,
    )
    weight_decay: float = setting(
        0.0,
        "Penalty on the squares of the weights, which keeps them small.",
        low=0.0,
        high=0.01,
        step=0.0001,
        log=True,
        common=False,
    )
    initialiser: Initialiser = setting("he_normal", "How the first random weights are drawn.", common=False)
    seed: int = setting(
        0, "Fixes the first random weights and the dropout.", low=0, high=2**31 - 1, step=1, common=False
    )

    def channels(self, block: int) -> int:
        """Filters of a block, counted from 0: filters · growth^block, rounded to a multiple of four."""
        return max(4, 4 * round(self.filters * self.growth**block / 4))


class TrainingSpec(Settings):
    """How the network is taught."""

    optimiser: Optimiser = setting("adam", "The rule by which weights are changed.")
    rate: float = setting(
        0.01,
        "How large each change is at its largest.",
        low=1e-5,
        high=1.0,
        step=1e-5,
        log=True,
        title="Learning rate",
    )
    schedule: Schedule = setting("cosine", "How the rate falls from its largest value to its smallest.")
    warm_up: float = setting(
        0.1,
        "Share of the training over which the rate first rises from zero.",
        low=0.0,
        high=0.5,
        step=0.05,
        common=False,
    )
    final_rate: float = setting(
        0.01,
        "The smallest rate as a share of the largest.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    batch: int = setting(
        64, "How many pictures are looked at before each change.", low=4, high=512, step=4, unit="pictures"
    )
    epochs: int = setting(8, "How many times the whole training set is gone through.", low=1, high=200, step=1)
    patience: int = setting(
        0,
        "Stop after so many epochs without a better answer on the validation pictures; 0 to never stop early.",
        low=0,
        high=50,
        step=1,
        unit="epochs",
    )
    keep: Literal["best", "last"] = setting(
        "best", "Keep the epoch that was best on the validation pictures, or the last one.", common=False
    )
    momentum: float = setting(
        0.9,
        "How much of the last change is carried into the next (SGD, Nesterov and RMSprop).",
        low=0.0,
        high=0.99,
        step=0.01,
        common=False,
    )
    decay: float = setting(
        0.0,
        "Share of each weight that is taken away at every step, times the rate (decoupled weight decay, as in AdamW).",
        low=0.0,
        high=0.5,
        step=0.001,
        log=True,
        common=False,
    )
    clip: float = setting(
        0.0,
        "Longest gradient that is followed as it is; longer ones are shortened. 0 for no limit.",
        low=0.0,
        high=100.0,
        step=0.1,
        common=False,
        title="Gradient clipping",
    )
    label_smoothing: float = setting(
        0.0,
        "Share of certainty that is taken from the right class and spread over all.",
        low=0.0,
        high=0.5,
        step=0.01,
        common=False,
    )
    class_weights: Literal["none", "balanced"] = setting(
        "none", "Count every picture alike, or every class alike.", common=False
    )
    flip: bool = setting(False, "Show pictures mirrored left to right half of the time.")
    flip_vertical: bool = setting(False, "Show pictures upside down half of the time.", common=False)
    shift: float = setting(
        0.0, "Move pictures by up to this share of their size.", low=0.0, high=0.5, step=0.01, common=False
    )
    rotate: float = setting(
        0.0, "Turn pictures by up to so much.", low=0.0, high=180.0, step=1.0, unit="degrees", common=False
    )
    zoom: float = setting(
        0.0, "Enlarge or shrink pictures by up to this share.", low=0.0, high=0.5, step=0.01, common=False
    )
    brightness: float = setting(
        0.0, "Make pictures lighter or darker by up to this share of white.", low=0.0, high=0.5, step=0.01, common=False
    )
    contrast: float = setting(
        0.0, "Raise or lower contrast by up to this share.", low=0.0, high=0.9, step=0.01, common=False
    )
    hue: float = setting(
        0.0,
        "Turn the colour wheel by up to this share of its half circle. Grey pictures stay as they are.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    saturation: float = setting(
        0.0,
        "Make colours paler or stronger by up to this share. Grey pictures stay as they are.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    erase: float = setting(
        0.0,
        "Cover a rectangle of up to this share of the picture's area, in every picture.",
        low=0.0,
        high=0.5,
        step=0.01,
        common=False,
    )
    seed: int = setting(
        0,
        "Fixes the order of the pictures and every random change to them.",
        low=0,
        high=2**31 - 1,
        step=1,
        common=False,
    )
