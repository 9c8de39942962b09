"""The command line from the outside: what it writes, what it says, and its exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.cli import COMMANDS, main
from core.cli.settings_options import add_dials, given_settings, new_parser
from core.networks.training.specs import NetworkSpec, TrainingSpec

QUICK = [
    "--data-train", "20", "--data-validation", "10", "--data-test", "10", "--data-size", "32",
    "--data-classes", "bag", "boot",
    "--blocks", "2", "--convolutions", "1", "--filters", "4", "--epochs", "1",
]  # fmt: skip


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """A folder of two classes, ten pictures each, and two files that are no pictures."""
    folder = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    for place, name in enumerate(("dark", "light")):
        (folder / name).mkdir()
        for number in range(10):
            pixels = rng.integers(0, 100, (32, 32, 3), dtype=np.uint8) + np.uint8(150 * place)
            cv2.imwrite(str(folder / name / f"{number}.png"), pixels)
    (folder / "dark" / "broken.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("nothing to see")
    return folder


@pytest.fixture(scope="module")
def model(pictures, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("model") / "net.keras"
    words = ["train", "--images", str(pictures), "--data-size", "32", "--out", str(out), "--store", "memory://cli"]
    dials = [
        "--blocks",
        "1",
        "--convolutions",
        "1",
        "--filters",
        "4",
        "--epochs",
        "20",
        "--batch",
        "4",
        "--keep",
        "last",
    ]
    assert main([*words, *dials]) == 0
    return out


def test_train_prints_the_score_writes_the_network_and_keeps_the_run(capsys, tmp_path, own_store):
    out = tmp_path / "net.keras"
    assert main(["train", *QUICK, "--out", str(out)]) == 0
    printed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (own_store / "runs" / f"{printed['key']}.zip").is_file()
    assert printed["accuracy"].endswith("of 20)")
    assert printed["ending"] == "finished"
    from core.networks import class_names_in, load_model, run_info

    assert class_names_in(out) == ("bag", "boot")
    assert load_model(out).input_shape == (None, 32, 32, 3)
    info = run_info(printed["key"])
    assert info.network_spec == NetworkSpec(blocks=2, convolutions=1, filters=4)
    assert info.about["dataset"] == "wardrobe"
    assert info.about["settings"]["train"] == 20


def test_a_planted_flaw_changes_the_data_and_so_the_key(capsys):
    keys = []
    for flaw in ("none", "sticker"):
        assert main(["train", *QUICK, "--flaw", flaw]) == 0
        keys.append(capsys.readouterr().out.split()[1])
    assert keys[0] != keys[1]


def test_explain_writes_a_picture_and_a_map_for_each_and_names_the_bad_ones(model, pictures, tmp_path, capsys):
    words = ["explain", "--model", str(model), "--images", str(pictures), "--out", str(tmp_path / "maps")]
    assert main([*words, "--method", "occlusion", "--patch", "16", "--stride", "16", "--target", "light"]) == 0
    told = capsys.readouterr()
    assert "broken.png" in told.err
    rows = [line.split("\t") for line in told.out.splitlines()]
    assert len(rows) == 20
    assert all(row[0].split("/")[0] == row[1] for row in rows)
    assert all(0.5 <= float(row[2]) <= 1 for row in rows)
    for name, *_ in rows:
        values = np.load(tmp_path / "maps" / f"{name}.npy", allow_pickle=False)
        assert values.shape == (32, 32)
        assert values.dtype == np.float32
        assert cv2.imread(str(tmp_path / "maps" / f"{name}.png")).shape == (32, 32, 3)


def test_explain_writes_the_raw_values_that_the_library_gives(model, pictures, tmp_path, capsys):
    from core.attribution import explain
    from core.networks import load_model

    words = ["explain", "--model", str(model), "--images", str(pictures), "--out", str(tmp_path)]
    assert main([*words, "--target", "1"]) == 0
    picture = cv2.cvtColor(cv2.imread(str(pictures / "dark" / "3.png")), cv2.COLOR_BGR2RGB)
    by_hand = explain(load_model(model), picture[None], 1, method="grad_cam")
    np.testing.assert_allclose(np.load(tmp_path / "dark" / "3.png.npy"), by_hand[0], atol=1e-5)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fly"], "The commands are"),
        (["train", "--epochs", "0"], "epochs"),
        (["train", "--epochs", "many"], "invalid int"),
        (["train", "--epoch", "3"], "unrecognized"),
        (["train", "--flaw", "rain"], "The flaws are"),
        (["train", "--data", "moon"], "The data sets are"),
        (["train", "--strength", "7", *QUICK], "7"),
        (["train", "--images", "/no/such/folder"], "does not exist"),
        (["train", "--out", "net.h5"], ".keras"),
        (["train", "--out", "/no/such/folder/net.keras"], "should exist"),
        (["train", "--data-classes", "bag"], "classes"),
        (["explain", "--model", "none.keras", "--images", ".", "--out", "."], "should exist"),
        (["explain", "--method", "magic"], "magic"),
        (["explain"], "required"),
    ],
    ids=" ".join,
)
def test_bad_input_is_a_sentence_and_exit_code_2(words, said, capsys):
    try:
        code = main(words)
    except SystemExit as stopped:
        code = stopped.code
    told = capsys.readouterr()
    assert code == 2
    assert said in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "purple"], "dark, light"),
        (["--target", "9"], "0 to 1"),
        (["--layer", "nowhere"], "nowhere"),
        (["--alpha", "3"], "strength"),
    ],
    ids=" ".join,
)
def test_a_question_that_the_network_cannot_answer_is_a_sentence(model, pictures, tmp_path, capsys, words, said):
    assert main(["explain", "--model", str(model), "--images", str(pictures), "--out", str(tmp_path), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_pictures_is_a_sentence(model, tmp_path, capsys):
    assert main(["explain", "--model", str(model), "--images", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "pictures" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS.names())
def test_help_names_every_option(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    told = capsys.readouterr().out
    if command == "train":
        for dial in (*NetworkSpec.dials(), *TrainingSpec.dials()):
            assert f"-{dial.name.replace('_', '-')}" in told


def test_each_dial_is_an_option_and_only_what_was_given_is_passed_on():
    parser = new_parser("x", "y")
    add_dials(parser, NetworkSpec, "network", "network", plain={"blocks", "batch_norm"})
    options = parser.parse_args(["--blocks", "2", "--no-batch-norm", "--network-growth", "2", "--network-head", "max"])
    assert given_settings(options, NetworkSpec) == {"blocks": 2, "batch_norm": False, "growth": 2.0, "head": "max"}


def test_an_interrupted_training_keeps_its_best_epoch_and_exits_with_130(tmp_path):
    out = tmp_path / "net.keras"
    words = [*QUICK, "--epochs", "200", "--rate", "0.001", "--out", str(out)]
    script = (
        "import os, signal, sys\n"
        "from core.cli import main\n"
        "from core.networks.training import loop\n"
        "kept = loop.Loop._keep\n"
        "def keep(self, epoch):\n"
        "    kept(self, epoch)\n"
        "    if epoch == 3: os.kill(os.getpid(), signal.SIGINT)\n"
        "loop.Loop._keep = keep\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, "train", *words],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert child.returncode == 130, child.stderr
    assert "cancelled" in child.stdout
    assert out.is_file()


def test_the_module_runs_as_a_program():
    child = subprocess.run([sys.executable, "-m", "core", "--help"], capture_output=True, text=True, check=False)
    assert child.returncode == 0
    assert all(command in child.stdout for command in COMMANDS.names())
