"""The file: one piece, small, readable by anyone, and safe whatever names it is given."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlparse

import numpy as np
import pandas as pd
import pytest

from core.report import adapters, charts, compose, html
from core.report.drawing import svg
from core.report.facts import AccuracyScore, Example
from core.report.layout import Chart

from .conftest import Ladder


class Reader(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def page(facts) -> str:
    return html(compose(facts))


def test_nothing_is_fetched_from_anywhere(page):
    found = read(page)
    assert not found.of("script")
    assert not found.of("link")
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in found.of("img"))
    assert "@import" not in page
    assert "url(" not in page
    without_names = page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")
    assert "http" not in without_names.split("<body>")[1].replace('href="', "")
    assert len(page.encode()) < 3_000_000


def test_whoever_cannot_see_it_is_told_what_it_shows(page):
    found = read(page)
    assert found.of("img")
    assert all(image["alt"] for image in found.of("img"))
    charts = [figure for figure in found.of("figure") if figure.get("class") == "chart"]
    assert len(charts) == 2
    assert all(figure["role"] == "img" and figure["aria-label"] for figure in charts)
    assert found.of("html")[0]["lang"] == "en"


def test_charts_take_the_colours_of_the_page(page):
    drawn = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(drawn) == 2
    assert all("var(--good)" in svg and "var(--text)" in svg for svg in drawn)
    assert not re.findall(r'(?:fill|stroke)="#', "".join(drawn))


def test_every_figure_leads_to_the_screen_that_made_it(facts):
    links = [attributes["href"] or "" for attributes in read(html(compose(facts), "https://hunch.example/")).of("a")]
    assert {urlparse(link).path for link in links} >= {"/attribution", "/trust", "/diagnosis", "/hunches", "/repair"}
    assert all(link.startswith("https://hunch.example/") for link in links)
    assert all(parse_qs(urlparse(link).query)["run"] == [facts.key] for link in links)
    assert all('"flaw":"background"' in parse_qs(urlparse(link).query)["recipe"][0] for link in links)
    pictures = [parse_qs(urlparse(link).query)["picture"] for link in links if "picture=" in link]
    assert pictures == [[str(each.row)] for each in facts.examples]


def test_links_are_relative_without_an_address_and_missing_without_a_run(facts):
    relative = read(html(compose(facts))).of("a")
    assert relative
    assert not any((link["href"] or "").startswith(("http", "/")) for link in relative)
    assert not read(html(compose(replace(facts, key="", recipe={})))).of("a")


def test_a_blind_game_is_not_given_away(facts):
    hidden = html(compose(replace(facts, recipe={"material": {"game": "AB12"}})))
    assert "AB12" in hidden
    assert "background%22" not in hidden


def test_names_are_text_and_never_markup(facts):
    nasty = "<script>alert(1)</script>"
    example = Example(0, np.zeros((8, 8, 3), np.uint8), None, nasty, nasty, 0.9)
    page = html(compose(replace(facts, title=nasty, class_names=(nasty, "b"), examples=(example,))))
    assert not read(page).of("script")
    assert nasty not in page


def test_a_name_in_a_chart_is_text():
    nasty = '<script>alert(1)</script>"&'
    rows = [(nasty, AccuracyScore(nasty, 3, 4, 0.3, 0.95))]
    drawn = svg(Chart(lambda palette: charts.scores(rows, palette), "scores"))
    assert "&lt;script&gt;" in drawn
    assert "<script" not in drawn


def test_large_pictures_keep_the_file_small(facts):
    noise = np.random.default_rng(0).integers(0, 256, (1200, 900, 3), np.uint8)
    many = tuple(Example(row, noise, noise, "bag", "bag", 0.9) for row in range(6))
    assert len(html(compose(replace(facts, examples=many))).encode()) < 5_000_000


def test_a_ladder_of_fixes_is_a_table(facts):
    table = pd.DataFrame(
        {
            "title": ["As it is", "Backgrounds mixed"],
            "worst_group": [0.1, 0.7],
            "worst_group_low": [0.0, np.nan],
            "worst_group_high": [0.2, np.nan],
            "accuracy": [0.9, np.nan],
        }
    )
    repaired = adapters.repair_proof(Ladder(table, "It helps.", "mixed", {}), "another")
    section = compose(replace(facts, repaired=repaired)).section("repair")
    assert section.table is not None
    assert section.table.rows == (("As it is", "10 (0 to 20)", "90"), ("Backgrounds mixed", "70", "–"))
