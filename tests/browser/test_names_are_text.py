"""Names from a stranger's table, as a browser shows them: letter by letter, with nothing fetched and nothing linked."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from tests.core.datasets.archives import picture, zipped

from .test_browser import assert_healthy, open_page, settled

WRITTEN = "![seen](http://b.example/a.png) :red[b] $c$ *d* :smile: :material/home: www.b.example -> `e`"
CLASSES = (f"cat {WRITTEN}", "dog <img src=http://b.example/b.png>")
JOINER = "\u2060"
"""What holds apart that Streamlit would read in spite of a backslash; it has no width."""


def pictures() -> bytes:
    """Pictures of two classes, which a table names."""
    files = {f"{label}-{n}.png": picture((9 * n, 200 * label, 40)) for label in (0, 1) for n in range(12)}
    rows = [f"{file},{CLASSES[int(file[0])]}" for file in files]
    return zipped({**files, "labels.csv": "\n".join(["filename,label", *rows]).encode()})


def shown(tab) -> str:
    return tab.get_by_test_id("stMain").inner_text().replace(JOINER, "")


def assert_is_text(tab, *names: str) -> None:
    text = shown(tab)
    assert [name for name in names if name not in text] == []
    assert tab.locator("[src*='b.example'], [href*='b.example']").count() == 0
    assert_healthy(tab)


def test_names_that_markdown_would_read_are_shown_as_they_are(server, tab):
    open_page(tab, f"{server}/data?data=Your+own+pictures")
    chosen = {"name": "own.zip", "mimeType": "application/zip", "buffer": pictures()}
    tab.locator(".st-key-own_zip input[type=file]").set_input_files(chosen)
    tab.wait_for_url(re.compile(r"upload=[0-9a-f]{32}"), timeout=60_000)
    tab.get_by_text("Only you can see these pictures").first.wait_for()
    settled(tab)
    assert_is_text(tab, *CLASSES)

    digest = re.search(r"upload=([0-9a-f]{32})", tab.url)[1]
    material = {"data": "own pictures", "upload": digest, "settings": {"size": 32}}
    recipe = {"material": material, "network": {"blocks": 1, "filters": 4}, "training": {"epochs": 1}}
    open_page(tab, f"{server}/train?recipe={quote(json.dumps(recipe))}")
    tab.get_by_role("button", name="Train", exact=True).click()
    tab.wait_for_url(re.compile(r"run=[0-9a-f]{8}"), timeout=90_000)
    settled(tab)
    text = shown(tab)
    assert_is_text(tab, next(name for name in CLASSES if f"Its hardest class is {name}" in text))

    run = re.search(r"run=([0-9a-f]+)", tab.url)[1]
    open_page(tab, f"{server}/attribution?run={run}&methods=Gradient")
    assert_is_text(tab, *CLASSES)
