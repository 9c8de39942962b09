"""What an audit is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from core.settings import Settings, setting


class AuditSettings(Settings):
    """Sizes of the partitions and of the samples."""

    partition: int = setting(1000, "Pictures in a partition, which is done whole or not at all.", low=10, high=100_000)
    sample: int = setting(200, "Labelled pictures for hunches, and pictures for other maps.", low=20, high=5000)
    badge: int = setting(16, "Pictures for the badge of Grad-CAM.", low=4, high=200)
    diagnosis: int = setting(600, "Labelled pictures for the diagnosis.", low=60, high=20_000)
    methods: tuple[str, ...] = setting(
        ("gradient_x_input", "integrated_gradients", "occlusion"), "Other attribution methods for the sample."
    )
    seed: int = setting(0, "Seed of the samples and of what is drawn at random.", low=0, high=2**31 - 1)


@dataclass(frozen=True)
class Job:
    """An audit.

    Args:
        model: file or address of the network.
        images: folder or address of the pictures, however deep; a picture's class is the folder it is in.
        out: folder or address for the results.
        class_names: of the network, in the order of its outputs.
        preprocessing: a name from `core.networks.preprocessing`, or numbers as "mean=... std=...".
        settings: sizes.
    """

    model: str
    images: str
    out: str
    class_names: tuple[str, ...]
    preprocessing: str
    settings: AuditSettings
