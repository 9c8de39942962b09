"""The architecture of a network and how it is trained. Importing this does not import TensorFlow."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from core.settings import Settings, setting

Downsampling = Literal["max", "average", "stride", "none"]
Activation = Literal["relu", "leaky_relu", "elu", "gelu", "silu", "tanh"]
Initialiser = Literal["he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "orthogonal"]
Head = Literal["average", "max", "flatten"]
Optimiser = Literal["adam", "adamw", "sgd", "nesterov", "rmsprop", "lion"]
Schedule = Literal["constant", "cosine", "linear", "step", "exponential"]

APPLICATIONS = (
    *("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "DenseNet121"),
    *("DenseNet169", "DenseNet201", "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3"),
    *("EfficientNetB4", "EfficientNetB5", "EfficientNetB6", "EfficientNetB7", "EfficientNetV2B0", "EfficientNetV2B1"),
    *("EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M", "EfficientNetV2S"),
    *("InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2", "MobileNetV3Large", "MobileNetV3Small"),
    *("NASNetLarge", "NASNetMobile", "ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2", "ResNet50"),
    *("ResNet50V2", "VGG16", "VGG19", "Xception"),
)
"""The networks of `keras.applications`, which can be named as a backbone."""
IMAGENET, NEW_WEIGHTS, WHOLE = "imagenet", "none", "all"
BACKBONE = "backbone"


class NetworkSpec(Settings):
    """A plain chain of convolution blocks, or a backbone that was trained elsewhere, with a pooling head.

    Each block is `convolutions` times (convolution, batch norm, activation). Maps are halved between blocks, so that
    the last block's maps, on which class activation maps are based, keep their size until the head.

    With a `backbone`, the blocks give way to its layers, and the settings of blocks have no effect. Those of the head
    (`head`, `dense`, `dropout`), `activation`, `weight_decay`, `initialiser` and `seed` hold for the head, which is
    always new.
    """

    backbone: str = setting(
        "",
        (
            "A network trained elsewhere whose layers take the place of the blocks: a name of keras.applications, or "
            "the path of a .keras or .h5 file. Empty for blocks."
        ),
        suggestions=APPLICATIONS,
    )
    backbone_weights: str = setting(
        IMAGENET,
        (
            "Weights of a backbone of keras.applications: imagenet (a download, once), none for new ones, or the path "
            "of a .weights.h5 or .h5 file. A backbone from a file brings its own."
        ),
        suggestions=(IMAGENET, NEW_WEIGHTS),
        common=False,
    )
    backbone_trained_from: str = setting(
        "",
        (
            "Layer of the backbone from which on its weights are trained, or all. Empty freezes all of it. New weights "
            "are always trained."
        ),
        suggestions=(WHOLE,),
        common=False,
    )
    backbone_layer: str = setting(
        "",
        (
            "Layer of the backbone whose values the new head takes. Empty for the last maps before the layer that "
            "makes the backbone's own classes."
        ),
        common=False,
    )
    backbone_preprocessing: str | None = setting(
        None,
        (
            "What is done to pictures before the backbone sees them, such as imagenet_caffe or unit. Known for "
            "keras.applications; a file has to be told, unless the network in it rescales pictures itself."
        ),
        suggestions=(
            *("none", "unit", "symmetric", "centred", "imagenet_torch", "imagenet_caffe", "imagenet_mean"),
            *("bgr", "bgr_unit"),
        ),
        common=False,
    )
    blocks: int = setting(2, "Number of convolution blocks.", low=1, high=6, step=1)
    filters: int = setting(24, "Number of filters in the first block.", low=4, high=128, step=4, unit="filters")
    growth: float = setting(
        2.0, "Factor by which the number of filters grows from block to block.", low=1.0, high=3.0, step=0.25
    )
    convolutions: int = setting(3, "Number of convolutions in a block.", low=1, high=4, step=1)
    kernel: int = setting(3, "Kernel size of the convolutions.", low=1, high=7, step=1, unit="pixels")
    first_kernel: int = setting(
        5, "Kernel size of the first convolution.", low=1, high=11, step=1, unit="pixels", common=False
    )
    first_stride: int = setting(
        2,
        "Stride of the first convolution: 2 halves the picture at once, which is faster and coarser.",
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
    activation: Activation = setting("relu", "Activation function of the layers.", common=False)
    batch_norm: bool = setting(True, "Normalise every layer's values during training (BatchNorm).", common=False)
    batch_norm_momentum: float = setting(
        0.9,
        "Momentum of BatchNorm's running averages. Values near 1 need many steps to converge.",
        low=0.5,
        high=0.999,
        step=0.001,
        common=False,
    )
    head: Head = setting("average", "How the last maps become one vector: their mean, their maximum, or all values.")
    dense: int = setting(
        0,
        "Units of an additional dense layer before the output; 0 for none.",
        low=0,
        high=512,
        step=8,
        unit="units",
        common=False,
    )
    dropout: float = setting(
        0.0, "Dropout rate of the classifier's inputs during training.", low=0.0, high=0.9, step=0.05
    )
    spatial_dropout: float = setting(
        0.0,
        "Rate at which whole maps are dropped after each block during training.",
        low=0.0,
        high=0.5,
        step=0.05,
        common=False,
    )
    weight_decay: float = setting(
        0.0,
        "L2 penalty on the weights, which keeps them small.",
        low=0.0,
        high=0.01,
        step=0.0001,
        log=True,
        common=False,
    )
    initialiser: Initialiser = setting("he_normal", "Distribution of the initial weights.", common=False)
    seed: int = setting(0, "Seed of the initial weights and the dropout.", low=0, high=2**31 - 1, step=1, common=False)

    def channels(self, block: int) -> int:
        """Filters of a block, counted from 0: filters · growth^block, rounded to a multiple of four."""
        return max(4, 4 * round(self.filters * self.growth**block / 4))

    @model_serializer(mode="wrap")
    def _without_idle_backbone(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leaves out what no backbone has, so that networks of blocks keep the keys that they always had."""
        content: dict[str, Any] = write(self)
        fields = type(self).model_fields
        idle = [name for name in content if name.startswith(BACKBONE) and content[name] == fields[name].default]
        return content if self.backbone else {name: value for name, value in content.items() if name not in idle}


class TrainingSpec(Settings):
    """How the network is trained."""

    optimiser: Optimiser = setting("adam", "The optimisation algorithm.")
    rate: float = setting(
        0.01,
        "The highest learning rate.",
        low=1e-5,
        high=1.0,
        step=1e-5,
        log=True,
        title="Learning rate",
    )
    schedule: Schedule = setting("cosine", "How the learning rate falls from its highest to its lowest value.")
    warm_up: float = setting(
        0.1,
        "Fraction of the training over which the rate first rises from zero.",
        low=0.0,
        high=0.5,
        step=0.05,
        common=False,
    )
    final_rate: float = setting(
        0.01,
        "The lowest rate as a fraction of the highest.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    batch: int = setting(64, "Number of pictures per training step.", low=4, high=512, step=4, unit="pictures")
    epochs: int = setting(8, "Number of passes over the training set.", low=1, high=200, step=1)
    patience: int = setting(
        0,
        "Stop after this many epochs without a better validation result; 0 to never stop early.",
        low=0,
        high=50,
        step=1,
        unit="epochs",
    )
    keep: Literal["best", "last"] = setting(
        "best", "Keep the epoch with the best validation result, or the last one.", common=False
    )
    momentum: float = setting(
        0.9,
        "Momentum (SGD, Nesterov and RMSprop).",
        low=0.0,
        high=0.99,
        step=0.01,
        common=False,
    )
    decay: float = setting(
        0.0,
        (
            "Decoupled weight decay, as in AdamW: fraction of each weight removed at every step, times the "
            "learning rate."
        ),
        low=0.0,
        high=0.5,
        step=0.001,
        log=True,
        common=False,
    )
    clip: float = setting(
        0.0,
        "Gradient clipping: longer gradients are shortened to this length. 0 for no limit.",
        low=0.0,
        high=100.0,
        step=0.1,
        common=False,
        title="Gradient clipping",
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing: probability taken from the true class and spread over all classes.",
        low=0.0,
        high=0.5,
        step=0.01,
        common=False,
    )
    class_weights: Literal["none", "balanced"] = setting(
        "none", "Weight every picture equally, or every class equally.", common=False
    )
    flip: bool = setting(False, "Mirror pictures left to right half of the time.")
    flip_vertical: bool = setting(False, "Flip pictures upside down half of the time.", common=False)
    shift: float = setting(
        0.0, "Shift pictures by up to this fraction of their size.", low=0.0, high=0.5, step=0.01, common=False
    )
    rotate: float = setting(
        0.0, "Rotate pictures by up to this angle.", low=0.0, high=180.0, step=1.0, unit="degrees", common=False
    )
    zoom: float = setting(
        0.0, "Enlarge or shrink pictures by up to this fraction.", low=0.0, high=0.5, step=0.01, common=False
    )
    brightness: float = setting(
        0.0,
        "Make pictures lighter or darker by up to this fraction of white.",
        low=0.0,
        high=0.5,
        step=0.01,
        common=False,
    )
    contrast: float = setting(
        0.0, "Raise or lower contrast by up to this fraction.", low=0.0, high=0.9, step=0.01, common=False
    )
    hue: float = setting(
        0.0,
        "Rotate hues by up to this fraction of half the colour wheel. Greyscale pictures stay as they are.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    saturation: float = setting(
        0.0,
        "Make colours paler or stronger by up to this fraction. Greyscale pictures stay as they are.",
        low=0.0,
        high=1.0,
        step=0.01,
        common=False,
    )
    erase: float = setting(
        0.0,
        "Cover a rectangle of up to this fraction of the area, in every picture.",
        low=0.0,
        high=0.5,
        step=0.01,
        common=False,
    )
    seed: int = setting(
        0,
        "Seed of the order of the pictures and of the augmentation.",
        low=0,
        high=2**31 - 1,
        step=1,
        common=False,
    )
