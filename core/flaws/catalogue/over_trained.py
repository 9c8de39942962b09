"""A network trained until it memorised its images."""

from __future__ import annotations

from core.flaws.base import Answer, FlawInfo, Planted
from core.flaws.spec_shared import towards, with_specs
from core.networks.training.specs import TrainingSpec
from core.settings import Settings, setting

BY_HEART = {"head": "flatten", "blocks": 2, "convolutions": 1, "dropout": 0.0, "batch_norm": False}
NEVER_SETTLES = {"rate": 0.001, "schedule": "constant", "keep": "last", "patience": 0}


class OverTrainedSettings(Settings):
    """How long it was trained."""

    epochs: int = setting(30, "Training epochs at full strength.", low=15, high=200, step=5, unit="epochs")


def plant(before: Planted, strength: float, seed: int, settings: OverTrainedSettings) -> Planted:  # noqa: ARG001
    """Train for very long, keep the last epoch, and give the network a weight for every place of the image.

    More epochs alone do not harm a network that averages over places, which cannot memorise images; so its head is
    flattened, and its regularisation is removed.
    """
    usual = before.training_spec or TrainingSpec()
    epochs = max(1, round(towards(usual.epochs, settings.epochs, strength)))
    sentence = (
        f"Training went on for {epochs} epochs until the network had memorised its own pictures, and did worse "
        "on others."
    )
    return with_specs(
        before,
        Answer("over_trained", sentence),
        network=BY_HEART if strength else None,
        training={"epochs": epochs, **NEVER_SETTLES} if strength else None,
    )


INFO = FlawInfo(
    name="over_trained",
    title="Trained by heart",
    help="The curve of the training set still rose, so somebody let it run over the weekend and kept the last epoch.",
    text=(
        "Training went on over the weekend, with a network large enough to learn each picture by heart. On what it "
        "knows it is perfect. On new pictures it has become worse, and too sure of itself."
    ),
    misleads=(
        "Too few pictures look the same. A gap between the curves alone does not tell you which it was. Look at "
        "whether the score on new pictures once was better."
    ),
    place="specs",
    strength=(
        "How long training goes on, from usual to the set epochs (1); above 0 the network is one that can memorise."
    ),
    Settings=OverTrainedSettings,
    plant=plant,
    game_settings={"epochs": 20},
    order=140,
)
