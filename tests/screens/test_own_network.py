"""One's own network and pictures: how they are read, corrected, and opened as a run like any other."""

from __future__ import annotations

import io
import zipfile

import keras
import numpy as np
import pytest
from PIL import Image

from core.networks import run_info
from pages.parts.own_network import opened_files, without_labels
from pages.parts.state import uploads
from tests.core.networks.test_predictor import exported

from .conftest import as_person, parameter, problems, store_of
from .stages import stages

HEIGHT, WIDTH = 32, 24
COLOURS = {"blue": (40, 60, 200), "green": (40, 180, 60), "red": (200, 60, 40)}
OUTPUTS = ("red", "blue", "green")


def pictures_of(count: int) -> bytes:
    """A zip with one folder a colour."""
    rng, stream = np.random.default_rng(0), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, colour in COLOURS.items():
            for number in range(count):
                noisy = np.clip(rng.normal(colour, 40, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
                picture = io.BytesIO()
                Image.fromarray(noisy).save(picture, "PNG")
                archive.writestr(f"{name}/{number}.png", picture.getvalue())
    return stream.getvalue()


def picture_of(name: str) -> bytes:
    """A PNG of a colour."""
    stream = io.BytesIO()
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), COLOURS[name], np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def network_of(order: tuple[str, ...], activation: str | None = "softmax") -> keras.Model:
    """It tells the colours apart from pictures of 0 to 1, and answers in this order."""
    images = keras.Input((HEIGHT, WIDTH, 3))
    conv = keras.layers.Conv2D(3, 3, padding="same", activation="relu", name="conv")
    dense = keras.layers.Dense(3, activation=activation, name="dense")
    model = keras.Model(images, dense(keras.layers.GlobalAveragePooling2D()(conv(images))))
    as_it_is = np.zeros((3, 3, 3, 3), np.float32)
    as_it_is[1, 1] = np.eye(3)
    conv.set_weights([as_it_is, np.zeros(3, np.float32)])
    weights = np.float32([COLOURS[name] for name in order]).T / 255
    dense.set_weights([30 * weights, -15 * np.square(weights).sum(axis=0)])
    return model


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes]:
    """The content of the network's file and of the zip."""
    path = tmp_path_factory.mktemp("net") / "net.keras"
    network_of(OUTPUTS).save(path)
    return {"network": path.read_bytes(), "pictures": pictures_of(40)}


@pytest.fixture
def sent(files) -> dict[str, str]:
    """What the link says once both are uploaded."""
    with as_person():
        return {
            "network": uploads.save_network(files["network"], "net.keras"),
            "pictures": uploads.save(files["pictures"]),
        }


@pytest.fixture
def opened(visit, sent) -> str:
    """The key of the run that comes of it."""
    app = visit("", **sent)
    app.button(key="own_reorder").click().run()
    app.button(key="own_open").click().run()
    assert not problems(app)
    return parameter(app, "run")


def test_the_card_says_how_it_was_read_and_offers_the_right_order(visit, sent):
    app = visit("", **sent)
    assert not problems(app)
    said = " ".join(item.value for item in app.markdown)
    assert "32 by 24 pixels, colour" in said
    assert "right on 0 of 100" in said
    assert app.selectbox(key="own_preprocessing").value == "Auto"
    app.button(key="own_reorder").click().run()
    assert app.text_input(key="own_classes").value == "red, blue, green"
    assert "right on 100 of 100" in " ".join(item.value for item in app.markdown)
    assert not [button for button in app.button if button.key == "own_reorder"]


def test_classes_that_are_no_folders_are_told_in_a_sentence(visit, sent):
    app = visit("", **sent)
    app.text_input(key="own_classes").set_value("red, blue, yellow").run()
    assert "names of the folders, blue, green, red" in app.error[0].value


def test_without_labelled_pictures_it_is_explained_and_looked_into_and_the_rest_says_what_it_needs(visit, sent):
    app = visit("", network=sent["network"])
    assert not problems(app)
    assert "compare answers with the true classes" in app.info[0].value
    assert any("Nothing says how pictures are prepared" in item.value for item in app.markdown)
    app.selectbox(key="own_preprocessing").set_value("unit").run()
    app.file_uploader(key="own_single").upload("red.png", picture_of("red"), "image/png").run()
    assert not problems(app)
    assert any("It says class number 0." in item.value for item in app.markdown)
    (stage,) = [each for each in stages(app) if each["group"] == without_labels.STAGE]
    assert [each["name"] for each in stage["maps"]] == ["grad_cam", "occlusion"]
    assert not [button for button in app.button if button.key == "own_open"]


def test_the_units_that_answer_most_are_those_of_the_pictures_colour(files):
    with as_person():
        file = uploads.save_network(files["network"], "net.keras")
        found = opened_files.reading_alone(file, "unit")
        image = np.full((HEIGHT, WIDTH, 3), COLOURS["red"], np.uint8)
        assert opened_files.answers_to(file, "red", found, image).argmax() == OUTPUTS.index("red")
        values = opened_files.activations_of(file, found, image, "conv")
        assert values.mean(axis=(0, 1)).argmax() == 0
        made = opened_files.responses_of(file, found, "conv", (0,), 8)[0]
    assert made.mean(axis=(0, 1)).argmax() == 0


def test_a_link_to_files_that_are_not_there_says_so(visit):
    app = visit("", network=f"{'0' * 32}.keras")
    assert "Upload it again" in app.error[0].value
    app = visit("", network="../../etc/passwd")
    assert "Upload it again" in app.error[0].value


def test_nobody_else_opens_it_by_its_address(visit, sent):
    visit("", **sent)  # it is in every cache now
    app = visit("", who="bob", **sent)
    assert "belongs to somebody else" in app.error[0].value
    assert "own_open" not in {button.key for button in app.button}
    assert not any("blue" in item.value for item in app.markdown)


def test_it_opens_as_a_run_that_every_screen_takes(visit, opened):
    assert run_info(opened, store_of()).accuracy == 1.0
    for page in ("attribution", "features", "hunches", "diagnosis", "repair", "trust", "insight", "train"):
        app = visit(f"pages/{page}.py", run=opened)
        assert not problems(app), page


def test_an_onnx_network_opens_likewise_and_says_what_was_transposed(visit, files, tmp_path):
    pytest.importorskip("onnxruntime")
    file = exported(network_of(OUTPUTS, None), tmp_path / "net.onnx").read_bytes()
    with as_person():
        sent = {"network": uploads.save_network(file, "net.onnx"), "pictures": uploads.save(files["pictures"])}
    app = visit("", **sent)
    app.button(key="own_reorder").click().run()
    assert any("transposed" in item.value for item in app.markdown)
    app.button(key="own_open").click().run()
    assert not problems(app)
    key = parameter(app, "run")
    assert run_info(key, store_of()).accuracy == 1.0
    assert not problems(visit("pages/attribution.py", run=key, methods=["Occlusion"]))
