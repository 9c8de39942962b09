"""Names from strangers' files are text on every screen: nothing in them is read as Markdown."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.datasets import Dataset, FolderSettings, read_folder
from core.diagnosis import history
from core.hunches import hunch_info
from core.networks import NetworkSpec, Run, TrainingSpec, train
from core.networks.load import save_model
from core.store import Store
from pages.parts.data import contents
from pages.parts.markdown import literal
from pages.parts.shared import charts
from pages.parts.state import uploads

from .conftest import PAGES, as_person, keep, problems, store_of
from .test_diagnosis import suspect

WRITTEN = "![seen](http://b.example/a.png) :red[b] $c$ `d` <i>e :smile: :material/home: www.b.example"
"""An image, a colour, mathematics, code, a tag, an emoji, an icon and an address."""
ACTIVE = re.compile(
    r"(?<!\\)!\[seen|\]\(http:/|(?<!\\):red|(?<!\\)\$c|(?<!\\)`d|(?<!\\)<i>|:smile:|:material/home:|www\.b\."
)
CLASSES = (f"cat {WRITTEN}", f"dog {WRITTEN}")
PER_CLASS = 24
READ = {"label", "help", "body", "text", "title"}
"""What Streamlit reads as Markdown, beside the options of radio buttons and pills and the captions of images."""
LISTS = {"ButtonGroup": "options", "Radio": "options", "ImageList": "imgs"}
PLAIN = {"text", "code", "json", "html", "exception", "bidicomponent"}
"""Elements that show their text as it is."""


@pytest.fixture(scope="module")
def zipped() -> bytes:
    """Pictures whose classes and sites a table names."""
    generator, buffer = np.random.default_rng(0), io.BytesIO()
    rows = ["filename,label,site"]
    with zipfile.ZipFile(buffer, "w") as archive:
        for label, name in enumerate(CLASSES):
            for number in range(PER_CLASS):
                picture, file = io.BytesIO(), f"{label}-{number}.png"
                pixels = generator.integers(0, 128, (32, 32, 3)) + 120 * label
                Image.fromarray(pixels.astype(np.uint8)).save(picture, "PNG")
                archive.writestr(file, picture.getvalue())
                rows.append(f"{file},{name},{number % 2} {WRITTEN}")
        archive.writestr("labels.csv", "\n".join(rows))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def learned(zipped, tmp_path_factory) -> tuple[bytes, bytes]:
    """Two small runs that learned from them, as files."""
    splits = read_folder(zipped, FolderSettings(size=32)).splits
    assert splits.class_names == CLASSES
    material = {"data": "own pictures", "upload": _digest(zipped), "settings": {"size": 32}}
    about = {"title": WRITTEN, "material": material}
    store = Store(str(tmp_path_factory.mktemp("learned")))
    specs = (NetworkSpec(blocks=1, filters=filters) for filters in (4, 5))
    first, second = (train(splits, spec, TrainingSpec(epochs=1), store=store, about=about) for spec in specs)
    return first.to_bytes(), second.to_bytes()


@pytest.fixture
def runs_of_stranger(zipped, learned) -> tuple[str, str]:
    """The keys of both runs, beside their pictures in the store."""
    store_of().write(f"uploads/{_digest(zipped)}.zip", zipped)
    return keep(learned[0], store_of()), keep(learned[1], store_of())


@pytest.fixture
def run_of_stranger(runs_of_stranger) -> str:
    return runs_of_stranger[0]


def test_what_markdown_would_read_is_found():
    assert len(ACTIVE.findall(WRITTEN)) == 9
    assert not ACTIVE.search(literal(WRITTEN))


@pytest.mark.parametrize("page", ["", *PAGES])
def test_nothing_on_a_screen_reads_a_name_as_markdown(visit, run_of_stranger, page):
    assert_is_text(visit(page, run=run_of_stranger))


@pytest.mark.parametrize("view", ["Two groups", "Most like this one", "Typical and odd", "Ideas", "Rules"])
def test_no_view_of_insight_does(visit, run_of_stranger, view):
    assert_is_text(visit("pages/insight.py", run=run_of_stranger, insight_view=view))


@pytest.mark.parametrize("view", ["A layer", "One picture"])
def test_no_view_of_features_does(visit, run_of_stranger, view):
    assert_is_text(visit("pages/features.py", run=run_of_stranger, feature_view=view))


def test_no_verdict_on_a_hunch_does(visit, run_of_stranger):
    title = hunch_info("blur").title
    app = visit("pages/hunches.py", run=run_of_stranger, hunch=title, tested="now", trial_n="8")
    assert "hunch_flips" in {item.key for item in app.get("button_group")}
    assert_is_text(app)


def test_no_summary_of_all_pictures_does(visit, run_of_stranger):
    app = visit("pages/attribution.py", run=run_of_stranger, methods="Gradient", view="All pictures")
    assert_is_text(app.button(key="explain_all").click().run())


def test_no_suspect_does(visit, run_of_stranger):
    found = suspect("sticker", raised=True, title=WRITTEN, evidence=WRITTEN, looked=WRITTEN)
    history.save(run_of_stranger, [found], store=store_of())
    for page in ("pages/diagnosis.py", "pages/repair.py"):
        assert_is_text(visit(page, run=run_of_stranger))


def test_no_comparison_of_two_runs_does(visit, runs_of_stranger):
    first, second = runs_of_stranger
    assert_is_text(visit("pages/compare.py", run=first, both_method="Gradient", **{"with": second}))


@pytest.mark.usefixtures("run_of_stranger")
def test_no_card_of_a_network_does(visit, learned, zipped):
    run = Run.from_bytes(learned[0])
    with as_person():
        name = uploads.save_network(save_model(run.model, run.class_names), "net.keras")
    for more in ({"pictures": _digest(zipped)}, {}):
        assert_is_text(visit("", network=name, **more), may_refuse=True)


@pytest.mark.parametrize("attribute", ["lens.type[0]:Q", "class"])
def test_a_chart_of_an_attribute_shows_its_levels_whatever_its_name(attribute):
    sites = pd.DataFrame({attribute: ["x", "y", "x", "x"]})
    data = Dataset(np.zeros((4, 8, 8, 3), np.uint8), np.array([0, 0, 1, 1]), ("a", "b"), attributes=sites)
    table = contents.spread_table(data, attribute)
    assert table.set_index(["class", "level"])["pictures"].to_dict() == {
        ("a", "x"): 1, ("a", "y"): 1, ("b", "x"): 2, ("b", "y"): 0,
    }  # fmt: skip
    down = charts.spread(table, attribute).to_dict()["layer"][0]["encoding"]["y"]
    assert (down["field"], down["title"]) == ("level", attribute)


def assert_is_text(app: Any, *, may_refuse: bool = False) -> None:
    """No text that Streamlit reads as Markdown has signs of a stranger's that would do something."""
    assert not app.exception
    assert may_refuse or not problems(app)
    assert [text for part in (app.main, app.sidebar) for text in _texts(part) if ACTIVE.search(text)] == []


def _texts(block: Any) -> Iterator[str]:
    """What a part of the screen has of Markdown."""
    proto = getattr(block, "proto", None)
    if proto is not None:
        yield from _texts_of_proto(proto)
    if getattr(block, "type", "") == "table":
        yield from map(str, block.value.columns)
        yield from block.value.astype(str).to_numpy().ravel()
    for child in getattr(block, "children", {}).values():
        yield from _texts(child)


def _texts_of_proto(proto: Any) -> Iterator[str]:
    """The Markdown of an element or block, and of the one that it holds."""
    kind = proto.WhichOneof("type") if "type" in proto.DESCRIPTOR.oneofs_by_name else None
    proto = proto if kind is None else getattr(proto, kind)
    if proto.DESCRIPTOR.name.lower() in PLAIN:
        return
    named = {field.name: getattr(proto, field.name) for field in proto.DESCRIPTOR.fields}
    yield from (named[name] for name in READ & set(named) if isinstance(named[name], str))
    for item in named.get(LISTS.get(proto.DESCRIPTOR.name, ""), ()):
        yield item if isinstance(item, str) else getattr(item, "content", "") or getattr(item, "caption", "")


def _digest(zipped: bytes) -> str:
    return hashlib.sha256(zipped).hexdigest()[:32]
