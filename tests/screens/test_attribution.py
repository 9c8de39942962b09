"""Why this answer?: contrasts, families of methods, and one's own pictures."""

from __future__ import annotations

import io
import re
import zipfile
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from core import attribution, datasets, flaws, render, trust
from core.attribution.dataset_summary import summarise_dataset
from core.networks import open_run
from pages.parts.attribution import coarse, compute, download
from pages.parts.attribution.picture import Picture
from pages.parts.attribution.question import Question
from pages.parts.shared import progress
from pages.parts.shared.picture.shown import Look

from .conftest import RECIPE, problems
from .stages import drawn, stages, values

PAGE = "pages/attribution.py"


def png(height: int = 50, width: int = 70) -> bytes:
    """A picture file of a grey square on noise."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    pixels[10:30, 10:30] = 128
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def judge() -> Any:
    """The pictures that the small run is judged by."""
    return flaws.plant(datasets.load("wardrobe", **RECIPE["material"]["settings"]), "background").judge


@pytest.fixture
def gradient_only(visit, small_run):
    """The screen with one quick method."""
    return visit(PAGE, run=small_run, methods="Gradient")


def test_a_contrast_of_two_classes_is_drawn_and_a_link_opens_it(visit, small_run, gradient_only):
    app = gradient_only
    first, second = app.selectbox(key="target").options[1:3]
    app.selectbox(key="target").set_value(first).run()
    alone = values(app)
    app.selectbox(key="against").set_value(second).run()
    assert not problems(app)
    contrast = values(app)
    assert not np.allclose(contrast, alone)
    again = visit(PAGE, run=small_run, methods="Gradient", target=first, against=second)
    np.testing.assert_array_equal(values(again), contrast)


def test_a_class_against_itself_is_told_and_explained_alone(gradient_only):
    app = gradient_only
    first = app.selectbox(key="target").options[1]
    app.selectbox(key="target").set_value(first).run()
    alone = values(app)
    app.selectbox(key="against").set_value(first).run()
    assert not problems(app)
    assert any("is no question" in item.value for item in app.markdown)
    np.testing.assert_array_equal(values(app), alone)


def test_every_method_is_in_the_row_of_its_family_and_a_press_chooses_it(gradient_only):
    app = gradient_only
    rows = {row.key.removeprefix("_family_"): row for row in app.get("button_group") if row.key.startswith("_family_")}
    known = attribution.methods()
    for family, row in rows.items():
        assert row.options == [info.title for info in known.values() if info.family == family]
    assert sum(len(row.options) for row in rows.values()) == len(known)
    rows["class activation"].set_value(["hires_cam"]).run()
    assert app.multiselect(key="methods").value == ["gradient", "hires_cam"]
    assert not problems(app)
    assert len(drawn(app)) == 2


def test_one_sentence_says_where_the_evidence_lies(visit, small_run):
    app = visit(PAGE, run=small_run, methods="Gradient", picture="3")
    said = next(item.value for item in app.markdown if "The evidence for " in item.value)
    mask, positive = judge().masks["object"][3].ravel(), np.maximum(values(app), 0)
    assert f"{positive[mask].sum() / positive.sum():.0%} of the evidence, in {mask.mean():.0%} of the picture" in said


def test_ones_own_picture_is_fitted_and_explained(gradient_only):
    app = gradient_only
    app.file_uploader(key="own_file").upload("mine.png", png(), "image/png").run()
    assert not problems(app)
    assert any("mine.png" in item.value for item in app.markdown)
    assert len(drawn(app)) == 1
    cut = values(app)
    app.selectbox(key="fit").set_value("stretch").run()
    assert not np.array_equal(values(app), cut)


def test_a_file_that_is_no_picture_is_told_and_the_other_picture_stays(gradient_only):
    app = gradient_only
    app.file_uploader(key="own_file").upload("mine.png", b"no picture", "image/png").run()
    assert not app.exception
    assert len(app.error) == 1
    assert len(drawn(app)) == 1


_checked: dict[Any, Any] = {}


def _checked_once(check: Any, model: Any, images: np.ndarray, *, on_step: Any, **asked: Any) -> Any:
    """The badge that the screen got when it last asked for the same: each takes seconds."""
    weights = tuple(each.tobytes() for each in model.get_weights())
    key = (weights, images.tobytes(), repr(sorted(asked.items())))
    if key not in _checked:
        _checked[key] = check(model, images, on_step=on_step, **asked)
    return _checked[key]


@pytest.fixture
def checked(visit, small_run, monkeypatch):
    """The screen after two methods were checked on a few pictures."""
    parameters = {"methods": ["Gradient", "Guided backprop"], "checked_pictures": "8", "trust_stages": "2"}
    app = visit(PAGE, run=small_run, evidence="true", failed="true", **parameters)
    assert [each["badge"] for each in drawn(app)] == ["not checked"] * 2
    assert not any(item.label == "Method" for item in app.selectbox)
    with monkeypatch.context() as patch:
        patch.setattr(trust, "badge", partial(_checked_once, trust.badge))
        app.button(key="check").click().run(timeout=240)
    assert not problems(app)
    return app


def test_checked_methods_wear_the_badge_that_core_gives_them(checked, small_run):
    run = open_run(small_run)
    data = judge()
    rows = np.sort(np.random.default_rng(0).choice(len(data), 8, replace=False))
    for method, title in (("gradient", "Gradient"), ("guided_backprop", "Guided backprop")):
        options = trust.TrustSettings(stages=2)
        expected = trust.badge(run.model, data.images[rows], method=method, options=options)
        label = "passes" if expected.passes else "fails"
        worn = [(each["badge"], each["reason"]) for each in drawn(checked) if each["title"] == title]
        assert worn == [(label, expected.sentence)]


def test_a_badge_outlives_the_server(checked, visit, small_run):
    st.cache_resource.clear()
    again = visit(PAGE, run=small_run, methods=["Gradient", "Guided backprop"], checked_pictures="8", trust_stages="2")
    assert not problems(again)
    assert not any("not checked" in item.value for item in again.markdown)
    worn = [item.value for item in checked.markdown if item.value.startswith(("**Gradient** ", "**Guided backprop** "))]
    assert worn == [item.value for item in again.markdown if item.value in worn]
    assert "check" not in {button.key for button in again.button}


def test_what_fails_is_folded_away_with_its_reason_and_the_rest_stays(checked):
    check = [item.value for item in checked.markdown if "should not be believed here" in item.value]
    folded = [item.label for item in checked.expander if "folded away" in item.label]
    fails = sum(each["badge"] == "fails" for each in drawn(checked))
    assert fails >= 1
    assert len(folded) == 1
    assert len(check) >= fails
    assert len(drawn(checked)) == 2


def test_the_evidence_for_a_badge_has_both_curves_and_can_be_chosen(checked):
    specs = [chart.proto.spec for chart in checked.get("vega_lite_chart")]
    assert sum("for three orders" in spec for spec in specs) == 2
    checked.selectbox(key="checked_method").set_value("guided_backprop").run()
    assert not problems(checked)
    checked.selectbox(key="checked_method").set_value("occlusion").run()
    assert any("not among the methods that were checked" in item.value for item in checked.markdown)


def test_another_dial_of_a_method_needs_another_check(checked):
    assert "check" not in {button.key for button in checked.button}
    checked.multiselect(key="methods").set_value(["gradient", "hires_cam"]).run()
    assert "check" in {button.key for button in checked.button}
    assert "not checked" in [each["badge"] for each in drawn(checked)]


def test_two_maps_are_compared_and_a_map_is_like_itself(visit, small_run):
    app = visit(PAGE, run=small_run, methods="Gradient", comparing="true")
    assert not problems(app)
    first, second, difference = stages(app)[1]["maps"]
    assert difference["meaning"]["diverging"] == (
        f"Orange: what {first['title']} marks more. Blue: what {second['title']} marks more."
    )
    app.selectbox(key="first").set_value("gradient").run()
    app.selectbox(key="second").set_value("gradient").run()
    assert any("rank correlation 1.00, structural similarity 1.00" in item.value for item in app.markdown)
    second = app.selectbox(key="second_for").options[2]
    app.selectbox(key="first_for").set_value(app.selectbox(key="first_for").options[1]).run()
    app.selectbox(key="second_for").set_value(second).run()
    assert not problems(app)
    assert not any("rank correlation 1.00" in item.value for item in app.markdown)


@pytest.fixture
def before_refining(monkeypatch):
    """On a slow network, what is on the screen before the fine maps are made; undone, the screen goes on to them."""
    monkeypatch.setattr(compute, "seconds", lambda *_: 0.01)
    with monkeypatch.context() as patch:
        patch.setattr(coarse, "refine", lambda *_: None)
        yield patch


def test_a_coarse_map_is_seen_first_and_the_fine_one_takes_its_place(visit, small_run, before_refining):
    app = visit(PAGE, run=small_run, picture="3", downloads="true", comparing="true", methods="Occlusion")
    assert not problems(app)
    (first,) = drawn(app)
    assert (first["title"], first["badge"], first["figure"]) == ("Occlusion, coarse", "fine map follows", "")
    assert re.fullmatch(r"Coarse: \d+ of \d+ evaluations of the network. The fine map follows.", first["reason"])
    # Nothing else speaks of it.
    assert not app.get("download_button")
    assert not any("rank correlation" in item.value or "The evidence for " in item.value for item in app.markdown)
    fine = attribution.explain(open_run(small_run).model, judge().images[3], method="occlusion").ravel()
    assert not np.allclose(values(app), fine, atol=1e-4)

    before_refining.undo()
    app.run()
    assert not problems(app)
    assert drawn(app)[0]["title"] == "Occlusion"
    assert "of the evidence lies on the object" in drawn(app)[0]["figure"]
    np.testing.assert_allclose(values(app), fine, atol=1e-5)
    assert len(app.get("download_button")) == 4
    assert any("rank correlation" in item.value for item in app.markdown)


def test_a_stopped_fine_map_leaves_the_coarse_one_and_says_so(visit, small_run, before_refining):
    app = visit(PAGE, run=small_run, methods="Occlusion")
    before_refining.undo()
    # The coarse map is at hand; what is still to be computed counts as stopped.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "is_stopped", lambda _: True)
        app.run()
    assert not problems(app)
    assert (drawn(app)[0]["title"], drawn(app)[0]["badge"]) == ("Occlusion, coarse", "fine map stopped")
    assert any("Fine map by Occlusion was stopped." in item.value for item in app.markdown)
    assert "Continue" in {button.label for button in app.button}


def test_the_script_makes_the_map_on_the_screen_again(visit, small_run, tmp_path, monkeypatch):
    app = visit(PAGE, run=small_run, downloads="true", picture="3", overlay="0.4")
    app.multiselect(key="methods").set_value(["integrated_gradients"]).run()
    first, second = app.selectbox(key="target").options[1:3]
    app.selectbox(key="target").set_value(first).run()
    app.selectbox(key="against").set_value(second).run()
    assert not problems(app)
    assert len(app.get("download_button")) == 4
    written = app.code[0].value
    assert "Contrast(0, 1)" in written

    run, picture = open_run(small_run), judge().images[3]
    monkeypatch.chdir(tmp_path)
    np.save("picture.npy", picture)
    run.export("network.keras")
    made: dict[str, Any] = {}
    exec(compile(written, "explain_it.py", "exec"), made)
    np.testing.assert_allclose(made["map"].ravel(), values(app), atol=1e-6)
    expected = render.overlay(picture, made["map"], 0.4, signed=True)
    np.testing.assert_array_equal(np.asarray(Image.open("integrated_gradients.png")), render.enlarge(expected, 448))


def test_the_zip_holds_all_that_the_script_reads(small_run, tmp_path, monkeypatch):
    run, image = open_run(small_run), judge().images[5]
    picture = Picture(image, "5", np.eye(len(run.class_names))[0], 0, "Picture 5")
    settings = attribution.methods()["gradient"].Settings()
    question = Question(picture, None, None, {"gradient": settings}, Look(0.5), compare=False)
    opened: Any = SimpleNamespace(run=run)
    zipped = download.bundle(opened, question, download.script(question, "gradient"))
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        archive.extractall()
    made: dict[str, Any] = {}
    exec(compile((tmp_path / "explain_it.py").read_text(), "explain_it.py", "exec"), made)
    expected = attribution.explain(run.model, image[None], method="gradient")[0]
    np.testing.assert_allclose(made["map"], expected, atol=1e-6)
    shown = download.drawn(question, "gradient", expected)
    assert (tmp_path / "gradient.png").read_bytes() == shown


def test_all_pictures_are_explained_on_a_press_and_summed_up(visit, small_run):
    app = visit(PAGE, run=small_run, methods="Gradient", view="All pictures")
    assert not problems(app)
    assert not any("times its share" in item.value for item in app.markdown)
    app.button(key="explain_all").click().run()
    assert not problems(app)
    data = judge()
    expected = summarise_dataset(open_run(small_run).model, data, method="gradient")
    said = " ".join(item.value for item in app.markdown)
    assert f"holds {expected.multiple.value:.1f} times its share" in said
    for index in range(len(data.class_names)):
        assert expected.sentence(index) in said
    for group in expected.clusters():
        assert group.sentence in said
    app.selectbox(key="groups_of").set_value(app.selectbox(key="groups_of").options[1]).run()
    assert not problems(app)
    app.selectbox(key="all_asked").set_value("label").run()
    assert not problems(app)
    assert "explain_all" in {button.key for button in app.button}


def test_a_picture_of_a_group_is_opened_by_itself(visit, small_run):
    app = visit(PAGE, run=small_run, methods="Gradient", view="All pictures")
    app.button(key="explain_all").click().run()
    first = summarise_dataset(open_run(small_run).model, judge(), method="gradient").clusters()[0].indices[0]
    app.button(key="group_0_1").click().run()
    assert not problems(app)
    assert app.number_input(key="picture").value == first
    assert len(drawn(app)) == 1


def test_each_map_says_what_bright_means_and_how_much_lies_on_the_object(gradient_only):
    (only,) = drawn(gradient_only)
    assert only["meaning"]["sequential"].startswith("Bright: what mattered most for")
    assert "of the evidence lies on the object, which fills" in only["figure"]
    assert "GrabCut" not in only["figure"]


def test_the_object_of_ones_own_picture_is_found_and_the_legend_says_so(gradient_only):
    app = gradient_only
    app.file_uploader(key="own_file").upload("mine.png", png(400, 500), "image/png").run()
    (stage,) = stages(app)
    assert stage["smooth"]  # the photograph in all its pixels lies beneath
    assert "GrabCut found" in stage["maps"][0]["figure"]
