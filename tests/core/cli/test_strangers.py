"""Other people's networks through the commands: the same answers as in plain Keras, or a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from core.cli import main
from tests.core.networks import strangers
from tests.core.networks.strangers import READ

CODE_OF_ITS_OWN = (
    *("softmax of TensorFlow", "subclassed head", "subclassed", "subclassed and closed", "overridden call"),
    *("activation in the middle", "transformer, mean of tokens", "transformer, class token"),
)
"""Networks whose files carry code of their own, or none that Keras can write; the commands open neither."""
OPENED = [name for name in READ if name not in CODE_OF_ITS_OWN and "function" not in name]
ROOT = Path(__file__).parents[3]


def saved(name: str, folder: Path) -> tuple[strangers.Stranger, list[str]]:
    """The stranger in a file, and the words that say how it is read."""
    stranger = READ[name]()
    stranger.model.save(folder / "model.keras")
    words = ["--model", str(folder / "model.keras")]
    # Without a preprocessing, the strangers take 0..1.
    return stranger, [*words, "--preprocessing", stranger.preprocessing or "unit"]


def as_taken(stranger: strangers.Stranger, images: np.ndarray) -> np.ndarray:
    pictures = images.astype(np.float32)
    return pictures / 255 if stranger.preprocessing is None else np.asarray(stranger.prepare(pictures), np.float32)


def folder_of(stranger: strangers.Stranger, root: Path, each: int = 2) -> np.ndarray:
    """Pictures in a folder a class, and as an array in the order of their names."""
    height, width, channels = (
        side or free for side, free in zip(stranger.model.inputs[0].shape[1:], (32, 32, 3), strict=True)
    )
    rng = np.random.default_rng(0)
    classes = np.shape(stranger.says(np.zeros((1, height, width, channels), np.float32)))[1]
    images = rng.integers(0, 256, (classes * each, height, width, channels), dtype=np.uint8)
    for place, image in enumerate(images):
        target = root / f"class{place // each}" / f"{place:02d}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(target), image[..., ::-1])
    return images


@pytest.mark.parametrize("name", OPENED)
def test_explain_answers_as_plain_keras_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stranger, words = saved(name, tmp_path)
    if name == "free sides":
        # Pictures of networks that take any size are brought to 224 pixels; 32 are enough here.
        monkeypatch.setattr("core.datasets.network_size.FREE_SIDE", 32)
    images = folder_of(stranger, tmp_path / "pictures")
    code = main(["explain", *words, "--images", str(tmp_path / "pictures"), "--out", str(tmp_path / "out")])
    assert code == 0
    own = np.asarray(stranger.says(as_taken(stranger, images)), np.float32)
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines() if "\t" in line]
    assert len(lines) == len(images)
    for (_, label, share), row in zip(lines, own, strict=True):
        assert float(share) == pytest.approx(float(row.max()), abs=max(1e-4, 2 * stranger.precision))
        assert row[int(label)] == pytest.approx(row.max(), abs=stranger.precision)
    assert len(list((tmp_path / "out").rglob("*.npy"))) == len(images)


@pytest.mark.parametrize("name", [name for name in OPENED if name not in ("free sides", "not square")])
def test_diagnose_says_why_it_stops(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stranger, words = saved(name, tmp_path)
    folder_of(stranger, tmp_path / "pictures", each=20)
    code = main(["diagnose", *words, "--images", str(tmp_path / "pictures"), "--seed", "0"])
    # Nobody trained these networks on these pictures, which are noise.
    said = capsys.readouterr().err
    assert code == 2
    assert ("independent labels" if stranger.head == "independent" else "better than chance") in said


@pytest.mark.parametrize("name", ["one logit", "softmax, then linear in float32", "imagenet_caffe"])
def test_the_commands_proper_answer_likewise(name: str, tmp_path: Path) -> None:
    stranger, words = saved(name, tmp_path)
    images = folder_of(stranger, tmp_path / "pictures")
    command = [sys.executable, "-m", "core", "explain", *words, "--method", "gradient"]
    done = subprocess.run(
        [*command, "--images", str(tmp_path / "pictures"), "--out", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    own = np.asarray(stranger.says(as_taken(stranger, images)), np.float32)
    shares = [float(line.split("\t")[2]) for line in done.stdout.splitlines() if "\t" in line]
    np.testing.assert_allclose(shares, own.max(axis=1), atol=1e-4)


def test_a_wrong_size_is_said_before_pictures_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, words = saved("logits", tmp_path)
    (tmp_path / "pictures").mkdir()
    code = main(["diagnose", *words, "--images", str(tmp_path / "pictures"), "--data-size", "64"])
    assert code == 2
    assert "size 16" in capsys.readouterr().err


def test_class_names_come_from_a_file_in_the_networks_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stranger, words = saved("logits", tmp_path)
    images = folder_of(stranger, tmp_path / "pictures")
    (tmp_path / "names.txt").write_text("zebra\nant\nbee\n")
    words = [*words, "--class-names", str(tmp_path / "names.txt"), "--images", str(tmp_path / "pictures")]
    assert main(["explain", *words, "--out", str(tmp_path / "out")]) == 0
    own = np.asarray(stranger.says(as_taken(stranger, images)))
    said = [line.split("\t")[1] for line in capsys.readouterr().out.splitlines() if "\t" in line]
    assert said == [("zebra", "ant", "bee")[row.argmax()] for row in own]
    (tmp_path / "names.txt").write_text("zebra\n")
    assert main(["explain", *words, "--out", str(tmp_path / "out")]) == 2
    assert "3 classes" in capsys.readouterr().err


def test_a_network_of_one_place_maps_says_that_it_has_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = keras.Input((8, 8, 3))
    keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(inputs))).save(tmp_path / "model.keras")
    cv2.imwrite(str(tmp_path / "picture.png"), np.zeros((8, 8, 3), np.uint8))
    words = ["--model", str(tmp_path / "model.keras"), "--images", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(["explain", *words]) == 2
    assert "convolution" in capsys.readouterr().err
    assert main(["explain", *words, "--method", "gradient"]) == 0
