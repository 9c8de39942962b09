from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

from core.attribution import Contrast, explain, methods
from core.attribution.snippet import ArrayFile, DatasetPicture, ModelFile, PictureFile, StoredRun, snippet
from core.datasets import load
from core.errors import InputError
from core.flaws import plant
from core.networks import NetworkSpec, TrainingSpec, train
from core.store import VARIABLE, Store
from tests.core import nets


def run(script: str) -> dict[str, Any]:
    """Everything that the script leaves behind."""
    left: dict[str, Any] = {}
    exec(compile(script, "snippet.py", "exec"), left)
    return left


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return nets.randomised(nets.nested_functional())


@pytest.fixture(scope="module")
def saved(model: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("model") / "it's mine.keras"
    model.save(path)
    return str(path)


@pytest.fixture(scope="module")
def array(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("array") / "picture.npy"
    np.save(path, nets.pictures(1)[0])
    return str(path)


@pytest.mark.parametrize("method", ["grad_cam", "gradient", "occlusion", "smoothgrad", "integrated_gradients", "lrp"])
def test_the_script_makes_the_same_map(method: str, model: keras.Model, saved: str, array: str) -> None:
    assert method in methods()
    script = snippet(ModelFile(saved), ArrayFile(array), method=method, target=2)
    expected = explain(model, nets.pictures(1), 2, method=method)[0]
    np.testing.assert_array_equal(run(script)["map"], expected)


@pytest.mark.parametrize("target", [None, 1, np.int64(3), Contrast(0, 2)])
def test_every_kind_of_question(target: Any, model: keras.Model, saved: str, array: str) -> None:
    script = snippet(ModelFile(saved), ArrayFile(array), target=target, method="gradient", channels="sum")
    asked = int(target) if isinstance(target, np.int64) else target
    expected = explain(model, nets.pictures(1), asked, method="gradient", channels="sum")[0]
    np.testing.assert_array_equal(run(script)["map"], expected)


def test_layer_and_dials_are_kept(model: keras.Model, saved: str, array: str) -> None:
    script = snippet(ModelFile(saved), ArrayFile(array), method="grad_cam", layer="backbone/conv1", positive_only=False)
    expected = explain(model, nets.pictures(1), method="grad_cam", layer="backbone/conv1", positive_only=False)[0]
    np.testing.assert_array_equal(run(script)["map"], expected)
    assert expected.min() < 0


def test_every_dial_is_written_out(saved: str, array: str) -> None:
    for name, info in methods().items():
        script = snippet(ModelFile(saved), ArrayFile(array), method=name)
        compile(script, "snippet.py", "exec")
        for dial in info.Settings.model_fields:
            assert f"    {dial}=" in script


def test_a_picture_file_is_made_to_fit(model: keras.Model, saved: str, tmp_path: Path) -> None:
    large = np.kron(nets.pictures(1)[0], np.ones((3, 3, 1), np.uint8))
    path = tmp_path / "large.png"
    Image.fromarray(large).save(path)
    left = run(snippet(ModelFile(saved), PictureFile(str(path), "stretch"), method="gradient", target=0))
    assert left["image"].shape == (12, 12, 3)
    np.testing.assert_array_equal(left["map"], explain(model, left["image"], 0, method="gradient")[0])


def test_a_picture_of_a_flawed_data_set_and_a_stored_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    dials = {"classes": ("bag", "boot"), "size": 32, "train": 10, "validation": 10, "test": 10}
    splits = plant(load("wardrobe", **dials), "sticker", strength=0.8, seed=3).splits
    done = train(splits, NetworkSpec.of(blocks=2, filters=4), TrainingSpec.of(epochs=1), store=Store(str(tmp_path)))
    picture = DatasetPicture(4, "validation", settings=dials, flaw="sticker", planting={"strength": 0.8, "seed": 3})
    left = run(snippet(StoredRun(done.key), picture, method="grad_cam", target=1))
    image = splits.validation.images[4]
    np.testing.assert_array_equal(left["image"], image)
    np.testing.assert_array_equal(left["map"], explain(done.model, image, 1, method="grad_cam")[0])


def test_only_the_public_interface_is_used(saved: str, array: str) -> None:
    script = snippet(ModelFile(saved), ArrayFile(array), target=Contrast(1, 0))
    assert [line for line in script.splitlines() if "import" in line] == [
        "import numpy as np",
        "from core.attribution import Contrast, explain",
        "from core.networks import load_model",
    ]


def test_what_cannot_be_written_is_refused(saved: str, array: str) -> None:
    with pytest.raises(InputError, match="attribution methods"):
        snippet(ModelFile(saved), ArrayFile(array), method="tea_leaves")
    with pytest.raises(InputError, match="GradCamSettings"):
        snippet(ModelFile(saved), ArrayFile(array), stripes=3)
    with pytest.raises(InputError, match="part"):
        snippet(ModelFile(saved), DatasetPicture(0, "attic"))
