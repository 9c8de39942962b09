"""Settings of feature visualisation. Importing this does not import TensorFlow."""

from __future__ import annotations

from typing import Literal

from core.settings import Settings, setting

Parametrising = Literal["fourier", "pixel", "maco"]
Places = Literal["mean", "max", "middle"]
InputScale = Literal["auto", "0 to 255", "0 to 1", "-1 to 1"]


class VisualizeSettings(Settings):
    """Settings of feature visualisation."""

    steps: int = setting(256, "Number of optimisation steps.", low=1, high=4096, step=16)
    rate: float = setting(0.05, "Step size.", low=0.001, high=1.0, step=0.001, log=True, title="Rate")
    size: int | None = setting(
        None, "Height and width of the picture. Empty for the network's own.", low=8, high=512, step=8, unit="pixels"
    )
    seed: int = setting(0, "Seed of the starting noise.", low=0, high=2**31 - 1, step=1)
    places: Places = setting(
        "mean",
        ("Which places of a map should respond: all of them (a texture), whichever is strongest, or the middle one."),
    )
    variants: int = setting(1, "Number of pictures for each unit.", low=1, high=8, step=1)
    diversity: float = setting(
        0.5,
        "How strongly the pictures of one unit are pushed apart. It matters only with several of them.",
        low=0.0,
        high=2.0,
        step=0.05,
    )
    parametrisation: Parametrising = setting(
        "fourier",
        (
            "What is optimised: a Fourier basis (smooth pictures), single pixels (noisy), or only the phases, with "
            "the magnitudes of real pictures (MaCo)."
        ),
    )
    decorrelate: bool = setting(
        True, "Optimise in colour directions that vary independently in photographs.", title="Decorrelated colour"
    )
    jitter: int = setting(
        3, "Shift the picture at random by up to this much, so that no single pixel matters.", low=0, high=32, step=1,
        unit="pixels",
    )  # fmt: skip
    scale: float = setting(
        0.05, "Enlarge or shrink it at random by up to this fraction.", low=0.0, high=0.5, step=0.01, common=False
    )
    rotation: float = setting(
        4.0, "Rotate it at random by up to this angle.", low=0.0, high=45.0, step=1.0, unit="degrees", common=False
    )
    total_variation: float = setting(
        0.0, "Penalty on differences between neighbouring pixels: smoother pictures.", low=0.0, high=2.0, step=0.01,
        common=False,
    )  # fmt: skip
    l2: float = setting(
        0.0,
        "Penalty on the squared distance from grey: only what matters gets contrast.",
        low=0.0,
        high=10.0,
        step=0.1,
        common=False,
        title="L2",
    )
    preview: int = setting(
        16, "Update the preview after this many steps.", low=1, high=256, step=1, unit="steps", common=False
    )
    input_range: InputScale = setting(
        "auto", "The scale of pixel values that the network takes.", common=False, title="Input range"
    )
